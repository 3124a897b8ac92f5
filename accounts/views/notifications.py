"""What happened: the list, and reading it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts import notifying
from accounts.access import MemberRequest, member
from accounts.models.notification import Notification
from accounts.web import one_page


@require_GET
@member("workspace.view")
def notifications(request: MemberRequest) -> HttpResponse:
    page = one_page(request, notifying.of(request.membership), size=30)
    return render(request, "accounts/notifications.html", {"here": "notifications", "page": page})


@require_POST
@member("workspace.view")
def open_one(request: MemberRequest, notification_id: UUID) -> HttpResponse:
    """Read one, and go where it leads."""
    told: Notification = get_object_or_404(notifying.of(request.membership), pk=notification_id)
    notifying.read(request.membership, told.pk)
    return redirect(told.link) if told.link else redirect("accounts:notifications", request.workspace.slug)


@require_POST
@member("workspace.view")
def all_read(request: MemberRequest) -> HttpResponse:
    notifying.read(request.membership)
    return redirect("accounts:notifications", request.workspace.slug)
