"""Pictures as SVG, made here so that pages need no script: ladder, dots, portrait."""

import math
from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from accounts.templatetags.parts import MARKS

PLAIN = '<circle cx="6" cy="6" r="4"/>'  # for candidates beyond the eight marks
RAIL, LEFT = 190, 8
STEP = 46  # between two scores of the dots
SHAPE = 200
LADDER, DOTS = RAIL + 2 * LEFT, 9 * STEP + 60


def colour(slot: int) -> str:
    """The class that colours a mark; candidates without one are drawn in ink."""
    return f"s{slot}" if slot in MARKS else "s8"


def _mark(slot: int, x: float, y: float, scale: float = 1.0) -> SafeString:
    corner = f"translate({x - 6 * scale:.1f} {y - 6 * scale:.1f}) scale({scale:.2f})"
    shape = mark_safe(MARKS.get(slot, PLAIN))  # noqa: S308 - our own shapes
    return format_html('<g class="{}"><g class="mkg" transform="{}">{}</g></g>', colour(slot), corner, shape)


def _at(score: float) -> float:
    return LEFT + RAIL * min(100.0, max(0.0, score)) / 100


def ladder_row(row: dict[str, Any]) -> SafeString:
    """One candidate on the ladder: where the graders' middle half lies, and the total."""
    if row["score"] is None:
        return mark_safe("")
    scale = row["score"] / row["total"] if row["total"] else 1.0
    grid = _lines(_at(mark) for mark in (20, 40, 60, 80))
    whisker = mark_safe("")
    if row["low"] is not None and row["high"] is not None:
        low, high = _at(row["low"] * scale), _at(row["high"] * scale)
        path = f"M{low:.1f} 6v12M{high:.1f} 6v12M{low:.1f} 12H{high:.1f}"
        whisker = format_html('<g class="{}"><path class="st" stroke-width="2" d="{}"/></g>', colour(row["slot"]), path)
    return _picture(LADDER, 24, grid, whisker, _mark(row["slot"], _at(row["score"]), 12))


def ladder_scale() -> SafeString:
    """The numbers above the ladder."""
    marks = format_html_join("", '<text class="ts m" x="{}" y="12">{}</text>', ((_at(m), m) for m in (20, 40, 60, 80)))
    return _picture(LADDER, 16, marks)


def dots_row(row: dict[str, Any]) -> SafeString:
    """All answers about one candidate: a mark for each, a box behind the middle answer, rings where they differ."""
    scores: list[int] = row["scores"]
    parts = [_lines(_place(mark) for mark in range(1, 11))]
    if row["median"] is not None:
        box = '<rect class="medb" x="{}" y="2" width="40" height="28" rx="7"/>'
        parts.append(format_html(box, f"{_place(row['median']) - 20:.1f}"))
    for score in sorted(set(scores)):
        parts += _stack(row["slot"], score, scores.count(score))
    if row["apart"]:
        ends = ((f"{_place(end):.1f}",) for end in (scores[0], scores[-1]))
        parts.append(format_html_join("", '<circle class="ring" cx="{}" cy="16" r="13"/>', ends))
    return _picture(DOTS, 32, *parts)


def _stack(slot: int, score: int, times: int) -> list[SafeString]:
    """Equal answers side by side, closer the more there are."""
    gap = min(12.0, 30.0 / times)
    start = _place(score) - gap * (times - 1) / 2
    return [_mark(slot, start + gap * number, 16, 0.9 if times < 4 else 0.6) for number in range(times)]


def dots_scale() -> SafeString:
    places = ((f"{_place(mark):.1f}", mark) for mark in range(1, 11))
    return _picture(DOTS, 16, format_html_join("", '<text class="ts m" x="{}" y="12">{}</text>', places))


def _place(score: float) -> float:
    return 30 + STEP * (score - 1)


def _lines(places: Any) -> SafeString:
    return format_html_join("", '<path class="gr" d="M{} 0V40"/>', ((f"{x:.1f}",) for x in places))


def _picture(width: int, height: int, *parts: SafeString) -> SafeString:
    inside = mark_safe("".join(parts))  # noqa: S308 - joined from escaped parts
    return format_html('<svg class="ch" viewBox="0 0 {} {}" aria-hidden="true">{}</svg>', width, height, inside)


