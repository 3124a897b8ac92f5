"""The focus: drafted after a round, made, changed, and looked back at."""

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, member
from accounts.models.user import User
from customers import clock
from customers.clock import last_counted
from icp import deciding, drafting, expecting, recounting
from icp.models.decision import Decision
from icp.models.definition import Icp
from icp.models.grading import Round
from icp.refusing import NotPossible, TooLate
from icp.views import focus_form
from icp.views.results import told
from icp.views.rounds import found, readable

QUARTER = timedelta(days=91)


@require_GET
@member("rounds.grade")
def focus(request: MemberRequest, round_id: UUID | None = None) -> HttpResponse:
    """The focus on one page: what was decided, or what is proposed until somebody decides."""
    if round_id is None:
        return _in_force(request)
    round = found(request, round_id)
    if round.result is None and deciding.decided_of(round) is None:
        return redirect("icp:round", request.workspace.slug, round.pk)
    return _of_round(request, round)


def _in_force(request: MemberRequest) -> HttpResponse:
    if request.membership.may("icps.view"):
        decision = deciding.in_force(request.workspace)
        round = decision.round if decision else deciding.undecided(request.workspace)
    else:
        rounds = readable(request).exclude(closed_at=None).order_by("-closed_at")
        round = rounds.first()
        decision = deciding.decided_of(round) if round else None
    if decision:
        return _decided(request, decision)
    if round is None:
        return render(request, "icp/focus_empty.html", {"here": "ideal"})
    return _of_round(request, round)


def _of_round(request: MemberRequest, round: Round) -> HttpResponse:
    draft, decided = deciding.draft_of(round), deciding.decided_of(round)
    may_decide = request.membership.may("rounds.run") and round.result is not None
    if decided and not (draft and may_decide):
        return _decided(request, decided)
    draft = draft or drafting.proposal(round, clock.as_of(request.workspace))
    if may_decide:
        return _drafting(request, draft, focus_form.written(draft), before=decided)
    context = told(round, round.result or {}) | _chosen(round.result or {}, draft.focus)
    return render(
        request, "icp/focus_proposed.html", context | {"effort": recounting.planned(draft, round.result or {})}
    )


def _chosen(result: dict[str, Any], focus: list[str]) -> dict[str, Any]:
    """The ladder, cut where the team cut it."""
    rows = result["ranking"]
    return {
        "focus": [row for row in rows if row["icp"] in focus],
        "rest": [row for row in rows if row["icp"] not in focus],
    }


def _drafting(
    request: MemberRequest,
    draft: Decision,
    values: focus_form.Values,
    *,
    before: Decision | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    round, workspace = draft.round, request.workspace
    values = {"until": _in_a_quarter(request)} | values
    icps = {str(icp.pk): icp for icp in round.icps.prefetch_related("segments")}
    chosen = [icp for icp in icps if f"focus-{icp}" in values]
    known = expecting.measured(workspace, [icps[icp] for icp in chosen], clock.as_of(workspace))
    people = User.objects.filter(memberships__workspace=workspace).order_by("name", "email")
    context = told(round, round.result or {}) | _chosen(round.result or {}, chosen)
    context |= focus_form.laid_out(round, values, icps=icps, known=known, people=people)
    context |= {"draft": draft, "before": before, "problem": problem, "is_kept": not draft._state.adding}
    return render(request, "icp/focus_draft.html", context, status=status)


def _in_a_quarter(request: MemberRequest) -> str:
    today = now().astimezone(ZoneInfo(request.workspace.timezone)).date()
    return (today + QUARTER).isoformat()


def _decided(request: MemberRequest, decision: Decision) -> HttpResponse:
    round, result = decision.round, deciding.result_of(decision)
    if result is None:
        return redirect("icp:round", request.workspace.slug, round.pk)
    at = now()
    icps = {str(icp.pk): icp for icp in Icp.objects.in_workspace(request.workspace).filter(rounds=round)}
    today = at.astimezone(ZoneInfo(request.workspace.timezone)).date()
    context = told(round, result) | _chosen(result, decision.focus)
    context |= {
        "decision": decision,
        "until": last_counted(decision.as_of),
        "effort": recounting.effort(decision, result),
        "moves": recounting.moves(decision, today),
        "outcomes": expecting.outcomes(decision, icps, clock.as_of(request.workspace)),
        "left_out": recounting.left_out(decision, result, today),
        "earlier": [each for each in deciding.earlier(request.workspace) if each.pk != decision.pk],
        "is_in_force": decision == deciding.in_force(request.workspace),
        "is_regraded": round.result is not None and round.result["closed_at"] != result["closed_at"],
        "draft": deciding.draft_of(round),
        "undecided": deciding.undecided(request.workspace),
        "sees_others": request.membership.may("icps.view"),
    }
    return render(request, "icp/focus.html", context)


@require_GET
@member("icps.view")
def decision(request: MemberRequest, decision_id: UUID) -> HttpResponse:
    """One decision as it was frozen, also when another came after it."""
    rows = deciding.decisions(request.workspace).exclude(decided_at=None)
    return _decided(request, get_object_or_404(rows, pk=decision_id))


@require_POST
@member("rounds.run")
def focus_decide(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """Keep the draft, or make it the focus."""
    round, values = found(request, round_id), focus_form.typed(request.POST)
    as_of = clock.as_of(request.workspace)
    try:
        said = focus_form.told(values, round)
        if "keep" in values:
            deciding.keep_draft(round, by=request.user, as_of=as_of, **said)
            messages.success(request, "The draft is kept.")
        else:
            deciding.decide(round, by=request.user, at=now(), as_of=as_of, **said)
    except TooLate as reason:
        messages.error(request, str(reason))
    except NotPossible as reason:
        if round.result is None:
            messages.error(request, str(reason))
            return redirect("icp:round", request.workspace.slug, round.pk)
        draft = deciding.draft_of(round) or drafting.proposal(round, as_of)
        before = deciding.decided_of(round)
        return _drafting(request, draft, values, before=before, problem=str(reason), status=422)
    return redirect("icp:focus", request.workspace.slug, round.pk)


@require_POST
@member("rounds.run")
def focus_change(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """Begin another decision from the one that stands."""
    try:
        deciding.change_focus(found(request, round_id), by=request.user)
    except NotPossible as reason:
        messages.error(request, str(reason))
    return redirect("icp:focus", request.workspace.slug, round_id)


@require_POST
@member("rounds.run")
def focus_drop(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """Throw the draft away."""
    deciding.drop_draft(found(request, round_id))
    messages.success(request, "The draft is thrown away. Nothing that was decided has changed.")
    return redirect("icp:focus", request.workspace.slug, round_id)


@require_POST
@member("rounds.run")
def focus_spent(request: MemberRequest, decision_id: UUID) -> HttpResponse:
    """Say where the effort goes now."""
    rows = deciding.decisions(request.workspace)
    decision = get_object_or_404(rows, pk=decision_id)
    icps = [row["icp"] for row in (deciding.result_of(decision) or {"ranking": []})["ranking"]]
    said = focus_form.shares(focus_form.typed(request.POST), "spent", icps)
    today = now().astimezone(ZoneInfo(request.workspace.timezone)).date()
    try:
        deciding.tell_spent(decision, said, by=request.user, on=today)
    except NotPossible as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, "Kept, with the day of today.")
    return redirect("icp:decision", request.workspace.slug, decision.pk)
