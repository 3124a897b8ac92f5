"""The event log: immutable files, listed in a manifest that only ever changes by compare and swap.

Whoever changes the manifest reads it first (`manifest`), prepares its files outside any transaction,
and then swaps (`swap`): one short transaction that insists on the version it has seen and on every
file that it retires. A loser throws its file away, or looks at what came in between, and tries again;
so two writers lose nothing and double nothing.

A file that is retired is read no more, and unlinked ten minutes later (`sweep`), when nobody can
still be reading it.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import transaction
from django.db.models import F, Max

from accounts.models.workspace import Workspace
from customers import storage
from customers.models.event import EventFile, EventLog
from customers.models.source import Import
from customers.schema import EVENTS, KEYS

log = logging.getLogger(__name__)
KEPT_AFTER_RETIRING = timedelta(minutes=10)
OWN_OCCURRENCES = 1 << 40  # orders count by their code, below; everything else by a number of its own, above


class Stale(Exception):
    """The manifest is not what it was: nothing was changed."""


@dataclass(frozen=True)
class Manifest:
    """The files in force, as of a version of the log."""

    version: int
    files: tuple[EventFile, ...]

    def since(self, earlier: "Manifest") -> tuple[EventFile, ...]:
        """The files that came after an earlier manifest."""
        before = {file.pk for file in earlier.files}
        return tuple(file for file in self.files if file.pk not in before)

    def still_holds(self, earlier: "Manifest") -> bool:
        """True if nothing of the earlier manifest is gone."""
        return {file.pk for file in earlier.files} <= {file.pk for file in self.files}


@dataclass(frozen=True)
class NewFile:
    """Events written to disk, in no manifest yet."""

    path: str
    keys_path: str
    lines: int
    first_at: datetime
    last_at: datetime
    sha256: str
    made_by_id: UUID | None = None  # whose lines these are, if not those of the import that writes them
    set_aside_by_id: UUID | None = None  # the import that tells these orders differently


def manifest(workspace: Workspace) -> Manifest:
    """The version and its files with their imports, read so that they belong together."""
    while True:
        version = _log(workspace).version
        files = tuple(_in_force(workspace).select_related("made_by").order_by("created_at", "id"))
        if _log(workspace).version == version:
            return Manifest(version, files)


def _in_force(workspace: Workspace) -> Any:
    return EventFile.objects.in_workspace(workspace).filter(retired_at=None)


def _log(workspace: Workspace) -> EventLog:
    return EventLog.objects.in_workspace(workspace).get_or_create(workspace=workspace)[0]


def swap(
    workspace: Workspace,
    seen: Manifest,
    *,
    add: Sequence[NewFile] = (),
    retire: Sequence[EventFile] = (),
    restore: Callable[[], object] = lambda: None,
    made_by: Import | None = None,
    at: datetime,
    first: Callable[[], None] = lambda: None,
    also: Callable[[], None] = lambda: None,
) -> None:
    """Add and retire files if the manifest is still the one seen, else raise Stale and change nothing.

    `restore` brings files back that were set aside. `first` (a job's fence) and `also` (what must become true
    together with it) run inside the transaction.
    """
    with transaction.atomic():
        first()
        current = EventLog.objects.in_workspace(workspace).filter(version=seen.version)
        if not current.update(version=F("version") + 1):
            raise Stale
        _retire(workspace, retire, at)
        restore()
        EventFile.objects.bulk_create([_row(workspace, file, made_by, at) for file in add])
        newest = _in_force(workspace).aggregate(newest=Max("last_at"))["newest"]
        EventLog.objects.in_workspace(workspace).update(newest_at=newest)
        also()  # last: what follows counts back from the newest event


def _retire(workspace: Workspace, files: Sequence[EventFile], at: datetime) -> None:
    if files:
        wanted = EventFile.objects.in_workspace(workspace).filter(pk__in=[file.pk for file in files], retired_at=None)
        if wanted.update(retired_at=at) != len(files):
            raise Stale


def _row(workspace: Workspace, file: NewFile, made_by: Import | None, at: datetime) -> EventFile:
    told = vars(file) | {"made_by_id": file.made_by_id or (made_by.pk if made_by else None)}
    return EventFile(workspace=workspace, retired_at=at if file.set_aside_by_id else None, **told)


def reserve_occurrences(workspace: Workspace, size: int) -> int:
    """The first of `size` numbers that nothing else will ever count as one by."""
    with transaction.atomic():
        EventLog.objects.in_workspace(workspace).update(next_occurrence=F("next_occurrence") + size)
        after: int = EventLog.objects.in_workspace(workspace).values_list("next_occurrence", flat=True).get()
    return OWN_OCCURRENCES + after - size


# Files -----------------------------------------------------------------------------------------
def write_file(workspace: Workspace, events: pa.Table, keys: np.ndarray[Any, Any]) -> NewFile:
    """Write events (schema EVENTS) in order of time, and their keys (n x 2 uint64) beside them."""
    order = pc.sort_indices(events, sort_keys=[("happened_at", "ascending")])
    events = events.take(order).cast(EVENTS)
    keys = keys[order.to_numpy()]
    path = storage.new_path(workspace, "events", ".parquet")
    keys_path = storage.new_path(workspace, "keys", ".parquet")
    pq.write_table(events, storage.absolute(path), compression="zstd", row_group_size=250_000)
    pq.write_table(keys_table(keys), storage.absolute(keys_path), compression="none", use_dictionary=False)
    times = events["happened_at"]
    return NewFile(
        path=path,
        keys_path=keys_path,
        lines=events.num_rows,
        first_at=times[0].as_py().astimezone(UTC),
        last_at=times[-1].as_py().astimezone(UTC),
        sha256=_sha256(storage.absolute(path)),
    )


def discard(files: Sequence[NewFile]) -> None:
    """Throw away files that never came into force."""
    for file in files:
        storage.absolute(file.path).unlink(missing_ok=True)
        storage.absolute(file.keys_path).unlink(missing_ok=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# Keys ------------------------------------------------------------------------------------------
def keys_table(keys: np.ndarray[Any, Any]) -> pa.Table:
    return pa.table({"high": keys[:, 0], "low": keys[:, 1]}, schema=KEYS)


def already_there(workspace: Workspace, files: Sequence[EventFile], keys: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """For each key (n x 2 uint64) whether one of the files holds it: n booleans."""
    mine = _as_binary(keys)
    there = np.zeros(len(keys), dtype=bool)
    for file in files:
        there |= pc.is_in(mine, value_set=_as_binary(keys_in(file))).to_numpy(zero_copy_only=False)
    return there


def keys_in(file: EventFile) -> np.ndarray[Any, Any]:
    """The key of every line of a file, in its order: n x 2 uint64."""
    table = pq.read_table(storage.absolute(file.keys_path))
    return np.column_stack([table["high"].to_numpy(), table["low"].to_numpy()])


def _as_binary(keys: np.ndarray[Any, Any]) -> pa.Array:
    plain = np.ascontiguousarray(keys, dtype=np.uint64)
    return pa.Array.from_buffers(pa.binary(16), len(plain), [None, pa.py_buffer(plain)])


# Sweeping --------------------------------------------------------------------------------------
def sweep(*, at: datetime) -> int:
    """Unlink what was retired ten minutes ago or earlier, in every workspace; how many files went."""
    gone = EventFile.everywhere.filter(retired_at__lt=at - KEPT_AFTER_RETIRING, set_aside_by=None)
    for file in gone:
        storage.absolute(file.path).unlink(missing_ok=True)
        storage.absolute(file.keys_path).unlink(missing_ok=True)
    EventFile.everywhere.filter(pk__in=[file.pk for file in gone]).delete()
    return len(gone)
