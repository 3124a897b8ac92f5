"""The six pictures of the first look, as SVG in the size in which they stand beside their sentence."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

WIDE, FLOOR, TOP = 260.0, 92.0, 12.0
DIAMOND = mark_safe('<path d="M6 0l6 6-6 6-6-6z"/>')
type Drawn = SafeString


def picture(kind: str, told: dict[str, Any], *, until: str = "") -> SafeString:
    """What a finding's picture holds, drawn; nothing where it holds nothing. `until` is the last day of the data."""
    if not told or kind not in PICTURES:
        return mark_safe("")
    inside = PICTURES[kind](told, until)
    return format_html('<svg class="ch fl-pic" viewBox="0 -4 284 116" aria-hidden="true">{}</svg>', inside)


def _best(told: dict[str, Any], until: str) -> Drawn:
    """The share of revenue that the best buyers bring so far, in twentieths."""
    shares = [0.0, *told["so_far"]]
    step = WIDE / (len(shares) - 1)
    points = [(step * i, _up(share)) for i, share in enumerate(shares)]
    x, y = points[told["at"]]
    return _join(
        _path("gr", f"M0 {FLOOR}H{WIDE}"),
        _path("ref", f"M0 {FLOOR}L{WIDE} {TOP}"),
        _line("ln", points),
        format_html('<circle class="acc" cx="{}" cy="{}" r="5.5"/>', _n(x), _n(y)),
        _path("ax", f"M{_n(x)} {_n(y + 7)}V{FLOOR}"),
        _text("tb", 74, 81, f"{_percent(shares[told['at']])} of revenue"),
        _text("ts", x, 108, "1 in 5"),
        _text("ts e", WIDE, 108, "all buyers"),
    )


def _back(told: dict[str, Any], until: str) -> Drawn:
    """Who came back within 10, 20 ... 200 days; the darker bars are the first half of them."""
    bars, half = told["bars"], told["half"]
    high = max([*bars, 1])
    line = 13 * half / 10
    parts = [_path("gr", f"M0 {FLOOR}H{WIDE}")]
    for place, people in enumerate(bars):
        height = 66.5 * people / high
        tone = "ink" if 10 * (place + 1) <= half + 5 else "mut2"
        parts.append(_bar(tone, 13 * place, FLOOR - height, 10, height, 1.5))
    if line <= WIDE:
        words = f"half by day {half}"
        parts += [_path("ref", f"M{_n(line)} 4v88"), _text("tb" if line < 150 else "tb e", _beside(line), 15, words)]
    parts.append(_text("ts", 0, 108, "day 1"))
    if told["hardly"] and told["hardly"] <= 180:
        parts.append(_text("ts m", 13 * told["hardly"] / 10, 108, str(told["hardly"])))
    return _join(*parts, _text("ts e", WIDE, 108, "200"))


def _beside(line: float) -> float:
    return line + 8 if line < 150 else line - 8


def _overdue(told: dict[str, Any], until: str) -> Drawn:
    """The newest orders of three of them as dots, and how long each has been quiet, in dashes."""
    rows = told["rhythms"]
    oldest = max((max(days) for days in rows), default=1) or 1
    parts: list[Drawn] = []
    for place, days in enumerate(rows):
        y = 22 + 28 * place
        spots = [5 + 235 * (1 - day / oldest) for day in days]
        parts.append(_path("gr", f"M0 {y}H{WIDE}"))
        parts += [format_html('<circle class="ink" cx="{}" cy="{}" r="4"/>', _n(x), y) for x in spots]
        parts.append(_path("un", f"M{_n(max(spots) + 9)} {y}H236"))
    return _join(
        *parts, _path("la", "M240 8v84"), _text("ta e", WIDE, 108, f"until {until}"),
        _text("ts", 0, 108, "each dot is an order day"),
    )  # fmt: skip


