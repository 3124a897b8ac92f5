"""Geometry of the small pictures on the pages of segments; templates draw them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from segments.remembering import Moment

MIDDLE, REACH = 98.0, 84.0  # the line between coming and going, and how far a bar goes


@dataclass(frozen=True)
class Swing:
    """One change: how many came (upwards) and went (downwards)."""

    x: float
    up: float
    down: float
    moment: Moment

    @property
    def day(self) -> datetime:
        """The last day of the data that was counted."""
        return self.moment.as_of - timedelta(microseconds=1)

    @property
    def top(self) -> float:
        return round(MIDDLE - self.up, 1)


@dataclass(frozen=True)
class Swings:
    width: int
    bar: float
    swings: list[Swing]
    middle: float = MIDDLE + 1.5

    @property
    def end(self) -> int:
        return self.width - 4

    @property
    def last(self) -> Swing:
        return self.swings[-1]


def swings(moments: Sequence[Moment], *, width: int = 520) -> Swings:
    """Who came and who went at each change after the first count."""
    most = max((max(m.joined, m.left) for m in moments), default=0) or 1
    step = min((width - 8) / max(len(moments), 1), 48.0)
    bar = round(max(step - 5, 2), 1)
    placed = [
        Swing(round(6 + i * step, 1), round(REACH * m.joined / most, 1), round(REACH * m.left / most, 1), m)
        for i, m in enumerate(moments)
    ]
    return Swings(width, bar, placed)


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
