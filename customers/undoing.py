"""An import is taken back: its events, and the customers who came with it and have nothing else."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import transaction

from accounts import auditing
from accounts.jobs import JobFailed, Work
from customers import recording, storage
from customers.models.customer import Customer
from customers.models.event import EventFile
from customers.models.source import Import
from customers.recording import Stale

AT_ONCE = 500  # customers
UNDOABLE = (Import.Status.DONE, Import.Status.UNDONE)


def carry_out_undo(work: Work, *, at: datetime, then: Callable[[Work], object] = lambda work: None) -> dict[str, Any]:
    """Retire the import's files, remove who has nothing else, then let `then` ask for a new profile.

    Safe to repeat at every step. Raises JobFailed for an import that brought nothing.
    """
    import_ = Import.objects.in_workspace(work.job.workspace).select_related("workspace").get(pk=work.job.subject)
    if import_.status not in UNDOABLE:
        raise JobFailed("Only a finished import can be undone.")
    lines = _retire(work, import_, at)
    removed = remove_unused(import_, at=at, told=lambda done: work.advance(done, message="Removing customers."))
    with transaction.atomic():
        work.hold()
        sentence = f"Took back the import of {import_.file_name}."
        auditing.record(import_.workspace, work.job.requested_by, "import.undone", sentence, subject=import_.pk)
        then(work)
    return {"lines_removed": lines, "customers_removed": removed}


def _retire(work: Work, import_: Import, at: datetime) -> int:
    """Take the import's files out of force, all at once; how many lines they held.

    Orders that the import told differently are again what they were before.
    """
    while True:
        before = recording.manifest(import_.workspace)
        files = [file for file in before.files if file.made_by_id == import_.pk]
        try:
            recording.swap(
                import_.workspace,
                before,
                retire=files,
                restore=lambda: _restore(import_),
                at=at,
                first=work.hold,
                also=lambda: _mark(import_, at),
            )
        except Stale:
            continue
        return sum(file.lines for file in files)


def _restore(import_: Import) -> None:
    """Put back what the import set aside; what was its own and set aside by a later one is gone for good."""
    rows = EventFile.objects.in_workspace(import_.workspace)
    rows.filter(made_by=import_).update(set_aside_by=None)
    rows.filter(set_aside_by=import_).update(set_aside_by=None, retired_at=None)


def _mark(import_: Import, at: datetime) -> None:
    rows = Import.objects.in_workspace(import_.workspace).filter(pk=import_.pk)
    rows.update(status=Import.Status.UNDONE, undone_at=at)


def remove_unused(import_: Import, *, at: datetime, told: Callable[[int], None] = lambda done: None) -> int:
    """Delete the customers that the import brought and that no event in force is about; how many.

    Every deletion swaps the manifest's version, so that an import that has just recognised one of them
    notices and looks again.
    """
    removed = 0
    while True:
        before = recording.manifest(import_.workspace)
        some = _unused(import_, before.files)
        if not some:
            return removed
        try:
            recording.swap(import_.workspace, before, at=at, also=lambda: _delete(import_, some))  # noqa: B023
        except Stale:
            continue
        removed += len(some)
        told(removed)


def _unused(import_: Import, files: Sequence[EventFile]) -> list[int]:
    used = numbers_in(files)
    brought = Customer.objects.in_workspace(import_.workspace).filter(made_by=import_, merged_into=None)
    numbers = brought.order_by("number").values_list("number", flat=True)
    return list(islice((number for number in numbers.iterator() if number not in used), AT_ONCE))


def _delete(import_: Import, numbers: Sequence[int]) -> None:
    Customer.objects.in_workspace(import_.workspace).filter(number__in=numbers).delete()


def numbers_in(files: Sequence[EventFile]) -> set[int]:
    """The customers that the events of the files are about."""
    used: set[int] = set()
    for file in files:
        numbers = pq.read_table(storage.absolute(file.path), columns=["number"])["number"]
        used |= set(pc.unique(numbers).drop_null().to_pylist())
    return used
