"""What a phone follows in a meeting, and the pictures of its screen."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from icp import following, painting, projecting, rooming
from icp.models.grading import Grader, Round

register = template.Library()
register.simple_tag(painting.reveal, name="room_dots")
register.simple_tag(painting.one_row, name="room_row")
register.simple_tag(painting.ladder, name="room_ladder")
register.simple_tag(painting.code_picture, name="room_code")


@register.simple_tag(takes_context=True)
def followed(context: Any, round: Round) -> str:
    """What the phone keeps to follow the round's meeting; nothing where there is none, or it cannot follow."""
    room = rooming.room_of(round)
    if room is None:
        return ""
    request = context["request"]
    secret = str(request.session.get("seats", {}).get(str(round.pk), ""))
    seat = context.get("seat_in_room") or following.seat_of(round, request.user, secret)
    return following.place(seat, room) if seat else ""


@register.filter
def spelled(code: str | None) -> str:
    """47C9 -> 4 7 C 9, as it is read aloud."""
    return " ".join(code or "")


@register.filter
def clock(seconds: int | None) -> str:
    """88 -> 1:28."""
    return "" if seconds is None else f"{seconds // 60}:{seconds % 60:02d}"


@register.filter
def called(grader: Grader) -> str:
    """How somebody is called in the room: by name, never by the whole address."""
    return projecting.first_name(grader)


@register.filter
def names(rows: list[dict[str, Any]]) -> SafeString:
    """Small offices and Starter-kit brewers; no name is parted at a line end."""
    kept: list[str] = [format_html('<span class="one">{}</span>', row["name"]) for row in rows] or ["Nobody"]
    return mark_safe(projecting.listed(kept))  # noqa: S308 - each name is escaped


@register.filter
def lower_first(sentence: str) -> str:
    """One of you said 3 -> one of you said 3, behind a colon; names keep their capital."""
    starts = (*(number.capitalize() for number in projecting.NUMBERS), "All of you")
    return sentence[:1].lower() + sentence[1:] if sentence.startswith(starts) else sentence


@register.filter
def times_said(count: int) -> str:
    """1 -> once; 2 -> twice; 3 -> 3 times."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
