"""The seal of a number, for source panels."""

from typing import Any

from django import template

from customers import keeping

register = template.Library()


@register.simple_tag(takes_context=True)
def seal(context: Any, title: str, value: str, note: str, meaning: str, counted: str, sql: str) -> str:
    """What this page says of a number, sealed; nothing where the page does not know its moment."""
    as_of, request = context.get("as_of"), context.get("request")
    if not (as_of and value and request):
        return ""
    return keeping.seal(
        context["workspace"], title=title, value=value, note=note, meaning=meaning, counted=counted, sql=sql,
        revenue=context.get("revenue_said"), page=request.path, as_of=as_of,
    )  # fmt: skip
