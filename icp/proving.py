"""What follows from a finding: its rows as a file, and its customers as a segment."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from accounts import auditing
from accounts.models.user import User
from accounts.models.workspace import Workspace
from accounts.templatetags.words import short_day
from customers import clock
from icp.models.insight import Insight
from segments import defining
from segments.exporting import line
from segments.models.segment import Segment

LONGEST = 70  # letters of a name, with room for a day behind it


def file_of(insight: Insight, *, by: User) -> Iterator[str]:
    """The rows behind a finding as lines of a CSV that spreadsheets can open without harm. Writes down who took it."""
    words = f"Exported the rows of “{insight.get_kind_display()}” of the first look."
    auditing.record(insight.workspace, by, "insights.exported", words, subject=insight.pk)
    table = insight.finding["table"]
    return (line(cells) for cells in [table.get("columns", []), *table.get("rows", [])])


def segments_of(workspace: Workspace, insights: list[Insight]) -> dict[Any, Segment]:
    """For each finding the segment with exactly its conditions, where there is one: finding's id -> segment."""
    live = list(Segment.objects.in_workspace(workspace).live().filter(set=None))
    found = {}
    for insight in insights:
        rule = insight.finding["rule"]
        same = [segment for segment in live if rule and segment.definition == rule]
        if same:
            found[insight.pk] = same[0]
    return found


def segment_of(insight: Insight, *, as_of: datetime, by: User) -> Segment:
    """The segment with the conditions of a finding; made where there is none. Raises NotPossible without conditions."""
    if there := segments_of(insight.workspace, [insight]):
        return there[insight.pk]
    if not insight.finding["rule"]:
        raise defining.NotPossible("This finding is about no customers of its own, so it makes no segment.")
    name = _free_name(insight)
    return defining.define(insight.workspace, name=name, definition=insight.finding["rule"], as_of=as_of, by=by)


def _free_name(insight: Insight) -> str:
    """The finding's name for them; with the day, or a number, where a segment of that name has other conditions."""
    name = str(insight.finding["segment_name"])[:LONGEST]
    taken = set(
        Segment.objects.in_workspace(insight.workspace)
        .live()
        .filter(set=None, name__startswith=name)
        .values_list("name", flat=True)
    )
    dated = f"{name}, {short_day(clock.last_counted(insight.as_of), insight.workspace.timezone)}"
    wanted = [name, dated, *(f"{name} {number}" for number in range(2, len(taken) + 3))]
    return next(one for one in wanted if one not in taken)
