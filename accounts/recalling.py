"""Who answered what, when: the rows of the survey's history, written once and never changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts import branching, saying
from accounts.intake.question import Question
from accounts.models.intake import IntakeChange, IntakeSurvey
from accounts.models.user import User


@dataclass(frozen=True)
class Overtaken:
    """Somebody else's answer that was given since one looked, and that the own one replaced."""

    change: IntakeChange
    who: str


def remember(survey: IntakeSurvey, question: Question, value: Any, *, by: User, at: datetime) -> IntakeChange:
    """Keep that this was answered, in the words of today. Called inside the transaction that keeps the answer."""
    return IntakeChange.objects.create(
        workspace=survey.workspace,
        survey=survey,
        question=question.id,
        text=question.text,
        value=value,
        said=saying.said(survey.workspace, question, value),
        by=by,
        happened_at=at,
    )


def changes(survey: IntakeSurvey, *, question: str = "") -> QuerySet[IntakeChange]:
    """All changes, or those of one question, newest first."""
    rows = IntakeChange.objects.in_workspace(survey.workspace).select_related("by").order_by("-created_at", "-id")
    found: QuerySet[IntakeChange] = rows.filter(question=question) if question else rows
    return found


def in_words(survey: IntakeSurvey, rows: Iterable[IntakeChange]) -> list[IntakeChange]:
    """The rows, each with its answer in words: those of its day, or today's where none were kept then."""
    told = list(rows)
    for row in told:
        question = branching.question_of(survey, row.question)
        if not row.said and row.value is not None and question:
            row.said = saying.said(survey.workspace, question, row.value)
    return told


def newest(survey: IntakeSurvey) -> dict[str, IntakeChange]:
    """Question -> its last change."""
    rows = IntakeChange.objects.in_workspace(survey.workspace).order_by("created_at", "id")
    return {row.question: row for row in rows}


def overtaken(survey: IntakeSurvey, question: str, *, seen: str, by: User) -> Overtaken | None:
    """What somebody else answered since `seen`, the change that stood on the page; None where nobody did."""
    rows = list(changes(survey, question=question)[:20])
    newer = rows[: next((place for place, row in enumerate(rows) if str(row.pk) == seen), len(rows))]
    others = in_words(survey, [row for row in newer if row.by_id != by.pk][:1])
    return Overtaken(others[0], who(others[0])) if others else None


def who(change: IntakeChange) -> str:
    return str(change.by) if change.by else "Somebody who left"


def change_of(survey: IntakeSurvey, id: UUID) -> IntakeChange | None:
    return changes(survey).filter(pk=id).first()
