"""The goal's line as a drawing: the past solid, the future dashed with its range, the target above."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.templatetags.words import short_day
from icp.pacing import Course


@dataclass(frozen=True)
class Frame:
    """Where things stand: the line between left and right, top and bottom; words after `right`."""

    width: int
    height: int
    right: float
    top: float
    bottom: float
    left: float = 4.0


@dataclass(frozen=True)
class Tick:
    x: float
    words: str


@dataclass(frozen=True)
class Trace:
    """Paths and places of one size."""

    frame: Frame
    line: str
    end: tuple[float, float]
    start: tuple[float, float]
    target: float | None
    fan: str
    ahead: str
    reached: float | None
    ticks: list[Tick]

    @property
    def words(self) -> float:
        return self.frame.right + 10

    @property
    def target_words(self) -> float:
        return (self.target or 0) + 5

    @property
    def reached_words(self) -> float:
        """Beside its end, and not on the words of the target."""
        place = (self.reached or 0) + 4
        if self.target is not None and abs(place - self.target_words) < 20:
            return self.target_words + (20 if place >= self.target_words else -24)
        return place

    @property
    def between_words(self) -> float:
        return self.reached_words + 17

    @property
    def foot(self) -> float:
        return self.frame.height - 6

    @property
    def end_words(self) -> float:
        return self.end[1] - 12

    @property
    def start_words(self) -> float:
        return self.start[1] - 12

    @property
    def has_room(self) -> bool:
        """Whether the words of the start stand clear of those of the end, and of the left edge."""
        return self.end[0] - self.start[0] > 48 and self.start[0] - self.frame.left > 18

    @property
    def end_class(self) -> str:
        """The words stand above the point's middle, or end at it where they would leave the drawing."""
        return "e" if self.end[0] > self.frame.right - 30 else "m"

    @property
    def until_words(self) -> float:
        return self.frame.bottom - 8


WIDE = Frame(700, 250, right=542, top=34, bottom=220)
NARROW = Frame(354, 220, right=276, top=34, bottom=190, left=2)


def traces(course: Course) -> tuple[Trace, Trace]:
    """The drawing for wide pages and for phones."""
    return _trace(course, WIDE, ticks=5), _trace(course, NARROW, ticks=3)


def _trace(course: Course, frame: Frame, *, ticks: int) -> Trace:
    first, last = course.points[0][0], course.points[-1][0]
    is_ahead = course.due is not None and not course.is_over
    end = _at(course.due, last) if course.due is not None and is_ahead else last
    span = max((end - first).total_seconds(), 1.0)

    def x(moment: datetime) -> float:
        return round(frame.left + (frame.right - frame.left) * (moment - first).total_seconds() / span, 1)

    shown = [value for _, value in course.points] + ([course.target] if course.target is not None else [])
    if course.pace:
        shown += [course.pace.value, course.pace.high, max(0.0, course.pace.low)]
    low, high = min(shown), max(shown)
    room = (high - low) or max(abs(high), 1.0)

    def y(value: float) -> float:
        clipped = min(max(value, low), high)
        return round(frame.bottom - 20 - (frame.bottom - 20 - frame.top) * (clipped - low) / room, 1)

    points = [(x(moment), y(value)) for moment, value in course.points]
    here, then = points[-1], course.then or course.points[0]
    fan = ahead = ""
    if course.pace:
        fan = f"M{here[0]} {here[1]}L{frame.right} {y(course.pace.high)}V{y(course.pace.low)}Z"
        ahead = f"M{here[0]} {here[1]}L{frame.right} {y(course.pace.value)}"
    return Trace(
        frame,
        "M" + "L".join(f"{a} {b}" for a, b in points),
        here,
        (x(then[0]), y(then[1])),
        y(course.target) if course.target is not None else None,
        fan,
        ahead,
        y(course.pace.value) if course.pace else None,
        [Tick(x(moment), words) for moment, words in _ticks(first, end, ticks)],
    )


def _at(day: date, like: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=like.tzinfo)


def _ticks(first: datetime, end: datetime, many: int) -> Sequence[tuple[datetime, str]]:
    """The first days of months, or the two ends of a short stretch."""
    months = []
    year, month = first.year, first.month
    while (start := datetime(year, month, 1, tzinfo=first.tzinfo)) <= end - timedelta(days=12):
        months.append((max(start, first), f"{start:%b}"))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    if len(months) < 3:
        return [(first, short_day(first))]
    step = -(-len(months) // many)
    return months[::step]
