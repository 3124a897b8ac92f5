"""One shape for every error: code, message in full sentences, and the fields where there are some."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

CODES = {
    400: "invalid",
    401: "not_authenticated",
    403: "permission_denied",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    411: "length_required",
    413: "too_large",
    415: "unsupported_media_type",
    422: "unprocessable",
    429: "throttled",
    500: "error",
}
SENTENCES = {
    401: "Send a key: Authorization: Token <key>. Make one under Settings, Keys.",
    403: "Your role or your key does not allow this. Ask an owner or admin of the workspace.",
    400: "The request could not be read. /api/docs/ shows what is accepted.",
    404: "There is nothing here, or it is not yours to see.",
    500: "Something went wrong on our side. Please try again; if it stays, tell us the X-Request-Id of this answer.",
}


class Refused(exceptions.APIException):
    """The request was understood and cannot be done; the sentence says why and what would be accepted."""

    status_code = 400
    default_code = "invalid"


class Conflict(exceptions.APIException):
    status_code = 409
    default_code = "conflict"


def answer(problem: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(problem, Http404):
        problem = exceptions.NotFound(SENTENCES[404])
    elif isinstance(problem, PermissionDenied):
        problem = exceptions.PermissionDenied(str(problem) or SENTENCES[403])
    response = exception_handler(problem, context)
    if response is not None:
        response.data = _body(problem, response.data, response.status_code)
    return response


def _body(problem: Exception, data: Any, status: int) -> dict[str, Any]:
    code = getattr(problem, "default_code", None) or CODES.get(status, "error")
    body: dict[str, Any] = {"code": CODES.get(status, code) if code == "error" else code}
    if isinstance(data, dict) and set(data) == {"detail"}:
        sentence = str(data["detail"])
        body["message"] = SENTENCES.get(status, sentence) if status == 401 and not _says_why(problem) else sentence
    elif isinstance(data, list):
        body["message"] = " ".join(str(line) for line in data)
    else:
        body["message"] = "Some fields are not right. Each is listed with what would be accepted."
        body["fields"] = data
    return body


def _says_why(problem: Exception) -> bool:
    return isinstance(problem, exceptions.AuthenticationFailed)
