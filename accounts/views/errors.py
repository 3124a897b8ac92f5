"""What is answered when nothing fits: JSON to programs, a page to people."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from accounts.api.errors import CODES, SENTENCES


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, 404)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, 403)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, 400)


def wrong(request: HttpRequest) -> HttpResponse:
    return _answer(request, 500)


def too_many(request: HttpRequest) -> HttpResponse:
    """Asked by allauth, where one address signs up or in too often."""
    return _answer(request, 429)


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(request, 403, page="403_csrf.html")


def _answer(request: HttpRequest, status: int, *, page: str = "") -> HttpResponse:
    if request.path.startswith("/api/"):
        sentence = SENTENCES.get(status, HTTPStatus(status).phrase + ".")
        return JsonResponse({"code": CODES.get(status, "error"), "message": sentence}, status=status)
    context = {"request_id": getattr(request, "id", "")}
    return render(request, page or f"{status}.html", context, status=status)
