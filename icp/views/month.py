"""Home after the first days: the goal and its pace, what moved, the moves, the focus, what waits."""

from datetime import datetime
from typing import Any

from accounts.access import MemberRequest
from accounts.templatetags.words import day
from customers import clock, engine, freshness
from icp import greeting, measuring, moving, pacing, reviewing, tracing
from icp.pacing import Course

ROWS = 30  # of the table
HOW = (
    "The pace is the average change per day of the last 120 days, carried on; the range holds 8 in 10 of what usually "
    "comes, from how much the steps between two counts differ (a random walk with drift)."
)
MEASURED = {
    "repeat_purchase": ("repeat_365d", "buyers_365d"),
    "revenue_per_customer": ("revenue_365d", "buyers_365d"),
    "fewer_leaving": ("buyers_90d", "buyers"),
    "more_new": ("new_90d",),
    "better_product": ("returned", "gross"),
}


def month(request: MemberRequest, context: dict[str, Any], as_of: datetime, at: datetime) -> dict[str, Any]:
    """What the page shows, counted as of the profile's moment, looked at `at`."""
    workspace, today = request.workspace, context["today"]
    course = pacing.course(workspace, until=as_of)
    return {
        "course": course,
        **(_goal(course) if course else {}),
        "moved": moving.since_last_monday(workspace, today=at),
        "moves": reviewing.moves(workspace, today),
        "effort": reviewing.effort(workspace),
        "waiting": reviewing.waiting(request.membership),
        "fresh": freshness.told(workspace, at=at),
        "evaluation": reviewing.evaluation(workspace, today),
        "as_of": as_of,
        "buyers": (found := measuring.business(workspace, as_of))["buyers"],
        "period": greeting.period(found.days),
        "until": clock.last_counted(as_of),
    }


def _goal(course: Course) -> dict[str, Any]:
    """The goal's picture, its table, and where it comes from."""
    zone, counts = course.workspace.timezone, len(course.points)
    newest = reversed(course.points[-ROWS:])
    return {
        "traces": tracing.traces(course) if counts > 1 else (),
        "rows": [(day(clock.last_counted(moment), zone), course.say(value)) for moment, value in newest],
        "now": course.say(course.now),
        "then": course.say(course.then[1]) if course.then else "",
        "target": "" if course.target is None else course.about(course.target),
        "reached": course.about(course.pace.value) if course.pace else "",
        "goal_meaning": f"{course.metric.meaning} {HOW if course.pace else ''}".strip(),
        "goal_counted": f"One count for each time the data changed; {counts} so far.",
        "goal_sql": engine.sql(measuring.counted(MEASURED[course.metric.id])),
    }
