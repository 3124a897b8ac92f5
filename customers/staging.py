"""The second pass: staged lines become event files, with numbers for people and codes for words.

Nothing here is in force yet: `prepare` writes customers, codes and files, and importing.py puts the
files in force. Staged lines are read a row group at a time, so that memory stays bounded.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from accounts.models.workspace import Workspace
from customers import recording
from customers.coding import codes_for
from customers.identifying import Known, Told, Who, identify
from customers.models.customer import Customer
from customers.models.event import Code
from customers.models.source import Import
from customers.models.trait import Trait
from customers.recording import Manifest, NewFile
from customers.renewing import Renewal, renewed
from customers.schema import Line
from customers.tallying import Tally

ROWS = 20_000  # read at once
LINES_PER_FILE = 140_000
APART = "\x1f"  # between the customer number and the address of a line
EVENT_NAMES = {
    Line.PURCHASE: "Order Completed",
    Line.FREE: "Order Completed",
    Line.RETURN: "Order Refunded",
    Line.CORRECTION: "Order Adjusted",
    Line.SHIPPING: "Order Completed",
}
WORDS = {
    Code.Kind.ORDER: "order",
    Code.Kind.PRODUCT: "product",
    Code.Kind.CATEGORY: "category",
    Code.Kind.CHANNEL: "channel",
}


@dataclass
class Attempt:
    """What one second pass prepared against one manifest."""

    files: list[NewFile]
    keys: Any  # n x 2 uint64, of the new lines
    doubled: int  # rows of the file that were there already
    known: Known
    tally: Tally
    numbers: set[int] = field(default_factory=set)
    renewal: Renewal | None = None  # only the exports of shops say orders whole

    def still_good(self, workspace: Workspace, before: Manifest, after: Manifest) -> bool:
        """True if what came in between neither took away our ground nor brought our lines."""
        if not after.still_holds(before) or not _all_there(workspace, self.numbers):
            return False
        if self.renewal and after.since(before):  # they may tell of the same orders: look again
            return False
        return not recording.already_there(workspace, after.since(before), self.keys).any()


def prepare(import_: Import, staged: Path, before: Manifest, *, received_at: datetime) -> Attempt:
    """Numbers, codes and files for the staged lines that no file of the manifest holds."""
    workspace = import_.workspace
    source = pq.ParquetFile(staged)
    keys = keys_of(source)
    doubled = recording.already_there(workspace, before.files, keys)
    renewal = renewed(import_, source, doubled, before.files) if import_.options.get("shop") else None
    doubled = renewal.there if renewal else doubled
    people, names = _people(source)
    known = identify(workspace, people, made_by=import_)
    _declare_traits(workspace, names)
    numbers = {APART.join((who.external_id, who.email)): number for who, number in known.numbers.items()}
    codes = {kind: codes_for(workspace, kind, values) for kind, values in _words(source, doubled).items()}
    builder = _Builder(workspace, numbers, codes, received_at)
    for batch, new_keys in _new_lines(source, doubled, keys):
        builder.add(batch, new_keys)
    builder.finish()
    doubled_rows = _rows(source, doubled) if renewal else int(doubled.sum())
    files = builder.files + (renewal.files if renewal else [])
    return Attempt(files, keys[~doubled], doubled_rows, known, builder.tally, set(numbers.values()), renewal)


def _rows(source: pq.ParquetFile, doubled: Any) -> int:
    """How many rows of the file stand behind the lines that were there already."""
    return int(source.read(columns=["rows"])["rows"].to_numpy()[doubled].sum())


def keys_of(source: pq.ParquetFile) -> Any:
    """The key of every staged line (n x 2 uint64): its content, and which of its equals it is."""
    content = source.read(columns=["content"])["content"].combine_chunks()
    if isinstance(content, pa.ChunkedArray):
        content = content.chunk(0) if content.num_chunks else pa.array([], content.type)
    keys = np.frombuffer(content.buffers()[1], dtype=np.uint64, count=2 * len(content)).reshape(-1, 2).copy()
    order = np.lexsort((np.arange(len(keys)), keys[:, 1], keys[:, 0]))
    equal = np.zeros(len(keys), dtype=bool)
    for half in (0, 1):  # one column at a time: half the memory
        column = keys[order, half]
        equal[1:] = (column[1:] == column[:-1]) & (equal[1:] | (half == 0))
    starts = np.maximum.accumulate(np.where(equal, 0, np.arange(len(keys))))
    ordinals = np.arange(len(keys)) - starts
    for place in np.flatnonzero(ordinals):
        seed = keys[order[place]].tobytes() + int(ordinals[place]).to_bytes(4, "little")
        keys[order[place]] = np.frombuffer(blake2b(seed, digest_size=16).digest(), dtype=np.uint64)
    return keys


def _people(source: pq.ParquetFile) -> tuple[dict[Who, Told], set[str]]:
    """Everybody whom a line names, with what the newest line tells; and the names of their details."""
    newest: dict[str, tuple[int, str, str]] = {}
    for batch in source.iter_batches(
        batch_size=ROWS, columns=["external_id", "email", "name", "traits", "happened_at"]
    ):
        _newest_of(batch, newest)
    details = {traits for _, _, traits in newest.values()}
    read = {text: json.loads(text) for text in details}
    people = {
        Who(*who.split(APART)): Told(_moment(happened_at), name, read[traits])
        for who, (happened_at, name, traits) in newest.items()
        if who != APART
    }
    return people, {name for traits in read.values() for name in traits}


def _newest_of(batch: pa.RecordBatch, newest: dict[str, tuple[int, str, str]]) -> None:
    coded = _who(batch).dictionary_encode()
    group = coded.indices.to_numpy()
    happened_at = batch["happened_at"].to_numpy()
    order = np.lexsort((np.arange(len(group)), happened_at, group))
    last = order[np.append(np.flatnonzero(np.diff(group[order])), len(order) - 1)] if len(order) else order
    picked = batch.take(pa.array(last))
    names, traits = picked["name"].to_pylist(), picked["traits"].to_pylist()
    for who, moment, name, told in zip(
        _who(picked).to_pylist(), happened_at[last].tolist(), names, traits, strict=True
    ):
        if who not in newest or moment >= newest[who][0]:
            newest[who] = (moment, name, told)


def _who(batch: pa.RecordBatch) -> pa.Array:
    return pc.binary_join_element_wise(batch["external_id"], batch["email"], APART)


def _moment(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1_000_000, tz=UTC)


def _declare_traits(workspace: Workspace, names: set[str]) -> None:
    rows = [Trait(workspace=workspace, name=name, label=name.replace("_", " ").capitalize()) for name in sorted(names)]
    Trait.objects.bulk_create(rows, ignore_conflicts=True)


def _words(source: pq.ParquetFile, doubled: Any) -> dict[str, dict[str, str]]:
    """For each kind of code the values of the new lines, with a product's newest name."""
    words: dict[str, dict[str, str]] = {kind: {} for kind in WORDS}
    words[Code.Kind.EVENT] = dict.fromkeys(EVENT_NAMES.values(), "")
    for batch, _ in _new_lines(source, doubled, doubled):
        for kind, column in WORDS.items():
            if kind != Code.Kind.PRODUCT:
                words[kind] |= dict.fromkeys(filter(None, batch[column].unique().to_pylist()), "")
        pairs = (
            pa.table({"product": batch["product"], "label": batch["label"]})
            .group_by(["product", "label"])
            .aggregate([])
        )
        for product, label in zip(pairs["product"].to_pylist(), pairs["label"].to_pylist(), strict=True):
            if product and (label or product not in words[Code.Kind.PRODUCT]):
                words[Code.Kind.PRODUCT][product] = label
    return words


