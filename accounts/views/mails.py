"""Mails that were written to the data folder because there is no mail server.

They hold links that open accounts, so this page exists only for signed-in people in development, or
at the machine itself: asked from it, by its local name, and through no proxy.
"""

from email import message_from_bytes, policy
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

LOCAL = {"127.0.0.1", "::1"}
HOSTS = {"127.0.0.1", "localhost", "[::1]"}
PROXY = ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_X_FORWARDED_PROTO")


@require_GET
@login_required
def mails(request: HttpRequest) -> HttpResponse:
    _insist_on_this_machine(request)
    return render(request, "accounts/mails.html", {"mails": newest(Path(settings.MAIL_FOLDER))})


def _insist_on_this_machine(request: HttpRequest) -> None:
    """404 unless development, or no mail server and no other machine in between."""
    comes_from_here = request.META.get("REMOTE_ADDR") in LOCAL and not any(name in request.META for name in PROXY)
    is_local = comes_from_here and request.get_host().rsplit(":", 1)[0] in HOSTS
    if settings.MAIL_HOST or not (settings.DEBUG or is_local):
        raise Http404


def newest(folder: Path, *, limit: int = 50) -> list[dict[str, str]]:
    """The newest mails, newest first; a file may hold several."""
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)[:limit]
    return [mail for file in files for mail in reversed(_read(file))][:limit]


def _read(file: Path) -> list[dict[str, str]]:
    return [_said(part.strip()) for part in file.read_bytes().split(b"-" * 79) if part.strip()]


def _said(raw: bytes) -> dict[str, str]:
    mail = message_from_bytes(raw, policy=policy.default)
    body = mail.get_body(("plain",))
    text = body.get_content() if body else ""
    return {"to": str(mail["To"]), "subject": str(mail["Subject"]), "date": str(mail["Date"]), "text": text}
