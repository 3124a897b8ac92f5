"""Second thoughts: which gaps are graded again, how far people are, and the close."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, member
from customers import clock
from icp import concluding, focusing, frames, grading, sentences
from icp.focusing import Cell
from icp.models.grading import Grader, Round
from icp.refusing import NotPossible
from icp.views.rounds import found

MINUTES_EACH = 4  # of talk about one gap


@require_GET
@member("rounds.grade")
def gaps(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """Choose what is graded again; once it is open, how far people are."""
    round = found(request, round_id)
    if focusing.open_gaps(round).exists():
        return render(request, "icp/gaps_open.html", seen(request, round))
    if round.result is None or not request.membership.may("rounds.run"):
        return redirect("icp:result" if round.is_closed else "icp:round", request.workspace.slug, round.pk)
    return _choosing(request, round)


@require_POST
@member("rounds.run")
def gaps_open(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """Have the ticked gaps graded again."""
    round = found(request, round_id)
    try:
        focusing.think_again(round, chosen(request.POST.getlist("gap")), by=request.user)
    except NotPossible as reason:
        if round.result is not None:
            return _choosing(request, round, problem=str(reason), status=422)
        messages.error(request, str(reason))
        return redirect("icp:round", request.workspace.slug, round.pk)
    return redirect("icp:gaps", request.workspace.slug, round.pk)


def chosen(values: list[str]) -> list[Cell]:
    """What was ticked: candidate and question, with a colon between."""
    try:
        pairs = [value.split(":", 1) for value in values]
        return [(UUID(icp), dimension) for icp, dimension in pairs]
    except ValueError:
        raise NotPossible("One of these gaps is not part of the round. Choose among those on the page.") from None


def _choosing(request: MemberRequest, round: Round, *, problem: str = "", status: int = 200) -> HttpResponse:
    done = {(str(gap.icp_id), gap.dimension) for gap in focusing.graded_again(round)}
    rows = [
        gap | {"said": sentences.gap(gap)}
        for gap in (round.result or {}).get("gaps", [])
        if (gap["icp"], gap["dimension"]) not in done
    ]
    advised = min(len(rows), focusing.ADVISED)
    rows = [row | {"is_advised": place < advised} for place, row in enumerate(rows)]
    context = {"here": "ideal", "round": round, "rows": rows, "minutes": MINUTES_EACH * advised}
    return render(request, "icp/gaps_choose.html", context | {"problem": problem, "again": len(done)}, status=status)


def seen(request: MemberRequest, round: Round) -> dict[str, Any]:
    """The open gaps with the first answers, and how far everybody is: never a second answer."""
    rows = list(focusing.open_gaps(round))
    given = focusing.thought_again(round)
    seats = Grader.objects.in_workspace(round.workspace).filter(round=round).seated().select_related("user")
    people = [
        {"grader": seat, "answers": given.get(seat.pk, 0), "is_done": given.get(seat.pk, 0) >= len(rows)}
        for seat in seats.order_by("email")
    ]
    place = grading.place_of(round, request.user)
    return {
        "here": "ideal",
        "round": round,
        "rows": [_first_answers(request, round, gap) for gap in rows],
        "people": people,
        "done": sum(person["is_done"] for person in people),
        "wanted": len(rows),
        "mine": given.get(place.pk, 0) if place else 0,
        "may_grade": grading.may_grade(round, request.user),
    }


def _first_answers(request: MemberRequest, round: Round, gap: Any) -> dict[str, Any]:
    dimension = next(each for each in round.rubric.dimensions if each["id"] == gap.dimension)
    first = grading.visible(round, request.user).filter(turn=1, dimension=gap.dimension, icp=gap.icp)
    question = concluding.one_question(frames.frame_of(first), dimension, [gap.icp])
    ends = {"low": gap.low, "high": gap.high}
    return {"gap": gap, "question": dimension, "row": question["rows"][0], "said": sentences.gap(ends)}


@require_GET
@member("rounds.grade")
def gaps_progress(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """Who has graded again, for the page that looks again every few seconds; 286 once there is no more to wait for."""
    round = found(request, round_id)
    context = seen(request, round)
    return render(request, "icp/gaps_open.html#people", context, status=200 if context["rows"] else 286)


@require_POST
@member("rounds.run")
def gaps_close(request: MemberRequest, round_id: UUID) -> HttpResponse:
    round = found(request, round_id)
    as_of = clock.as_of(request.workspace)
    try:
        round = focusing.close_gaps(round, by=request.user, at=now(), as_of=as_of)
    except NotPossible as reason:
        messages.error(request, str(reason))
    return redirect("icp:result" if round.is_closed else "icp:round", request.workspace.slug, round.pk)
