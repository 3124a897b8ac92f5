"""The door-keeper of pages: who comes in, and with which rights."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from accounts.models.user import User
from accounts.models.workspace import Membership, Workspace
from accounts.notifying import unread_here
from accounts.permissions import PERMISSIONS


class MemberRequest(HttpRequest):
    """A request of somebody who belongs to the workspace in the URL."""

    user: User
    workspace: Workspace
    membership: Membership


type Page[**P] = Callable[Concatenate[Any, P], HttpResponseBase]


def member(permission: str) -> Callable[[Page[...]], Callable[..., HttpResponseBase]]:
    """Let a member with the right in. A stranger gets 404, too little right 403, nobody the sign-in page.

    The view's URL names the workspace as `slug`; the view itself does not see it.
    """
    if permission not in PERMISSIONS:
        raise KeyError(f"{permission} is not in accounts/permissions.py.")

    def guard(page: Page[...]) -> Callable[..., HttpResponseBase]:
        @wraps(page)
        def guarded(request: Any, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            request.membership = membership_of(request.user, slug)
            request.workspace = request.membership.workspace
            if not request.membership.may(permission):
                raise PermissionDenied
            return page(request, *args, **kwargs)

        guarded.is_guarded = True  # type: ignore[attr-defined]
        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return guard


def membership_of(user: Any, slug: str) -> Membership:
    """The person's place in the workspace, or 404 as if there were no such workspace."""
    places = Membership.everywhere.select_related("workspace", "user").annotate(unread=unread_here())
    found = places.filter(user=user.pk, workspace__slug=slug).first()
    if found is None:
        raise Http404("There is no such workspace, or you are not a member of it.")
    return found


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    back = request.get_full_path() if request.method == "GET" else reverse("accounts:arrive")
    answer = redirect_to_login(back)
    if request.headers.get("HX-Request"):  # a fragment must not swallow the sign-in page
        return HttpResponse(status=204, headers={"HX-Redirect": answer.url})
    return answer
