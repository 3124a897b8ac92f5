"""Since last Monday: who went from one main segment to another, what they are worth, and whether that is usual."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pyarrow as pa
from pyroaring import BitMap

from accounts.models.workspace import Workspace
from accounts.templatetags.words import count, day, money, short_day
from customers import clock, engine, profiling
from customers.engine import parse
from customers.models.profile import RfmFit
from customers.science.rfm import NEVER
from icp.science.usual import Usual, usual
from icp.shares import value_of
from segments.models.segment import Segment
from segments.recalling import Standing, moments, recall

AT_MOST = 3  # sentences
OLD = timedelta(days=45)  # after which nothing is said of today
BEHIND = timedelta(days=8)  # after which nothing of the last week is known
WEEKS = 12  # that tell what is usual
ABOUT_A_WEEK = (timedelta(days=5), timedelta(days=13))
WEEK = timedelta(days=7)
NEW = "new"
SPENT = "SELECT moved.number, revenue, revenue_365d FROM moved JOIN profile ON profile.number = moved.number"


@dataclass(frozen=True)
class Flow:
    """Those who went from one main segment to another, or are new (then without `origin` and `target`)."""

    people: BitMap
    spent: float  # last year; by newcomers, so far
    usual: Usual | None
    a_week: float  # how many that is in seven days
    currency: str
    origin: Segment | None = None
    target: Segment | None = None
    until: str = ""  # of an old file

    @property
    def is_new(self) -> bool:
        return self.target is None

    @property
    def is_unusual(self) -> bool:
        """More than usual; for newcomers fewer, too."""
        if self.usual is None or self.a_week in self.usual:
            return False
        return self.is_new or self.a_week > self.usual.high

    @property
    def way(self) -> str:
        """For the address of its list."""
        return way(str(self.origin.pk) if self.origin else NEW, str(self.target.pk) if self.target else "")

    @property
    def sentence(self) -> str:
        return " ".join(part for part in (self.moved, self.range) if part)

    @property
    def moved(self) -> str:
        """124 went from Loyal to Needs attention; they spent €31,000 last year."""
        many, worth = len(self.people), f"**{money(self.spent, self.currency)}**"
        if self.origin is None or self.target is None:
            if not many:
                return "**No new** customers came."
            orders = f"**{count(many)} new** {'customer' if many == 1 else 'customers'}"
            return f"{orders}; what they ordered so far came to {worth}."
        spent = f"they spent {worth} {'in the year ' + self.until if self.until else 'last year'}"
        return f"**{count(many)}** went from {self.origin.name} to {self.target.name}; {spent}."

    @property
    def range(self) -> str:
        """What is usual, where that is known."""
        if self.usual is None:
            return ""
        low, high = self.usual.low, self.usual.high
        said = f"Usual in a week: {count(low)} to {count(high)}." if high > low else f"Usual in a week: {count(low)}."
        return f"The most of any week so far. {said}" if self.a_week > max(self.usual.most, high) else said


@dataclass(frozen=True)
class Moved:
    """What moved between two counts. `flows` are all of them, the dearest first."""

    start: datetime
    until: datetime
    flows: list[Flow]
    is_judged: bool
    is_old: bool
    zone: str
    is_behind: bool = False  # nothing of the last week is known

    @property
    def told(self) -> list[Flow]:
        """At most three: what is unusual; where nobody can say what is usual, the dearest."""
        wanted = [flow for flow in self.flows if flow.is_unusual] if self.is_judged else self.flows
        return wanted[:AT_MOST]

    @property
    def is_quiet(self) -> bool:
        return not self.told

    @property
    def quiet(self) -> str:
        """The good message."""
        moved = sum(len(flow.people) for flow in self.flows)
        if not self.is_judged:
            return "**Nobody moved** between your main segments."
        return f"**Nothing unusual happened.** {count(moved)} people moved or came, within what is usual in a week."

    @property
    def heading(self) -> str:
        first = clock.last_counted(self.start) or self.start
        if self.is_old or self.is_behind:
            return f"From {day(first, self.zone)} until {day(clock.last_counted(self.until), self.zone)}"
        local = self.start.astimezone(ZoneInfo(self.zone))
        return "Since last Monday" if local.weekday() == 0 else f"Since {short_day(self.start, self.zone)}"

    @property
    def how(self) -> str:
        """How we know what is usual."""
        span = f"Who belonged to each main segment on {day(self.start, self.zone)}, and who does now, as counted then."
        if not self.is_judged:
            return f"{span} What is usual can be said after four weeks of counts; until then the dearest come first."
        return (
            f"{span} Usual is what the weeks before counted (up to {WEEKS}): their median plus and minus twice their "
            "spread (the median absolute deviation, at least what chance alone does to a count). "
            "Other lengths are counted as seven days."
        )

    def flow(self, origin: str, target: str) -> Flow | None:
        """The one that an address names."""
        return next((flow for flow in self.flows if flow.way == way(origin, target)), None)


def way(origin: str, target: str) -> str:
    """The address of those who went from one to the other; `new` for those who are new."""
    return urlencode({"from": origin} | ({"to": target} if target else {}))


def since_last_monday(workspace: Workspace, *, today: datetime) -> Moved | None:
    """What moved since the Monday of a week ago; None while there are no two counts that far apart."""
    table = profiling.current(workspace)
    segments = list(Segment.objects.in_workspace(workspace).main())
    if table is None or not segments:
        return None
    counted = _counted(workspace, segments[0], table.as_of)
    start = _start(counted, _monday(table.as_of, workspace.timezone))
    if start is None:
        return None
    return _moved(workspace, segments, counted, start, today)


def has_moved(workspace: Workspace) -> bool:
    """Whether there are two counts about a week apart."""
    first = Segment.objects.in_workspace(workspace).main().first()
    table = profiling.current(workspace)
    if first is None or table is None:
        return False
    counted = _counted(workspace, first, table.as_of)
    return _start(counted, _monday(table.as_of, workspace.timezone)) is not None


def _counted(workspace: Workspace, segment: Segment, until: datetime) -> list[datetime]:
    """The counts that can be compared: since the limits of the segments were last found anew."""
    fit = RfmFit.objects.in_workspace(workspace).order_by("-created_at").first()
    return [at for at in moments(workspace, segment, until=until) if fit is None or at >= fit.fitted_as_of]


def _monday(until: datetime, zone: str) -> datetime:
    """The Monday that began at least six days before, where the business is."""
    local = (until.astimezone(ZoneInfo(zone)) - timedelta(days=6)).date()
    return datetime.combine(local - timedelta(days=local.weekday()), time.min, tzinfo=ZoneInfo(zone))


def _start(counted: Sequence[datetime], wanted: datetime) -> datetime | None:
    """The last count until then, or else the first one, if it is a week old nearly."""
    apart = [at for at in counted if counted[-1] - at >= ABOUT_A_WEEK[0]]
    before = [at for at in apart if at <= wanted]
    return before[-1] if before else apart[0] if apart else None


def _moved(
    workspace: Workspace, segments: list[Segment], counted: list[datetime], start: datetime, today: datetime
) -> Moved:
    until = counted[-1]
    windows = [(start, until), *_weeks_before(counted, start)]
    at = sorted({moment for window in windows for moment in window})
    standing = dict(zip(at, recall(workspace, segments, at), strict=True))
    ways = [_ways(segments, standing[a], standing[b]) for a, b in windows]
    lengths = [(b - a) / WEEK for a, b in windows]
    is_old, behind = today - until > OLD, today - until > BEHIND
    judge = not is_old and ABOUT_A_WEEK[0] <= until - start <= ABOUT_A_WEEK[1]
    ranges = {way: usual([len(w[way]) / n for w, n in zip(ways[1:], lengths[1:], strict=True)]) for way in ways[0]}
    spent = _spent(workspace, BitMap.union(*ways[0].values()), until)
    said = f"until {day(clock.last_counted(until), workspace.timezone)}" if is_old else ""
    flows = [
        Flow(
            people=people,
            spent=sum(spent.get(number, (0.0, 0.0))[way is not None] for number in people),
            usual=ranges[way] if judge else None,
            a_week=len(people) / lengths[0],
            currency=workspace.currency,
            origin=way[0] if way else None,
            target=way[1] if way else None,
            until=said,
        )
        for way, people in ways[0].items()
    ]
    kept = [flow for flow in flows if len(flow.people) >= workspace.min_group or (flow.is_new and flow.is_unusual)]
    is_judged = judge and len(windows) > 1 and all(flow.usual for flow in flows)
    return Moved(
        start, until, sorted(kept, key=lambda flow: -flow.spent), is_judged, is_old, workspace.timezone, behind
    )


def _weeks_before(counted: list[datetime], start: datetime) -> list[tuple[datetime, datetime]]:
    """About a week each, one after the other, back from where the newest begins."""
    found: list[tuple[datetime, datetime]] = []
    end = start
    while len(found) < WEEKS:
        before = [at for at in counted if at <= end - ABOUT_A_WEEK[0]]
        near = min(before, key=lambda at: abs(end - at - WEEK), default=None)
        if near is None or end - near > ABOUT_A_WEEK[1]:
            break
        found.append((near, end))
        end = near
    return found


type Way = tuple[Segment, Segment] | None


def _ways(segments: list[Segment], then: Standing, now: Standing) -> dict[Way, BitMap]:
    """Who went which way; None is the way of those who are new."""
    buyers = [segment for segment in segments if value_of(segment) != NEVER]
    was, is_ = ([standing.get(segment.pk, BitMap()) for segment in buyers] for standing in (then, now))
    ways: dict[Way, BitMap] = {
        (one, other): was[i] & is_[k]
        for i, one in enumerate(buyers)
        for k, other in enumerate(buyers)
        if i != k
    }  # fmt: skip
    ways[None] = BitMap.union(BitMap(), *is_) - BitMap.union(BitMap(), *was)
    return ways


def _spent(workspace: Workspace, people: BitMap, as_of: datetime) -> dict[int, tuple[float, float]]:
    """(so far, last year) of each, in the workspace's money."""
    moved = pa.table({"number": pa.array(people, pa.uint32())})
    relations: Any = profiling.relations(workspace, as_of)
    relations["moved"] = moved
    rows = engine.query(workspace, parse(SPENT), relations=relations).to_pylist()
    return {row["number"]: (float(row["revenue"] or 0), float(row["revenue_365d"] or 0)) for row in rows}
