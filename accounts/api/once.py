"""Idempotency-Key: the same POST, sent twice, happens once.

The answer is kept for 24 hours for the key and the route. The same body gets it back byte for byte,
another body is refused, a call that is still under way answers 409. Answers of 5xx are not kept:
there a second try is what is wanted. Answers may hold secrets and people, so they are kept sealed:
only the key that asked opens them.
"""

import base64
import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils.timezone import now
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Conflict
from accounts.models.kept import KeptAnswer
from accounts.models.key import ApiKey

KEPT_FOR = timedelta(hours=24)
ABANDONED = timedelta(minutes=10)  # a call that has not answered by then died on the way


class OtherBody(exceptions.APIException):
    status_code = 422
    default_code = "idempotency_key_reused"
    default_detail = (
        "This Idempotency-Key was used for another body. Send the same body again, or choose a new key for a new call."
    )


class Replayed(Exception):
    """The answer is known already."""

    def __init__(self, kept: KeptAnswer, content: bytes) -> None:
        super().__init__(kept.name)
        self.answer = HttpResponse(content, status=kept.status, content_type=kept.content_type)
        self.answer["Idempotent-Replayed"] = "true"


def begin(request: Request) -> KeptAnswer | None:
    """Note that this call is under way; None where the caller did not ask for it. Raises what is to be answered."""
    name = request.headers.get("Idempotency-Key", "")
    if request.method != "POST" or not name or not isinstance(request.auth, ApiKey):
        return None
    if len(name) > 255:
        raise exceptions.ValidationError("An Idempotency-Key has at most 255 characters.")
    call = KeptAnswer(
        api_key=request.auth, route=request.path[:300], name=name, fingerprint=_fingerprint(request), created_at=now()
    )
    _forget_the_old(call)
    try:
        with transaction.atomic():
            call.save(force_insert=True)
    except IntegrityError:
        raise _already(call, request) from None
    return call


def keep(call: KeptAnswer, request: Request, response: Response) -> None:
    """Keep what is answered, once it is rendered; forget the call if it went wrong on our side."""
    if response.status_code >= 500:
        call.delete()
        return
    call.status, call.content = response.status_code, _seal(request).encrypt(response.content)
    call.content_type = response["Content-Type"] if response.has_header("Content-Type") else ""
    call.save(update_fields=["status", "content", "content_type"])


def sweep() -> None:
    """Let go of answers that are older than a day."""
    KeptAnswer.objects.filter(created_at__lt=now() - KEPT_FOR).delete()


def _already(call: KeptAnswer, request: Request) -> Exception:
    known = _same(call).first()
    if known is None or known.status is None:
        return Conflict("The first call with this Idempotency-Key is still under way. Try again in a moment.")
    if known.fingerprint != call.fingerprint:
        return OtherBody()
    return Replayed(known, _seal(request).decrypt(bytes(known.content)))


def _forget_the_old(call: KeptAnswer) -> None:
    old = _same(call)
    old.filter(created_at__lt=call.created_at - KEPT_FOR).delete()
    old.filter(status=None, created_at__lt=call.created_at - ABANDONED).delete()


def _same(call: KeptAnswer) -> Any:
    return KeptAnswer.objects.filter(api_key=call.api_key, route=call.route, name=call.name)


def _seal(request: Request) -> Fernet:
    """Opens with the caller's own key only; of that key we keep nothing but a hash."""
    secret = request.headers["Authorization"].partition(" ")[2].strip()
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"kept answers: " + secret.encode()).digest()))


def _fingerprint(request: Request) -> str:
    digest = hashlib.sha256()
    for piece in _pieces(request):
        digest.update(len(piece).to_bytes(8, "big") + piece)
    return digest.hexdigest()


def _pieces(request: Request) -> Iterator[bytes]:
    """What was asked: the body as sent, or for forms with files their parts (boundaries differ from call to call)."""
    yield request.get_full_path().encode()
    if not (request.content_type or "").startswith("multipart/"):
        yield request._request.body
        return
    for name, values in sorted(request.POST.lists()):
        yield from (name.encode(), *(value.encode() for value in values))
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            yield from (name.encode(), file.name.encode())
            yield from file.chunks()
            file.seek(0)
