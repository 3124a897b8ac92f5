"""Rounds: who grades whom, how far they are, and the close."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import joining
from accounts.access import MemberRequest, member
from accounts.web import one_page
from customers import clock
from icp import concluding, defining, focusing, frames, grading, preparing
from icp.forms import RoundForm
from icp.models.grading import Round
from icp.refusing import NotPossible


@require_GET
@member("rounds.grade")
def round_list(request: MemberRequest) -> HttpResponse:
    page = one_page(request, readable(request).prefetch_related("icps", "graders"), size=20)
    return render(request, "icp/round_list.html", {"here": "ideal", "page": page})


@require_http_methods(["GET", "POST"])
@member("rounds.run")
def round_new(request: MemberRequest) -> HttpResponse:
    form = RoundForm(request.POST or None, workspace=request.workspace, initial=_first_choice(request))
    if request.method == "POST" and form.is_valid():
        try:
            round = preparing.prepare_round(request.workspace, **form.asked(), by=request.user)
        except NotPossible as reason:
            form.add_error(None, str(reason))
        else:
            return redirect("icp:round", request.workspace.slug, round.pk)
    candidates, questions = len(form.candidates), 11
    context = {"here": "ideal", "form": form, "minutes": preparing.minutes(candidates=candidates, questions=questions)}
    context |= {"candidates": candidates, "questions": questions}
    return render(request, "icp/round_new.html", context, status=422 if form.errors else 200)


def _first_choice(request: MemberRequest) -> dict[str, Any]:
    """All candidates with ICP 10, named after the month."""
    rubric = preparing.default_rubric(request.workspace)
    icps = [str(icp.pk) for icp in defining.candidates(request.workspace)[: preparing.CANDIDATES[1]]]
    return {"name": f"{now():%B %Y}", "rubric": str(rubric.pk), "icps": icps}


@require_GET
@member("rounds.grade")
def round_detail(request: MemberRequest, round_id: UUID) -> HttpResponse:
    return _room(request, found(request, round_id))


def _room(request: MemberRequest, round: Round, **context: Any) -> HttpResponse:
    return render(request, "icp/round_detail.html", seen(request, round) | context)


def seen(request: MemberRequest, round: Round) -> dict[str, Any]:
    """How far the round is: never what anybody chose."""
    given, wanted = grading.answers_given(round), grading.wanted(round)
    people = [
        {"grader": grader, "answers": given.get(grader.pk, 0), "is_done": given.get(grader.pk, 0) >= wanted}
        for grader in round.graders.select_related("user").order_by("email")
    ]
    mine = grading.own(round, request.user).count()
    return {
        "here": "ideal",
        "round": round,
        "icps": round.icps.order_by("name"),
        "people": people,
        "done": sum(person["is_done"] for person in people),
        "wanted": wanted,
        "mine": mine,
        "may_grade": grading.may_grade(round, request.user),
        "outside": preparing.uninvited(round) if request.membership.may("rounds.run") else [],
        "address": request.build_absolute_uri(reverse("icp:grade", args=[round.workspace.slug, round.pk])),
        "minutes": preparing.minutes(candidates=round.icps.count(), questions=len(round.rubric.dimensions)),
    }


@require_GET
@member("icps.view")
def round_progress(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """Who has finished, for the page that looks again every few seconds; 286 once there is no more to wait for."""
    round = found(request, round_id)
    status = 286 if round.is_closed else 200
    return render(request, "icp/round_detail.html#progress", seen(request, round), status=status)


@require_POST
@member("rounds.run")
def round_links(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """A link for everybody who was asked and is not a member yet; shown once."""
    round = found(request, round_id)
    try:
        invited = preparing.let_in(round, by=request.membership)
    except joining.NotPossible as reason:
        messages.error(request, str(reason))
        return redirect("icp:round", request.workspace.slug, round.pk)
    links = [
        (each.invitation.email, request.build_absolute_uri(reverse("accounts:join", args=[each.secret])))
        for each in invited
    ]
    return _room(request, round, links=links)


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
