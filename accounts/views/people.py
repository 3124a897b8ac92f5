"""Yourself, and the two pages that only show the way."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import mailing
from accounts.access import MemberRequest, member
from accounts.forms import PersonForm
from accounts.models.user import User
from accounts.views.door import home_of, places_of


@require_http_methods(["GET", "POST"])
@member("workspace.view")
def me(request: MemberRequest) -> HttpResponse:
    person = User.objects.get(pk=request.user.pk)  # a refused form must not show in the frame
    form = PersonForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("accounts:me", request.workspace.slug)
    places = [(membership, home_of(membership)) for membership in places_of(request.user)]
    context = {"here": "me", "form": form, "places": places}
    return render(request, "accounts/me.html", context, status=422 if form.errors else 200)


@require_POST
@member("workspace.view")
def mail_choices(request: MemberRequest) -> HttpResponse:
    """Which mails about this workspace the person wants; who only grades is asked about rounds alone."""
    kinds = mailing.SWITCHES if request.membership.may("data.view") else [mailing.ROUND]
    for kind in kinds:
        mailing.choose(request.membership, kind, wanted=kind in request.POST)
    messages.success(request, "Saved.")
    return redirect("accounts:me", request.workspace.slug)


@require_GET
@member("workspace.view")
def more(request: MemberRequest) -> HttpResponse:
    return render(request, "accounts/more.html", {"here": "more"})


@require_GET
@member("workspace.view")
def help_page(request: MemberRequest) -> HttpResponse:
    return render(request, "accounts/help.html", {"here": "help"})
