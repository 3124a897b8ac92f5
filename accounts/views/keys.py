"""Keys for machines, and how to use them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST

from accounts import keying
from accounts.access import MemberRequest, member
from accounts.forms import KeyForm
from accounts.models.key import ApiKey


@require_http_methods(["GET", "POST"])
@member("tokens.manage")
def keys(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        return key_make(request)
    return _keys(request, KeyForm(by=request.membership))


def key_make(request: MemberRequest) -> HttpResponse:
    form = KeyForm(request.POST, by=request.membership)
    if not form.is_valid():
        return _keys(request, form, status=422)
    asked = form.cleaned_data
    made = keying.make_key(request.membership, name=asked["name"], role=asked["role"], expires_at=_end(asked["days"]))
    return _keys(request, KeyForm(by=request.membership), made=made)


@require_POST
@member("tokens.manage")
def key_revoke(request: MemberRequest, key_id: UUID) -> HttpResponse:
    key = get_object_or_404(_seen_by(request), pk=key_id)
    keying.revoke_key(key, by=request.membership)
    messages.success(request, f"The key {key.name} was revoked. Calls with it are refused from now on.")
    return redirect("accounts:keys", request.workspace.slug)


def _seen_by(request: MemberRequest) -> Any:
    """One's own keys, and for admins everybody's."""
    keys = ApiKey.objects.in_workspace(request.workspace).filter(revoked_at=None).select_related("user")
    return keys if request.membership.may("members.change") else keys.filter(user=request.user)


def _end(days: str) -> datetime | None:
    return now() + timedelta(days=int(days)) if int(days) else None


def _keys(request: MemberRequest, form: KeyForm, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "here": "settings",
        "tab": "keys",
        "form": form,
        "keys": _seen_by(request).order_by("-created_at"),
        "address": request.build_absolute_uri(f"/api/v1/workspaces/{request.workspace.slug}/"),
    }
    answer = render(request, "accounts/keys.html", context | more, status=status)
    answer.headers["Cache-Control"] = "no-store"  # a key is shown once, also by the browser's back button
    return answer
