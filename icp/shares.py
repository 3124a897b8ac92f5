"""The main segments as Home shows them: how many buyers, how much of the money."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models.workspace import Workspace
from customers.science.rfm import NEVER
from icp.measuring import Business
from segments.comparing import shares
from segments.drawing import Band
from segments.models.segment import Segment
from segments.refreshing import newest_members


@dataclass(frozen=True)
class Row:
    """One main segment. `value` is what makes it, whatever people call it; shares are 0 to 1."""

    segment: Any
    value: str
    people: int
    of_buyers: float
    revenue: float
    of_revenue: float

    @property
    def band(self) -> Band:
        return Band(self.segment.name, self.segment.slot, self.of_buyers, self.of_revenue)


def main_segments(workspace: Workspace, found: Business, as_of: datetime) -> list[Row]:
    """The main segments of those who bought, in their order; whoever is in none comes last, as everyone else."""
    segments = [segment for segment in Segment.objects.in_workspace(workspace).main() if value_of(segment) != NEVER]
    counted = shares(workspace, [newest_members(segment) for segment in segments], as_of)
    rows = [
        _row(found, segment, value_of(segment), share.people, share.revenue)
        for segment, share in zip(segments, counted, strict=True)
        if share.people
    ]
    left = found["buyers"] - sum(row.people for row in rows)
    if rows and left > 0:
        rest = found["revenue"] - sum(row.revenue for row in rows)
        rows.append(_row(found, Segment(name="Everyone else", slot=0), "", left, rest))
    return rows


def value_of(segment: Segment) -> str:
    """Which main segment it is, such as At risk, even where somebody gave it another name."""
    leaf = segment.definition["where"]["all"][0]
    return str(leaf.get("value", ""))


def _row(found: Business, segment: Segment, value: str, people: int, revenue: float) -> Row:
    buyers, whole = found["buyers"], found["revenue"]
    of_revenue = revenue / whole if whole > 0 else 0.0
    return Row(segment, value, people, people / buyers if buyers else 0.0, revenue, of_revenue)
