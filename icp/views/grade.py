"""Grading: one question at a time, all candidates below it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, member
from icp import grading, preparing
from icp.grading import Answer
from icp.models.definition import Icp
from icp.models.grading import Grade, Round
from icp.refusing import NotPossible, TooLate
from icp.views.rounds import found

SCORES = range(1, 11)


@require_GET
@member("rounds.grade")
def grade(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """Go on where this person stopped."""
    round = found(request, round_id)
    _insist_on_a_place(round, request)
    for dimension in round.rubric.dimensions:
        answered = grading.own(round, request.user).filter(dimension=dimension["id"]).count()
        if not round.shows(dimension["id"]) and answered < round.icps.count():
            return redirect("icp:grade-question", request.workspace.slug, round.pk, dimension["id"])
    return redirect("icp:round", request.workspace.slug, round.pk)


@require_http_methods(["GET", "POST"])
@member("rounds.grade")
def grade_question(request: MemberRequest, round_id: UUID, dimension: str) -> HttpResponse:
    round = found(request, round_id)
    _insist_on_a_place(round, request)
    ids = [each["id"] for each in round.rubric.dimensions]
    if dimension not in ids:
        raise Http404
    if request.method == "POST":
        return _save(request, round, dimension, ids)
    if round.shows(dimension):
        messages.info(request, "This question is closed. Answers can no longer be changed.")
        return redirect("icp:round", request.workspace.slug, round.pk)
    return render(request, "icp/grade.html", _sheet(request, round, dimension, ids))


def _save(request: MemberRequest, round: Round, dimension: str, ids: list[str]) -> HttpResponse:
    is_part = bool(request.htmx)  # type: ignore[attr-defined]
    try:
        grading.keep_answers(round, _answers(request, round, dimension), by=request.user)
    except NotPossible as reason:
        context: dict[str, Any] = {"problem": str(reason), "icp": _named(request, round)}
        status = 409 if isinstance(reason, TooLate) else 422
        if is_part:
            return render(request, "icp/grade.html#refused", context, status=422)
        return render(request, "icp/grade_refused.html", context | {"round": round, "here": "ideal"}, status=status)
    if is_part:
        context = _sheet(request, round, dimension, ids)
        context["row"] = next((row for row in context["rows"] if str(row["icp"].pk) == request.GET.get("only")), None)
        return render(request, "icp/grade.html#saved", context)
    return _next(request, round, dimension, ids)


def _next(request: MemberRequest, round: Round, dimension: str, ids: list[str]) -> HttpResponse:
    following = [id for id in ids[ids.index(dimension) + 1 :] if not round.shows(id)]
    if following:
        return redirect("icp:grade-question", request.workspace.slug, round.pk, following[0])
    return redirect("icp:round", request.workspace.slug, round.pk)


def _answers(request: MemberRequest, round: Round, dimension: str) -> list[Answer]:
    """The answers in the form; with `only`, the one that was just changed."""
    only = request.GET.get("only")
    icps = [icp for icp in round.icps.all() if only in (None, str(icp.pk))]
    return [
        Answer(icp.pk, dimension, _score(said), request.POST.get(f"reason-{icp.pk}"))
        for icp in icps
        if (said := request.POST.get(f"score-{icp.pk}"))
    ]


def _score(said: str) -> int | None:
    """7, or None for "I don't know". Anything else is no score at all, and the verb says so."""
    if said == "dk":
        return None
    return int(said) if said.isascii() and said.isdigit() else 0


def _named(request: MemberRequest, round: Round) -> Icp | None:
    return next((icp for icp in round.icps.all() if str(icp.pk) == request.GET.get("only")), None)


def _sheet(request: MemberRequest, round: Round, dimension: str, ids: list[str]) -> dict[str, Any]:
    """One question as this person sees it: own answers only."""
    given = {(grade.icp_id, grade.dimension): grade for grade in grading.own(round, request.user)}
    icps = grading.in_own_order(round, request.user)
    rows = [_row(icp, given.get((icp.pk, dimension))) for icp in icps]
    scores = [row["score"] for row in rows if row["is_answered"]]
    place, left = ids.index(dimension), grading.wanted(round) - len(given)
    return {
        "round": round,
        "dimension": round.rubric.dimensions[place],
        "rows": rows,
        "scores": SCORES,
        "number": place + 1,
        "count": len(ids),
        "before": next((id for id in reversed(ids[:place]) if not round.shows(id)), None),
        "share": 100 * (place + 1) / len(ids),
        "graded": len(scores),
        "minutes": preparing.minutes(candidates=left, questions=1) if left else 0,
        "all_alike": scores[0] if len(scores) == len(icps) > 2 and len(set(scores)) == 1 else None,
    }


def _row(icp: Icp, given: Grade | None) -> dict[str, Any]:
    return {
        "icp": icp,
        "is_answered": given is not None,
        "score": given.score if given else None,
        "reason": given.reason if given else "",
        "chosen": ("dk" if given.score is None else str(given.score)) if given else "",
    }


def _insist_on_a_place(round: Round, request: MemberRequest) -> None:
    if not grading.may_grade(round, request.user):
        raise PermissionDenied("You were not asked to grade this round.")
