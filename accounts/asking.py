"""Put the questions to somebody: each with the answer that is kept, who gave it, and what follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts import surveying
from accounts.models.intake import IntakeSurvey
from accounts.models.user import User
from accounts.models.workspace import Workspace
from accounts.questions import METRIC, QUESTIONS, Metric, Question
from accounts.templatetags.words import SIGNS


@dataclass(frozen=True)
class Row:
    """One goal as its form shows it."""

    number: int
    metric: str = ""
    target: Any = ""
    due_on: str = ""
    unit: str = ""
    meaning: str = ""
    now: str = ""


@dataclass(frozen=True)
class Asked:
    """A question as the page shows it. `value` is what stands in its form, kept or refused."""

    question: Question
    value: Any
    by: str = ""
    at: datetime | None = None
    follows: list[str] = field(default_factory=list)
    problem: str = ""
    rows: list[Row] = field(default_factory=list)

    @property
    def is_answered(self) -> bool:
        return self.at is not None

    @property
    def picked(self) -> list[str]:
        """The ids of the choices that are ticked."""
        if isinstance(self.value, list):
            return [item for item in self.value if isinstance(item, str)]
        return [self.value.get("metric", "")] if isinstance(self.value, dict) else [self.value or ""]


def asked(
    workspace: Workspace,
    survey: IntakeSurvey,
    *,
    first: bool = False,
    problems: Mapping[str, str] | None = None,
    tried: Mapping[str, Any] | None = None,
) -> list[Asked]:
    """All questions, or the first three. `tried` stands in the form where it was refused for `problems`."""
    people = _people(survey)
    said: dict[str, list[str]] = {}
    for consequence in surveying.follows(workspace, survey):
        said.setdefault(consequence.question, []).append(consequence.sentence)
    return [
        _asked(workspace, survey, question, people, said, problems or {}, tried or {})
        for question in QUESTIONS
        if question.first or not first
    ]


def _asked(
    workspace: Workspace,
    survey: IntakeSurvey,
    question: Question,
    people: Mapping[str, str],
    said: Mapping[str, list[str]],
    problems: Mapping[str, str],
    tried: Mapping[str, Any],
) -> Asked:
    kept = survey.answers.get(question.id, {})
    problem = problems.get(question.id, "")
    value = tried.get(question.id) if problem else kept.get("value")
    return Asked(
        question,
        value,
        by=people.get(kept.get("by", ""), "Somebody who left") if kept else "",
        at=datetime.fromisoformat(kept["at"]) if kept else None,
        follows=said.get(question.id, []),
        problem=problem,
        rows=_rows(workspace, question, value),
    )


def _people(survey: IntakeSurvey) -> dict[str, str]:
    ids = {kept["by"] for kept in survey.answers.values()}
    return {str(user.pk): str(user) for user in User.objects.filter(pk__in=ids)}


def _rows(workspace: Workspace, question: Question, value: Any) -> list[Row]:
    if question.kind not in ("goal", "goals"):
        return []
    goals = value if isinstance(value, list) else [value or {}]
    rows = [_row(workspace, number, goal) for number, goal in enumerate(goals) if isinstance(goal, dict)]
    return rows + [Row(number) for number in range(len(rows), question.at_most)]


def _row(workspace: Workspace, number: int, goal: Mapping[str, Any]) -> Row:
    metric: Metric | None = METRIC.get(str(goal.get("metric")))
    filled: dict[str, Any] = {
        name: goal.get(name) if goal.get(name) is not None else "" for name in ("metric", "target", "due_on")
    }
    if metric is None:
        return Row(number, **filled)
    now = workspace.goal.get("now", {}).get(metric.id)
    units = {"percent": "%", "money": SIGNS.get(workspace.currency, workspace.currency), "count": "people"}
    return Row(
        number,
        **filled,
        unit=units[metric.unit],
        meaning=metric.meaning,
        now="" if now is None else surveying.say(workspace, metric, now),
    )
