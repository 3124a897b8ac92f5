"""The way out that stands in every mail: one click, without signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import mailing


@csrf_exempt  # mail programs post here by themselves (RFC 8058); the signed address is the proof
@require_http_methods(["GET", "POST"])
def mail_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Looking only asks, since programs that preview links must not turn anything off."""
    try:
        reader, kind = mailing.behind(token)
    except mailing.NoSuchMail:
        return render(request, "accounts/mail_stop.html", status=404)
    if request.method == "POST":
        mailing.choose(reader, kind, wanted=False)
    context = {
        "reader": reader,
        "name": mailing.NAMES[kind],
        "address": mailing.address_of(reader),
        "is_off": not mailing.wants(reader, kind),
        "is_member": not isinstance(reader, mailing.Outsider),
    }
    return render(request, "accounts/mail_stop.html", context)
