"""A question or a round is closed; its result is frozen, and says whom to serve first.

A round that is opened again keeps what it came to before.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import auditing
from accounts.models.user import User
from accounts.models.workspace import Workspace
from icp import announcing
from icp.concluding import conclude
from icp.frames import grades_of
from icp.grading import answers_given
from icp.models.grading import Grader, Round
from icp.refusing import NotPossible, TooLate


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
    grades = grades_of(round)
    if grades["score"].notna().sum() == 0:
        raise NotPossible("Nobody has graded yet. A round needs answers before it can be closed.")
    result = conclude(grades, rubric=round.rubric, candidates=list(round.icps.order_by("name")))
    round.closed_at, round.as_of = at, as_of
    round.result = result | _circumstances(round, by)
    round.save(update_fields=["closed_at", "as_of", "result"])
    auditing.record(round.workspace, by, "rounds.closed", f"Closed {round.name}.", subject=round.pk)
    announcing.round_closed(round)
    return round


@transaction.atomic
def reopen(round: Round, *, by: User) -> Round:
    """Let people think again. The result so far is kept; the answers are everybody's own again."""
    round = _locked(round)
    if not round.is_closed and not round.closed_questions:
        raise TooLate("This round is open already.")
    if round.result:
        round.history = [*round.history, round.result]
    round.result, round.closed_at, round.as_of, round.closed_questions = None, None, None, []
    round.save(update_fields=["result", "history", "closed_at", "as_of", "closed_questions"])
    auditing.record(round.workspace, by, "rounds.reopened", f"Opened {round.name} again.", subject=round.pk)
    return round


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
        "closed_at": round.closed_at.isoformat() if round.closed_at else None,
        "closed_by": str(by).split("@")[0],
        "as_of": round.as_of.isoformat() if round.as_of else None,
    }


def newest_decision(workspace: Workspace) -> Round | None:
    """The round that was closed last: its focus is in force."""
    closed = Round.objects.in_workspace(workspace).decided()
    return closed.select_related("rubric").order_by("-closed_at").first()
