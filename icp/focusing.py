"""A question or a round is closed; its result is frozen, and says whom to serve first.

The widest gaps may be graded again, once: second thoughts are as blind as the first answers were, and both are kept.
A round that is opened again, or of which gaps are graded again, keeps what it came to before.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import auditing
from accounts.models.user import User
from accounts.models.workspace import Workspace
from icp import announcing, rethinking
from icp.concluding import conclude
from icp.frames import answers_of, latest
from icp.grading import answers_given, taken_out
from icp.models.grading import Gap, Grade, Grader, Round
from icp.refusing import NotPossible, TooLate
from icp.science import scoring

ADVISED = 5  # gaps; four minutes of talk each are twenty

type Cell = tuple[UUID, str]  # a candidate and a question


@transaction.atomic
def close_question(round: Round, *, dimension: str, by: User) -> Round:
    """Show everybody's answers to one question, and take no more of them."""
    round = _locked(round)
    if round.close != Round.Close.QUESTION:
        raise NotPossible("This round closes all its questions together. Close the round instead.")
    if dimension not in {question["id"] for question in round.rubric.dimensions}:
        raise NotPossible(f"There is no question “{dimension}” in this round.")
    if round.is_closed:
        raise TooLate("This round is closed already.")
    if dimension not in round.closed_questions:
        round.closed_questions = [*round.closed_questions, dimension]
        round.save(update_fields=["closed_questions"])
        sentence = f"Closed one question of {round.name}."
        auditing.record(round.workspace, by, "rounds.question-closed", sentence, subject=round.pk, dimension=dimension)
    return round


@transaction.atomic
def close_round(round: Round, *, by: User, at: datetime, as_of: datetime) -> Round:
    """Take no more answers, show them, and freeze what they come to. Closing twice changes nothing."""
    round = _locked(round)
    if round.is_closed:
        return round
    answers = answers_of(round)
    if answers["score"].notna().sum() == 0:
        raise NotPossible("Nobody has graded yet. A round needs answers before it can be closed.")
    open_gaps(round).update(closed_at=at)
    candidates = list(round.icps.order_by("name"))
    result = conclude(latest(answers), rubric=round.rubric, candidates=candidates)
    moved = rethinking.moved(answers, graded_again(round), rubric=round.rubric, icps=candidates)
    round.closed_at, round.as_of = at, as_of
    round.result = result | {"moved": moved, "turns": rethinking.narrowed(moved)} | _circumstances(round, by)
    round.save(update_fields=["closed_at", "as_of", "result"])
    what = f"Closed the second thoughts of {round.name}." if round.turn > 1 else f"Closed {round.name}."
    auditing.record(round.workspace, by, "rounds.closed", what, subject=round.pk)
    announcing.round_closed(round)
    return round


@transaction.atomic
def reopen(round: Round, *, by: User) -> Round:
    """Let people think again about everything. The result so far is kept; the answers are everybody's own again."""
    round = _locked(round)
    if not round.is_closed and not round.closed_questions and round.turn == 1:
        raise TooLate("This round is open already.")
    _set_result_aside(round)
    Grade.objects.in_workspace(round.workspace).make_second_first(round)
    Gap.objects.in_workspace(round.workspace).filter(round=round).delete()
    round.closed_questions, round.turn = [], 1
    round.save(update_fields=["result", "history", "closed_at", "as_of", "closed_questions", "turn"])
    auditing.record(round.workspace, by, "rounds.reopened", f"Opened {round.name} again.", subject=round.pk)
    announcing.round_opened(round)
    return round


@transaction.atomic
def think_again(round: Round, cells: Iterable[Cell] | None = None, *, by: User) -> Round:
    """Have gaps graded again, once: the widest, or those that are named. Nobody sees a second answer before the close.

    After the close of a round its result moves to `history` until the second thoughts are closed. While a round is
    graded question by question, only the named answers to a question that was shown are open again.
    Raises TooLate for answers that are still open, NotPossible where there is nothing to grade again.
    """
    round = _locked(round)
    answers = answers_of(round)
    wanted = _wanted(round, widest(answers) if cells is None else list(dict.fromkeys(cells)))
    known = {(gap.icp_id, gap.dimension): gap for gap in graded_again(round)}
    _insist_on_once(round, wanted, known)
    new = [_gap(round, cell, answers) for cell in wanted if cell not in known]
    if not new:
        return round
    Gap.objects.bulk_create(new)
    if round.is_closed:
        _set_result_aside(round)
        round.turn = 2
        round.save(update_fields=["result", "history", "closed_at", "as_of", "turn"])
    sentence = f"Asked for second thoughts on {len(new)} {'gap' if len(new) == 1 else 'gaps'} of {round.name}."
    auditing.record(round.workspace, by, "rounds.gaps-opened", sentence, subject=round.pk)
    if round.turn > 1:
        announcing.gaps_opened(round)
    return round


