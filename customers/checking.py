"""The first pass: every row of a file is parsed, checked and staged, without the database.

Good rows go to a staged Parquet file (STAGED), bad ones to a CSV with their line, the reason and the
cells as they were, so that they can be mended and brought again.
"""

import csv
import io
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from customers import reading
from customers.parsing import BadCell, Moments
from customers.reading import CELL_LIMIT, Shape
from customers.shops import gathering
from customers.shops.unfolding import OrderReader
from customers.understanding import PLAIN, STAGED, Checked, Plan, RowReader

AT_ONCE = 20_000  # rows
SPEAK = 1.0  # seconds between two words about progress
TELLING = 2_000  # rows after which a file of mostly bad rows is given up


class MostlyBad(Exception):
    """More than half of the rows were refused: the mapping is wrong, and nothing is kept."""


def check(path: Path, plan: Plan, *, staged: Path, rejects: Path, told: Callable[[int], None]) -> Checked:
    """Read the whole file; `told` hears how many rows were read, at most once a second.

    Raises Unreadable (the file), MostlyBad (the mapping).
    """
    seen = Checked()
    by_rows = _check_orders if plan.options.get("shop") else _check_rows
    with pq.ParquetWriter(staged, STAGED, compression="lz4") as writer, Rejects(rejects, plan.shape) as refused:
        moments = by_rows(path, plan, seen, writer, refused, Speaking(told))
    _judge(seen)
    seen.warnings += _warnings(seen, moments, plan)
    return seen


def _check_rows(
    path: Path, plan: Plan, seen: Checked, writer: pq.ParquetWriter, refused: "Rejects", speaking: "Speaking"
) -> Moments:
    """A table of somebody's own: every row is a line."""
    reader = RowReader(plan, seen)
    batch: list[tuple[Any, ...]] = []
    for line, cells, flawed in reading.rows(path, plan.shape):
        seen.rows += 1
        width = len(cells)
        try:
            batch.append(reader.read(cells, flawed))
        except BadCell as problem:
            _refuse(seen, refused, line, cells[:width], str(problem))
        if len(batch) >= AT_ONCE:
            _write(writer, batch, PLAIN)
        if not seen.rows % 1_000:
            speaking.about(seen.rows)
    _write(writer, batch, PLAIN)
    return reader.moments


def _check_orders(
    path: Path, plan: Plan, seen: Checked, writer: pq.ParquetWriter, refused: "Rejects", speaking: "Speaking"
) -> Moments:
    """The export of a shop: rows become orders, orders become lines."""
    reader = OrderReader(plan, seen)
    batch: list[tuple[Any, ...]] = []
    apart = gathering.scattered(reading.rows(path, plan.shape), reader.key)
    for rows in gathering.orders(reading.rows(path, plan.shape), reader.key, apart):
        seen.rows += len(rows)
        taken = reader.read(rows)
        batch += taken.lines
        for row, reason in taken.refused:
            _refuse(seen, refused, row.line, row.cells[: row.width], reason)
        if len(batch) >= AT_ONCE:
            _write(writer, batch)
        speaking.about(seen.rows)
    _write(writer, batch)
    return reader.rows.moments


class Speaking:
    """Says how far we are, at most once a second."""

    def __init__(self, told: Callable[[int], None]) -> None:
        self.told, self.spoken = told, time.monotonic()

    def about(self, rows: int) -> None:
        if time.monotonic() - self.spoken > SPEAK:
            self.told(rows)
            self.spoken = time.monotonic()


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


def _warnings(seen: Checked, moments: Moments, plan: Plan) -> list[str]:
    said = list(plan.shape.notes)
    if seen.short:
        said.append(f"{seen.short:,} rows are shorter than the header; what is missing was read as empty.")
    if moments.twice_or_never:
        said.append(f"{moments.twice_or_never:,} local times fall into a clock change; we took the first.")
    return said


def _write(writer: pq.ParquetWriter, batch: list[tuple[Any, ...]], alike: tuple[int, ...] = ()) -> None:
    """Write and empty the batch; `alike` are the values that its last columns hold in every line."""
    if batch:
        columns = zip(*batch, strict=True)
        arrays = [pa.array(values, kind.type) for values, kind in zip(columns, STAGED, strict=False)]
        for value in alike:
            arrays.append(pa.repeat(pa.scalar(value, STAGED[len(arrays)].type), len(batch)))
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