def shape(row: dict[str, Any], usual: list[float | None]) -> SafeString:
    """One candidate across the questions, an axis for each, over what is usual in the round (thin)."""
    middles: list[float | None] = row["middles"]
    parts = [_ring([mark] * len(middles), "gr") for mark in (4, 7, 10)]
    parts += [_ring(usual, "ed"), _ring(middles, f"ar {colour(row['slot'])}")]
    for number in range(len(middles)):
        x, y = _spoke(number, len(middles), 11.4)
        parts.append(format_html('<text class="ts m" x="{}" y="{}">{}</text>', f"{x:.1f}", f"{y + 4:.1f}", number + 1))
    return _picture(SHAPE, SHAPE, *parts)


def _ring(values: Sequence[float | None], kind: str) -> SafeString:
    """A line through the values; what nobody knows is left out of it."""
    known = [_spoke(number, len(values), value) for number, value in enumerate(values) if value is not None]
    if not known:
        return mark_safe("")
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in known) + "Z"
    return format_html('<g class="{}"><path class="shp" d="{}"/></g>', kind, path)


def _spoke(number: int, count: int, value: float) -> tuple[float, float]:
    angle = 2 * math.pi * number / count - math.pi / 2
    reach = value * (SHAPE / 2 - 18) / 10
    return SHAPE / 2 + reach * math.cos(angle), SHAPE / 2 + reach * math.sin(angle)


def rail(position: float, slot: int, low: float | None = None, high: float | None = None) -> SafeString:
    """A share between nothing and everything, with the candidate's mark on it, and its range."""
    x, *ends = (6 + 188 * min(1.0, max(0.0, at)) for at in (position, low, high) if at is not None)
    parts = [mark_safe('<path class="gr" d="M2 9h196"/>')]
    if len(ends) == 2:
        path = f"M{ends[0]:.1f} 3v12M{ends[1]:.1f} 3v12M{ends[0]:.1f} 9H{ends[1]:.1f}"
        parts.append(format_html('<g class="{}"><path class="st" stroke-width="2" d="{}"/></g>', colour(slot), path))
    inside = mark_safe("".join([*parts, _mark(slot, x, 9, 0.83)]))  # noqa: S308
    return format_html('<svg class="ch" viewBox="0 0 200 18" aria-hidden="true">{}</svg>', inside)


HAIR = [
    "M38 62c-4-26 8-38 23-38s26 12 21 38c-1 9-4 14-8 16H46c-4-3-7-8-8-16z",
    "M40 56c-3-22 8-32 21-32s23 10 19 32c-2-6-4-9-6-11-8 3-20 3-28 0-2 2-4 5-6 11z",
    "M36 66c-6-30 9-44 25-44s30 14 23 44c-2 12-5 20-10 24H46c-5-4-8-12-10-24z",
]
FRINGE = [
    "M42 52c2-14 10-19 18-19s17 5 18 19c-7-2-11-6-14-11-4 6-11 10-22 11z",
    "M43 48c3-11 10-15 17-15s15 4 17 15c-10-5-24-5-34 0z",
]
PORTRAIT = (
    '<svg class="portrait {colour}" viewBox="0 0 120 120" aria-hidden="true">'
    '<defs><clipPath id="portrait-{id}"><circle cx="60" cy="60" r="58"/></clipPath></defs>'
    '<g clip-path="url(#portrait-{id})"><rect class="po-bg" width="120" height="120"/>'
    '<path class="po-shelf" d="M{shelf} 46h40"/>'
    '<rect class="po-win" x="{window}" y="18" width="30" height="38" rx="2"/>'
    '<path class="po-body" d="M18 124c0-28 18-40 42-40s42 12 42 40z"/>'
    '<path class="p-neck tone-{tone}" d="M51 70h18v16c0 5-4 9-9 9s-9-4-9-9z"/><path class="hair-{shade}" d="{hair}"/>'
    '<ellipse class="p-face tone-{tone}" cx="60" cy="58" rx="16.5" ry="20"/><path class="hair-{shade}" d="{fringe}"/>'
    '<path class="p-collar" d="M46 86l14 15 14-15"/></g></svg>'
)


def portrait(id: Any, slot: int) -> SafeString:
    """A drawn somebody, always the same for the same candidate; it says nothing about who they are."""
    seed = id.int & 0xFFFF
    left = bool(seed % 2)
    return format_html(
        PORTRAIT,
        colour=colour(slot),
        id=str(id)[-8:],
        shelf=82 if left else -2,
        window=12 if left else 78,
        tone=seed % 4,
        shade=seed // 4 % 4,
        hair=HAIR[seed // 16 % len(HAIR)],
        fringe=FRINGE[seed // 64 % len(FRINGE)],
    )
