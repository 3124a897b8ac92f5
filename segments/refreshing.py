"""Recount who belongs: for a preview, for one segment, for all of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from pyroaring import BitMap

from accounts.jobs import JobFailed, Work
from accounts.models.workspace import Workspace
from customers import profiling
from segments.models.refresh import Snapshot
from segments.models.segment import Segment
from segments.previewing import Preview, preview
from segments.remembering import (
    Changes,
    Moment,
    UnknownCursor,
    changes_after,
    history,
    keep_snapshot,
    members_at,
    newest_members,
    newest_snapshot,
)
from segments.rules import running
from segments.rules.tree import InvalidRule, parse, segments_in

__all__ = [
    "Changes",
    "Moment",
    "Preview",
    "UnknownCursor",
    "changes_after",
    "history",
    "keep_snapshot",
    "members",
    "members_at",
    "newest_members",
    "newest_snapshot",
    "preview",
    "refresh",
    "refresh_all",
]

TRIES = 3


def members(workspace: Workspace, definition: Any, as_of: datetime) -> BitMap:
    """The numbers of those who meet the definition at `as_of`. Raises InvalidRule."""
    return running.numbers(workspace, parse(definition, workspace), as_of)


def refresh(work: Work) -> dict[str, Any]:
    """The job "refresh": recount one segment. Other segments that it refers to are taken as last counted."""
    segment = _asked_for(work)
    try:
        snapshot, joined, left = _recount(work, segment)
    except InvalidRule as problem:
        raise JobFailed(str(problem)) from problem
    return {"segment": str(segment.pk), "size": snapshot.size, "joined": joined, "left": left}


def refresh_all(work: Work) -> dict[str, Any]:
    """The job "refresh-all": recount every live segment, those first that others refer to.

    The main segments are left out where they were counted just before (`asked["main"]`).
    """
    live = Segment.objects.in_workspace(work.job.workspace).live()
    rows = in_order(live.exclude(set__is_main=True) if work.job.asked.get("main") == "counted" else live)
    told: dict[str, Any] = {"segments": len(rows), "joined": 0, "left": 0, "failed": []}
    for done, segment in enumerate(rows):
        work.advance(done, total=len(rows), message=f"Counting {segment.name}.")
        try:
            _, joined, left = _recount(work, segment)
        except InvalidRule as problem:
            told["failed"].append({"segment": str(segment.pk), "name": segment.name, "message": str(problem)})
        else:
            told["joined"] += joined
            told["left"] += left
    return told


def in_order(segments: Iterable[Segment]) -> list[Segment]:
    """Each segment after the segments that its definition refers to."""
    waiting = {str(segment.pk): segment for segment in segments}
    ordered: list[Segment] = []
    while waiting:
        ready = [key for key, row in waiting.items() if not (segments_in(row.definition) - {key}) & waiting.keys()]
        for key in ready or list(waiting):  # a circle cannot be saved; if there is one, go on all the same
            ordered.append(waiting.pop(key))
    return ordered


def _asked_for(work: Work) -> Segment:
    segment = Segment.objects.in_workspace(work.job.workspace).filter(pk=work.job.subject).first()
    if segment is None:
        raise JobFailed("This segment is gone. Nothing was counted.")
    work.advance(0, total=1, message=f"Counting {segment.name}.")
    return segment


def _recount(work: Work, segment: Segment) -> tuple[Snapshot, int, int]:
    """Count, then keep it in a short transaction, unless the data or the definition changed meanwhile."""
    as_of = work.job.as_of
    if as_of is None:
        raise JobFailed("It was not said as of when to count.")
    for _ in range(TRIES):
        table = profiling.current(segment.workspace)
        found = members(segment.workspace, segment.definition, as_of)
        with transaction.atomic():
            work.hold()
            counted = segment.definition
            segment.refresh_from_db()
            if segment.definition == counted and profiling.current(segment.workspace) == table:
                return _kept(work, segment, found, as_of)
    raise JobFailed("The data changed while we counted. Please try again.")


def _kept(work: Work, segment: Segment, found: BitMap, as_of: datetime) -> tuple[Snapshot, int, int]:
    reason = str(work.job.asked.get("reason", "data"))
    before = newest_members(segment)
    snapshot = keep_snapshot(segment, found, as_of=as_of, reason=reason, job=work.job)
    after = newest_members(segment)
    return snapshot, len(after - before), len(before - after)
