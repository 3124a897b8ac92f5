"""Who is in, as a CSV that spreadsheets cannot be tricked with.

A text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP ASVS 5, V1.2.10);
numbers stay numbers. Lines are made while they are sent.
"""

import csv
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from typing import Any

from django.http import StreamingHttpResponse

from accounts import auditing
from accounts.models.user import User
from customers import profiling
from customers.models.customer import Customer
from segments.models.segment import Segment
from segments.remembering import newest_members

DANGEROUS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20|%")
SKIPPED = " \t\r\n\0\u00a0\ufeff"
FIGURES = ["orders", "revenue", "last_order_at", "recency_days", "main_segment"]
CHUNK = 2000


def export(segment: Segment, *, as_of: datetime, by: User | None) -> Iterator[str]:
    """The lines of the file, header first. Writes down who took it, and how many people it holds."""
    numbers = list(newest_members(segment))
    sentence = f"Exported {len(numbers):,} people of “{segment.name}”."
    auditing.record(segment.workspace, by, "segments.exported", sentence, subject=segment.pk, people=len(numbers))
    return lines(segment, numbers, as_of)


def lines(segment: Segment, numbers: list[int], as_of: datetime) -> Iterator[str]:
    """One line per person: who they are, what we were told, the figures most lists need."""
    workspace = segment.workspace
    figures = profiling.frame(workspace, FIGURES, as_of)
    traits = sorted({name.removeprefix("trait:") for name in _traits(segment)})
    yield line(["id", "customer_id", "email", "name", *traits, *FIGURES])
    for start in range(0, len(numbers), CHUNK):
        part = numbers[start : start + CHUNK]
        rows = Customer.objects.in_workspace(workspace).filter(number__in=part).order_by("number")
        known = figures.reindex(part)
        for customer in rows:
            told = [customer.traits.get(name) for name in traits]
            counted = [_plain(known.at[customer.number, name]) for name in FIGURES]
            yield line([str(customer.pk), customer.external_id, customer.email, customer.name, *told, *counted])


def answer(segment: Segment, lines: Iterator[str]) -> StreamingHttpResponse:
    """The file as an answer that is sent while it is made."""
    sent = StreamingHttpResponse((line.encode() for line in lines), content_type="text/csv; charset=utf-8")
    name = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in segment.name.lower()).strip("-")
    sent["Content-Disposition"] = f'attachment; filename="{name or "segment"}.csv"'
    return sent


def line(cells: list[Any]) -> str:
    """One line of the file, safe to open anywhere."""
    written = StringIO()
    csv.writer(written, lineterminator="\r\n").writerow([safe(cell) for cell in cells])
    return written.getvalue()


def safe(cell: Any) -> str:
    """A cell as text. Numbers as they are; texts that look like a formula behind an apostrophe.

    >>> safe(-5.2), safe("=1+1"), safe("+49 30"), safe(None)
    ('-5.2', "'=1+1", "'+49 30", '')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return str(cell)
    text = str(cell).replace("\0", "")
    start = text.lstrip(SKIPPED)
    return f"'{text}" if start[:1] in DANGEROUS and start else text


def _traits(segment: Segment) -> list[str]:
    from customers.features import catalogue

    return list(catalogue.traits(segment.workspace))


def _plain(value: Any) -> Any:
    """A figure of a frame: nothing for not known, whole numbers without a point, moments as days."""
    if value is None or value != value:
        return None
    if hasattr(value, "isoformat"):
        return value.date().isoformat()
    if isinstance(value, str):
        return value
    number = float(value)
    return int(number) if number == int(number) else round(number, 2)
