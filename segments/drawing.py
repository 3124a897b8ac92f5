"""Our signature chart: who buys, and who brings the money.

Two columns of the same segments, the left as high as their share of people, the right as high as their
share of money, joined by ribbons. Geometry only; components/ribbons.html draws it, in two sizes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

THIN = 1.5  # a segment with people is never drawn thinner than this
LINE = 18.0  # between two lines of text


@dataclass(frozen=True)
class Band:
    """One segment: its share of people and of money, 0 to 1. A negative share is drawn as none."""

    name: str
    slot: int
    people: float
    money: float


@dataclass(frozen=True)
class Frame:
    """Where things stand in a drawing: bars, text and the room between the segments."""

    width: int
    height: int
    left: float  # of the left bars
    right: float  # of the right bars
    gap: float
    top: float = 34.0
    bar: float = 10.0
    bottom: float = 4.0


WIDE = Frame(width=700, height=388, left=222, right=590, gap=9)
NARROW = Frame(width=350, height=400, left=44, right=152, gap=8)


@dataclass(frozen=True)
class Span:
    """A piece of a column, from its upper to its lower edge."""

    top: float
    bottom: float

    @property
    def height(self) -> float:
        return round(self.bottom - self.top, 1)

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def round(self) -> int:
        """The radius of its corners: none on what is hardly thicker than a line."""
        return 2 if self.height >= 4 else 0


@dataclass(frozen=True)
class Ribbon:
    """One segment as drawn: its two bars, the ribbon between, and where its words stand."""

    band: Band
    left: Span
    right: Span
    path: str
    left_text: float
    right_text: float
    is_strong: bool

    @property
    def left_mark(self) -> float:
        return round(self.left_text - 9.5, 1)

    @property
    def right_mark(self) -> float:
        return round(self.right_text - 8.5, 1)


@dataclass(frozen=True)
class Picture:
    """The chart in one size."""

    frame: Frame
    ribbons: list[Ribbon] = field(default_factory=list)


@dataclass(frozen=True)
class Ribbons:
    """The chart in both sizes: a phone gets a drawing of its own."""

    wide: Picture
    narrow: Picture


def ribbons(bands: Sequence[Band]) -> Ribbons:
    """The chart of the bands, in their order from the top."""
    return Ribbons(_picture(bands, WIDE), _picture(bands, NARROW))


def _picture(bands: Sequence[Band], frame: Frame) -> Picture:
    lefts, rights = (_column([share(band) for band in bands], frame) for share in (_people, _money))
    left_texts, right_texts = (_lines([span.middle for span in spans], frame) for spans in (lefts, rights))
    strong = _strong(bands)
    drawn = zip(bands, lefts, rights, left_texts, right_texts, strict=True)
    return Picture(
        frame,
        [
            Ribbon(band, left, right, _path(left, right, frame), left_text, right_text, band in strong)
            for band, left, right, left_text, right_text in drawn
        ],
    )


def _people(band: Band) -> float:
    return max(0.0, band.people)


def _money(band: Band) -> float:
    return max(0.0, band.money)


def _column(shares: Sequence[float], frame: Frame) -> list[Span]:
    """The pieces of one column: as high as the shares, none thinner than a hair, gaps between them."""
    room = frame.height - frame.top - frame.bottom - frame.gap * (len(shares) - 1) - THIN * len(shares)
    whole = sum(shares) or 1.0
    spans, top = [], frame.top
    for share in shares:
        bottom = top + THIN + room * share / whole
        spans.append(Span(round(top, 1), round(bottom, 1)))
        top = bottom + frame.gap
    return spans


def _lines(middles: Sequence[float], frame: Frame) -> list[float]:
    """Where the words stand: beside the middle of their piece, at least a line apart, inside the frame."""
    lines: list[float] = []
    for middle in middles:
        lines.append(max(middle, lines[-1] + LINE) if lines else middle)
    lowest = frame.height - frame.bottom
    for place in reversed(range(len(lines))):
        lines[place] = min(lines[place], lowest)
        lowest = lines[place] - LINE
    return [round(line + 4.5, 1) for line in lines]


def _path(left: Span, right: Span, frame: Frame) -> str:
    start, end = frame.left + frame.bar, frame.right
    turn = (start + end) / 2
    upper = f"M{start} {left.top}C{turn} {left.top} {turn} {right.top} {end} {right.top}"
    lower = f"V{right.bottom}C{turn} {right.bottom} {turn} {left.bottom} {start} {left.bottom}Z"
    return upper + lower


def _strong(bands: Sequence[Band]) -> list[Band]:
    """The two that tell the story: most money for their number, and most people for their money."""
    if len(bands) < 3:
        return []
    by_gap = sorted(bands, key=lambda band: band.money - band.people)
    return [by_gap[0], by_gap[-1]]
