"""A shop with weeks of counts behind it, each snapshot written by hand; the last day is Monday, 2 March 2026."""

from datetime import datetime, timedelta

from pyroaring import BitMap

from accounts.models.workspace import Workspace
from customers.models.profile import RfmFit
from segments.models.segment import Method, Segment, SegmentSet
from segments.remembering import keep_snapshot
from tests.customers.stage import AS_OF, a_customer, bought, recorded
from tests.segments.stage import computed, rule

NAMES = ["Champions", "Loyal", "Needs attention"]


def forty_buyers(workspace: Workspace) -> None:
    """Each ordered once for 100, 20 days ago."""
    people = [a_customer(workspace, f"buyer-{n}") for n in range(40)]
    recorded(workspace, [bought(who, 20, 10_000, order=who.number + 1) for who in people])
    computed(workspace)
    RfmFit.objects.in_workspace(workspace).update(fitted_as_of=AS_OF - timedelta(days=400))


def three_segments(workspace: Workspace) -> list[Segment]:
    whole = SegmentSet.objects.create(
        workspace=workspace, name="Main", method=Method.RFM, is_main=True, status=SegmentSet.Status.KEPT
    )
    leaves = [{"feature": "main_segment", "op": "eq", "value": name} for name in NAMES]
    return [
        Segment.objects.create(
            workspace=workspace, name=name, set=whole, slot=i, position=i, definition=rule(leaf), method=Method.RFM
        )
        for i, (name, leaf) in enumerate(zip(NAMES, leaves, strict=True), start=1)
    ]


def counted(segments: list[Segment], members: list[range | list[int]], *, weeks_ago: float) -> datetime:
    """Who belonged to each segment then."""
    at = AS_OF - timedelta(weeks=weeks_ago)
    for segment, people in zip(segments, members, strict=True):
        keep_snapshot(segment, BitMap(people), as_of=at)
    return at


def quiet_weeks(segments: list[Segment], many: int, *, back_to: int = 8) -> None:
    """Week by week, six go from Loyal to Needs attention and six go back; nobody is new."""
    for week in range(back_to, back_to - many, -1):
        odd = week % 2
        loyal = range(0, 20) if odd else [*range(6, 20), *range(20, 26)]
        needs = range(20, 40) if odd else [*range(0, 6), *range(26, 40)]
        counted(segments, [[], loyal, needs], weeks_ago=week)