def _start(told: dict[str, Any], until: str) -> Drawn:
    """How many times as often, with its range; the others stand at 1."""
    scale = 200 / (told["high"] - min(1.0, told["low"]))
    left = 34 - scale * (min(1.0, told["low"]) - 1) if told["low"] < 1 else 34.0
    low, at, high = (left + scale * (told[name] - 1) for name in ("low", "ratio", "high"))
    words = f"{told['ratio']:.1f} times"
    return _join(
        _path("gr", f"M0 72H{WIDE}"),
        _path("ref", f"M{_n(left)} 22v50"),
        _text("ts m", left, 90, "others"),
        format_html(
            '<g class="s2"><path class="st" stroke-width="2" d="M{} 36v22M{} 36v22M{} 47H{}"/></g>',
            _n(low), _n(high), _n(low), _n(high),
        ),
        format_html(
            '<g class="s2"><g class="f" transform="translate({} 39) scale(1.33)">{}</g></g>', _n(at - 8), DIAMOND
        ),
        _text("tb m", at, 24, words),
        _text("ts m", max(low, left + 34), 90, f"{told['low']:.1f}"),
        _text("ts m", high, 90, f"{told['high']:.1f}"),
    )  # fmt: skip


def _newcomers(told: dict[str, Any], until: str) -> Drawn:
    """How many new customers were back by each day, this year and last year."""
    high = max([share for _, share in [*told["this"], *told["last"]]] + [0.01])
    last, this = ([(2 * day, FLOOR - 71 * share / high) for day, share in told[name]] for name in ("last", "this"))
    upper, lower = sorted((last[-1][1], this[-1][1]))
    if lower - upper < 15:  # the two words must not touch
        upper, lower = (upper + lower) / 2 - 7.5, (upper + lower) / 2 + 7.5
    places = (upper, lower) if last[-1][1] <= this[-1][1] else (lower, upper)
    return _join(
        _path("gr", f"M0 {FLOOR}H{WIDE}"),
        _line("lm", last),
        _line("ln", this),
        _text("ts", 188, places[0] + 4, f"{_percent(told['last'][-1][1])} last year"),
        _text("tb", 188, places[1] + 4, f"{_percent(told['this'][-1][1])} this year"),
        _text("ts", 0, 108, "first order"),
        _text("ts e", 180, 108, f"day {told['this'][-1][0]}"),
    )


def _growth(told: dict[str, Any], until: str) -> Drawn:
    """What returning and new customers brought more (to the right) or less (to the left)."""
    values = [("returning", told["returning"], "ink"), ("new", told["new"], "mut2")]
    high = max(abs(value) for _, value, _ in values) or 1
    lost = any(value < 0 for _, value, _ in values)
    room, zero = (96, 128.0) if lost else (118, 72.0)
    parts: list[Drawn] = [_path("ax", f"M{_n(zero)} 8v84")]
    for place, (name, value, tone) in enumerate(values):
        y, length = 16 + 40 * place, max(1.5, room * abs(value) / high)
        start = zero + 1 if value >= 0 else zero - 1 - length
        aside = ("ts e", zero - 8, y + 13.5) if not lost else ("ts", zero + 6, y + 31.0)
        if value < 0:
            aside = ("ts e", zero - 6, y + 31.0)
        end = zero + 8 + max(0.0, length if value >= 0 else 0.0)
        parts += [
            _bar(tone, start, y, length, 18, 2),
            _text(*aside, name),
            _text("tb", end, y + 14, told["words"][place]),
        ]
    return _join(*parts)


PICTURES: dict[str, Callable[[dict[str, Any], str], Drawn]] = {
    "best": _best,
    "back": _back,
    "overdue": _overdue,
    "start": _start,
    "newcomers": _newcomers,
    "growth": _growth,
}


def _up(share: float) -> float:
    return FLOOR - (FLOOR - TOP) * min(1.0, max(0.0, share))


def _n(value: float) -> str:
    return f"{value:.1f}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}\u202f%"


def _path(kind: str, d: str) -> Drawn:
    return format_html('<path class="{}" d="{}"/>', kind, d)


def _line(kind: str, points: Sequence[tuple[float, float]]) -> Drawn:
    return _path(kind, "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points))


def _bar(kind: str, x: float, y: float, width: float, height: float, round: float) -> Drawn:
    text = '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="{}"/>'
    return format_html(text, kind, _n(x), _n(y), _n(width), _n(height), round)


def _text(kind: str, x: float, y: float, words: str) -> Drawn:
    return format_html('<text class="{}" x="{}" y="{}">{}</text>', kind, _n(x), _n(y), words)


def _join(*parts: Drawn) -> Drawn:
    return format_html_join("", "{}", ((part,) for part in parts))
