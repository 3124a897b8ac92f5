"""Pictures and small words of ideal customers, for templates."""

from typing import Any

from django import template

from icp import drawing, sentences

register = template.Library()
register.simple_tag(drawing.ladder_row)
register.simple_tag(drawing.ladder_scale)
register.simple_tag(drawing.dots_row)
register.simple_tag(drawing.dots_scale)
register.simple_tag(drawing.rail)
register.simple_tag(drawing.portrait)
register.filter("score", sentences.score)
register.filter("colour", drawing.colour)


@register.filter
def of(pairs: dict[Any, Any], key: Any) -> Any:
    """The value of a key that a variable names; ids may be kept as text."""
    return pairs.get(key, pairs.get(str(key)))
