"""Which questions are put: a guided survey asks nothing that earlier answers made pointless.

An answer whose question no longer applies stays where it is, counts for nothing, and comes back with the question.
"""

from collections.abc import Iterable
from typing import Any

from accounts.intake.question import Choice, Kind, Question, Section
from accounts.models.intake import IntakeQuestion, IntakeSurvey
from accounts.questions import BY_ID, QUESTIONS


def put(survey: IntakeSurvey) -> list[Question]:
    """The questions that apply, in the order in which they are asked."""
    return [question for question in every(survey) if applies(survey, question)]


def every(survey: IntakeSurvey) -> list[Question]:
    """All questions in use, whether or not they apply; own ones close their section."""
    own = [question for question in own_questions(survey) if not question.is_archived]
    return sorted([*QUESTIONS, *own], key=lambda question: list(Section).index(question.section))


def applies(survey: IntakeSurvey, question: Question) -> bool:
    """Whether the question is asked, given the other answers."""
    asked = question.condition
    if asked is None:
        return not question.is_archived
    if _any(survey, asked.unless.items()):
        return False
    if not asked.when and not asked.measured:
        return True
    known = survey.workspace.goal.get("now", {}).get(asked.measured) if asked.measured else None
    return known is not None or _any(survey, asked.when.items())


def _any(survey: IntakeSurvey, wanted: Iterable[tuple[str, tuple[str, ...]]]) -> bool:
    """Whether one of the named questions has one of the named answers; none named means any."""
    return any(
        (kept := counted(survey, name)) is not None and (not values or kept in values) for name, values in wanted
    )


def counted(survey: IntakeSurvey, question: str) -> Any:
    """The answer, as far as its question applies."""
    value = survey.value(question)
    found = question_of(survey, question) if value is not None else None
    return value if found and applies(survey, found) else None


def is_answered(survey: IntakeSurvey, question: str) -> bool:
    """Whether somebody answered, and be it that nobody knows."""
    return question in survey.answers


def question_of(survey: IntakeSurvey, id: str) -> Question | None:
    """A built-in question or one of the workspace's own, archived ones too."""
    return BY_ID.get(id) or next((question for question in own_questions(survey) if question.id == id), None)


def own_questions(survey: IntakeSurvey) -> list[Question]:
    """The workspace's own questions, archived ones too, oldest first."""
    return [_own(row) for row in survey.own_questions]


YES_NO = (Choice("yes", "Yes"), Choice("no", "No"))


def _own(row: IntakeQuestion) -> Question:
    choices = tuple(Choice(choice["id"], choice["label"]) for choice in row.choices)
    return Question(
        str(row.pk),
        row.text,
        "A question of your own.",
        Kind(row.kind),
        YES_NO if row.kind == Kind.YES_NO else choices,
        section=Section(row.section),
        unit=row.unit,
        low=-(10**12),
        is_own=True,
        is_archived=row.archived_at is not None,
    )
