"""The door to the example: for everybody, without an address, for a day."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST

from accounts.views.errors import too_many
from customers import clock
from icp import replacing, seeding, visiting
from icp.refusing import NotPossible

AT_MOST = 20  # visits a minute from one address
STOP_ASKING = 286


@require_http_methods(["GET", "POST"])
def example(request: HttpRequest) -> HttpResponse:
    """Say what the example is; a click lets in, or has it built."""
    if request.method == "POST":
        return _come_in(request)
    shown, building = replacing.shown(), seeding.jobs_open().first()
    context = {"shown": shown, "building": None if shown else building, "failed": None}
    if shown is None and building is None:
        context["failed"] = seeding.last_failure()
    if getattr(request, "htmx", False):
        status = STOP_ASKING if context["building"] is None else 200
        return render(request, "icp/example.html#state", context, status=status)
    return render(request, "icp/example.html", context)


def _come_in(request: Any) -> HttpResponse:
    if not _is_patient(request):
        return too_many(request)
    shown = replacing.shown()
    if shown is None:
        seeding.request()
        return redirect("icp:example")
    person = request.user if request.user.is_authenticated else None
    try:
        visitor = visiting.come_in(shown, person, at=now())
    except NotPossible as reason:
        messages.error(request, str(reason))
        return redirect("icp:example")
    if person is None:
        login(request, visitor, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("icp:home", shown.slug)


def _is_patient(request: Any) -> bool:
    """A fixed window of a minute for each address; without a cache nobody is turned away."""
    name = f"example:{request.META.get('REMOTE_ADDR', '')}:{int(now().timestamp()) // 60}"
    try:
        cache.add(name, 0, timeout=120)
        return int(cache.incr(name)) <= AT_MOST
    except Exception:
        return True


@login_required
@require_POST
def reveal(request: Any) -> HttpResponse:
    """Show the visitor what the others answered."""
    shown = replacing.shown()
    visit = visiting.visit_of(shown, request.user)
    if shown is None or visit is None:
        return redirect("icp:example")
    try:
        round = visiting.reveal(visit, at=now(), as_of=clock.as_of(shown))
    except NotPossible as reason:
        messages.error(request, str(reason))
        return redirect("icp:rounds", shown.slug)
    return redirect("icp:result", shown.slug, round.pk)


@login_required
@require_POST
def reset(request: Any) -> HttpResponse:
    """Have the example built anew; it stands open as it is until then."""
    if visiting.visit_of(replacing.shown(), request.user):
        said = seeding.reset(at=now())
        messages.info(request, said)
    return redirect("icp:example")


@login_required
@require_POST
def leave(request: Any) -> HttpResponse:
    """Go on with data of one's own: a guest to the sign-up, everybody else to their own workspaces."""
    person, is_guest = request.user, request.user.is_guest
    if is_guest:
        logout(request)
    visiting.leave(person)
    return redirect("account_signup" if is_guest else "accounts:arrive")
