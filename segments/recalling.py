"""Who belonged to several segments at several moments, in two queries."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pyroaring import BitMap

from accounts.models.workspace import Workspace
from segments.models.refresh import Refresh, Snapshot
from segments.models.segment import Segment
from segments.remembering import members_of

type Standing = dict[UUID, BitMap]


def moments(workspace: Workspace, segment: Segment, *, until: datetime) -> list[datetime]:
    """When the segment was counted, oldest first; whether anything changed or not."""
    counted = Refresh.objects.in_workspace(workspace).filter(segment=segment, as_of__lte=until)
    return list(counted.order_by("as_of").values_list("as_of", flat=True).distinct())


def recall(workspace: Workspace, segments: Sequence[Segment], at: Sequence[datetime]) -> list[Standing]:
    """For each moment, who belonged to each segment, as known then."""
    rows = Snapshot.objects.in_workspace(workspace).filter(segment__in=segments).order_by("as_of", "created_at", "id")
    light = list(rows.values_list("pk", "segment_id", "as_of"))
    chosen = [
        {segment: pk for pk, segment, as_of in light if as_of <= moment} for moment in at
    ]  # the last of each segment wins
    wanted = {pk for standing in chosen for pk in standing.values()}
    found = {
        pk: members_of(snapshot) for pk, snapshot in Snapshot.objects.in_workspace(workspace).in_bulk(wanted).items()
    }
    return [{segment: found[pk] for segment, pk in standing.items()} for standing in chosen]
