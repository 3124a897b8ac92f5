"""The focus is decided: drafted, changed, and frozen with its day; a change of it is a decision of its own.

After a round is closed the best candidates are proposed. A team may draft what it makes of them (whom it serves,
where the effort goes, what it will not do, which moves come first); `decide` freezes that draft. What is frozen never
changes: whoever changes the focus drafts anew, and the one before stays in the history.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime

from accounts import auditing
from accounts.models.user import User
from accounts.models.workspace import Workspace
from icp import announcing, expecting, planning, sentences
from icp.drafting import CHECKS, MOVES, Rows, names, open_moves, proposal, shares
from icp.models.decision import Decision
from icp.models.definition import Icp
from icp.models.grading import Round
from icp.models.plan import Action
from icp.planning import Move
from icp.refusing import NotPossible, TooLate

TOLD = ("focus", "effort", "today", "left_out", "moves", "expected", "note")


# Which decision --------------------------------------------------------------------------------


def decisions(workspace: Workspace) -> Any:
    """Everything that was decided or drafted here, without what visitors of the example did."""
    rows = Decision.objects.in_workspace(workspace).filter(round__visit=None)
    return rows.select_related("round__rubric", "round__workspace", "workspace", "decided_by")


def in_force(workspace: Workspace) -> Decision | None:
    """The focus that was decided last."""
    decision: Decision | None = decisions(workspace).exclude(decided_at=None).order_by("-decided_at").first()
    return decision


def earlier(workspace: Workspace) -> list[Decision]:
    """What was decided before the focus in force, the newest first."""
    return list(decisions(workspace).exclude(decided_at=None).order_by("-decided_at")[1:])


def decision_of(round: Round) -> Decision | None:
    """The round's draft, or what was decided last after it; None while nobody began."""
    return draft_of(round) or decided_of(round)


def draft_of(round: Round) -> Decision | None:
    draft: Decision | None = _of(round).filter(decided_at=None).first()
    return draft


def decided_of(round: Round) -> Decision | None:
    decision: Decision | None = _of(round).exclude(decided_at=None).order_by("-decided_at").first()
    return decision


def _of(round: Round) -> Any:
    rows = Decision.objects.in_workspace(round.workspace).filter(round=round)
    return rows.select_related("round__rubric", "round__workspace", "workspace", "decided_by")


def undecided(workspace: Workspace) -> Round | None:
    """The round that was closed last, if nobody has decided since."""
    closed = Round.objects.in_workspace(workspace).decided().order_by("-closed_at").first()
    decision = in_force(workspace)
    if closed is None or (decision and decision.decided_at and decision.decided_at >= closed.closed_at):
        return None
    found: Round = closed
    return found


def result_of(decision: Decision) -> dict[str, Any] | None:
    """What the round came to when this was decided; of a draft what it comes to now."""
    results = [*decision.round.history, *([decision.round.result] if decision.round.result else [])]
    at = decision.decided_at
    if at is None:
        return decision.round.result
    before = [each for each in results if (parse_datetime(each["closed_at"]) or at) <= at]
    return (before or results[:1] or [None])[-1]


# Drafting --------------------------------------------------------------------------------------


@transaction.atomic
def keep_draft(round: Round, *, by: User, as_of: datetime, **told: Any) -> Decision:
    """Keep what people say so far: any of focus, effort, today, left_out, moves, expected, note.

    Raises TooLate where the focus is decided and nobody began to change it, NotPossible for what makes no sense.
    """
    round = _locked(round)
    return _kept(round, told, by, as_of)


def _kept(round: Round, told: Mapping[str, Any], by: User, as_of: datetime) -> Decision:
    if round.result is None:
        raise NotPossible("This round is open. Close it, and then decide what follows from its result.")
    draft = draft_of(round)
    if draft is None and (decided := decided_of(round)):
        who = f"{decided.decided_by} decided" if decided.decided_by else "It was decided"
        raise TooLate(f"{who} this focus already. Look at it, and choose “Change the focus” if it must be another.")
    draft = draft or proposal(round, as_of)
    for name in TOLD:
        if name in told:
            setattr(draft, name, CHECKS[name](round, told[name]))
    draft.left_out = [row for row in draft.left_out if row["icp"] not in draft.focus]
    draft.save()
    return draft


@transaction.atomic
def change_focus(round: Round, *, by: User) -> Decision:
    """Begin another decision from the one that stands. That one stays in force until the new one is made."""
    round = _locked(round)
    before, draft = decided_of(round), draft_of(round)
    if draft:
        return draft
    if before is None:
        raise NotPossible("Nothing is decided yet after this round, so there is nothing to change.")
    if round.result is None:
        raise TooLate("This round is graded again right now. Close it first, and decide on what it comes to.")
    ranked = {row["icp"] for row in round.result["ranking"]}
    running = {str(action.pk) for action in open_moves(round, before.focus)}
    return Decision.objects.create(
        workspace=round.workspace,
        round=round,
        focus=[icp for icp in before.focus if icp in ranked],
        effort=before.effort,
        today=before.spent[-1]["shares"] if before.spent else before.today,
        left_out=before.left_out,
        expected=[row | {"now": None} for row in before.expected],
        moves=[move for move in before.moves if move["action"] in running],
        note=before.note,
    )


