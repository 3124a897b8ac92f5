"""Geometry of the small pictures on the pages of segments; templates draw them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from segments.remembering import Moment

HEAD, ROOM = 22.0, 160.0  # above the bars that go up, and the height that all bars share


@dataclass(frozen=True)
class Week:
    """Seven days, and who came and went in them; `until` is the last day, `size` how many there were then."""

    until: date
    joined: int
    left: int
    size: int


def weeks(moments: Sequence[Moment], zone: tzinfo) -> list[Week]:
    """The changes of who belongs, week by week (Monday to Sunday), quiet weeks too. The first count is the start."""
    if len(moments) < 2:
        return []
    found: dict[date, list[int]] = {}
    for moment in moments[1:]:
        end = _sunday(moment, zone)
        came, went, _ = found.get(end, (0, 0, 0))
        found[end] = [came + moment.joined, went + moment.left, moment.size]
    told, size, day, last = [], moments[0].size, min(found), max(found)
    while day <= last:
        came, went, size = found.get(day, (0, 0, size))
        told.append(Week(day, came, went, size))
        day += timedelta(days=7)
    return told


def _sunday(moment: Moment, zone: tzinfo) -> date:
    day = (moment.as_of - timedelta(microseconds=1)).astimezone(zone).date()
    return day + timedelta(days=6 - day.weekday())


@dataclass(frozen=True)
class Swing:
    """One week: how many came (upwards from the middle) and went (downwards)."""

    x: float
    up: float
    down: float
    top: float
    week: Week


@dataclass(frozen=True)
class Swings:
    width: int
    bar: float
    middle: float  # where the bars that go down begin
    swings: list[Swing]

    @property
    def last(self) -> Swing:
        return self.swings[-1]

    @property
    def end(self) -> float:
        """Where the last bar ends: the labels of the last week stand there, but never off the left edge."""
        return max(round(self.last.x + self.bar, 1), 70.0)

    @property
    def foot(self) -> float:
        """Below the last bar that goes down."""
        return round(self.middle + self.last.down + 15, 1)


def swings(weeks: Sequence[Week], *, width: int = 520) -> Swings:
    """Who came and who went, week by week; both ways in one scale, the room shared out as they need it."""
    most_up, most_down = (max((getattr(w, name) for w in weeks), default=0) for name in ("joined", "left"))
    unit = ROOM / ((most_up + most_down) or 1)
    middle = HEAD + unit * most_up
    step = min((width - 8) / max(len(weeks), 1), 48.0)
    bar = round(max(step - 5, 2), 1)
    placed = [
        Swing(
            round(6 + i * step, 1), round(unit * w.joined, 1), round(unit * w.left, 1),
            round(middle - unit * w.joined, 1), w,
        )
        for i, w in enumerate(weeks)
    ]  # fmt: skip
    return Swings(width, bar, round(middle + 1.5, 1), placed)


@dataclass(frozen=True)
class Hump:
    """People along a line, and the cuts of several tries."""

    area: str
    line: str
    cuts: list[tuple[float, int]]


def hump(heights: Sequence[float], cuts: Sequence[float]) -> Hump:
    """In a drawing of 420 by 226, the ground at 200."""
    places = [(10 + 400 * i / max(len(heights) - 1, 1), 200 - 158 * h) for i, h in enumerate(heights)]
    line = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    return Hump(f"{line}L410 200L10 200Z", line, [(round(10 + 400 * c, 1), n) for n, c in enumerate(cuts, 1)])


def length(value: float, everyone: float, *, share: bool) -> tuple[float, float]:
    """How long a bar is and where everyone's tick stands, in percent of the track."""
    if share:
        return round(100 * min(max(value, 0), 1), 1), round(100 * min(max(everyone, 0), 1), 1)
    longest = 1.15 * max(value, everyone, 1e-9)
    return round(100 * max(value, 0) / longest, 1), round(100 * max(everyone, 0) / longest, 1)
