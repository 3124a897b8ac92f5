"""The little that all pages share."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def page_or_part(
    request: HttpRequest, template: str, part: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The whole page, or only its named part where htmx asked for it."""
    htmx: Any = getattr(request, "htmx", None)
    wants_part = bool(htmx) and not htmx.boosted and not htmx.history_restore_request
    answer = render(request, f"{template}#{part}" if wants_part else template, context, status=status)
    answer.headers["Vary"] = "HX-Request, Cookie"
    return answer


def one_page(request: HttpRequest, rows: Any, *, size: int = 50) -> Page[Any]:
    """The page of `rows` that the address asks for; an odd page number means the nearest one."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
