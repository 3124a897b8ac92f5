"""The door, and where somebody stands after signing in."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts import joining
from accounts.forms import WorkspaceForm
from accounts.models.workspace import Membership


@require_GET
def door(request: HttpRequest) -> HttpResponse:
    """The page for everybody; who is signed in goes on to the own workspace."""
    if request.user.is_authenticated:
        return redirect("accounts:arrive")
    return render(request, "accounts/door.html")


@require_GET
@login_required
def arrive(request: HttpRequest) -> HttpResponse:
    """To the only workspace, or a choice of several, or the making of the first."""
    memberships = places_of(request.user)
    if not memberships:
        return redirect("accounts:workspace-new")
    if len(memberships) == 1 and "choose" not in request.GET:
        return redirect(*home_of(memberships[0]))
    rows = [(membership, home_of(membership)) for membership in memberships]
    return render(request, "accounts/arrive.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@login_required
def workspace_new(request: Any) -> HttpResponse:
    if request.user.is_guest:  # whatever a guest makes would be gone tomorrow
        return redirect("icp:example")
    form = WorkspaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        workspace = joining.make_workspace(request.user, **form.cleaned_data)
        return redirect("icp:home", workspace.slug)
    context = {"form": form, "first": not places_of(request.user)}
    return render(request, "accounts/workspace_new.html", context, status=422 if form.errors else 200)


def places_of(user: Any) -> list[Membership]:
    """The person's memberships, by the workspace's name."""
    return list(Membership.everywhere.filter(user=user.pk).select_related("workspace").order_by("workspace__name"))


def home_of(membership: Membership) -> tuple[str, str]:
    """The first page of a member: graders see their rounds only."""
    page = "icp:home" if membership.may("data.view") else "icp:list"
    return page, membership.workspace.slug
