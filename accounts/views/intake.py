"""The Intake survey: one page, each answer kept as soon as it is given."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from accounts import surveying
from accounts.access import MemberRequest, member
from accounts.asking import asked
from accounts.models.intake import IntakeSurvey
from accounts.questions import BY_ID, Question


@require_GET
@member("intake.view")
def intake(request: MemberRequest) -> HttpResponse:
    """All questions with the kept answers, and what follows from them."""
    return render(request, "accounts/intake.html", _page(request, surveying.survey_of(request.workspace)))


@require_GET
@member("intake.change")
def start(request: MemberRequest) -> HttpResponse:
    """The three questions that are asked before anything else, on one screen. They may be left for later."""
    survey = surveying.survey_of(request.workspace)
    context = {"here": "home", "asked": asked(request.workspace, survey, first=True)}
    return render(request, "accounts/start.html", context)


@require_POST
@member("intake.change")
def intake_answer(request: MemberRequest, question: str) -> HttpResponse:
    """Keep one answer; htmx gets the question back, a plain form goes back to where it stood."""
    if question not in BY_ID:
        raise Http404("There is no such question.")
    tried = {question: value_in(BY_ID[question], request.POST)}
    try:
        survey = surveying.answer(request.workspace, answers=tried, by=request.user, at=now())
    except surveying.SomeNotAccepted as refused:
        survey = surveying.survey_of(request.workspace)
        return _question(request, survey, question, status=422, problems=refused.problems, tried=tried)
    if getattr(request, "htmx", False):
        return _question(request, survey, question)
    return redirect(f"{_back(request)}#{question}")


def value_in(question: Question, posted: Any) -> Any:
    """The answer in a posted form, in the shape in which the API would give it."""
    if question.kind == "one":
        return posted.get("value", "")
    if question.kind == "many":
        return posted.getlist("value")
    columns = (posted.getlist(name) for name in ("metric", "target", "due_on"))
    goals = [dict(zip(("metric", "target", "due_on"), row, strict=True)) for row in zip(*columns, strict=False)]
    if question.kind == "goals":
        return [goal for goal in goals if any(goal.values())]
    goal = {name: posted.get(name, "") for name in ("metric", "target", "due_on")}
    return goal if any(goal.values()) else None


def _page(request: MemberRequest, survey: IntakeSurvey, **shown: Any) -> dict[str, Any]:
    return {
        "here": "settings",
        "asked": asked(request.workspace, survey, **shown),
        "progress": surveying.progress(survey),
        "next": request.POST.get("next", ""),
    }


def _question(
    request: MemberRequest, survey: IntakeSurvey, question: str, *, status: int = 200, **shown: Any
) -> HttpResponse:
    """The one question where htmx asked, else the whole page."""
    page = _page(request, survey, **shown)
    if not getattr(request, "htmx", False):
        return render(request, "accounts/intake.html", page, status=status)
    page["item"] = next(item for item in page["asked"] if item.question.id == question)
    return render(request, "accounts/intake_answer.html", page, status=status)


def _back(request: MemberRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={_host(request)}, require_https=request.is_secure()):
        return wanted
    return reverse("accounts:intake", args=[request.workspace.slug])


def _host(request: HttpRequest) -> str:
    return request.get_host()
