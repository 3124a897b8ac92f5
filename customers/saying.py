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


TELLING = ("date", "order_id", "email", "customer_id", "order_total", "total", "unit_price")  # what people check


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
        if field in ("date", "refunded_at") and options.get("date"):
            return _day(cell, options["date"], ZoneInfo(import_.workspace.timezone))
        if field in MONEY:
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
    told = [f"**{column.column}** as {column.meaning}" for column in heard(import_) if column.field in TELLING]
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


def left_out(import_: Import) -> list[str]:
    """What stands apart from the orders, one sentence each."""
    counts = import_.counts
    said = [
        (
            counts.get("return_lines"),
            "lines are goods or money that went back, worth " + _worth(counts, "returns_value"),
        ),
        (counts.get("cancelled_orders"), "orders were cancelled or never paid: " + _worth(counts, "cancelled_worth")),
        (counts.get("test_orders"), "orders are tests: " + _worth(counts, "test_worth")),
        (counts.get("staff_orders"), "orders are your own staff's: " + _worth(counts, "staff_worth")),
        (counts.get("lines_without_customer"), "lines name no customer; they are kept and counted apart"),
        (counts.get("free_lines"), "lines cost nothing; they count as given, not as bought"),
        (counts.get("correction_lines"), "lines are corrections without goods"),
        (counts.get("orders_renewed"), "orders changed since the last file; they count as they are now"),
        (
            counts.get("orders_left_as_known"),
            "orders look different here, but this file ends earlier than what we have; they stay as they are",
        ),
    ]
    return [f"**{count(number)}** {words}." for number, words in said if number]


def _worth(counts: dict[str, Any], name: str) -> str:
    return money(Decimal(counts.get(name, "0")), counts.get("currency", "EUR"))
