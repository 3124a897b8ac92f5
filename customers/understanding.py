"""A row of a file, understood: its cells become one line of an order, or the reason why they cannot."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from customers import mapping as columns_of
from customers import money, parsing
from customers.mapping import DETAIL, TRAIT
from customers.parsing import BadCell, Memo, Moments
from customers.reading import CELL_LIMIT, Shape
from customers.schema import Line

STAGED = pa.schema(
    [
        ("line", pa.uint8()),
        ("order", pa.string()),
        ("external_id", pa.string()),
        ("email", pa.string()),
        ("name", pa.string()),
        ("traits", pa.string()),  # JSON
        ("happened_at", pa.int64()),  # microseconds since 1970, UTC
        ("product", pa.string()),
        ("label", pa.string()),
        ("category", pa.string()),
        ("channel", pa.string()),
        ("quantity", pa.float64()),
        ("amount", pa.int64()),
        ("content", pa.binary(16)),  # the same for equal lines, whatever their details say
        ("properties", pa.string()),  # details of the order as JSON; null without
        ("tax", pa.int64()),  # the part of the amount that is tax
        ("standing", pa.uint8()),  # schema.Standing
        ("rows", pa.uint32()),  # how many rows of the file stand behind the line
    ]
)
PLAIN = (0, 0, 1)  # tax, standing and rows of a line that is one row of somebody's own table


@dataclass(frozen=True)
class Plan:
    """How the rows of one file are to be understood."""

    shape: Shape
    mapping: dict[str, str]  # column -> field
    options: dict[str, Any]
    zone: ZoneInfo
    currency: str
    received_at: datetime


@dataclass
class Checked:
    """What the first pass found."""

    rows: int = 0
    rejected: int = 0
    short: int = 0
    first_problem: str = ""
    warnings: list[str] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        return self.rows - self.rejected


class RowReader:
    """Turns the cells of a row into a tuple of STAGED. Built for half a million rows: everything repeats, so
    everything is remembered."""

    def __init__(self, plan: Plan, seen: Checked) -> None:
        self.width, self.seen = len(plan.shape.columns), seen
        self.moments = Moments(plan.options["date"], plan.zone, latest=plan.received_at)
        self.zone, self.currency = plan.zone, plan.currency
        self.letters = bool(plan.options.get("letters"))
        self.exponent = Decimal(1).scaleb(-money.digits(plan.currency))
        self.units = money.minor_units(plan.currency)
        self._find_columns(plan)
        self._remember(plan)

    def _find_columns(self, plan: Plan) -> None:
        """Where each field stands in a row; -1, the empty cell that `read` adds, where the file has none."""
        fields = columns_of.by_field(plan.mapping)
        self.at = {name: plan.shape.columns.index(fields[name]) if name in fields else -1 for name in columns_of.SINGLE}
        self.trait_at, self.detail_at = (
            {trait_name(c): plan.shape.columns.index(c) for c, name in plan.mapping.items() if name == kind}
            for kind in (TRAIT, DETAIL)
        )
        if self.at["country"] >= 0:
            self.trait_at["country"] = self.at["country"]

    def _remember(self, plan: Plan) -> None:
        decimal, whole = plan.options.get("decimal", "."), plan.options.get("whole", ())

        def ids(field: str, what: str) -> Memo[str, str]:
            return Memo(partial(parsing.identity, whole=field in whole, what=what))

        self.dates = Memo(self.moments.read)
        self.customers = ids("customer_id", "customer number")
        self.orders = ids("order_id", "order number")
        self.products = ids("product_id", "product number")
        self.emails, self.labels = Memo(parsing.email), Memo(parsing.label)
        self.quantities: Memo[str, Decimal] = Memo(partial(parsing.number, decimal=decimal, what="quantity"))
        self.amounts: Memo[str, Decimal] = Memo(partial(parsing.number, decimal=decimal))
        self.traits = Memo(_as_json)
        self.values = Memo(self._value)

    def read(self, cells: list[str], flawed: bool) -> tuple[Any, ...]:
        """One row. Raises BadCell with the reason why it is refused."""
        self.measure(cells, flawed)
        at = self.at
        happened_at = self.dates[cells[at["date"]]]
        external_id, email = self.customers[cells[at["customer_id"]]], self.emails[cells[at["email"]]]
        order = self._order(cells, external_id or email, happened_at)
        quantity, price, amount = self.values[cells[at["quantity"]], cells[at["unit_price"]], cells[at["total"]]]
        if at["currency"] >= 0:
            self.check_currency(cells[at["currency"]])
        line, amount = self._kind(order, quantity, price, amount)
        label = self.labels[cells[at["product_name"]]]
        product = self.products[cells[at["product_id"]]] or label
        content = "\x1f".join(
            (order, external_id, email, str(happened_at), product, str(quantity), str(amount), str(line))
        )
        return (
            line,
            order,
            external_id,
            email,
            self.labels[cells[at["name"]]],
            self.told(cells),
            happened_at,
            product,
            label,
            self.labels[cells[at["category"]]],
            self.labels[cells[at["channel"]]],
            float(quantity),
            amount,
            blake2b(content.encode(), digest_size=16).digest(),
            self.detailed(cells),
        )

    def measure(self, cells: list[str], flawed: bool) -> None:
        if flawed:
            raise BadCell("The row holds a control character or bytes that are not text.")
        if len(cells) > self.width:
            raise BadCell(f"The row has {len(cells)} cells, the header has {self.width}.")
        if len(cells) < self.width:
            self.seen.short += 1
            cells.extend([""] * (self.width - len(cells)))
        if max(map(len, cells)) > CELL_LIMIT:
            raise BadCell("A cell is longer than 32,768 characters.")
        cells.append("")

    def _order(self, cells: list[str], who: str, happened_at: int) -> str:
        """The order's number; where the file has none, all that somebody bought on one day is one order."""
        if self.at["order_id"] >= 0:
            order = self.orders[cells[self.at["order_id"]]]
            if not order:
                raise BadCell("The order number is missing.")
            return order
        return f"{who} on {parsing.calendar_day(happened_at, self.zone)}"[:200] if who else ""

    def _value(self, texts: tuple[str, str, str]) -> tuple[Decimal, Decimal | None, int]:
        """(quantity, price of one, total in minor units): the total as given, or quantity times price,
        half a unit rounded away from zero."""
        quantity_text, price_text, total_text = texts
        quantity = self.quantities[quantity_text] if self.at["quantity"] >= 0 else Decimal(1)
        if self.at["total"] >= 0:
            price, total = None, self.amounts[total_text]
        else:
            price = self.amounts[price_text]
            total = quantity * price
        return quantity, price, int(total.quantize(self.exponent, ROUND_HALF_UP) * self.units)

    def check_currency(self, text: str) -> None:
        given = text.strip().upper()
        if given and given != self.currency:
            raise BadCell(f"The amount is in {given[:3]}; this workspace counts in {self.currency}.")

    def _kind(self, order: str, quantity: Decimal, price: Decimal | None, amount: int) -> tuple[int, int]:
        """What the line is, and its amount with the sign that belongs to it (see schema.Line)."""
        letter = order[0].upper() if self.letters and order else ""
        worth = amount if price is None else price
        if letter == "A" or (price is not None and price < 0 < quantity):
            return Line.CORRECTION.value, amount
        if quantity < 0 or letter == "C" or worth < 0:
            return Line.RETURN.value, -abs(amount)
        if not worth or not quantity:
            return Line.FREE.value, 0
        return Line.PURCHASE.value, amount

    def detailed(self, cells: list[str]) -> str | None:
        """What the row says of its order besides, such as a discount code; empty cells say nothing."""
        if not self.detail_at:
            return None
        pairs = tuple((name, text) for name, at in self.detail_at.items() if (text := self.labels[cells[at]]))
        return self.traits[pairs] if pairs else None

    def told(self, cells: list[str]) -> str:
        if not self.trait_at:
            return "{}"
        return self.traits[tuple((name, self.labels[cells[at]]) for name, at in self.trait_at.items())]


def trait_name(column: str) -> str:
    """`Loyalty Tier` -> `loyalty_tier`."""
    return "_".join("".join(c if c.isalnum() else " " for c in column.casefold()).split())[:80] or "detail"


def _as_json(pairs: tuple[tuple[str, str], ...]) -> str:
    return json.dumps(dict(pairs))
