"""The Intake survey: the profile at a glance, one section at a time, each answer kept as soon as it is given."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from accounts import branching, following, recalling, surveying
from accounts.access import MemberRequest, member
from accounts.asking import asked, parts
from accounts.intake.question import SECTIONS, Kind, Question
from accounts.models.intake import UNKNOWN, IntakeSurvey
from accounts.questions import QUESTIONS

LATELY = 5


@require_GET
@member("intake.view")
def intake(request: MemberRequest) -> HttpResponse:
    """Every answer at a glance, what follows from them, and who gave the last ones."""
    survey = surveying.survey_of(request.workspace)
    context = {
        "here": "settings",
        "tab": "intake",
        "parts": parts(request.workspace, survey),
        "progress": surveying.progress(survey),
        "next_question": surveying.next_question(survey),
        "changes": recalling.in_words(survey, recalling.changes(survey)[:LATELY]),
        "places": following.places(survey),
    }
    return render(request, "accounts/intake.html", context)


@require_GET
@member("intake.change")
def start(request: MemberRequest) -> HttpResponse:
    """The three questions that are asked before anything else, on one screen. They may be left for later."""
    survey = surveying.survey_of(request.workspace)
    context = {"here": "home", "asked": asked(request.workspace, survey, first=True)}
    return render(request, "accounts/start.html", context)


@require_GET
@member("intake.change")
def intake_section(request: MemberRequest, section: str) -> HttpResponse:
    """The questions of one section that apply."""
    if section not in SECTIONS:
        raise Http404("There is no such section.")
    survey = surveying.survey_of(request.workspace)
    answered, seen = request.GET.get("answered", ""), request.GET.get("seen", "")
    other = recalling.overtaken(survey, answered, seen=seen, by=request.user) if answered else None
    return render(request, "accounts/intake_section.html", _page(request, survey, section, overtaken={answered: other}))


@require_GET
@member("intake.view")
def intake_question(request: MemberRequest, question: str) -> HttpResponse:
    """The way to one question from anywhere: into its section, or to its answer for those who only read."""
    found = branching.question_of(surveying.survey_of(request.workspace), question)
    if found is None:
        raise Http404("There is no such question.")
    profile = reverse("accounts:intake", args=[request.workspace.slug])
    page = _section(request, found) if request.membership.may("intake.change") else profile
    return redirect(f"{page}#{found.id}")


@require_POST
@member("intake.change")
def intake_answer(request: MemberRequest, question: str) -> HttpResponse:
    """Keep one answer; htmx gets the question back, a plain form goes back to where it stood."""
    survey = surveying.survey_of(request.workspace)
    found = branching.question_of(survey, question)
    if found is None:
        raise Http404("There is no such question.")
    tried = {question: value_in(found, request.POST, was_unknown=_was_unknown(survey, question))}
    try:
        kept = surveying.answer(request.workspace, answers=tried, by=request.user, at=now())
    except surveying.SomeNotAccepted as refused:
        return _question(request, survey, found, status=422, problems=refused.problems, tried=tried)
    if getattr(request, "htmx", False):
        return _question(request, kept, found, before=survey)
    return redirect(_back(request, kept, found))


@require_POST
@member("intake.change")
def intake_pin(request: MemberRequest) -> HttpResponse:
    """Pin another of the goals."""
    try:
        surveying.pin(request.workspace, request.POST.get("metric", ""), by=request.user, at=now())
    except surveying.SomeNotAccepted as refused:
        messages.error(request, str(refused))
    return redirect(f"{reverse('accounts:intake-section', args=[request.workspace.slug, 'goals'])}#goal")


def value_in(question: Question, posted: Any, *, was_unknown: bool = False) -> Any:
    """The answer in a posted form, in the shape in which the API would give it.

    Who ticks *We do not know yet* means it; who writes something after that, means what is written.
    """
    value = _written(question, posted)
    return dict(UNKNOWN) if posted.get("unknown") and not (value and was_unknown) else value


def _written(question: Question, posted: Any) -> Any:
    if question.kind is Kind.MANY:
        return posted.getlist("value")
    if question.kind is Kind.LIST:
        return [line for line in posted.getlist("value") if line.strip()]
    if question.kind is Kind.RIVALS:
        return _rows(posted, "name", "better_at")
    if question.kind is Kind.GOALS:
        return _rows(posted, "metric", "target", "due_on", "baseline")
    if question.kind is Kind.GOAL:
        goal = {name: posted.get(name, "") for name in ("metric", "target", "due_on", "baseline")}
        return goal if any(goal.values()) else None
    return posted.get("value", "").strip()


def _rows(posted: Any, *names: str) -> list[dict[str, str]]:
    """The lines of a form in which something stands; a column that was not sent is empty."""
    columns = {name: posted.getlist(name) for name in names}
    lines = range(max(len(column) for column in columns.values()))
    rows = [{name: "".join(column[line : line + 1]) for name, column in columns.items()} for line in lines]
    return [row for row in rows if any(value.strip() for value in row.values())]


def _was_unknown(survey: IntakeSurvey, question: str) -> bool:
    return bool(survey.answers.get(question, {}).get("value") == UNKNOWN)


def _page(request: MemberRequest, survey: IntakeSurvey, section: str, **shown: Any) -> dict[str, Any]:
    every = parts(request.workspace, survey, **shown)
    place = list(SECTIONS).index(section)
    return {
        "here": "settings",
        "parts": every,
        "part": every[place],
        "after": every[place + 1] if place + 1 < len(every) else None,
        "closed": [one for one in _conditional(section) if not branching.applies(survey, one)],
        "progress": surveying.progress(survey),
        "next": reverse("accounts:intake-section", args=[request.workspace.slug, section]),
    }


def _conditional(section: str) -> list[Question]:
    return [one for one in QUESTIONS if one.condition and one.section == section]


def _question(
    request: MemberRequest,
    survey: IntakeSurvey,
    question: Question,
    *,
    status: int = 200,
    before: IntakeSurvey | None = None,
    **shown: Any,
) -> HttpResponse:
    """The one question where htmx asked, with those that now come or go; else the whole section."""
    other = recalling.overtaken(survey, question.id, seen=request.POST.get("seen", ""), by=request.user)
    page = _page(request, survey, question.section, overtaken={question.id: other} if before else {}, **shown)
    if not getattr(request, "htmx", False):
        return render(request, "accounts/intake_section.html", page, status=status)
    by_id = {item.question.id: item for part in page["parts"] for item in part.asked}
    flipped = [one for one in _conditional(question.section) if before and _flipped(before, survey, one)]
    page |= {"item": by_id[question.id], "slots": [(one, by_id.get(one.id)) for one in flipped]}
    return render(request, "accounts/intake_answer.html", page, status=status)


def _flipped(before: IntakeSurvey, after: IntakeSurvey, question: Question) -> bool:
    return branching.applies(before, question) != branching.applies(after, question)


def _section(request: MemberRequest, question: Question) -> str:
    return reverse("accounts:intake-section", args=[request.workspace.slug, question.section])


def _back(request: MemberRequest, survey: IntakeSurvey, question: Question) -> str:
    """Where the form stood; with what somebody else answered meanwhile, where there is such."""
    wanted, seen = request.POST.get("next", ""), request.POST.get("seen", "")
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts={_host(request)}, require_https=request.is_secure()):
        wanted = _section(request, question)
    if wanted == _section(request, question) and recalling.overtaken(survey, question.id, seen=seen, by=request.user):
        wanted += f"?answered={question.id}&seen={seen}"
    return f"{wanted}#{question.id}"


def _host(request: HttpRequest) -> str:
    return request.get_host()
