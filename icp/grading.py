"""Answers come in: whose place it is, which question is open, and what is kept.

Nobody's answers leave the server for anybody else before the question is closed. The rule itself stands
in one place, GradeQuerySet.visible_to; this module adds that nothing changes after the close.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now

from accounts import auditing
from accounts.models.audit import AuditEntry
from accounts.models.user import User
from icp.models.definition import Icp
from icp.models.grading import Grade, Grader, Round
from icp.refusing import NotPossible, TooLate


@dataclass(frozen=True)
class Answer:
    """One answer as it came in. No score is "I don't know"; no reason leaves the kept one as it is."""

    icp: UUID
    dimension: str
    score: int | None
    reason: str | None = None


type Person = User | Grader  # somebody with an account, or the place of a guest without one


def place_of(round: Round, person: Person) -> Grader | None:
    """The person's place in the round, by account or by address; None for somebody who was not asked."""
    seats = Grader.objects.in_workspace(round.workspace).filter(round=round).seated().of(person)
    place: Grader | None = seats.order_by("user_id").last()
    return place


def may_grade(round: Round, person: Person) -> bool:
    """Who was asked, and whoever asked."""
    return round.created_by_id == person.pk or place_of(round, person) is not None


def keep_answers(round: Round, answers: Sequence[Answer], *, by: Person) -> list[Grade]:
    """Keep a person's answers. Saving the same twice, or twice at once, leaves one answer to each question.

    Raises TooLate after the close, NotPossible for somebody who was not asked or an answer that makes no sense.
    """
    with transaction.atomic():
        current = Round.objects.in_workspace(round.workspace).select_for_update().get(pk=round.pk)
        _check(current, answers)
        grader = _take_place(current, by)
        _write(current, grader, answers)
        _tell(current, grader, by)
    return list(own(current, by).filter(dimension__in={answer.dimension for answer in answers}))


def _check(round: Round, answers: Sequence[Answer]) -> None:
    questions = {dimension["id"] for dimension in round.rubric.dimensions}
    candidates = set(round.icps.values_list("pk", flat=True))
    for answer in answers:
        if answer.dimension not in questions:
            raise NotPossible(
                f"There is no question “{answer.dimension}” in this round: {', '.join(sorted(questions))}."
            )
        if answer.icp not in candidates:
            raise NotPossible("This candidate is not part of the round.")
        if answer.score is not None and not 1 <= answer.score <= 10:
            raise NotPossible("A score is a whole number from 1 to 10, or nothing for “I don’t know”.")
        if round.shows(answer.dimension):
            raise TooLate(
                "This question is closed. Answers can no longer be changed, unless the round is opened again."
            )
    if len({(answer.icp, answer.dimension) for answer in answers}) < len(answers):
        raise NotPossible("One question about one candidate is answered twice. Send one answer for each.")


def _take_place(round: Round, by: Person) -> Grader:
    place = place_of(round, by)
    if place is None and (isinstance(by, Grader) or round.created_by_id != by.pk):
        raise NotPossible("You were not asked to grade this round. Ask whoever opened it to add your address.")
    if isinstance(by, Grader):
        return by
    if place is None:  # whoever opened the round, for the first time or after leaving it
        mine = Grader.objects.in_workspace(round.workspace)
        told = {"user": by, "removed_at": None, "guest_key": ""}
        new = told | {"workspace": round.workspace}
        return mine.update_or_create(round=round, email=by.email.lower(), defaults=told, create_defaults=new)[0]
    if place.user_id is None:
        Grader.objects.in_workspace(round.workspace).filter(pk=place.pk).update(user=by)
    return place


def _write(round: Round, grader: Grader, answers: Sequence[Answer]) -> None:
    for has_reason in (True, False):
        rows = [
            Grade(
                workspace=round.workspace,
                round=round,
                grader=grader,
                icp_id=answer.icp,
                dimension=answer.dimension,
                score=answer.score,
                reason=(answer.reason or "").strip()[:500],
                updated_at=now(),
            )
            for answer in answers
            if (answer.reason is not None) is has_reason
        ]
        Grade.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["round", "icp", "dimension", "grader", "turn"],
            update_fields=["score", "updated_at", *(["reason"] if has_reason else [])],
        )


