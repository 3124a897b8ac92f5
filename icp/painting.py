"""The pictures of the room, large enough for six metres: dots of one question, rungs of the ladder, the QR code.

Drawn for 1280 x 720, as SVG without a style of its own.
"""

from typing import Any

import segno
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from accounts.templatetags.parts import MARKS
from icp.drawing import PLAIN, colour

WIDE, FIRST, STEP = 1176, 392, 84  # the picture; where a 1 stands; between two scores
TOP, ROOM = 26, 400  # above the first row; for all rows
LARGEST, SIDE_BY_SIDE, CROWD = 48, 3, 7
NARROW = 0.5  # the width of a letter, of its height


def _n(value: float) -> str:
    """A number as SVG wants it; format_html escapes before it formats."""
    return f"{value:.1f}"


def _rows(count: int) -> tuple[float, float]:
    """How high a row is, and how large a mark: 20 px up to eight candidates, less for more."""
    pitch = min(float(LARGEST), ROOM / max(1, count))
    return pitch, max(11.0, min(20.0, pitch * 0.62))


def _text(pitch: float) -> float:
    return max(16.0, min(25.0, pitch * 0.53))


def _mark(slot: int, x: float, y: float, size: float) -> SafeString:
    """A mark with the grey dot that it was before everybody's answers were shown."""
    shape = mark_safe(MARKS.get(slot, PLAIN))  # noqa: S308 - our own shapes
    corner = f"translate({x - size / 2:.1f} {y - size / 2:.1f}) scale({size / 12:.2f})"
    was = format_html('<circle class="was" cx="{}" cy="{}" r="{}"/>', _n(x), _n(y), _n(size * 0.36))
    return format_html('{}<g class="{} now"><g class="mkg" transform="{}">{}</g></g>', was, colour(slot), corner, shape)


def _name(row: dict[str, Any], y: float, size: float, *, strong: bool = False) -> SafeString:
    """Mark and name at the left; a long name loses its end, and keeps it in the table."""
    fits = int((FIRST - 58) / (size * NARROW))
    name = row["name"] if len(row["name"]) <= fits else f"{row['name'][: fits - 1].rstrip()}…"
    mark = _still(row["slot"], 11, y, min(20.0, size * 0.86))
    return format_html(
        '{}<text class="nm fz{}{}" x="36" y="{}">{}</text>',
        mark,
        round(size),
        " tb" if strong else "",
        _n(y + size * 0.34),
        name,
    )  # fmt: skip


def _still(slot: int, x: float, y: float, size: float) -> SafeString:
    shape = mark_safe(MARKS.get(slot, PLAIN))  # noqa: S308
    corner = f"translate({x - size / 2:.1f} {y - size / 2:.1f}) scale({size / 12:.2f})"
    return format_html('<g class="{}"><g class="mkg" transform="{}">{}</g></g>', colour(slot), corner, shape)


def _place(score: float) -> float:
    return FIRST + STEP * (score - 1)


def reveal(question: dict[str, Any], widest: dict[str, Any] | None = None, *, is_new: bool = False) -> SafeString:
    """All answers to one question: a row for each candidate, a mark for each answer, a box behind the middle one."""
    rows = question["rows"]
    pitch, size = _rows(len(rows))
    height = TOP + pitch * len(rows) + 4
    parts = [_scale(height)]
    for number, row in enumerate(rows):
        is_widest = bool(widest and row["icp"] == widest["icp"])
        parts.append(_row(row, TOP + pitch * (number + 0.5), pitch, size, is_widest=is_widest))
    return _picture(height, _label(question), "is-new" if is_new else "", *parts)


def one_row(row: dict[str, Any]) -> SafeString:
    """The answers about one candidate, while it is talked about."""
    height = TOP + LARGEST + 4.0
    label = f"Answers about {row['name']}: {', '.join(str(score) for score in row['scores'])}"
    return _picture(height, label, "", _scale(height), _row(row, TOP + LARGEST / 2, LARGEST, 20, is_widest=True))


def _scale(height: float) -> SafeString:
    lines = ((f"{_place(mark):.0f}", mark, f"{_place(mark):.0f}", f"{height:.0f}") for mark in range(1, 11))
    return format_html_join("", '<text class="ts m" x="{}" y="17">{}</text><path class="gr" d="M{} 26V{}"/>', lines)


def _row(row: dict[str, Any], y: float, pitch: float, size: float, *, is_widest: bool) -> SafeString:
    parts = [_name(row, y, _text(pitch), strong=is_widest)]
    if row["median"] is not None:
        box = '<rect class="medb" x="{}" y="{}" width="80" height="{}" rx="9"/>'
        tall = pitch - min(8.0, pitch * 0.16)
        parts.append(format_html(box, _n(_place(row["median"]) - 40), _n(y - tall / 2), _n(tall)))
    parts += [_stack(row["slot"], score, row["scores"].count(score), y, size) for score in sorted(set(row["scores"]))]
    if row["apart"]:
        parts.append(_rings(row, y, size, is_widest=is_widest))
    return mark_safe("".join(parts))  # noqa: S308 - joined from escaped parts


def _stack(slot: int, score: int, times: int, y: float, size: float) -> SafeString:
    """Equal answers side by side, smaller the more there are; a crowd is one mark and its number."""
    x = _place(score)
    small, wide = _spread(times, size)
    if times > CROWD:
        number = format_html('<text class="fz18 tb" x="{}" y="{}">{}</text>', _n(x + 3), _n(y + 6), times)
        return format_html("{}{}", _mark(slot, x - 13, y, small), number)
    gap = wide / max(1, times - 1)
    return mark_safe("".join(_mark(slot, x - wide / 2 + gap * n, y, small) for n in range(times)))  # noqa: S308


