"""What we read from a file, said in sentences: before the import, and after it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from accounts.templatetags.words import count, day, money
from customers import parsing
from customers.mapping import FIELDS, IGNORE
from customers.models.source import Import
from customers.parsing import BadCell, Moments


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


def rows_as_read(import_: Import) -> list[list[str]]:
    """The sample, each cell in the way we read it."""
    fields = [import_.mapping.get(column, IGNORE) for column in import_.reading["shape"]["columns"]]
    return [
        [_example(import_, field, cell) if cell.strip() else "" for field, cell in zip(fields, row, strict=True)]
        for row in import_.reading["sample"]
    ]


def _heard(import_: Import, place: int, column: str) -> Heard:
    field = import_.mapping.get(column, IGNORE)
    first = next((row[place] for row in import_.reading["sample"] if row[place].strip()), "")
    return Heard(place, column, field, FIELDS[field], _example(import_, field, first) if first else "")


def _example(import_: Import, field: str, cell: str) -> str:
    options = import_.options
    try:
        if field == "date" and options.get("date"):
            return _day(cell, options["date"], ZoneInfo(import_.workspace.timezone))
        if field in ("unit_price", "total"):
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
        (counts.get("return_lines"), "lines are goods that came back, worth " + _worth(counts, "returns_value")),
        (counts.get("lines_without_customer"), "lines name no customer; they are kept and counted apart"),
        (counts.get("free_lines"), "lines cost nothing; they count as given, not as bought"),
        (counts.get("correction_lines"), "lines are corrections without goods"),
    ]
    return [f"**{count(number)}** {words}." for number, words in said if number]


def _worth(counts: dict[str, Any], name: str) -> str:
    return money(Decimal(counts.get(name, "0")), counts.get("currency", "EUR"))
