"""Pictures and small words of ideal customers, for templates."""

import re
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from accounts import surveying
from icp import drawing, sentences, touring

register = template.Library()
FIGURE = re.compile(
    r"(?<![\w&#;])([€£$]?\d[\d.,]*\d|[€£$]?\d)"
    r"([\s\u202f]?%|\s(?:in\s\d+|Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)\b)?(?!\w)"
)
register.simple_tag(drawing.ladder_row)
register.simple_tag(drawing.ladder_scale)
register.simple_tag(drawing.dots_row)
register.simple_tag(drawing.dots_scale)
register.simple_tag(drawing.rail)
register.simple_tag(drawing.shape)
register.simple_tag(drawing.portrait)
register.filter("score", sentences.score)
register.filter("colour", drawing.colour)


@register.simple_tag(takes_context=True)
def tour_place(context: Any) -> touring.Place | None:
    """Where whoever asks stands on the tour of the example."""
    return touring.place(context["request"].COOKIES.get(touring.COOKIE))


@register.simple_tag
def url_of(door: Any, name: str, *args: Any) -> str:
    """The address of one of a person's own pages of a round, by whatever door the person came."""
    found: str = door.page(name, *args)
    return found


@register.filter
def of(pairs: dict[Any, Any], key: Any) -> Any:
    """The value of a key that a variable names; ids may be kept as text."""
    return pairs.get(key, pairs.get(str(key)))


@register.filter
def bold_numbers(sentence: str) -> SafeString:
    """What somebody wrote, with its figures in bold: No ads beyond <b>€2,000</b>; <b>4 in 100</b> return."""
    return mark_safe(FIGURE.sub(r"<b>\g<0></b>", str(escape(sentence))))  # noqa: S308 - escaped before


@register.simple_tag
def offered_lines(icp: Any) -> list[surveying.Capability]:
    """What the Intake survey says the business can and cannot do, as far as the sheet does not say it yet."""
    said = set(icp.lines.values_list("text", flat=True))
    return [one for one in surveying.capabilities(icp.workspace) if one.line not in said]
