"""A file becomes events and customers, in two passes, or nothing at all.

The first pass (checking.py) parses the file into a staged one without touching the database. The
second finds out which lines are new, who they belong to and which codes they need, writes event files,
and puts them in force in one transaction. Every step may be repeated: a worker that dies leaves
customers without events at worst, and the next attempt finds them again.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.timezone import now

from accounts import auditing
from accounts.jobs import JobFailed, Superseded, Work
from accounts.models.job import Job
from customers import checking, recording, staging, storage
from customers.checking import MostlyBad
from customers.models.source import Import, Source
from customers.reading import Shape, Unreadable
from customers.recording import Manifest, Stale
from customers.renewing import Renewal
from customers.staging import Attempt
from customers.understanding import Checked, Plan
from customers.undoing import remove_unused

TRIES = 20  # how often a moved manifest is looked at again

type Follow = Callable[[Work], object]


def carry_out_import(work: Work, *, then: Follow = lambda work: None) -> dict[str, Any]:
    """Read, check and record the file of the import that the job is about.

    `then` runs inside the transaction that puts the events in force (it requests what follows).
    Raises JobFailed with the sentence that people see; the import is failed too.
    """
    imports = Import.objects.in_workspace(work.job.workspace).select_related("workspace", "source")
    import_ = imports.get(pk=work.job.subject)
    _mark(import_, Import.Status.RUNNING)
    try:
        with _scratch(work) as folder:
            return _import(work, import_, folder, then)
    except (Unreadable, MostlyBad, JobFailed) as problem:
        _give_up(import_, str(problem))
        raise JobFailed(str(problem)) from problem
    except Superseded:
        if Job.objects.in_workspace(import_.workspace).filter(pk=work.job.pk, status=Job.Status.CANCELLED).exists():
            _give_up(import_, "Cancelled. Nothing was changed.")
        raise
    except Exception:
        _give_up(import_, "Something went wrong on our side. Nothing was changed. Please try again, or tell us.")
        raise


def _give_up(import_: Import, sentence: str) -> None:
    """Failed, with the sentence that says why; customers who were written down already go again."""
    _mark(import_, Import.Status.FAILED, problem=sentence[:500])
    remove_unused(import_, at=now())


def _import(work: Work, import_: Import, folder: Path, then: Follow) -> dict[str, Any]:
    seen = _first_pass(work, import_, folder)
    work.advance(seen.rows, total=seen.rows, message="Saving customers and orders.")
    for _ in range(TRIES):
        before = recording.manifest(import_.workspace)
        attempt = staging.prepare(import_, folder / "staged.parquet", before, received_at=work.job.created_at)
        try:
            return _put_in_force(work, import_, seen, attempt, before, then)
        except Stale:
            recording.discard(attempt.files)
    raise JobFailed("Other imports kept changing the data at the same time. Please try again in a moment.")


def _first_pass(work: Work, import_: Import, folder: Path) -> Checked:
    """Parse and check the whole file into `folder`; refused rows are kept beside the file."""
    lines = int(import_.reading["shape"]["lines"])

    def told(rows: int) -> None:
        work.advance(rows, total=max(lines, rows), message=f"{rows:,} lines read.")

    told(0)
    file, staged = storage.absolute(import_.path), folder / "staged.parquet"
    return checking.check(file, plan_of(import_, work), staged=staged, rejects=rejects_file(import_), told=told)


def plan_of(import_: Import, work: Work) -> Plan:
    """How the rows of the import's file are to be understood."""
    return Plan(
        shape=Shape(**import_.reading["shape"]),
        mapping=import_.mapping,
        options=import_.options,
        zone=ZoneInfo(import_.workspace.timezone),
        currency=import_.workspace.currency,
        received_at=work.job.created_at,
    )


def rejects_file(import_: Import) -> Path:
    return storage.absolute(f"{import_.path}.rejects.csv")


@contextmanager
def _scratch(work: Work) -> Iterator[Path]:
    """A folder for this attempt's staged file, gone afterwards."""
    name = f"staged/{work.job.pk}-{work.attempt}"
    folder = storage.folder(work.job.workspace) / name
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _mark(import_: Import, status: str, **more: Any) -> None:
    import_.status = status
    Import.objects.in_workspace(import_.workspace).filter(pk=import_.pk).update(status=status, **more)


def _put_in_force(
    work: Work, import_: Import, seen: Checked, attempt: Attempt, before: Manifest, then: Follow
) -> dict[str, Any]:
    """One transaction: the fence, the manifest, the import's result, what follows.

    Where the manifest moved, what came in between is looked at; only if it matters the pass is repeated.
    """
    result = result_of(import_, seen, attempt)
    for _ in range(TRIES):
        try:
            recording.swap(
                import_.workspace,
                before,
                add=attempt.files,
                retire=attempt.renewal.replaced if attempt.renewal else (),
                made_by=import_,
                at=now(),
                first=work.hold,
                also=lambda: _finish(work, import_, result, then),
            )
            return result
        except Stale:
            after = recording.manifest(import_.workspace)
            if not attempt.still_good(import_.workspace, before, after):
                raise
            before = after
    raise Stale


def result_of(import_: Import, seen: Checked, attempt: Attempt) -> dict[str, Any]:
    """The figures of api.md: rows = accepted + rejected + duplicates."""
    return {
        "rows": seen.rows,
        "accepted": seen.accepted - attempt.doubled,
        "rejected": seen.rejected,
        "duplicates": attempt.doubled,
        "customers_new": attempt.known.new,
        "customers_updated": attempt.known.updated,
        **attempt.tally.figures(import_.workspace.currency),
        **_renewed(attempt.renewal),
        "mapping": import_.mapping,
        "warnings": seen.warnings,
    }


def _renewed(renewal: Renewal | None) -> dict[str, Any]:
    if not renewal or not renewal.orders:
        return {}
    return {"orders_left_as_known": renewal.orders} if renewal.is_older else {"orders_renewed": renewal.orders}


def _finish(work: Work, import_: Import, result: dict[str, Any], then: Follow) -> None:
    import_.status, import_.counts, import_.problem = Import.Status.DONE, result, ""
    import_.rejects_path = f"{import_.path}.rejects.csv" if result["rejected"] else ""
    import_.save(update_fields=["status", "counts", "problem", "rejects_path"])
    told = {"shape": import_.reading["shape"]["columns"], "mapping": import_.mapping, "options": import_.options}
    Source.objects.in_workspace(import_.workspace).filter(pk=import_.source_id).update(
        last_heard_at=now(), mapping=told
    )
    auditing.record(
        import_.workspace,
        work.job.requested_by,
        "import.done",
        f"Imported {result['accepted']:,} of {result['rows']:,} rows of {import_.file_name}.",
        subject=import_.pk,
    )
    then(work)
