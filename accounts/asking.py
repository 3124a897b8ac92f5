"""Put the questions to somebody: each with the answer that is kept, who gave it, and what follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts import branching, following, recalling, saying, surveying
from accounts.intake.goals import METRIC
from accounts.intake.question import SECTIONS, Kind, Metric, Question
from accounts.models.intake import UNKNOWN, IntakeChange, IntakeSurvey
from accounts.models.user import User
from accounts.models.workspace import Workspace
from accounts.questions import FIRST
from accounts.surveying import Progress
from accounts.templatetags.words import SIGNS


@dataclass(frozen=True)
class Row:
    """One line of an answer of several, as its form shows it: a goal, a competitor, a short text."""

    number: int
    metric: str = ""
    label: str = ""
    target: Any = ""
    due_on: str = ""
    baseline: Any = ""
    unit: str = ""
    meaning: str = ""
    now: str = ""
    name: str = ""
    better_at: str = ""
    said: str = ""


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
    said: str = ""
    seen: str = ""  # the change that stands on the page
    applies: bool = True
    asked_as: str = ""  # the older words in which it was answered, where they differ
    overtaken: recalling.Overtaken | None = None

    @property
    def is_answered(self) -> bool:
        return self.at is not None

    @property
    def is_unknown(self) -> bool:
        return bool(self.value == UNKNOWN)

    @property
    def typed(self) -> Any:
        """What stands in a single field."""
        return "" if self.value is None or self.is_unknown else self.value

    @property
    def picked(self) -> list[str]:
        """The ids of the choices that are ticked."""
        if isinstance(self.value, list):
            return [item for item in self.value if isinstance(item, str)]
        if isinstance(self.value, bool):
            return ["yes" if self.value else "no"]
        return [self.value.get("metric", "")] if isinstance(self.value, dict) else [self.value or ""]


@dataclass(frozen=True)
class Part:
    """A section as the profile shows it: its name, what it is about, its questions, and how far it is."""

    id: str
    name: str
    about: str
    asked: list[Asked]
    progress: Progress

    @property
    def is_done(self) -> bool:
        return not self.progress.left


def parts(workspace: Workspace, survey: IntakeSurvey, **shown: Any) -> list[Part]:
    """All sections in their order, each with the questions that apply."""
    everything = asked(workspace, survey, **shown)
    found = []
    for section, (name, about) in SECTIONS.items():
        own = [item for item in everything if item.question.section == section]
        far = surveying.progress_of(survey, [item.question for item in own])
        found.append(Part(section, name, about, own, far))
    return found


def asked(
    workspace: Workspace,
    survey: IntakeSurvey,
    *,
    first: bool = False,
    everything: bool = False,
    problems: Mapping[str, str] | None = None,
    tried: Mapping[str, Any] | None = None,
    overtaken: Mapping[str, recalling.Overtaken | None] | None = None,
) -> list[Asked]:
    """The questions that apply, or the first three, or everything that is ever asked.

    `tried` stands in the form where it was refused for `problems`.
    """
    survey.workspace = workspace
    questions = list(FIRST) if first else branching.every(survey) if everything else branching.put(survey)
    putting = _Putting(survey, problems or {}, tried or {}, overtaken or {})
    return [putting.put(question) for question in questions]


class _Putting:
    """What is needed to put any question: read once for all of them."""

    def __init__(
        self,
        survey: IntakeSurvey,
        problems: Mapping[str, str],
        tried: Mapping[str, Any],
        overtaken: Mapping[str, recalling.Overtaken | None],
    ) -> None:
        self.survey, self.workspace = survey, survey.workspace
        self.problems, self.tried, self.overtaken = problems, tried, overtaken
        ids = {kept["by"] for kept in survey.answers.values()}
        self.people = {str(user.pk): str(user) for user in User.objects.filter(pk__in=ids)} if ids else {}
        self.newest = recalling.newest(survey) if survey.answers else {}

    def put(self, question: Question) -> Asked:
        kept = self.survey.answers.get(question.id, {})
        problem = self.problems.get(question.id, "")
        value = self.tried.get(question.id) if problem else kept.get("value")
        change = self.newest.get(question.id)
        return Asked(
            question,
            value,
            by=self.people.get(kept.get("by", ""), "Somebody who left") if kept else "",
            at=datetime.fromisoformat(kept["at"]) if kept else None,
            follows=following.follow(self.survey, question),
            problem=problem,
            rows=_rows(self.workspace, question, value),
            said=saying.said(self.workspace, question, kept.get("value")),
            seen=str(change.pk) if change else "",
            applies=branching.applies(self.survey, question),
            asked_as=_asked_as(question, change, kept),
            overtaken=self.overtaken.get(question.id),
        )


def _asked_as(question: Question, change: IntakeChange | None, kept: Mapping[str, Any]) -> str:
    return change.text if kept and change and change.text != question.text else ""


def _rows(workspace: Workspace, question: Question, value: Any) -> list[Row]:
    make = {Kind.GOAL: _goal, Kind.GOALS: _goal, Kind.LIST: _line, Kind.RIVALS: _rival}.get(question.kind)
    if make is None:
        return []
    lines = value if isinstance(value, list) else [] if value == UNKNOWN else [value or {}]
    rows = [make(workspace, number, line) for number, line in enumerate(lines) if line]
    return rows + [Row(number) for number in range(len(rows), question.at_most)]


def _line(workspace: Workspace, number: int, line: Any) -> Row:
    return Row(number, said=str(line))


def _rival(workspace: Workspace, number: int, line: Any) -> Row:
    return Row(number, name=str(line.get("name", "")), better_at=str(line.get("better_at", "")))


def _goal(workspace: Workspace, number: int, goal: Any) -> Row:
    metric: Metric | None = METRIC.get(str(goal.get("metric")))
    names = ("metric", "target", "due_on", "baseline")
    filled: dict[str, Any] = {name: goal.get(name) if goal.get(name) is not None else "" for name in names}
    if metric is None:
        return Row(number, **filled)
    now = workspace.goal.get("now", {}).get(metric.id)
    units = {"percent": "%", "money": SIGNS.get(workspace.currency, workspace.currency), "count": "people"}
    return Row(
        number,
        **filled,
        label=metric.label,
        unit=units[metric.unit],
        meaning=metric.meaning,
        now="" if now is None else saying.value(workspace, metric, now),
    )