def _new_lines(source: pq.ParquetFile, doubled: Any, keys: Any) -> Iterator[tuple[pa.RecordBatch, Any]]:
    """The staged lines that are not there yet, a batch at a time, with their keys."""
    start = 0
    for batch in source.iter_batches(batch_size=ROWS):
        new = ~doubled[start : start + len(batch)]
        if new.any():
            yield batch.filter(pa.array(new)), keys[start : start + len(batch)][new]
        start += len(batch)


class _Builder:
    """Collects coded lines and writes an event file for so many."""

    def __init__(
        self, workspace: Workspace, numbers: dict[str, int], codes: dict[str, dict[str, int]], received_at: datetime
    ) -> None:
        self.workspace, self.numbers, self.codes, self.received_at = workspace, numbers, codes, received_at
        self.names = np.array([codes[Code.Kind.EVENT].get(EVENT_NAMES.get(Line(i), ""), 0) for i in range(len(Line))])
        self.tally, self.files = Tally(), list[NewFile]()
        self._begin()

    def _begin(self) -> None:
        self.tables: list[pa.Table] = []
        self.keys: list[Any] = []

    def add(self, batch: pa.RecordBatch, keys: Any) -> None:
        events = self._events(batch)
        self.tally.add(events)
        self.tables.append(events)
        self.keys.append(keys)
        if sum(map(len, self.tables)) >= LINES_PER_FILE:
            self.finish()

    def finish(self) -> None:
        if self.tables:
            file = recording.write_file(self.workspace, pa.concat_tables(self.tables), np.concatenate(self.keys))
            self.files.append(file)
        self._begin()

    def _events(self, batch: pa.RecordBatch) -> pa.Table:
        order = self._coded(batch["order"], Code.Kind.ORDER)
        text = partial(self._coded_column, batch)
        return pa.table(
            {
                "number": _coded(_who(batch), self.numbers),
                "happened_at": batch["happened_at"].cast(pa.timestamp("us", tz="UTC")),
                "received_at": pa.array([self.received_at] * len(batch), pa.timestamp("us", tz="UTC")),
                "event": pa.array(self.names[batch["line"].to_numpy()], pa.uint32()),
                "line": batch["line"],
                "order": order,
                "occurrence": self._occurrences(order),
                "product": text("product", Code.Kind.PRODUCT),
                "category": text("category", Code.Kind.CATEGORY),
                "channel": text("channel", Code.Kind.CHANNEL),
                "quantity": batch["quantity"],
                "amount": batch["amount"],
                "properties": batch["properties"],
                "tax": batch["tax"],
                "standing": batch["standing"],
            }
        )

    def _coded(self, column: pa.Array, kind: str) -> pa.Array:
        return _coded(column, self.codes[kind])

    def _coded_column(self, batch: pa.RecordBatch, column: str, kind: str) -> pa.Array:
        return _coded(batch[column], self.codes[kind])

    def _occurrences(self, order: pa.Array) -> pa.Array:
        """An order counts by its code; a line without one counts by a number of its own."""
        without = order.null_count
        if not without:
            return order.cast(pa.uint64())
        first = recording.reserve_occurrences(self.workspace, without)
        own = np.cumsum(order.is_null().to_numpy(zero_copy_only=False)) - 1 + first
        return pc.coalesce(order.cast(pa.uint64()), pa.array(own, pa.uint64()))


def _coded(column: pa.Array, codes: dict[str, int]) -> pa.Array:
    """Each text's code; null for the empty text."""
    coded = column.dictionary_encode()
    table = np.array([codes.get(value, -1) for value in coded.dictionary.to_pylist()], dtype=np.int64)
    values = table[coded.indices.to_numpy()]
    return pa.array(values, pa.uint32(), mask=values < 0)


def _all_there(workspace: Workspace, numbers: set[int]) -> bool:
    rows = Customer.objects.in_workspace(workspace).values_list("number", flat=True)
    return numbers <= set(rows.iterator())
