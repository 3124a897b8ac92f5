"""What the data say of a candidate: facts with their evidence, and the figures beside its sheet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from pyroaring import BitMap

from accounts.models.user import User
from accounts.models.workspace import Workspace
from accounts.templatetags.words import count, money, percent
from customers import profiling
from icp import defining
from icp.defining import Line
from icp.models.definition import Icp, Kind, Part
from segments import comparing
from segments.comparing import Contrast, Share
from segments.models.segment import Segment
from segments.remembering import newest_members


@dataclass(frozen=True)
class Figure:
    """One figure beside a sheet: what it is, how much, what it means, and where it lies between 0 and 1."""

    label: str
    value: str
    meaning: str
    position: float | None = None


def candidate_from_segment(segment: Segment, *, as_of: datetime, by: User) -> Icp:
    """A candidate with what the data say of the segment. Calling it again finds the one that is there."""
    known = segment.icps.filter(archived_at=None).first()
    if known:
        return known
    return defining.name_candidate(
        segment.workspace,
        name=segment.name,
        sentence=segment.description[:300],
        entity=segment.entity,
        segments=[segment],
        lines=facts(segment, as_of),
        by=by,
    )


def facts(segment: Segment, as_of: datetime) -> list[Line]:
    """How many they are, what they bring, and what sets them apart; nothing without data."""
    workspace, members = segment.workspace, newest_members(segment)
    if profiling.current(workspace) is None or not members:
        return []
    share = comparing.shares(workspace, [members], as_of)[0]
    contrasts = comparing.sets_apart(workspace, members, as_of, limit=6)
    return [*_of_share(segment, share, as_of), *(_of_contrast(segment, contrast, as_of) for contrast in contrasts)]


def facts_of(segments: Iterable[Segment], as_of: datetime) -> list[Line]:
    """What the data say of several segments, one after the other."""
    return [line for segment in segments for line in facts(segment, as_of)]


def _of_share(segment: Segment, share: Share, as_of: datetime) -> list[Line]:
    many = f"**{count(share.people)} people**, {percent(share.of_people)} of all customers"
    worth = f"**{percent(share.of_revenue)}** of revenue from {percent(share.of_people)} of customers"
    return [
        _fact(Part.DEMOGRAPHICS, many, segment, "customers", share.people, as_of),
        _fact(Part.BUYING_BEHAVIOUR, worth, segment, "share_of_revenue", round(share.of_revenue, 6), as_of),
    ]


def _of_contrast(segment: Segment, contrast: Contrast, as_of: datetime) -> Line:
    is_detail = contrast.feature.startswith("trait:")
    part = Part.DEMOGRAPHICS if is_detail else Part.BUYING_BEHAVIOUR
    text = f"{contrast.label}: **{contrast.said}**, against {contrast.everyone_said} of everyone"
    return _fact(part, text, segment, contrast.feature, round(contrast.value, 6), as_of)


def _fact(part: Part, text: str, segment: Segment, feature: str, value: float, as_of: datetime) -> Line:
    source: dict[str, Any] = {
        "segment": str(segment.pk),
        "feature": feature,
        "value": value,
        "as_of": as_of.isoformat(),
    }
    return Line(part=part, text=text[:300], kind=Kind.FACT, evidence=[source])


def people_behind(icp: Icp) -> BitMap:
    """Everybody in the segments behind the candidate."""
    live = (segment for segment in icp.segments.all() if segment.archived_at is None)
    return BitMap.union(BitMap(), *(newest_members(segment) for segment in live))


def shares_of(workspace: Workspace, icps: Iterable[Icp], as_of: datetime) -> dict[Any, Share]:
    """Share of people and revenue for each candidate that has a segment behind it."""
    rows = list(icps)
    prefetch_related_objects(rows, "segments")
    behind = {icp.pk: people for icp in rows if (people := people_behind(icp))}
    if not behind or profiling.current(workspace) is None:
        return {}
    return dict(zip(behind, comparing.shares(workspace, list(behind.values()), as_of), strict=True))


def figures(icp: Icp, as_of: datetime) -> list[Figure]:
    """What stands at the right of a sheet; nothing where no segment stands behind it."""
    share = shares_of(icp.workspace, [icp], as_of).get(icp.pk)
    if share is None or not share.people:
        return []
    currency = icp.workspace.currency
    each = share.revenue / share.people
    return [
        Figure("Share of customers", percent(share.of_people), f"{count(share.people)} people", share.of_people),
        Figure("Share of revenue", percent(share.of_revenue), money(share.revenue, currency), share.of_revenue),
        Figure("Spent by each", money(each, currency), "on average, since the first order"),
        Figure("Orders of each", f"{share.orders / share.people:.1f}", "on average, since the first order"),
    ]
