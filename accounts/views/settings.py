"""Settings of a workspace, and what was done in it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts import settling
from accounts.access import MemberRequest, member
from accounts.forms import SettingsForm
from accounts.models.audit import AuditEntry
from accounts.models.workspace import Workspace
from accounts.web import one_page


@require_GET
@member("members.view")
def settings_page(request: MemberRequest) -> HttpResponse:
    context = {"here": "settings", "tab": "general", "form": SettingsForm(instance=request.workspace)}
    return render(request, "accounts/settings.html", context)


@require_POST
@member("workspace.change")
def settings_change(request: MemberRequest) -> HttpResponse:
    as_is = Workspace.objects.get(pk=request.workspace.pk)  # a refused form must not show in the frame
    form = SettingsForm(request.POST, instance=as_is)
    if not form.is_valid():
        context = {"here": "settings", "tab": "general", "form": form}
        return render(request, "accounts/settings.html", context, status=422)
    changed = settling.change_settings(request.workspace, by=request.user, values=form.cleaned_data)
    messages.success(request, "Saved." if changed else "Nothing was different.")
    return redirect("accounts:settings", request.workspace.slug)


@require_GET
@member("audit.view")
def activity(request: MemberRequest) -> HttpResponse:
    entries = AuditEntry.objects.in_workspace(request.workspace).select_related("actor").order_by("-created_at", "-id")
    context = {"here": "settings", "tab": "activity", "page": one_page(request, entries)}
    return render(request, "accounts/activity.html", context)
