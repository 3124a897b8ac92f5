"""What one customer did: line by line, and order by order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts.models.workspace import Workspace
from customers import engine, money, profiling
from customers.counting import STANDINGS
from customers.engine import Relations, parse
from customers.models.customer import Customer
from customers.models.event import Code
from customers.schema import Line

ODD = {int(standing): name for name, standing in STANDINGS.items()}
KINDS = {
    Line.OTHER: "other",
    Line.PURCHASE: "purchase",
    Line.RETURN: "return",
    Line.FREE: "free",
    Line.CORRECTION: "correction",
    Line.SHIPPING: "shipping",
}

COUNT = "SELECT count(*) AS n FROM log WHERE number = :number"
LINES = """
    SELECT happened_at, event, line, "order", occurrence, product, quantity, amount, standing
    FROM log WHERE number = :number ORDER BY happened_at DESC, occurrence DESC, product"""
NEWEST = """
    SELECT happened_at, event, line, "order", occurrence, product, quantity, amount, standing
    FROM (
        SELECT *, dense_rank() OVER (ORDER BY began DESC, occurrence DESC) AS place
        FROM (SELECT *, min(happened_at) OVER (PARTITION BY occurrence) AS began FROM log WHERE number = :number)
    ) WHERE place <= :newest ORDER BY place, amount DESC, product"""


@dataclass(frozen=True)
class Deed:
    """One line of an order, or one other event, with its codes read."""

    happened_at: datetime
    event: str
    kind: str
    order: str | None
    occurrence: int
    product: str | None
    product_name: str | None
    quantity: float | None
    amount: Decimal | None
    standing: str = ""  # cancelled, test or staff; empty for an order like any other


@dataclass(frozen=True)
class Occasion:
    """An order (or a return, or another event) with its lines."""

    happened_at: datetime
    kind: str
    order: str | None
    deeds: list[Deed]

    @property
    def standing(self) -> str:
        return self.deeds[0].standing

    @property
    def amount(self) -> Decimal:
        return sum((deed.amount for deed in self.deeds if deed.amount), Decimal(0))


def deeds(
    workspace: Workspace, customer: Customer, *, as_of: datetime, start: int, size: int
) -> tuple[list[Deed], int]:
    """One page of what a customer did, newest first, and how much there is in all."""
    relations = profiling.relations(workspace, as_of)
    mine = {"number": customer.number}
    count = engine.query(workspace, parse(COUNT), mine, relations=relations)
    page = parse(LINES).limit(size).offset(start)
    rows = engine.query(workspace, page, mine, relations=relations).to_pylist()
    return read(workspace, rows), count["n"][0].as_py()


def occasions(workspace: Workspace, customer: Customer, *, relations: Relations, newest: int) -> list[Occasion]:
    """The newest orders and other events of a customer, each with its lines."""
    values = {"number": customer.number, "newest": newest}
    rows = engine.query(workspace, parse(NEWEST), values, relations=relations).to_pylist()
    return _together(read(workspace, rows))


def _together(found: Iterable[Deed]) -> list[Occasion]:
    by_occasion: dict[int, list[Deed]] = {}
    for deed in found:
        by_occasion.setdefault(deed.occurrence, []).append(deed)
    return [Occasion(group[0].happened_at, _kind(group), group[0].order, group) for group in by_occasion.values()]


def _kind(group: list[Deed]) -> str:
    kinds = {deed.kind for deed in group}
    return next((kind for kind in ("purchase", "return", "correction", "free") if kind in kinds), "other")


def read(workspace: Workspace, rows: list[dict[str, Any]]) -> list[Deed]:
    """The codes of the rows as the words they stand for."""
    words = _words(workspace, rows)
    return [_deed(row, words, workspace.currency) for row in rows]


def _deed(row: dict[str, Any], words: dict[tuple[str, int], Code], currency: str) -> Deed:
    event, order, product = (words.get((kind, row[kind])) for kind in ("event", "order", "product"))
    return Deed(
        happened_at=row["happened_at"],
        event=event.value if event else "",
        kind=KINDS[Line(row["line"] or 0)],
        order=order.value if order else None,
        occurrence=row["occurrence"],
        product=product.value if product else None,
        product_name=(product.label or product.value) if product else None,
        quantity=row["quantity"],
        amount=money.from_minor(row["amount"], currency),
        standing=ODD.get(row["standing"] or 0, ""),
    )


def _words(workspace: Workspace, rows: list[dict[str, Any]]) -> dict[tuple[str, int], Code]:
    found: dict[tuple[str, int], Code] = {}
    for kind in (Code.Kind.EVENT, Code.Kind.ORDER, Code.Kind.PRODUCT):
        codes = {row[kind.value] for row in rows if row[kind.value] is not None}
        known = Code.objects.in_workspace(workspace).filter(kind=kind, code__in=codes)
        found |= {(kind.value, code.code): code for code in known}
    return found
