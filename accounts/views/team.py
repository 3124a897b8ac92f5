"""The team: who belongs, who is invited, and how somebody comes in or goes."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import joining
from accounts.access import MemberRequest, member
from accounts.forms import InviteForm, RoleForm
from accounts.models.workspace import Invitation, Membership
from accounts.permissions import reaches
from accounts.views.door import home_of


@require_GET
@member("members.view")
def team(request: MemberRequest) -> HttpResponse:
    return _team(request, InviteForm(by=request.membership))


@require_POST
@member("members.change")
def invite(request: MemberRequest) -> HttpResponse:
    form = InviteForm(request.POST, by=request.membership)
    if not form.is_valid():
        return _team(request, form, status=422)
    try:
        invited = joining.invite(request.workspace, by=request.membership, **form.cleaned_data)
    except joining.NotPossible as reason:
        form.add_error("email", str(reason))
        return _team(request, form, status=422)
    link = request.build_absolute_uri(reverse("accounts:join", args=[invited.secret]))
    mailed = joining.mail_invitation(invited.invitation, link=link)
    return _team(request, InviteForm(by=request.membership), invited=invited.invitation, link=link, mailed=mailed)


@require_POST
@member("members.change")
def invitation_revoke(request: MemberRequest, invitation_id: UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.in_workspace(request.workspace), pk=invitation_id)
    return _try(request, lambda: joining.revoke(invitation, by=request.membership), "The invitation was taken back.")


@require_POST
@member("members.change")
def member_role(request: MemberRequest, member_id: UUID) -> HttpResponse:
    other, role = _member(request, member_id), request.POST.get("role", "")
    done = f"{other.user} is {dict(_roles(request)).get(role, role).lower()} now."
    return _try(request, lambda: joining.change_role(other, role=role, by=request.membership), done)


@require_POST
@member("members.change")
def member_remove(request: MemberRequest, member_id: UUID) -> HttpResponse:
    other = _member(request, member_id)
    done = f"{other.user} is no longer a member. Keys of that person stopped too."
    return _try(request, lambda: joining.remove(other, by=request.membership), done)


@require_POST
@member("workspace.view")
def leave(request: MemberRequest) -> HttpResponse:
    try:
        joining.leave(request.membership)
    except joining.NotPossible as reason:
        messages.error(request, str(reason))
        return redirect("accounts:me", request.workspace.slug)
    messages.success(request, f"You left {request.workspace}.")
    return redirect("accounts:arrive")


@require_http_methods(["GET", "POST"])
def join(request: Any, secret: str) -> HttpResponse:
    """The page behind an invitation's link."""
    invitation = joining.find_invitation(secret)
    if invitation is None:
        return render(request, "accounts/join_over.html", status=410)
    if request.method == "POST":
        return join_accept(request, invitation)
    return render(request, "accounts/join.html", {"invitation": invitation, "is_for_me": _is_for(invitation, request)})


@login_required
def join_accept(request: Any, invitation: Invitation) -> HttpResponse:
    try:
        membership = joining.accept(invitation, person=request.user)
    except joining.NotPossible as reason:
        context = {"invitation": invitation, "reason": reason, "is_for_me": False}
        return render(request, "accounts/join.html", context, status=422)
    messages.success(request, f"Welcome to {membership.workspace}.")
    return redirect(*home_of(membership))


def _is_for(invitation: Invitation, request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.email.lower() == invitation.email.lower()


def _member(request: MemberRequest, member_id: UUID) -> Membership:
    members = Membership.objects.in_workspace(request.workspace).select_related("user", "workspace")
    found: Membership = get_object_or_404(members, pk=member_id)
    return found


def _try(request: MemberRequest, change: Any, done: str) -> HttpResponse:
    try:
        change()
    except joining.NotPossible as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, done)
    return redirect("accounts:team", request.workspace.slug)


def _roles(request: MemberRequest) -> Any:
    role: Any = RoleForm(by=request.membership).fields["role"]
    return role.choices


def _team(request: MemberRequest, form: InviteForm, *, status: int = 200, **more: Any) -> HttpResponse:
    members = Membership.objects.in_workspace(request.workspace).select_related("user").order_by("created_at")
    context = {
        "here": "settings",
        "tab": "team",
        "form": form,
        "members": [(other, reaches(request.membership.role, other.role)) for other in members],
        "invitations": joining.open_invitations(request.workspace).order_by("-created_at"),
        "roles": _roles(request),
    }
    return render(request, "accounts/team.html", context | more, status=status)