def _tell(round: Round, grader: Grader, by: Person) -> None:
    """Write down that somebody began, and that somebody is done: never what was answered."""
    given = answers_given(round).get(grader.pk, 0)
    if isinstance(by, Grader):
        return  # the room shows who is there; the audit names people with an account
    if given >= wanted(round):
        _record_once(round, by, "rounds.graded", f"Finished grading {round.name}.")
    else:
        _record_once(round, by, "rounds.grading-begun", f"Began to grade {round.name}.")


def _record_once(round: Round, by: User, action: str, sentence: str) -> None:
    known = AuditEntry.objects.in_workspace(round.workspace).filter(actor=by, action=action, subject=str(round.pk))
    if not known.exists():
        auditing.record(round.workspace, by, action, sentence, subject=round.pk)


def own(round: Round, person: Person) -> Any:
    """The person's own answers in the round."""
    return Grade.objects.in_workspace(round.workspace).filter(round=round).of(person)


def visible(round: Round, person: Person) -> Any:
    """What the person may see of everybody's answers in the round. Every door comes through here."""
    return Grade.objects.in_workspace(round.workspace).visible_to(person, round=round)


def wanted(round: Round) -> int:
    """How many answers one person is asked for."""
    return len(round.rubric.dimensions) * round.icps.count()


def answers_given(round: Round) -> dict[Any, int]:
    """How many answers each grader gave, by the grader's id."""
    return Grade.objects.in_workspace(round.workspace).counted_by_grader(round)


def left(round: Round) -> dict[Any, int]:
    """How many answers each grader has left to give, by the grader's id: how far, never what."""
    seats = Grader.objects.in_workspace(round.workspace).filter(round=round).seated().values_list("pk", flat=True)
    grades = Grade.objects.in_workspace(round.workspace)
    asked = wanted_now(round)
    first = grades.filter(turn=1)
    given = grades.second_by_grader(round) if round.turn > 1 else first.counted_by_grader(round)
    return {pk: max(0, asked - given.get(pk, 0)) for pk in seats}


def wanted_now(round: Round) -> int:
    """How many answers one person is asked for: all, or those on the gaps while people think again."""
    return round.second_thoughts.filter(closed_at=None).count() if round.turn > 1 else wanted(round)


def given_by(grader: Grader) -> int:
    """How many answers the person gave."""
    return int(Grade.objects.in_workspace(grader.workspace_id).filter(grader=grader).count())


def taken_out(round: Round) -> int:
    """How many people were taken out after they had answered."""
    grades = Grade.objects.in_workspace(round.workspace).filter(round=round).exclude(grader__removed_at=None)
    return int(grades.values("grader").distinct().count())


def is_begun(round: Round) -> bool:
    """Whether anybody has answered anything."""
    return bool(Grade.objects.in_workspace(round.workspace).filter(round=round).exists())


def answers_about(round: Round, icp: Icp) -> int:
    """How many answers were given about the candidate in this round, by everybody."""
    return int(Grade.objects.in_workspace(round.workspace).filter(round=round, icp=icp).count())


def forget_candidate(round: Round, icp: Icp) -> int:
    """Delete what was answered about the candidate in this round; how many answers that were."""
    round.second_thoughts.filter(icp=icp).delete()
    about = Grade.objects.in_workspace(round.workspace).filter(round=round, icp=icp)
    return int(about.delete()[0])


def in_own_order(round: Round, person: Person) -> list[Icp]:
    """The candidates, shuffled for each person and always the same way, so that nobody is first for all."""
    candidates = list(round.icps.order_by("name"))
    random.Random(f"{round.pk}:{person.pk}").shuffle(candidates)  # noqa: S311 - an order, not a secret
    return candidates
