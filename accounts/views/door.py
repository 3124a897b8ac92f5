"""The door, and where somebody stands after signing in."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods

from accounts import guessing, joining, surveying
from accounts.forms import WorkspaceForm
from accounts.models.workspace import Membership, Workspace

WITHOUT_DATA = "opinions"  # the way of those who bring no file; it travels in the address through sign-up and sign-in


@require_GET
def door(request: HttpRequest) -> HttpResponse:
    """The page for everybody; who is signed in goes on to the own workspace."""
    if request.user.is_authenticated:
        return redirect("accounts:arrive")
    onward = f"{reverse('accounts:arrive')}?way={WITHOUT_DATA}"
    return render(request, "accounts/door.html", {"without_data": urlencode({"next": onward})})


@require_GET
@login_required
def arrive(request: HttpRequest) -> HttpResponse:
    """To the only workspace, or a choice of several, or the making of the first."""
    memberships, way = places_of(request.user), request.GET.get("way", "")
    if not memberships:
        return redirect(f"{reverse('accounts:workspace-new')}{'?' + urlencode({'way': way}) if way else ''}")
    if len(memberships) == 1 and "choose" not in request.GET:
        if way == WITHOUT_DATA and memberships[0].may("icps.change"):
            return redirect("icp:new", memberships[0].workspace.slug)
        return redirect(*home_of(memberships[0]))
    rows = [(membership, home_of(membership)) for membership in memberships]
    return render(request, "accounts/arrive.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@login_required
def workspace_new(request: Any) -> HttpResponse:
    if request.user.is_guest:  # whatever a guest makes would be gone tomorrow
        return redirect("icp:example")
    first = not places_of(request.user)
    guessed = {"currency": guessing.currency(request.headers.get("Accept-Language", ""))}
    if first:  # somebody who makes a second one has a second name in mind
        guessed["name"] = guessing.business(request.user)
    form = WorkspaceForm(request.POST or None, initial=guessed)
    if request.method == "POST" and form.is_valid():
        return _begin(request, joining.make_workspace(request.user, **form.cleaned_data))
    context = {"form": form, "first": first, "way": request.GET.get("way", "")}
    return render(request, "accounts/workspace_new.html", context, status=422 if form.errors else 200)


def _begin(request: Any, workspace: Workspace) -> HttpResponse:
    """On to the three questions, or to naming candidates where somebody said that there are no data."""
    if request.GET.get("way") != WITHOUT_DATA:
        return redirect("accounts:start", workspace.slug)
    surveying.answer(workspace, answers={"have": ["nothing"]}, by=request.user, at=now())
    return redirect("icp:new", workspace.slug)


def places_of(user: Any) -> list[Membership]:
    """The person's memberships, by the workspace's name."""
    return list(Membership.everywhere.filter(user=user.pk).select_related("workspace").order_by("workspace__name"))


def home_of(membership: Membership) -> tuple[str, str]:
    """The first page of a member: graders see their rounds only."""
    page = "icp:home" if membership.may("data.view") else "icp:list"
    return page, membership.workspace.slug