@transaction.atomic
def close_gaps(round: Round, *, by: User, at: datetime, as_of: datetime) -> Round:
    """Show the second answers, and take no more of them. Closing twice changes nothing."""
    round = _locked(round)
    if round.is_closed:
        return round
    if round.turn > 1:
        return close_round(round, by=by, at=at, as_of=as_of)
    if closed := open_gaps(round).update(closed_at=at):
        sentence = f"Closed the second thoughts on {closed} {'gap' if closed == 1 else 'gaps'} of {round.name}."
        auditing.record(round.workspace, by, "rounds.gaps-closed", sentence, subject=round.pk)
    return round


def graded_again(round: Round) -> Any:
    """The gaps of the round that are, or were, graded again."""
    gaps = Gap.objects.in_workspace(round.workspace).filter(round=round)
    return gaps.select_related("icp").order_by("created_at", "pk")


def open_gaps(round: Round) -> Any:
    """The gaps whose second answers come in now."""
    return graded_again(round).filter(closed_at=None)


def thought_again(round: Round) -> dict[Any, int]:
    """How many of the open gaps each grader has graded again, by the grader's id."""
    return Grade.objects.in_workspace(round.workspace).second_by_grader(round)


def widest(answers: Any, *, at_most: int = ADVISED) -> list[Cell]:
    """Where the first answers lie three or more apart, the widest first."""
    rows = scoring.gaps(answers[answers["turn"] == 1]).head(at_most)
    return [(UUID(icp), dimension) for icp, dimension in zip(rows["icp"], rows["dimension"], strict=True)]


def _wanted(round: Round, cells: Sequence[Cell]) -> Sequence[Cell]:
    if not cells:
        raise NotPossible("There is nothing to grade again. Choose at least one gap.")
    candidates, questions = set(round.icps.values_list("pk", flat=True)), {d["id"] for d in round.rubric.dimensions}
    for icp, dimension in cells:
        if icp not in candidates or dimension not in questions:
            raise NotPossible("One of these gaps is not part of the round. Choose among its candidates and questions.")
        if not (round.shows(dimension) or round.turn > 1):
            raise TooLate("This question is still open. Answers can be graded again once they were shown.")
    return cells


def _insist_on_once(round: Round, wanted: Sequence[Cell], known: dict[Cell, Gap]) -> None:
    done = [known[cell] for cell in wanted if cell in known and known[cell].closed_at]
    if done:
        question = next(d["name"] for d in round.rubric.dimensions if d["id"] == done[0].dimension)
        raise NotPossible(
            f"“{question}” of {done[0].icp} was graded again already, and once is enough. "
            "Choose other gaps, or open the whole round again."
        )


def _gap(round: Round, cell: Cell, answers: Any) -> Gap:
    icp, dimension = cell
    here = answers[(answers["icp"] == str(icp)) & (answers["dimension"] == dimension) & (answers["turn"] == 1)]
    scores = here["score"].dropna()
    if scores.empty:
        raise NotPossible("Nobody could answer one of these questions, so there is nothing to think about again.")
    low, high = int(scores.min()), int(scores.max())
    return Gap(workspace=round.workspace, round=round, icp_id=icp, dimension=dimension, low=low, high=high)


def _set_result_aside(round: Round) -> None:
    if round.result:
        round.history = [*round.history, round.result]
    round.result, round.closed_at, round.as_of = None, None, None


def _locked(round: Round) -> Round:
    rows = Round.objects.in_workspace(round.workspace).select_for_update(of=("self",))
    return rows.select_related("rubric", "workspace").get(pk=round.pk)


def _circumstances(round: Round, by: User) -> dict[str, Any]:
    """Who decided, when, with which scorecard, on data until when: frozen with the figures."""
    given = answers_given(round)
    people = Grader.objects.in_workspace(round.workspace).filter(pk__in=given).select_related("user")
    return {
        "round": round.name,
        "rubric": {"id": str(round.rubric.pk), "name": round.rubric.name, "version": round.rubric.version},
        "graders": sorted(str(person).split("@")[0] for person in people),
        "taken_out": taken_out(round),
        "closed_at": round.closed_at.isoformat() if round.closed_at else None,
        "closed_by": str(by).split("@")[0],
        "as_of": round.as_of.isoformat() if round.as_of else None,
        "facts": round.facts,
        "facts_first": round.facts_first,
    }


def newest_decision(workspace: Workspace) -> Round | None:
    """The round that was closed last: its focus is in force."""
    closed = Round.objects.in_workspace(workspace).decided()
    return closed.select_related("rubric").order_by("-closed_at").first()