def _spread(times: int, size: float) -> tuple[float, float]:
    """How large each of so many marks is, and how far the outer two are apart."""
    if times > CROWD:
        return size, 30
    small = size if times <= SIDE_BY_SIDE else size * 0.72
    return small, min(small * 1.2 * (times - 1), 62)


def _rings(row: dict[str, Any], y: float, size: float, *, is_widest: bool) -> SafeString:
    """Around both ends, however many marks stand there."""
    radius = size * (0.95 if is_widest else 0.85)
    shape = f"ring{' big' if is_widest else ''}"
    ends = []
    for end in (row["scores"][0], row["scores"][-1]):
        half = radius + _spread(row["scores"].count(end), size)[1] / 2
        ends.append((shape, _n(_place(end) - half), _n(y - radius), _n(2 * half), _n(2 * radius), _n(radius)))
    ring = '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="{}"/>'
    return format_html_join("", ring, ends)


def _label(question: dict[str, Any]) -> str:
    apart = sum(row["apart"] for row in question["rows"])
    said = f"{apart} of them with answers three or more apart" if apart else "no two answers three or more apart"
    return f"Answers about {len(question['rows'])} candidates; {said}"


def _picture(height: float, label: str, extra: str, *parts: SafeString) -> SafeString:
    inside = mark_safe("".join(parts))  # noqa: S308 - joined from escaped parts
    return format_html(
        '<svg class="ch {}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        extra,
        WIDE,
        round(height), label, inside,
    )  # fmt: skip


def ladder(rungs: list[dict[str, Any]]) -> SafeString:
    """The ladder, best on top; rungs that are covered hold nothing, not even a name."""
    pitch, size = _rows(len(rungs))
    height = TOP + pitch * len(rungs) + 4
    shown = [rung["row"]["name"] for rung in rungs if rung["is_shown"]]
    parts = [_hundred(height)]
    for number, rung in enumerate(rungs):
        y = TOP + pitch * (number + 0.5)
        parts.append(_rung(rung["row"], y, pitch, size) if rung["is_shown"] else _covered(number, y, pitch))
    label = f"{len(shown)} of {len(rungs)} rungs: {', '.join(shown)}" if shown else f"{len(rungs)} rungs, all covered"
    return _picture(height, label, "", *parts)


def _score_at(score: float) -> float:
    return FIRST + (WIDE - FIRST - 92) * min(100.0, max(0.0, score)) / 100


def _hundred(height: float) -> SafeString:
    marks = ((f"{_score_at(m):.0f}", m, f"{_score_at(m):.0f}", f"{height:.0f}") for m in (0, 20, 40, 60, 80, 100))
    return format_html_join("", '<text class="ts m" x="{}" y="17">{}</text><path class="gr" d="M{} 26V{}"/>', marks)


def _covered(number: int, y: float, pitch: float) -> SafeString:
    tall = pitch - min(10.0, pitch * 0.24)
    place = format_html('<text class="ts m" x="11" y="{}">{}</text>', _n(y + 6), number + 1)
    box = '<rect class="cover" x="36" y="{}" width="{}" height="{}" rx="9"/>'
    return format_html("{}{}", place, format_html(box, _n(y - tall / 2), WIDE - 36, _n(tall)))


def _rung(row: dict[str, Any], y: float, pitch: float, size: float) -> SafeString:
    """One candidate: where the middle half of the people stands, the mark at the total, the figure at the end."""
    text = _text(pitch)
    parts = [_name(row, y, text, strong=row["focus"])]
    if row["score"] is None:
        said = '<text class="ts" x="{}" y="{}">nobody could judge it</text>'
        return format_html("{}{}", parts[0], format_html(said, FIRST, _n(y + 6)))
    if row["low"] is not None and row["total"]:
        scale = row["score"] / row["total"]
        low, high = _score_at(row["low"] * scale), _score_at(row["high"] * scale)
        arm = pitch * 0.18
        ends = "".join(f"M{end:.1f} {y - arm:.1f}v{2 * arm:.1f}" for end in (low, high))
        path = f"{ends}M{low:.1f} {y:.1f}H{high:.1f}"
        parts.append(
            format_html('<g class="{}"><path class="st" stroke-width="3" d="{}"/></g>', colour(row["slot"]), path)
        )
    parts.append(_still(row["slot"], _score_at(row["score"]), y, size))
    figure = '<text class="e fz{} {}" x="{}" y="{}">{}</text>'
    said = f"{row['score']:.1f}".removesuffix(".0")
    parts.append(format_html(figure, round(text), "tb" if row["focus"] else "", WIDE, _n(y + text * 0.34), said))
    return mark_safe("".join(parts))  # noqa: S308


def code_picture(address: str) -> SafeString:
    """The address as a QR code, dark on light whatever the theme: cameras want it so."""
    drawn: str = segno.make_qr(address, error="m").svg_inline(border=3, dark="#000", light="#fff", omitsize=True)
    said = '<svg class="qr" role="img" aria-label="The address as a QR code"'
    return mark_safe(drawn.replace(' class="segno"', "", 1).replace("<svg", said, 1))  # noqa: S308 - our own drawing
