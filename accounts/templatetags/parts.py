"""The marks that recur: icons, segment marks, how sure, fact or guess."""

from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# Eight marks, one for each slot; slot 0 (everyone else) has none. The shapes are look/README's.
MARKS = {
    1: '<rect x="1" y="1" width="10" height="10" rx="1.5"/>',
    2: '<path d="M6 0l6 6-6 6-6-6z"/>',
    3: '<circle cx="6" cy="6" r="5.4"/>',
    4: '<path d="M6 .6l6 10.8H0z"/>',
    5: '<path d="M6 11.4L0 .6h12z"/>',
    6: '<circle cx="6" cy="6" r="4.2" fill="none" stroke-width="2.6"/>',
    7: '<path d="M6 0l5.2 3v6L6 12 .8 9V3z"/>',
    8: '<path d="M1.5 6h9M6 1.5v9" fill="none" stroke-width="2.8" stroke-linecap="round"/>',
}


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of static/img/icons.svg. `size` is '' or 's'."""
    return format_html(
        '<svg class="ic {}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f"ic-{size}" if size else "",
        static("img/icons.svg"),
        name,
    )


@register.simple_tag
def mark(slot: int | None) -> SafeString:
    """The mark of a segment's slot, to stand before its name."""
    shape = MARKS.get(slot or 0)
    if not shape:
        return mark_safe("")
    return mark_safe(f'<svg viewBox="0 0 12 12" aria-hidden="true">{shape}</svg>')  # noqa: S308


@register.simple_tag(takes_context=True)
def who_may(context: Any, right: str) -> str:
    """Who holds a right in this workspace, by name: Alice, Adam and Erin."""
    from accounts.models.workspace import Membership
    from accounts.permissions import PERMISSIONS

    holders = Membership.objects.in_workspace(context["workspace"]).filter(role__in=PERMISSIONS[right])
    names = sorted(str(member.user) for member in holders.select_related("user"))
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


@register.inclusion_tag("components/segment_name.html")
def segment_name(segment: Any, href: str = "", light: bool = False) -> dict[str, Any]:
    """Mark and full name, everywhere a segment is named."""
    return {"segment": segment, "href": href, "light": light}


@register.inclusion_tag("components/sure.html")
def sure(level: str, between: str = "") -> dict[str, Any]:
    """How sure: 'sure', 'fairly' or 'cannot'."""
    return {"level": level, "between": between}
