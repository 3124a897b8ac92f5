"""An order as a shop exports it unfolds into lines: its goods, the delivery, and the money paid back.

Whatever the export says per order (discount, tax, total) is shared among the lines, so that goods and delivery
add up to what the customer paid. An order is taken whole or refused whole.
"""

import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from customers import parsing
from customers.parsing import BadCell, Memo, Moments
from customers.schema import Line, Standing
from customers.shops.gathering import Row
from customers.shops.known import SHOPS
from customers.shops.sharing import shared
from customers.shops.shop import Layout, Prices
from customers.understanding import Checked, Plan, RowReader

_TEST = re.compile(r"\b(bogus|test|testing)\b", re.IGNORECASE)
_STAFF = re.compile(r"\b(staff|employee|mitarbeiter)\b", re.IGNORECASE)
_CANCELLED = {"cancelled", "canceled", "storniert"}
_REFUNDED = {"refunded", "fullyrefunded"}
_NO = {"false", "no", "0"}
_ITEM = re.compile(r"\s*(\d+)\s*x\s+(\S.*)")


@dataclass
class Taken:
    """What became of the rows of one order: staged lines, and the rows that were refused with their reason."""

    lines: list[tuple[Any, ...]] = field(default_factory=list)
    refused: list[tuple[Row, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Item:
    """One product of an order; `weight` and `tax` in minor units are what the export says of this line alone."""

    product: str
    label: str
    category: str
    quantity: Decimal
    weight: int
    tax: int | None
    is_taxed: bool


@dataclass(frozen=True, slots=True)
class Sums:
    """What the export says of the whole order, in minor units."""

    paid: int
    delivery: int
    delivery_tax: int | None
    tax: int
    refunded: int
    with_tax: bool


class OrderReader:
    """Turns the rows of one order into staged lines (see understanding.STAGED)."""

    def __init__(self, plan: Plan, seen: Checked) -> None:
        self.shop = SHOPS[plan.options["shop"]]
        self.rows = RowReader(plan, seen)
        self.at = self.rows.at
        if self.shop.in_utc:
            self.rows.moments = Moments(plan.options["date"], ZoneInfo("UTC"), latest=plan.received_at)
            self.rows.dates = Memo(self.rows.moments.read)
        self.money = Memo(partial(self._minor, decimal=plan.options.get("decimal", ".")))

    def _minor(self, text: str, *, decimal: str) -> int:
        amount = parsing.number(text, decimal=decimal)
        return int(amount.quantize(self.rows.exponent, ROUND_HALF_UP) * self.rows.units)

    def key(self, cells: list[str]) -> str:
        """The order number of a row as it stands there."""
        at = self.at["order_id"]
        return cells[at].strip() if at < len(cells) else ""

    def read(self, rows: list[Row]) -> Taken:
        """Everything of one order. Where anything in it cannot be read, all of its rows are refused."""
        taken = Taken()
        try:
            for row in rows:
                self.rows.measure(row.cells, row.flawed)
            mine = self._newest_copy(rows, taken)
            taken.lines = self._lines(mine)
        except BadCell as problem:
            reasons = {id(row): reason for row, reason in taken.refused}
            taken.lines = []
            taken.refused = [(row, reasons.get(id(row), self._whole(rows, str(problem)))) for row in rows]
        return taken

    @staticmethod
    def _whole(rows: list[Row], reason: str) -> str:
        return (
            reason if len(rows) == 1 else f"{reason} An order is taken whole, so its {len(rows)} lines wait together."
        )

    def _newest_copy(self, rows: list[Row], taken: Taken) -> list[Row]:
        """The rows to read where an order stands in the file more than once: those of its last copy."""
        starts = [place for place, row in enumerate(rows) if self._is_first(row)] or [0]
        if len(starts) > 1 and self.shop.layout != Layout.EVERY_LINE:
            last = rows[starts[-1]].line
            reason = f"This order stands in the file again from line {last:,} on; that one counts."
            taken.refused = [(row, reason) for row in rows[: starts[-1]]]
            return rows[starts[-1] :]
        return rows[starts[0] :] + rows[: starts[0]]

    def _is_first(self, row: Row) -> bool:
        return self.shop.layout == Layout.ONE_LINE or bool(row.cells[self.at["order_total"]].strip())

    def _lines(self, rows: list[Row]) -> list[tuple[Any, ...]]:
        head = rows[0].cells
        sums, items = self._sums(head), [item for row in rows for item in self._items(row.cells)]
        standing = self._standing(head)
        goods, delivery = split(sums, items)
        if not items:
            items = [Item("", "", "", Decimal(1), 0, None, True)]
        frame = self._frame(head)
        made = [
            self._line(frame, item, Line.PURCHASE if amount > 0 else Line.FREE, amount, tax, standing, 1)
            for item, (amount, tax) in zip(items, goods, strict=True)
        ]
        nothing = Item("", "", "", Decimal(1), 0, None, True)
        if delivery[0]:
            made.append(self._line(frame, nothing, Line.SHIPPING, *delivery, standing, 0))
        if sums.refunded:
            made.append(self._refund(frame, head, sums, standing))
        return _accounted(made, len(rows))

    def _sums(self, head: list[str]) -> Sums:
        total, back = self._totals(head)
        paid, refunded = self._amount(head, total, needed=True), abs(self._amount(head, back))
        tax, delivery = self._amount(head, "tax"), self._amount(head, "shipping")
        own_tax = self._amount(head, "shipping_tax") if self.at["shipping_tax"] >= 0 else None
        if not refunded and self._state(head) in _REFUNDED:
            refunded = paid
        if paid < 0:
            raise BadCell("The total of the order is below zero.")
        with_tax = self._is_with_tax(head, paid, delivery, tax)
        return Sums(paid, min(delivery, paid), own_tax, min(tax, paid), refunded, with_tax)

    def _totals(self, head: list[str]) -> tuple[str, str]:
        """Which columns hold total and refund in the workspace's currency. Raises BadCell where none does."""
        at, ours = self.at, self.rows.currency
        said = head[at["currency"]].strip().upper()
        if said != ours and head[at["converted_currency"]].strip().upper() == ours:
            return "converted_total", "converted_refunded"
        self.rows.check_currency(said)
        return "order_total", "refunded"

    def _is_with_tax(self, head: list[str], paid: int, delivery: int, tax: int) -> bool:
        """Whether prices hold the tax: whichever way the order's own sums fit better."""
        if self.shop.prices != Prices.BY_SUMS:
            return self.shop.prices == Prices.WITH_TAX
        without = self._amount(head, "subtotal") + delivery
        return abs(paid - without) <= abs(paid - without - tax)

    def _amount(self, cells: list[str], name: str, *, needed: bool = False) -> int:
        text = cells[self.at[name]]
        return self.money[text] if needed or text.strip() else 0

    def _state(self, head: list[str]) -> str:
        return "".join(sign for sign in head[self.at["status"]].casefold() if sign.isalnum()).removeprefix("wc")

    def _standing(self, head: list[str]) -> int:
        at, state = self.at, self._state(head)
        if head[at["mode"]].strip().casefold() in ("test", "false") or _TEST.search(head[at["payment"]]):
            return Standing.TEST
        if _TEST.search(head[at["tags"]]):
            return Standing.TEST
        if head[at["cancelled_at"]].strip() or state in _CANCELLED or state in self.shop.unpaid:
            return Standing.CANCELLED
        return Standing.STAFF if _STAFF.search(head[at["tags"]]) else Standing.NORMAL

    def _items(self, cells: list[str]) -> list[Item]:
        """The products of a row: usually one; several where a cell lists them; none on a row about the order only."""
        if self.at["product_list"] >= 0:
            found = (_ITEM.match(part) for part in cells[self.at["product_list"]].split("|"))
            return [self._listed(match[2], int(match[1])) for match in found if match]
        rows, at = self.rows, self.at
        label, sku = rows.labels[cells[at["product_name"]]], rows.products[cells[at["product_id"]]]
        if not label and not sku and not cells[at["unit_price"]].strip() and not cells[at["total"]].strip():
            return []
        quantity = rows.quantities[cells[at["quantity"]]] if cells[at["quantity"]].strip() else Decimal(1)
        own_tax = self._amount(cells, "line_tax") if at["line_tax"] >= 0 else None
        weight = self._weight(cells, quantity) + (own_tax or 0)
        taxed = cells[at["taxable"]].strip().casefold() not in _NO
        return [Item(sku or label, label, rows.labels[cells[at["category"]]], quantity, max(weight, 0), own_tax, taxed)]

    @staticmethod
    def _listed(product: str, quantity: int) -> Item:
        return Item(product[:200], "", "", Decimal(quantity), quantity, None, True)

    def _weight(self, cells: list[str], quantity: Decimal) -> int:
        if cells[self.at["total"]].strip():
            return self._amount(cells, "total")
        price = self.rows.amounts[cells[self.at["unit_price"]]] if cells[self.at["unit_price"]].strip() else Decimal(0)
        whole = int((price * quantity).quantize(self.rows.exponent, ROUND_HALF_UP) * self.rows.units)
        return whole - abs(self._amount(cells, "line_discount"))

    def _frame(self, head: list[str]) -> tuple[Any, ...]:
        """What all lines of an order say alike: order, buyer, when, where."""
        rows, at = self.rows, self.at
        order = rows.orders[head[at["order_id"]]]
        if not order:
            raise BadCell("The order number is missing.")
        external_id, email = rows.customers[head[at["customer_id"]]], rows.emails[head[at["email"]]]
        if external_id == "0" or (email and self.shop.by_email):
            external_id = ""
        when, where = rows.dates[head[at["date"]]], rows.labels[head[at["channel"]]]
        return order, external_id, email, self._name(head), rows.told(head), when, where, rows.detailed(head)

    def _name(self, head: list[str]) -> str:
        at, labels = self.at, self.rows.labels
        parts = labels[head[at["first_name"]]], labels[head[at["last_name"]]]
        return labels[head[at["name"]]] or " ".join(part for part in parts if part)

    def _refund(self, frame: tuple[Any, ...], head: list[str], sums: Sums, standing: int) -> tuple[Any, ...]:
        """Money back as one line, with its share of the tax, on the day it went back if the export says so."""
        tax = round(Decimal(sums.tax * sums.refunded) / sums.paid) if sums.paid else 0
        when = head[self.at["refunded_at"]]
        if when.strip():
            frame = (*frame[:5], self.rows.dates[when], *frame[6:])
        nothing = Item("", "", "", Decimal(0), 0, None, True)
        return self._line(frame, nothing, Line.RETURN, -sums.refunded, -tax, standing, 0)

    def _line(
        self, frame: tuple[Any, ...], item: Item, kind: Line, amount: int, tax: int, standing: int, rows: int
    ) -> tuple[Any, ...]:
        order, external_id, email, name, traits, happened_at, channel, details = frame
        told = (self.shop.key, order, external_id, email, happened_at, item.product, item.quantity, amount, tax)
        content = "\x1f".join(map(str, (*told, int(standing), int(kind))))
        return (
            kind.value, order, external_id, email, name, traits, happened_at, item.product, item.label, item.category,
            channel, float(item.quantity), amount, blake2b(content.encode(), digest_size=16).digest(),
            details, tax, int(standing), rows,
        )  # fmt: skip


def split(sums: Sums, items: list[Item]) -> tuple[list[tuple[int, int]], tuple[int, int]]:
    """(amount with tax, tax) of each item, and of the delivery. All amounts together are what was paid.

    An order without items has its goods on one line.
    """
    items = items or [Item("", "", "", Decimal(1), 1, None, True)]
    if sums.delivery_tax is not None:
        delivery = min(sums.delivery + sums.delivery_tax, sums.paid), sums.delivery_tax
        amounts = shared(sums.paid - delivery[0], [item.weight for item in items])
        return list(zip(amounts, _taxes(sums.tax - delivery[1], items, amounts), strict=True)), delivery
    without = 0 if sums.with_tax else sums.tax
    plain = shared(sums.paid - without - min(sums.delivery, sums.paid - without), [item.weight for item in items])
    fee = min(sums.delivery, sums.paid - without)
    taxes = shared(sums.tax, [*_taxed(items, plain), fee]) if sums.tax else [0] * (len(items) + 1)
    added = [0] * len(taxes) if sums.with_tax else taxes
    amounts = [amount + more for amount, more in zip(plain, added, strict=False)]
    return list(zip(amounts, taxes, strict=False)), (fee + added[-1], taxes[-1])


def _taxes(tax: int, items: list[Item], amounts: list[int]) -> list[int]:
    own = [max(item.tax or 0, 0) for item in items]
    return shared(tax, own if any(own) else _taxed(items, amounts)) if tax else [0] * len(items)


def _taxed(items: list[Item], amounts: list[int]) -> list[int]:
    """The amounts that carry tax; all of them where none is marked so."""
    marked = [amount if item.is_taxed else 0 for item, amount in zip(items, amounts, strict=True)]
    return marked if any(marked) else amounts


def _accounted(lines: list[tuple[Any, ...]], rows: int) -> list[tuple[Any, ...]]:
    """The lines, each standing for a row of the file, the first for whatever is left: together all rows."""
    left = rows
    answer = []
    for line in lines:
        share = min(line[-1], left)
        left -= share
        answer.append((*line[:-1], share))
    if left:
        answer[0] = (*answer[0][:-1], answer[0][-1] + left)
    return answer
