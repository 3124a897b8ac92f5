"""The first pass: every row of a file is parsed, checked and staged, without the database.

Good rows go to a staged Parquet file (STAGED), bad ones to a CSV with their line, the reason and the
cells as they were, so that they can be mended and brought again.
"""

import csv
import io
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from customers import mapping as columns_of
from customers import money, parsing, reading
from customers.mapping import TRAIT
from customers.parsing import BadCell, Memo, Moments
from customers.reading import CELL_LIMIT, Shape
from customers.schema import Line

AT_ONCE = 20_000  # rows
SPEAK = 1.0  # seconds between two words about progress
TELLING = 2_000  # rows after which a file of mostly bad rows is given up

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
        ("content", pa.binary(16)),  # the same for equal lines
    ]
)


class MostlyBad(Exception):
    """More than half of the rows were refused: the mapping is wrong, and nothing is kept."""


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


def check(path: Path, plan: Plan, *, staged: Path, rejects: Path, told: Callable[[int], None]) -> Checked:
    """Read the whole file; `told` hears how many rows were read, at most once a second.

    Raises Unreadable (the file), MostlyBad (the mapping).
    """
    seen = Checked()
    reader = RowReader(plan, seen)
    batch: list[tuple[Any, ...]] = []
    spoken = time.monotonic()
    with pq.ParquetWriter(staged, STAGED, compression="lz4") as writer, Rejects(rejects, plan.shape) as refused:
        for line, cells, flawed in reading.rows(path, plan.shape):
            seen.rows += 1
            width = len(cells)
            try:
                batch.append(reader.read(cells, flawed))
            except BadCell as problem:
                _refuse(seen, refused, line, cells[:width], str(problem))
            if len(batch) >= AT_ONCE:
                _write(writer, batch)
            if not seen.rows % 1_000 and time.monotonic() - spoken > SPEAK:
                told(seen.rows)
                spoken = time.monotonic()
        _write(writer, batch)
    _judge(seen)
    seen.warnings += _warnings(seen, reader, plan)
    return seen


def _refuse(seen: Checked, refused: "Rejects", line: int, cells: list[str], reason: str) -> None:
    seen.rejected += 1
    seen.first_problem = seen.first_problem or f"line {line:,}: {reason}"
    refused.write(line, reason, cells)
    if seen.rows >= TELLING and seen.rejected > 0.9 * seen.rows:
        _judge(seen)


def _judge(seen: Checked) -> None:
    if not seen.rows:
        raise reading.Unreadable(f"The file has column names but no rows. {reading.ACCEPTED}")
    if 2 * seen.rejected > seen.rows:
        raise MostlyBad(
            f"{seen.rejected:,} of {seen.rows:,} rows could not be read, so the columns are probably matched wrongly. "
            f"The first problem is in {seen.first_problem} Nothing was stored. Please check which column is what."
        )


def _warnings(seen: Checked, reader: "RowReader", plan: Plan) -> list[str]:
    said = list(plan.shape.notes)
    if seen.short:
        said.append(f"{seen.short:,} rows are shorter than the header; what is missing was read as empty.")
    if reader.moments.twice_or_never:
        said.append(f"{reader.moments.twice_or_never:,} local times fall into a clock change; we took the first.")
    return said


def _write(writer: pq.ParquetWriter, batch: list[tuple[Any, ...]]) -> None:
    if batch:
        columns = zip(*batch, strict=True)
        arrays = [pa.array(values, kind.type) for values, kind in zip(columns, STAGED, strict=True)]
        writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=STAGED))
        batch.clear()


class Rejects:
    """The refused rows as they came, with line and reason in front; made when there is a first one.

    A cell that a spreadsheet would run as a formula gets an apostrophe in front.
    """

    def __init__(self, path: Path, shape: Shape) -> None:
        self.path, self.shape = path, shape
        self.file: io.TextIOWrapper | None = None

    def __enter__(self) -> "Rejects":
        return self

    def __exit__(self, *problem: object) -> None:
        if self.file:
            self.file.close()

    def write(self, line: int, reason: str, cells: Sequence[str]) -> None:
        if self.file is None:
            self.file = self.path.open("w", encoding="utf-8", errors="replace", newline="")
            self.writer = csv.writer(self.file)
            self.writer.writerow(["line", "reason", *map(harmless, self.shape.columns)])
        self.writer.writerow([line, reason, *(harmless(cell[:CELL_LIMIT]) for cell in cells)])


def harmless(cell: str) -> str:
    """The cell, unable to act as a formula; plain negative numbers stay as they are."""
    if cell[:1] in ("=", "@", "\t", "\r") or (cell[:1] in ("+", "-") and not cell[1:2].isdigit()):
        return f"'{cell}"
    return cell


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
        self.at = {name: plan.shape.columns.index(fields[name]) if name in fields else -1 for name in columns_of.ONCE}
        details = [column for column, name in plan.mapping.items() if name == TRAIT]
        self.trait_at = {trait_name(column): plan.shape.columns.index(column) for column in details}
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
        self._measure(cells, flawed)
        at = self.at
        happened_at = self.dates[cells[at["date"]]]
        external_id, email = self.customers[cells[at["customer_id"]]], self.emails[cells[at["email"]]]
        order = self._order(cells, external_id or email, happened_at)
        quantity, price, amount = self.values[cells[at["quantity"]], cells[at["unit_price"]], cells[at["total"]]]
        if at["currency"] >= 0:
            self._check_currency(cells[at["currency"]])
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
            self._told(cells),
            happened_at,
            product,
            label,
            self.labels[cells[at["category"]]],
            self.labels[cells[at["channel"]]],
            float(quantity),
            amount,
            blake2b(content.encode(), digest_size=16).digest(),
        )

    def _measure(self, cells: list[str], flawed: bool) -> None:
        if flawed:
            raise BadCell("The row holds a control character or bytes that are not text.")
        if len(cells) > self.width:
            raise BadCell(f"The row has {len(cells)} cells, the header has {self.width}.")
        if len(cells) < self.width:
            self.seen.short += 1
            cells.extend([""] * (self.width - len(cells)))
        if any(len(cell) > CELL_LIMIT for cell in cells):
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

    def _check_currency(self, text: str) -> None:
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

    def _told(self, cells: list[str]) -> str:
        if not self.trait_at:
            return "{}"
        return self.traits[tuple((name, self.labels[cells[at]]) for name, at in self.trait_at.items())]


def trait_name(column: str) -> str:
    """`Loyalty Tier` -> `loyalty_tier`."""
    return "_".join("".join(c if c.isalnum() else " " for c in column.casefold()).split())[:80] or "detail"


def _as_json(pairs: tuple[tuple[str, str], ...]) -> str:
    return json.dumps(dict(pairs))