@transaction.atomic
def drop_draft(round: Round) -> None:
    """Throw the draft away. What was decided before stays as it is."""
    _locked(round)
    Decision.objects.in_workspace(round.workspace).filter(round=round, decided_at=None).delete()


# Deciding --------------------------------------------------------------------------------------


@transaction.atomic
def decide(
    round: Round,
    *,
    by: User,
    at: datetime,
    as_of: datetime,
    known: expecting.Measured | None = None,
    **told: Any,
) -> Decision:
    """Make it the focus: keep what is told, put the moves on the plan, and freeze it all with who, when, until when.

    Of two who decide at once one decides. `known` is what the candidates measured, where that is not to be counted
    now. Raises TooLate for the second of two, NotPossible while something is missing.
    """
    round = _locked(round)
    draft = _kept(round, told, by, as_of)
    _insist(round, draft)
    draft.moves = [_put_on_plan(round, move, by) for move in draft.moves]
    if known is None:
        known = expecting.measured(round.workspace, round.icps.filter(pk__in=draft.focus), as_of)
    draft.expected = [
        row | {"now": known.get(row["icp"], {}).get(row["feature"])}
        for row in draft.expected
        if row["icp"] in draft.focus
    ]
    draft.decided_at, draft.decided_by, draft.as_of = at, by, as_of
    draft.save()
    them = sentences.listed([name for icp, name in names(round).items() if icp in draft.focus])
    sentence = f"Made {them} the focus, after {round.name}."
    auditing.record(round.workspace, by, "focus.decided", sentence, subject=round.pk)
    verb = "is" if len(draft.focus) == 1 else "are"
    announcing.focus_decided(round, key=f"focus:{draft.pk}", names=them, verb=verb)
    return draft


def _insist(round: Round, draft: Decision) -> None:
    """A focus is somebody, has effort, and begins with three moves that somebody does."""
    if not draft.focus:
        raise NotPossible("The focus is empty. Tick at least one candidate.")
    percents = {row["icp"]: row["percent"] for row in draft.effort}
    without = [names(round)[icp] for icp in draft.focus if not percents.get(icp)]
    if without:
        raise NotPossible(f"{sentences.listed(without)} would be the focus with no effort. Say how many percent.")
    for move in draft.moves:
        _insist_on_whole(move)
    if len(draft.moves) < MOVES:
        has = {0: "none yet", 1: "one so far", 2: "two so far"}[len(draft.moves)]
        raise NotPossible(
            f"A focus begins with three moves, and this one has {has}. Write what you do, who, until when."
        )


def _insist_on_whole(move: Mapping[str, Any]) -> None:
    lacks = [word for name, word in LACKS.items() if not move.get(name)]
    if lacks:
        what = f"The move “{move['name']}”" if move["name"] else "One of the moves"
        raise NotPossible(
            f"{what} has {sentences.listed(lacks)}. Each move says for whom, who, until when and what for."
        )


LACKS = {
    "name": "no words",
    "icp": "nobody it is for",
    "owner": "no owner",
    "check_on": "no day",
    "target": "no target",
}


def _put_on_plan(round: Round, told: dict[str, Any], by: User) -> dict[str, Any]:
    icp = Icp.objects.in_workspace(round.workspace).get(pk=told["icp"])
    owner = User.objects.get(pk=told["owner"])
    day = date.fromisoformat(told["check_on"])
    running = Action.objects.in_workspace(round.workspace).filter(pk=told["action"]).first() if told["action"] else None
    if running:
        kept = {"name": told["name"], "owner": owner, "check_on": day, "target": told["target"]}
        return told | {"action": str(planning.change(running, by=by, **kept).pk)}
    segment = icp.segments.filter(archived_at=None).first()
    move = Move(told["name"], day, owner=owner, segment=segment, icp=icp, target=told["target"])
    return told | {"action": str(planning.add(round.workspace, move, by=by).pk)}


@transaction.atomic
def tell_spent(decision: Decision, told: Rows, *, by: User, on: date) -> Decision:
    """Say what is spent now, after the decision; each statement is kept with its day. Raises NotPossible."""
    rows = Decision.objects.in_workspace(decision.workspace).select_for_update(of=("self",))
    kept: Decision = rows.select_related("round__workspace", "workspace").get(pk=decision.pk)
    if kept.decided_at is None:
        raise NotPossible("Nothing is decided yet. Say what is spent today in the draft.")
    spent = shares(kept.round, told, "What is spent now")
    if not spent:
        raise NotPossible("Say at least for one candidate how many percent of the effort it gets now.")
    kept.spent = [*kept.spent, {"on": on.isoformat(), "by": str(by).split("@")[0], "shares": spent}]
    kept.save(update_fields=["spent", "updated_at"])
    auditing.record(kept.workspace, by, "focus.spent", "Said where the effort goes now.", subject=kept.round_id)
    return kept


def _locked(round: Round) -> Round:
    rows = Round.objects.in_workspace(round.workspace).select_for_update(of=("self",))
    found: Round = rows.select_related("rubric", "workspace").get(pk=round.pk)
    return found
