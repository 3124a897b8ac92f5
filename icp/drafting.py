"""What people say of a decision, checked and brought into the form that is kept; and what is proposed to them first."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pandas as pd

from accounts.models.workspace import Membership
from accounts.templatetags.words import NARROW
from icp import evidencing, expecting, planning, sentences
from icp.models.decision import Decision
from icp.models.grading import Round
from icp.models.plan import Action, State
from icp.refusing import NotPossible
from icp.science import ranking

type Rows = list[dict[str, Any]]

MOVES = 3  # that a focus begins with: one leaves it a wish, ten are none
WHOLE = 100


# What is proposed ------------------------------------------------------------------------------


def proposal(round: Round, as_of: datetime) -> Decision:
    """What the result suggests, not kept yet: the best 15 %, 80 % of the effort for them, by score and size."""
    rows = (round.result or {}).get("ranking", [])
    focus = [row["icp"] for row in rows if row["focus"]]
    moves = [as_decided(action) for action in open_moves(round, focus)[: 2 * MOVES]]
    decision = Decision(workspace=round.workspace, round=round, focus=focus, moves=moves)
    decision.effort = proposed_effort(round, focus, as_of)
    return decision


def proposed_effort(round: Round, focus: list[str], as_of: datetime) -> Rows:
    """80 for the focus in proportion to score times size; by score alone where a size is not known."""
    rows = (round.result or {}).get("ranking", [])
    scores = {row["icp"]: float(row["score"] or 0) for row in rows if row["icp"] in focus}
    icps = round.icps.filter(pk__in=list(scores))
    sizes = {str(pk): share.people for pk, share in evidencing.shares_of(round.workspace, icps, as_of).items()}
    if all(sizes.get(icp) for icp in scores):
        scores = {icp: score * sizes[icp] for icp, score in scores.items()}
    parts = ranking.allocated(pd.Series(scores, dtype=float))
    effort: Rows = [{"icp": icp, "percent": int(parts[icp])} for icp in scores]
    return [*effort, {"icp": None, "percent": WHOLE - int(parts.sum())}]


def open_moves(round: Round, focus: Iterable[str]) -> list[Action]:
    """Moves that run for the focus: those for its candidates, or for a segment behind one."""
    icps = round.icps.filter(pk__in=list(focus)).prefetch_related("segments")
    behind = {segment.pk for icp in icps for segment in icp.segments.all()}
    wanted = {icp.pk for icp in icps}
    rows = planning.moves(round.workspace).filter(state=State.OPEN)
    return [row for row in rows if row.icp_id in wanted or (row.icp_id is None and row.segment_id in behind)]


def as_decided(action: Action) -> dict[str, Any]:
    return {
        "action": str(action.pk),
        "name": action.name,
        "icp": str(action.icp_id) if action.icp_id else None,
        "owner": str(action.owner_id) if action.owner_id else None,
        "check_on": action.check_on.isoformat(),
        "target": action.target,
    }


# Checks ----------------------------------------------------------------------------------------


def names(round: Round) -> dict[str, str]:
    """The candidates of the result by their id, the best first."""
    result = round.result or (round.history[-1] if round.history else {"ranking": []})
    return {row["icp"]: row["name"] for row in result["ranking"]}


def _candidate(round: Round, said: Any) -> str:
    icp = str(_id(said))
    if icp not in names(round):
        raise NotPossible("One of these candidates is not part of the round. Choose among those that were graded.")
    return icp


def _focus(round: Round, told: Any) -> list[str]:
    wanted = {_candidate(round, icp) for icp in told}
    ranked = (round.result or {}).get("ranking", [])
    unknown = [row["name"] for row in ranked if row["icp"] in wanted and row["score"] is None]
    if unknown:
        raise NotPossible(f"Nobody could judge {sentences.listed(unknown)}. Grade again before it becomes the focus.")
    return [icp for icp in names(round) if icp in wanted]


def _effort(round: Round, told: Any) -> Rows:
    rows = shares(round, told, "Your plan")
    if not rows:
        raise NotPossible("Say where the effort goes: percents for the focus and for everyone else, 100 together.")
    return rows


def _today(round: Round, told: Any) -> Rows:
    return shares(round, told, "What is spent today")


def shares(round: Round, told: Any, what: str) -> Rows:
    """Whole percents that make 100; what is left unsaid for everyone else is theirs. Nothing said is nothing known."""
    found: dict[str | None, int] = {}
    for row in told:
        icp = _candidate(round, row["icp"]) if row.get("icp") else None
        if icp in found:
            raise NotPossible(f"{what} names one candidate twice. Say one share for each.")
        found[icp] = _percent(row.get("percent"), what)
    if not found:
        return []
    found.setdefault(None, max(0, WHOLE - sum(found.values())))
    total = sum(found.values())
    if total != WHOLE:
        way = f"take {total - WHOLE} away" if total > WHOLE else f"add {WHOLE - total}"
        raise NotPossible(f"{what} adds up to {total}{NARROW}%. It must be 100{NARROW}%: {way}.")
    order = [icp for icp in names(round) if icp in found]
    return [{"icp": icp, "percent": found[icp]} for icp in [*order, None]]


def _percent(said: Any, what: str) -> int:
    text = str(said).strip().removesuffix("%").strip()
    if isinstance(said, bool) or not (text.isascii() and text.isdigit()) or not 0 <= int(text) <= WHOLE:
        raise NotPossible(f"{what} has “{said}” in it. A share is a whole number from 0 to 100.")
    return int(text)


def _left_out(round: Round, told: Any) -> Rows:
    rows = []
    for row in told:
        text, day = _text(row.get("text"), 300), _day(row.get("look_again_on"))
        if text or day:
            look = day.isoformat() if day else None
            rows.append({"icp": _candidate(round, row["icp"]), "text": text, "look_again_on": look})
    return rows


def _moves(round: Round, told: Any) -> Rows:
    rows = [_move(round, row) for row in told]
    return [row for row in rows if any(row[name] for name in ("name", "target", "action"))]


def _move(round: Round, row: Mapping[str, Any]) -> dict[str, Any]:
    day = _day(row.get("check_on"))
    return {
        "action": _running(round, row.get("action")),
        "name": _text(row.get("name"), 200),
        "icp": _candidate(round, row["icp"]) if row.get("icp") else None,
        "owner": _owner(round, row.get("owner")),
        "check_on": day.isoformat() if day else None,
        "target": _text(row.get("target"), 200),
    }


def _running(round: Round, said: Any) -> str | None:
    """A move that is on the plan already."""
    if not said:
        return None
    action = Action.objects.in_workspace(round.workspace).filter(pk=_id(said)).first()
    if action is None or action.state != State.OPEN:
        raise NotPossible("One of these moves no longer runs. Write it down anew, or leave it out.")
    return str(action.pk)


def _owner(round: Round, said: Any) -> str | None:
    if not said:
        return None
    member = Membership.objects.in_workspace(round.workspace).filter(user=_id(said)).first()
    if member is None:
        raise NotPossible("The owner of a move is a member of the workspace.")
    return str(member.user_id)


def _id(said: Any) -> UUID | None:
    try:
        return UUID(str(said))
    except ValueError:
        return None


def _expected(round: Round, told: Any) -> Rows:
    rows = []
    for row in told:
        if row.get("feature") not in expecting.FIGURES:
            raise NotPossible(f"Expect one of these figures: {', '.join(expecting.FIGURES)}.")
        if row.get("expected") in (None, ""):
            continue
        rows.append(_expectation(round, row))
    return rows


def _expectation(round: Round, row: Mapping[str, Any]) -> dict[str, Any]:
    feature, label, until = row["feature"], expecting.FIGURES[row["feature"]], _day(row.get("until"))
    most = 100.0 if feature in expecting.SHARES else 1e9
    try:
        value = _number(str(row["expected"]))
    except ValueError:
        value = -1.0
    if not 0 <= value <= most:
        raise NotPossible(f"“{row['expected']}” is no figure for “{label}”. Write a number, shares from 0 to 100.")
    if until is None:
        raise NotPossible(f"Say by when you expect {value:g} for “{label}”, so that somebody can look.")
    icp = _candidate(round, row["icp"])
    return {"icp": icp, "feature": feature, "label": label, "now": None, "expected": value, "until": until.isoformat()}


def _number(said: str) -> float:
    return round(float(said.strip().replace(",", ".").removesuffix("%")), 1)


def _day(said: Any) -> date | None:
    if not said:
        return None
    try:
        return said if isinstance(said, date) else date.fromisoformat(str(said))
    except ValueError:
        raise NotPossible(f"“{said}” is no day. Write it like 2026-11-22.") from None


def _text(said: Any, most: int) -> str:
    text = str(said or "").strip()
    if len(text) > most:
        raise NotPossible(f"“{text[:40]}…” is too long. Up to {most} characters fit.")
    return text


CHECKS: dict[str, Callable[[Round, Any], Any]] = {
    "focus": _focus,
    "effort": _effort,
    "today": _today,
    "left_out": _left_out,
    "moves": _moves,
    "expected": _expected,
    "note": lambda round, told: _text(told, 500),
}
