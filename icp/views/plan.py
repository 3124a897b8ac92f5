"""The plan: moves by week, and the lists that left."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, member
from icp import planning
from icp.forms import MoveForm
from icp.models.plan import Action
from icp.refusing import NotPossible
from segments import delivering
from segments.telling import Told

HERE: dict[str, Any] = {"here": "plan"}


@require_GET
@member("plan.view")
def plan(request: MemberRequest) -> HttpResponse:
    today = now().astimezone(ZoneInfo(request.workspace.timezone)).date()
    lists = [Told(delivery) for delivery in delivering.lists_sent(request.workspace)[:50]]
    found = planning.plan(request.workspace, today)
    return render(request, "icp/plan.html", HERE | {"plan": found, "lists": lists})


@require_http_methods(["GET", "POST"])
@member("plan.change")
def move_new(request: MemberRequest) -> HttpResponse:
    chosen = {
        "owner": request.user.pk,
        "segment": request.GET.get("segment", ""),
        "name": request.GET.get("name", "")[:200],
        "check_on": planning.first_look(request.workspace, now()),
    }
    form = MoveForm(request.POST or None, workspace=request.workspace, initial=chosen)
    if request.method == "POST" and form.is_valid():
        planning.add(request.workspace, form.move(), by=request.user)
        return redirect("icp:plan", request.workspace.slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "icp/move_form.html", HERE | {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@member("plan.change")
def move_change(request: MemberRequest, action_id: UUID) -> HttpResponse:
    action = _action(request, action_id)
    told = {name: getattr(action, f"{name}_id", None) for name in ("owner", "segment", "icp")}
    told |= {name: getattr(action, name) for name in ("name", "check_on", "target")}
    form = MoveForm(request.POST or None, workspace=request.workspace, initial=told, kept=action.segment_id)
    if request.method == "POST" and form.is_valid():
        planning.change(action, by=request.user, **form.cleaned_data)
        return redirect("icp:plan", request.workspace.slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "icp/move_form.html", HERE | {"form": form, "action": action}, status=status)


@require_POST
@member("plan.change")
def move_settle(request: MemberRequest, action_id: UUID) -> HttpResponse:
    """Done, dropped, or open again: each can be taken back the same way."""
    try:
        planning.settle(_action(request, action_id), request.POST.get("state", ""), by=request.user)
    except NotPossible as reason:
        return HttpResponse(str(reason), status=422)
    return redirect("icp:plan", request.workspace.slug)


def _action(request: MemberRequest, action_id: UUID) -> Action:
    found: Action = get_object_or_404(planning.moves(request.workspace), pk=action_id)
    return found
