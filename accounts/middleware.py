"""What every answer carries."""

import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from accounts.api.throttling import said_limits

_PLAIN = re.compile(r"^[A-Za-z0-9._-]{1,64}$")


class RequestIdMiddleware:
    """Gives every request an id, ours or the caller's, and says it in the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        request.id = given if _PLAIN.match(given) else uuid.uuid4().hex  # type: ignore[attr-defined]
        answer = self.get_response(request)
        answer.headers["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        return answer


class PrivatePagesMiddleware:
    """What a signed-in person sees is nobody's cache entry."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if request.path.startswith(("/w/", "/api/", "/accounts/")):
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer


class ApiLimitsMiddleware:
    """Every answer of the API says how many calls are left, refusals and faults included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if request.path.startswith("/api/v1/"):
            for name, value in said_limits(request).items():
                answer.headers[name] = value
        return answer


class UploadLimitMiddleware:
    """Refuses a body that is too large, or that does not say how large it is, before a byte of it is read."""

    ROOM = 64 * 1024  # what a form adds to the file in it

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or ""
        if "chunked" in request.headers.get("Transfer-Encoding", "").lower() and not length:
            return _refused(request, 411, "Say how long the body is (Content-Length); send files up to 200 MB whole.")
        if length.isdigit() and int(length) > settings.UPLOAD_LIMIT + self.ROOM:
            return _refused(request, 413, "The file is larger than 200 MB. Compress it with gzip, or split it.")
        return self.get_response(request)


def _refused(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    if request.path.startswith(("/api/", "/v1/")):
        return JsonResponse(
            {"code": {411: "length_required", 413: "too_large"}[status], "message": sentence}, status=status
        )
    return render(request, "refused.html", {"sentence": sentence}, status=status)
