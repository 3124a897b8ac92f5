"""What we read from a file, said in sentences: before the import, and after it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from accounts.templatetags.words import count, day, money
from customers import parsing
from customers.mapping import AGREES, FIELDS, IGNORE, OF_ORDERS, STOPS, TRAIT, normal
from customers.models.source import Import
from customers.parsing import BadCell, Moments

MONEY = {
    "unit_price", "total", "order_total", "subtotal", "shipping", "shipping_tax", "tax", "refunded", "line_tax",
    "line_discount", "converted_total", "converted_refunded",
}  # fmt: skip


IN_ITS_OWN = ("order_total", "refunded")  # in the currency of the row, where another column says it in ours
TELLING = ("date", "order_id", "email", "customer_id", "order_total", "total", "unit_price")  # what people check
FIRST = (*TELLING, "product_name", "refunded", "cancelled_at", TRAIT)
MANY = 10  # columns; of more, those that people check stand first


@dataclass(frozen=True)
class Heard:
    """One column: what we take it for, and how its first cell reads."""

    place: int
    column: str
    field: str
    meaning: str
    example: str


def heard(import_: Import) -> list[Heard]:
    """Every column of the file in its order."""
    columns = import_.reading["shape"]["columns"]
    return [_heard(import_, place, column) for place, column in enumerate(columns)]


def first_and_more(columns: list[Heard]) -> tuple[list[Heard], list[Heard]]:
    """The columns that are read: those that people check, and the others where there are many."""
    used = [column for column in columns if column.field != IGNORE]
    if len(used) <= MANY:
        return used, []
    totals = any(column.field == "order_total" for column in used)
    first = [column for column in used if column.field in FIRST and not (totals and column.field == "unit_price")]
    first.sort(key=lambda column: FIRST.index(column.field))
    return first[:MANY], [column for column in used if column not in first[:MANY]]


def shown(import_: Import) -> list[Heard]:
    """The columns whose rows are shown: of a shop's export only those that are read."""
    return [column for column in heard(import_) if column.field != IGNORE or not import_.options.get("shop")]


def rows_as_read(import_: Import) -> list[list[str]]:
    """The sample, each cell in the way we read it, in the columns of `shown`."""
    columns = shown(import_)
    return [
        [_example(import_, column.field, row[column.place]) if row[column.place].strip() else "" for column in columns]
        for row in import_.reading["sample"]
    ]


def _heard(import_: Import, place: int, column: str) -> Heard:
    field = import_.mapping.get(column, IGNORE)
    first = next((row[place] for row in import_.reading["sample"] if row[place].strip()), "")
    return Heard(place, column, field, _meaning(column, field), _example(import_, field, first) if first else "")


def fields_of(import_: Import) -> dict[str, str]:
    """What a column of this file may be, field -> words."""
    return FIELDS | OF_ORDERS if import_.options.get("shop") else FIELDS


def _meaning(column: str, field: str) -> str:
    if field == TRAIT and normal(column) in AGREES | STOPS:
        return "whether you may write to them"
    return (FIELDS | OF_ORDERS)[field]


def _example(import_: Import, field: str, cell: str) -> str:
    options = import_.options
    try:
        if field in ("date", "refunded_at", "cancelled_at") and options.get("date"):
            return _day(cell, options["date"], ZoneInfo(import_.workspace.timezone))
        if field in MONEY and not (field in IN_ITS_OWN and "converted_total" in import_.mapping.values()):
            return money(parsing.number(cell, decimal=options["decimal"]), import_.workspace.currency)
        if field in ("quantity",):
            return f"{parsing.number(cell, decimal=options['decimal']):f}"
        return parsing.identity(cell, whole=field in options.get("whole", ()))[:60]
    except BadCell:
        return cell[:60]


def _day(cell: str, style: str, zone: ZoneInfo) -> str:
    latest = datetime(9999, 1, 1, tzinfo=UTC) - timedelta(days=2)
    moment = parsing.EPOCH + timedelta(microseconds=Moments(style, zone, latest=latest).read(cell))
    return day(moment, zone.key)


def as_last_time(import_: Import) -> str:
    """What a file was read as without asking, as one sentence with its **columns** marked."""
    first, _ = first_and_more(heard(import_))
    told = [f"**{column.column}** as {column.meaning}" for column in first if column.field in TELLING]
    return f"We read it as last time: {', '.join(told)}."


def outcome(import_: Import) -> str:
    """What came in, as one sentence with its **figures** marked."""
    counts = import_.counts
    if not counts.get("accepted"):
        return f"All **{count(counts.get('rows', 0))} lines** were there already. Nothing was added, nothing changed."
    worth = money(Decimal(counts["gross_revenue"]), counts["currency"])
    return (
        f"We count **{count(counts['orders'])} orders** from **{count(counts['buyers'])} customers** worth **{worth}**."
    )


LEFT_OUT = [  # count, what one is, what several are, the worth that is said with it
    (
        "return_lines",
        "line is goods or money that went back",
        "lines are goods or money that went back",
        "returns_value",
    ),
    ("cancelled_orders", "order was cancelled or never paid", "orders were cancelled or never paid", "cancelled_worth"),
    ("test_orders", "order is a test", "orders are tests", "test_worth"),
    ("staff_orders", "order is of your own staff", "orders are of your own staff", "staff_worth"),
    ("lines_without_customer", "line names no customer", "lines name no customer; they are kept and counted apart", ""),
    ("free_lines", "line cost nothing", "lines cost nothing; they count as given, not as bought", ""),
    ("correction_lines", "line is a correction without goods", "lines are corrections without goods", ""),
    (
        "orders_renewed",
        "order changed since the last file; it counts as it is now",
        "orders changed since the last file; they count as they are now",
        "",
    ),
    (
        "orders_left_as_known",
        "order looks different here, but this file ends earlier than what we have, so it stays as it is",
        "orders look different here, but this file ends earlier than what we have, so they stay as they are",
        "",
    ),
]


def left_out(import_: Import) -> list[str]:
    """What stands apart from the orders, one sentence each."""
    counts = import_.counts
    return [
        f"**{count(counts[name])}** {one if counts[name] == 1 else several}"
        + (f", worth {_worth(counts, worth)}." if worth else ".")
        for name, one, several, worth in LEFT_OUT
        if counts.get(name)
    ]


def _worth(counts: dict[str, Any], name: str) -> str:
    return money(Decimal(counts.get(name, "0")), counts.get("currency", "EUR"))
