"""Rounds: who grades whom, how far they are, and the close."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, member
from accounts.web import one_page
from customers import clock
from icp import concluding, defining, focusing, frames, grading, inviting, preparing, wording
from icp.forms import RoundForm
from icp.models.grading import Grader, Round
from icp.refusing import NotPossible


@require_GET
@member("rounds.grade")
def round_list(request: MemberRequest) -> HttpResponse:
    page = one_page(request, readable(request).prefetch_related("icps", "graders"), size=20)
    return render(request, "icp/round_list.html", {"here": "ideal", "page": page})


@require_http_methods(["GET", "POST"])
@member("rounds.run")
def round_new(request: MemberRequest) -> HttpResponse:
    """Who grades whom. While one ticks, the page asks again for what that costs each person."""
    ticking = request.method == "GET" and "close" in request.GET
    form = RoundForm(
        request.POST or (request.GET if ticking else None),
        workspace=request.workspace,
        initial=_first_choice(request),
    )
    if ticking:
        return render(request, "icp/round_new.html#effort", {"effort": _effort(form)})
    if request.method == "POST" and form.is_valid():
        try:
            round = preparing.prepare_round(
                request.workspace, **form.asked(), as_of=clock.as_of(request.workspace), by=request.user
            )
        except NotPossible as reason:
            form.add_error(None, str(reason))
        else:
            return redirect("icp:round", request.workspace.slug, round.pk)
    context = {"here": "ideal", "form": form, "candidates": len(form.candidates), "effort": _effort(form)}
    return render(request, "icp/round_new.html", context, status=422 if form.errors else 200)


def _first_choice(request: MemberRequest) -> dict[str, Any]:
    """All candidates with ICP 10, named after the month; whoever asks grades too."""
    rubric = wording.default_rubric(request.workspace)
    icps = [str(icp.pk) for icp in defining.candidates(request.workspace)[: preparing.CANDIDATES[1]]]
    chosen = {"name": f"{now():%B %Y}", "rubric": str(rubric.pk), "icps": icps, "members": [request.user.email]}
    return chosen | {"facts_first": ""}


def _effort(form: RoundForm) -> dict[str, Any]:
    candidates, questions, people = form.effort()
    told = {"candidates": candidates, "questions": questions, "people": people}
    told["minutes"] = preparing.minutes(candidates=candidates, questions=questions)
    return told | {"advice": preparing.advice(candidates=candidates, people=people)}


@require_GET
@member("rounds.grade")
def round_detail(request: MemberRequest, round_id: UUID) -> HttpResponse:
    round = found(request, round_id)
    return page_of(request, round, **_undo(request, round))


def _undo(request: MemberRequest, round: Round) -> dict[str, Any]:
    """What was taken out a moment ago, so that it can be taken back."""
    if not request.membership.may("rounds.run"):
        return {}
    out, gone = request.GET.get("out", ""), request.GET.get("gone", "")
    told: dict[str, Any] = {}
    if grader := inviting.taken_out(round, out):
        told |= {"out": grader, "out_answers": grading.given_by(grader)}
    if icp := next((icp for icp in defining.candidates(request.workspace) if str(icp.pk) == gone), None):
        told |= {} if round.icps.filter(pk=icp.pk).exists() else {"gone": icp}
    return told


def page_of(request: MemberRequest, round: Round, **context: Any) -> HttpResponse:
    """The round's page, with whatever a change has to say."""
    return render(request, "icp/round_detail.html", seen(request, round) | context)


def seen(request: MemberRequest, round: Round) -> dict[str, Any]:
    """How far the round is: never what anybody chose."""
    people = _people(round)
    return {
        "here": "ideal",
        "round": round,
        "icps": round.icps.order_by("name"),
        "people": people,
        "is_live": round.close == Round.Close.QUESTION,
        "done": sum(person["is_done"] for person in people),
        "wanted": grading.wanted_now(round),
        "mine": next((each["answers"] for each in people if each["grader"].user_id == request.user.pk), 0),
        "may_grade": grading.may_grade(round, request.user),
        "outside": inviting.uninvited(round) if request.membership.may("rounds.run") else [],
        "slow": [p for p in people if not (p["is_done"] or p["reminded"] or _is_not_asked(p["grader"], request))],
        "mails_leave": bool(settings.MAIL_HOST),
        "address": request.build_absolute_uri(reverse("icp:grade", args=[round.workspace.slug, round.pk])),
        "minutes": preparing.minutes(candidates=round.icps.count(), questions=len(round.rubric.dimensions)),
    }


def _people(round: Round) -> list[dict[str, Any]]:
    progress = grading.progress(round)
    return [
        {
            "grader": grader,
            "answers": progress[grader.pk][0],
            "is_done": progress[grader.pk][1],
            "reminded": not inviting.may_be_reminded(grader, now()),
        }
        for grader in inviting.people(round).select_related("workspace")
    ]


def _is_not_asked(grader: Grader, request: MemberRequest) -> bool:
    """Nobody reminds oneself, nor guests, who sit in the room."""
    return grader.is_guest or grader.user_id == request.user.pk


@require_GET
@member("icps.view")
def round_progress(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """Who has finished, for the page that looks again every few seconds; 286 once there is no more to wait for."""
    round = found(request, round_id)
    status = 286 if round.is_closed else 200
    return render(request, "icp/round_detail.html#progress", seen(request, round), status=status)


@require_POST
@member("rounds.run")
def round_close(request: MemberRequest, round_id: UUID) -> HttpResponse:
    as_of = clock.as_of(request.workspace)
    return _change(
        request, round_id, lambda round: focusing.close_round(round, by=request.user, at=now(), as_of=as_of), "result"
    )


@require_POST
@member("rounds.run")
def question_close(request: MemberRequest, round_id: UUID, dimension: str) -> HttpResponse:
    return _change(
        request, round_id, lambda round: focusing.close_question(round, dimension=dimension, by=request.user), "round"
    )


@require_POST
@member("rounds.run")
def round_reopen(request: MemberRequest, round_id: UUID) -> HttpResponse:
    return _change(request, round_id, lambda round: focusing.reopen(round, by=request.user), "round")


def _change(request: MemberRequest, round_id: UUID, change: Callable[[Round], Round], then: str) -> HttpResponse:
    try:
        change(found(request, round_id))
    except NotPossible as reason:
        messages.error(request, str(reason))
        then = "round"
    return redirect(f"icp:{then}", request.workspace.slug, round_id)


@require_GET
@member("rounds.grade")
def question_detail(request: MemberRequest, round_id: UUID, dimension: str) -> HttpResponse:
    """Everybody's answers to one question, once it is closed."""
    round = found(request, round_id)
    known = next((each for each in round.rubric.dimensions if each["id"] == dimension), None)
    if known is None or not round.shows(dimension):
        messages.info(request, "This question is open. Answers are shown once it is closed.")
        return redirect("icp:round", request.workspace.slug, round.pk)
    shown = frames.latest(frames.frame_of(grading.visible(round, request.user).filter(dimension=dimension)))
    context = {"here": "ideal", "round": round, "dimension": known}
    context["question"] = concluding.one_question(shown, known, list(round.icps.order_by("name")))
    return render(request, "icp/question_detail.html", context)


def readable(request: MemberRequest) -> Any:
    """The rounds that this member may know of."""
    sees_all = request.membership.may("icps.view")
    return preparing.readable_rounds(request.workspace, user=request.user, sees_all=sees_all)


def found(request: MemberRequest, round_id: UUID) -> Round:
    row: Round = get_object_or_404(readable(request), pk=round_id)
    return row
