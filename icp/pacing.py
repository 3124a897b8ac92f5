"""The goal and its honest pace: what it measured, where it gets to, and when it is too early to say."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts import surveying
from accounts.intake.question import Metric, Unit
from accounts.models.workspace import Workspace
from accounts.questions import METRIC
from accounts.templatetags.words import day, percent
from customers import clock
from icp.models.measurement import Measurement
from icp.science.pace import FEWEST, SHORTEST, Pace, pace

LOOKED_AT = timedelta(days=120)  # how far back the pace is taken from
A_MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Course:
    """A goal on its way: (moment, value) oldest first."""

    workspace: Workspace
    metric: Metric
    points: list[tuple[datetime, float]]
    target: float | None
    due: date | None
    pace: Pace | None

    @property
    def now(self) -> float:
        return self.points[-1][1]

    @property
    def until(self) -> datetime:
        return clock.last_counted(self.points[-1][0]) or self.points[-1][0]

    @property
    def then(self) -> tuple[datetime, float] | None:
        """What it was about a month before, or at the first count."""
        newest = self.points[-1][0]
        before = [point for point in self.points[:-1] if newest - point[0] >= A_MONTH - timedelta(days=5)]
        return before[-1] if before else self.points[0] if len(self.points) > 1 else None

    @property
    def sentence(self) -> str:
        return " ".join(part for part in (self.rose, self.reaches) if part)

    @property
    def rose(self) -> str:
        """Repeat buyers rose from 26.4 % to 27.1 % in a month."""
        here = f"**{self.say(self.now)}**"
        if self.then is None:
            return f"{self.metric.name}: {here}{self._wanted}."
        moment, value = self.then
        days = (self.points[-1][0] - moment).days
        span = "in a month" if 25 <= days <= 36 else f"since {day(clock.last_counted(moment), self.workspace.timezone)}"
        if self.say(value) == self.say(self.now):
            return f"{self.metric.name}: still {here}, as {span.replace('in a month', 'a month ago')}."
        verb = "rose" if self.now > value else "fell"
        return f"{self.metric.name} {verb} from **{self.say(value)}** to {here} {span}."

    @property
    def reaches(self) -> str:
        """At this pace you reach about 29 % by June, not 32 %."""
        if self.target is None or self.due is None:
            return ""
        if self.is_over:
            return f"The day you set has passed; you wanted {self.say(self.target)}."
        if self.pace is None:
            return "It is too early to tell the pace."
        about, target, by = self.about(self.pace.value), self.about(self.target), f"{self.due:%B}"
        if self.is_enough:
            return f"At this pace you reach {target} by {by}."
        return f"At this pace you reach about **{about}** by {by}, not {target}."

    @property
    def early(self) -> str:
        """Why there is no pace yet, and when there is."""
        if self.pace or self.target is None or self.due is None or self.is_over:
            return ""
        ready = max(self.points[0][0] + timedelta(days=SHORTEST), self.points[-1][0])
        return (
            f"The pace needs {FEWEST} counts over three weeks; you have {len(self.points)}. "
            f"Earliest with data until {day(clock.last_counted(ready), self.workspace.timezone)}."
        )

    @property
    def is_over(self) -> bool:
        zone = ZoneInfo(self.workspace.timezone)
        return self.due is not None and self.due <= self.points[-1][0].astimezone(zone).date()

    @property
    def is_enough(self) -> bool:
        if self.pace is None or self.target is None:
            return False
        return self.pace.value >= self.target if self.metric.rises else self.pace.value <= self.target

    @property
    def between(self) -> str:
        if self.pace is None:
            return ""
        low, high = self.about(max(0.0, self.pace.low)), self.about(self.pace.high)
        return f"between {low.removesuffix(chr(0x202F) + '%')} and {high}" if low != high else ""

    @property
    def _wanted(self) -> str:
        if self.target is None:
            return ""
        return f"; you want {self.say(self.target)}" + (f" by {day(self.due)}" if self.due else "")

    def say(self, value: float) -> str:
        if self.metric.unit is Unit.PERCENT:
            return percent(value / 100, 1)
        return surveying.say(self.workspace, self.metric, value)

    def about(self, value: float) -> str:
        return surveying.say(self.workspace, self.metric, value)


def course(workspace: Workspace, *, until: datetime) -> Course | None:
    """The pinned goal's way so far; None without a goal, or before anything was measured."""
    goal: dict[str, Any] = workspace.goal
    metric = METRIC.get(goal.get("metric", ""))
    if metric is None:
        return None
    rows = Measurement.objects.in_workspace(workspace).filter(as_of__lte=until).order_by("as_of")
    points = [(row.as_of, float(row.values[metric.id])) for row in rows if metric.id in row.values]
    if not points:
        return None
    target = goal.get("target")
    due = date.fromisoformat(goal["due_on"]) if goal.get("due_on") else None
    return Course(workspace, metric, points, None if target is None else float(target), due, _pace(points, due))


def _pace(points: list[tuple[datetime, float]], due: date | None) -> Pace | None:
    newest = points[-1][0]
    if due is None or due <= newest.date():
        return None
    lately = [point for point in points if newest - point[0] <= LOOKED_AT]
    days = [(moment - newest).total_seconds() / 86400 for moment, _ in lately]
    return pace(days, [value for _, value in lately], until=float((due - newest.date()).days))
