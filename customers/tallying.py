"""What an import brought, counted while its lines are written: the figures of api.md."""

from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from customers import money
from customers.schema import Line, Standing

APART = {Standing.CANCELLED: "cancelled", Standing.TEST: "test", Standing.STAFF: "staff"}


class Tally:
    """Counts lines of known customers by kind; apart from them stand lines without a customer, and cancelled,
    test and staff orders."""

    def __init__(self) -> None:
        self.lines = self.without_customer = self.events = 0
        self.by_kind = dict.fromkeys(Line, 0)
        self.amounts = dict.fromkeys(Line, 0)
        self.orders: Any = np.array([], dtype=np.uint32)
        self.buyers: Any = np.array([], dtype=np.uint32)
        self.occurrences: Any = np.array([], dtype=np.uint64)
        self.apart: dict[Standing, Any] = {standing: np.array([], dtype=np.uint32) for standing in APART}
        self.worth_apart = dict.fromkeys(APART, 0)

    def add(self, events: pa.Table) -> None:
        """Events in the schema of customers/schema.py."""
        line, amount = events["line"].to_numpy(), events["amount"].to_numpy()
        named = events["number"].is_valid().to_numpy()
        standing = events["standing"].fill_null(0).to_numpy()
        known = named & (standing == Standing.NORMAL)
        self.lines += len(line)
        self.without_customer += int((~named).sum())
        for kind in Line:
            mine = known & (line == kind)
            self.by_kind[kind] += int(mine.sum())
            self.amounts[kind] += int(amount[mine].sum())
        for apart in APART if standing.any() else ():
            self._set_apart(apart, events, (standing == apart) & (line != Line.RETURN))
        bought = events.filter(pa.array(known & (line == Line.PURCHASE)))
        self.orders = np.union1d(self.orders, bought["order"].drop_null().to_numpy())
        self.buyers = np.union1d(self.buyers, bought["number"].to_numpy())
        self.occurrences = np.union1d(self.occurrences, events["occurrence"].to_numpy())

    def _set_apart(self, standing: Standing, events: pa.Table, mine: Any) -> None:
        orders = events.filter(pa.array(mine))
        self.apart[standing] = np.union1d(self.apart[standing], orders["order"].drop_null().to_numpy())
        self.worth_apart[standing] += int(orders["amount"].to_numpy().sum())

    def figures(self, currency: str) -> dict[str, Any]:
        """The counts of known customers' orders, money as decimal strings."""
        gross, returns = self.amounts[Line.PURCHASE], -self.amounts[Line.RETURN]
        return {
            "lines": self.lines,
            "events": len(self.occurrences),
            "purchase_lines": self.by_kind[Line.PURCHASE],
            "return_lines": self.by_kind[Line.RETURN],
            "free_lines": self.by_kind[Line.FREE],
            "correction_lines": self.by_kind[Line.CORRECTION],
            "lines_without_customer": self.without_customer,
            "orders": len(self.orders),
            "buyers": len(self.buyers),
            "gross_revenue": _said(gross, currency),
            "returns_value": _said(returns, currency),
            "net_revenue": _said(gross - returns, currency),
            "shipping": _said(self.amounts[Line.SHIPPING], currency),
            **{f"{name}_orders": len(self.apart[standing]) for standing, name in APART.items()},
            **{f"{name}_worth": _said(self.worth_apart[standing], currency) for standing, name in APART.items()},
            "currency": currency,
        }


def _said(minor: int, currency: str) -> str:
    return str(money.from_minor(minor, currency) or Decimal(0).scaleb(-money.digits(currency)))
