"""Answers customers' question which segments somebody is in (customers/belonging.py)."""

from django.db.models import OuterRef, Subquery
from pyroaring import BitMap

from accounts.models.workspace import Workspace
from customers import belonging
from customers.belonging import Group
from segments.models.refresh import Snapshot
from segments.models.segment import Segment
from segments.remembering import members_of


class Segments:
    """The live segments, each with its newest members, in two queries."""

    def groups(self, workspace: Workspace) -> list[Group]:
        newest = Snapshot.everywhere.filter(segment=OuterRef("pk")).order_by("-as_of", "-created_at")
        segments = Segment.objects.in_workspace(workspace).live().order_by("-set__is_main", "position", "name")
        rows = list(segments.select_related("parent").annotate(newest=Subquery(newest.values("pk")[:1])))
        snapshots = Snapshot.objects.in_workspace(workspace).in_bulk([row.newest for row in rows if row.newest])
        return [_group(row, members_of(snapshots.get(row.newest))) for row in rows]


def _group(row: Segment, members: BitMap) -> Group:
    within = row.parent.name if row.parent else ""
    return Group(row.pk, row.name, row.slot, row.description, members, within)


def answer() -> None:
    belonging.register(Segments())
