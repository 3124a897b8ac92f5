"""Home: what there is, what waits for me, what we cannot tell yet."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from accounts import surveying
from accounts.access import MemberRequest, member
from accounts.asking import asked
from accounts.models.job import Job
from accounts.models.workspace import Membership
from accounts.permissions import PERMISSIONS
from customers import profiling
from customers.models.source import Import
from icp import looking, reviewing
from icp.doubting import unknowns
from icp.greeting import greet
from icp.proposing import Situation, next_steps
from icp.showing import Shown
from icp.views.month import month

FILLING = ("import", "profile", "main-segments")  # the kinds of jobs that fill Home, in their order


@require_GET
@member("workspace.view")
def home(request: MemberRequest) -> HttpResponse:
    """Without data, while data come in, with data, after the first days; graders go to their rounds."""
    if not request.membership.may("data.view"):
        return redirect("icp:rounds", request.workspace.slug)
    profile = profiling.current(request.workspace)
    context = _frame(request)
    if profile and profile.rows:
        if reviewing.is_past_first_days(request.workspace, now()):
            return render(request, "icp/home_month.html", context | month(request, context, profile.as_of, now()))
        return render(request, "icp/home.html", context | _with_data(request, profile, context))
    if context["filling"]:
        return render(request, "icp/home_filling.html", context)
    return render(request, "icp/home_empty.html", context | _without_data(request))


def _frame(request: MemberRequest) -> dict[str, Any]:
    workspace = request.workspace
    jobs = Job.objects.in_workspace(workspace).filter(ended_at=None, kind__in=FILLING).order_by("created_at")
    survey = surveying.survey_of(workspace)
    return {
        "here": "home",
        "today": now().astimezone(ZoneInfo(workspace.timezone)).date(),
        "filling": list(jobs),
        "survey": survey,
        "from_opinions": survey.value("have") == ["nothing"],
        "first_left": surveying.progress(survey, first=True).left,
        "first_three": asked(workspace, survey, first=True),
    }


def _with_data(request: MemberRequest, profile: Any, context: dict[str, Any]) -> dict[str, Any]:
    greeting = greet(request.workspace, context["survey"], profile.as_of)
    situation = Situation(request.membership, context["survey"], greeting.rows)
    return {
        "greeting": greeting,
        "as_of": profile.as_of,
        "steps": next_steps(situation),
        "findings": Shown.all(looking.most_telling(request.workspace), request.membership),
        "unknowns": unknowns(request.workspace, greeting.found, today=now()),
    }


def _without_data(request: MemberRequest) -> dict[str, Any]:
    workspace = request.workspace
    people = Membership.objects.in_workspace(workspace).filter(role__in=PERMISSIONS["data.change"])
    return {
        "fillers": sorted(str(member.user) for member in people.select_related("user")),
        "newest": Import.objects.in_workspace(workspace).order_by("-created_at").first(),
    }
