"""What the figures do not count, and why: counted by reason, and each with its rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from accounts.models.workspace import Workspace
from customers import engine, money, profiling, retracing
from customers.checking import harmless
from customers.counting import STANDINGS, Choice
from customers.engine import Relations, Tree, parse
from customers.models.source import Import
from customers.retracing import Deed

REASONS = {
    "nobody": "Lines without a customer: nobody knows who bought, so they belong to no segment.",
    "buyer": "Lines of buyers whom you left out.",
    "cancelled": "Orders that were cancelled, with what was paid back for them.",
    "test": "Orders that somebody made to try the shop.",
    "staff": "Orders of your own people.",
    "free": "Lines at price 0: samples and gifts are no purchases.",
    "correction": "Corrections without goods, such as a bad debt.",
    "refused": "Rows that could not be read. Each is kept with its reason, to be mended and dropped again.",
}
PARTS = {"returns": 2, "shipping": 5}  # lines that a switch takes off; see customers.schema.Line
REASON = """
    CASE WHEN number IS NULL THEN 'nobody' WHEN number IN (SELECT number FROM left_out) THEN 'buyer'
        WHEN standing = 1 THEN 'cancelled' WHEN standing = 2 THEN 'test' WHEN standing = 3 THEN 'staff'
        WHEN line = 3 THEN 'free' WHEN line = 4 THEN 'correction' END"""
BY_REASON = """
    SELECT reason, count(*) AS lines, count(DISTINCT "order") AS orders, CAST(sum(amount) AS BIGINT) AS amount
    FROM (SELECT {reason} AS reason, "order", amount FROM log WHERE line > 0
        AND (number IS NULL OR line IN (3, 4) OR standing > 0 OR number IN (SELECT number FROM left_out))) AS odd
    GROUP BY 1"""
COLUMNS = 'happened_at, event, line, "order", occurrence, product, quantity, amount, tax, standing'
ROWS = """
    SELECT {columns} FROM log WHERE line > 0 AND {reason} = :reason
    ORDER BY happened_at DESC, occurrence, product"""
ROWS_OF_PART = """
    SELECT {columns} FROM events WHERE line = :line AND NOT number IS NULL
    ORDER BY happened_at DESC, occurrence, product"""
AT_ONCE = 2_000
HEADER = ["date", "order", "product_number", "product", "quantity", "amount", "tax", "kind", "standing"]


@dataclass(frozen=True)
class LeftOut:
    """What the figures do not count, and why."""

    reason: str
    lines: int
    orders: int | None = None
    amount: Decimal | None = None

    @property
    def sentence(self) -> str:
        return REASONS[self.reason]


def odd_lines(workspace: Workspace, relations: Relations, left_out: tuple[int, ...]) -> list[LeftOut]:
    """What may not count, by reason, whatever the switches say."""
    found = engine.query(
        workspace, parse(BY_REASON.format(reason=REASON)), relations=_with(relations, left_out)
    ).to_pylist()
    return [
        LeftOut(row["reason"], row["lines"], row["orders"], money.from_minor(row["amount"], workspace.currency))
        for row in found
    ]


def left_out(odd: Iterable[LeftOut], choice: Choice) -> list[LeftOut]:
    """What does not count by a choice, the most lines first."""
    counted = {name for name in STANDINGS if getattr(choice, name) == "with"}
    return sorted((entry for entry in odd if entry.reason not in counted), key=lambda entry: -entry.lines)


def refused(imports: list[Import]) -> list[LeftOut]:
    """The rows of files that could not be read."""
    rows = sum(import_.counts.get("rejected", 0) for import_ in imports)
    return [LeftOut("refused", rows)] if rows else []


def _with(relations: Relations, numbers: tuple[int, ...]) -> Relations:
    relations["left_out"] = pa.table({"number": pa.array(numbers, pa.uint32())})
    return relations


def has_rows(reason: str) -> bool:
    """Whether there is a list of lines for it."""
    return reason in PARTS or (reason in REASONS and reason != "refused")


def rows(workspace: Workspace, reason: str, *, as_of: datetime, choice: Choice) -> pa.Table:
    """Every line that is left out for a reason, or that a switch takes off; the newest first."""
    counts = choice.but(shipping="with", tax="with")
    relations = _with(profiling.relations(workspace, as_of, choice=counts), choice.left_out)
    tree: Tree = parse((ROWS_OF_PART if reason in PARTS else ROWS).format(columns=COLUMNS, reason=REASON))
    return engine.query(workspace, tree, {"reason": reason, "line": PARTS.get(reason, 0)}, relations=relations)


def first(workspace: Workspace, found: pa.Table, size: int) -> list[tuple[Deed, Decimal | None]]:
    """The first rows with their words and their tax."""
    told = found.slice(0, size).to_pylist()
    taxes = [money.from_minor(row["tax"], workspace.currency) for row in told]
    return list(zip(retracing.read(workspace, told), taxes, strict=True))


def lines(workspace: Workspace, found: pa.Table) -> Iterator[list[str]]:
    """The rows as cells that no spreadsheet takes for a formula, header first."""
    zone = ZoneInfo(workspace.timezone)
    yield HEADER
    for start in range(0, found.num_rows, AT_ONCE):
        for deed, tax in first(workspace, found.slice(start), AT_ONCE):
            cells: list[Any] = [
                deed.happened_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"), deed.order, deed.product,
                deed.product_name, deed.quantity, deed.amount, tax, deed.kind, deed.standing,
            ]  # fmt: skip
            yield [harmless("" if cell is None else str(cell)) for cell in cells]
