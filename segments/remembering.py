"""Who belonged, and when: snapshots written as changes, read back as sets of numbers.

Each snapshot holds who joined and who left since the one before it. Whole bitmaps stand at the
newest, at the last of each day, and at the last of each month after 90 days; anything between is
put together again from the changes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from pyroaring import BitMap

from accounts.models.job import Job
from segments.models.refresh import Refresh, Snapshot
from segments.models.segment import Segment

DAILY = timedelta(days=90)  # how long one whole bitmap a day is kept
DEFINED = "definition"


class UnknownCursor(LookupError):
    """The place in the history that somebody wants to read on from is not there any more."""


@dataclass(frozen=True)
class Moment:
    """One point of a segment's history."""

    id: UUID
    as_of: datetime
    checked_at: datetime
    size: int
    joined: int
    left: int
    reason: str


@dataclass(frozen=True)
class Changes:
    """Who entered and who left since a cursor, and the cursor to ask with the next time."""

    entered: BitMap
    left: BitMap
    cursor: str
    as_of: datetime | None


def keep_snapshot(
    segment: Segment, members: BitMap, *, as_of: datetime, reason: str = "data", job: Job | None = None
) -> Snapshot:
    """Keep who belongs at `as_of`. Repeating it changes nothing; an older moment never overwrites a newer one.

    Only with the reasons "clock" (the workspace counts from an earlier moment again) and "definition"
    are snapshots of later moments forgotten: they were counted by other rules.
    """
    with transaction.atomic():
        Segment.everywhere.select_for_update().get(pk=segment.pk)  # one writer per segment
        if reason in {"clock", DEFINED}:
            _snapshots(segment).filter(as_of__gt=as_of).delete()
        newest = newest_snapshot(segment)
        if newest is not None and as_of < newest.as_of:
            return newest
        before = members_of(newest)
        joined, left = members - before, before - members
        if newest is None or joined or left or reason == DEFINED:
            newest = _write(segment, members, joined, left, as_of=as_of, reason=reason)
            _thin(segment, newest)
        else:
            Snapshot.everywhere.filter(pk=newest.pk).update(checked_at=now(), members=members.serialize())
        _note(segment, newest, (len(members), len(joined), len(left)), as_of, job)
    return newest


def newest_snapshot(segment: Segment) -> Snapshot | None:
    return _snapshots(segment).last()


def newest_members(segment: Segment) -> BitMap:
    """Numbers of the newest snapshot; nobody if there is none."""
    return members_of(newest_snapshot(segment))


def members_at(segment: Segment, moment: datetime) -> BitMap:
    """Who belonged at the moment, as known then."""
    return members_of(_snapshots(segment).filter(as_of__lte=moment).last())


def listed_members(segment: Segment) -> BitMap:
    """The people of a fixed list as somebody wrote it down, whatever became of them since."""
    return members_of(_snapshots(segment).filter(reason=DEFINED).last())


def members_of(snapshot: Snapshot | None) -> BitMap:
    """The whole bitmap, put together from the nearest earlier one where this one kept only its changes."""
    if snapshot is None:
        return BitMap()
    if snapshot.members is not None:
        return BitMap.deserialize(bytes(snapshot.members))
    earlier = [s for s in _snapshots_by_id(snapshot.segment_id) if _order(s) <= _order(snapshot)]
    whole = [i for i, s in enumerate(earlier) if s.members is not None]
    start = whole[-1] if whole else -1
    found = BitMap.deserialize(bytes(earlier[start].members)) if whole else BitMap()
    for change in earlier[start + 1 :]:
        found = (found - _bits(change.left)) | _bits(change.joined)
    return found


def history(segment: Segment) -> list[Moment]:
    """Every change of who belongs, oldest first."""
    rows = _snapshots(segment).only(
        "id", "as_of", "checked_at", "size", "joined_count", "left_count", "reason", "segment_id", "created_at"
    )
    return [Moment(s.pk, s.as_of, s.checked_at, s.size, s.joined_count, s.left_count, s.reason) for s in rows]


def changes_after(segment: Segment, cursor: str) -> Changes:
    """What changed since the cursor (everybody entered, if it is empty). Raises UnknownCursor."""
    newest = newest_snapshot(segment)
    now_in = members_of(newest)
    then_in = members_of(_at_cursor(segment, cursor)) if cursor else BitMap()
    return Changes(
        entered=now_in - then_in,
        left=then_in - now_in,
        cursor=str(newest.pk) if newest else "",
        as_of=newest.as_of if newest else None,
    )


def _at_cursor(segment: Segment, cursor: str) -> Snapshot:
    try:
        return _snapshots(segment).get(pk=UUID(cursor))
    except (ValueError, Snapshot.DoesNotExist):
        raise UnknownCursor(
            "This cursor is not known here. Read all members once, and go on from the cursor you get with them."
        ) from None


def _write(
    segment: Segment, members: BitMap, joined: BitMap, left: BitMap, *, as_of: datetime, reason: str
) -> Snapshot:
    return Snapshot.objects.create(
        workspace=segment.workspace,
        segment=segment,
        as_of=as_of,
        checked_at=now(),
        size=len(members),
        joined_count=len(joined),
        left_count=len(left),
        joined=joined.serialize(),
        left=left.serialize(),
        members=members.serialize(),
        reason=reason,
    )


def _note(segment: Segment, snapshot: Snapshot, counts: tuple[int, int, int], as_of: datetime, job: Job | None) -> None:
    size, joined, left = counts
    Refresh.objects.create(
        workspace=segment.workspace,
        segment=segment,
        job=job,
        definition=segment.definition,
        as_of=as_of,
        size=size,
        joined=joined,
        left=left,
    )


def _thin(segment: Segment, newest: Snapshot) -> None:
    """Drop the whole bitmaps that the policy does not keep; their changes stay."""
    whole = list(
        _snapshots(segment).filter(members__isnull=False).exclude(reason=DEFINED).only("id", "as_of", "created_at")
    )
    kept = {_period(s.as_of, newest.as_of): s.pk for s in whole}  # the last of each period wins
    dropped = [s.pk for s in whole if s.pk not in kept.values() and s.pk != newest.pk]
    Snapshot.everywhere.filter(pk__in=dropped).update(members=None)


def _period(moment: datetime, newest: datetime) -> tuple[int, ...]:
    if newest - moment > DAILY:
        return moment.year, moment.month
    return moment.year, moment.month, moment.day


def _snapshots(segment: Segment) -> Any:
    return _snapshots_by_id(segment.pk)


def _snapshots_by_id(segment_id: UUID) -> Any:
    return Snapshot.everywhere.filter(segment=segment_id).order_by("as_of", "created_at", "id")


def _order(snapshot: Snapshot) -> tuple[datetime, datetime, UUID]:
    return snapshot.as_of, snapshot.created_at, snapshot.pk


def _bits(kept: bytes) -> BitMap:
    return BitMap.deserialize(bytes(kept))
