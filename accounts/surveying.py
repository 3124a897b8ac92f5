"""The Intake survey: keep an answer, say what it changes, and pin the goal.

What a business measures now (`workspace.goal["now"]`) is told from above, by `measured`, whenever
profiles were computed; accounts itself knows no orders.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts import auditing
from accounts.accepting import NotAccepted, accepted
from accounts.models.intake import IntakeSurvey
from accounts.models.user import User
from accounts.models.workspace import Workspace
from accounts.questions import BY_ID, METRIC, QUESTIONS, SELLING, UNSURE, Choice, Kind, Metric, Unit
from accounts.templatetags.words import count, money, percent


@dataclass(frozen=True)
class Progress:
    """How many of the questions are answered."""

    answered: int
    total: int

    @property
    def percent(self) -> int:
        return 100 * self.answered // self.total

    @property
    def left(self) -> int:
        return self.total - self.answered


@dataclass(frozen=True)
class Consequence:
    """What follows from an answer, as a sentence."""

    question: str
    sentence: str


class SomeNotAccepted(ValueError):
    """Some answers cannot be kept, so none was. `problems` names them: question -> sentence."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def survey_of(workspace: Workspace) -> IntakeSurvey:
    """The workspace's survey; an empty one, not yet stored, while nobody answered."""
    return IntakeSurvey.objects.in_workspace(workspace).first() or IntakeSurvey(workspace=workspace)


def answer(workspace: Workspace, *, answers: Mapping[str, Any], by: User, at: datetime) -> IntakeSurvey:
    """Keep the answers, all or none: question -> value, None to take one back.

    Raises SomeNotAccepted. An answer that says what is kept already changes nothing, not even its author.
    """
    kept = _accepted(answers, today=at.astimezone(ZoneInfo(workspace.timezone)).date())
    with transaction.atomic():
        locked = Workspace.objects.select_for_update().get(pk=workspace.pk)
        survey, _ = IntakeSurvey.objects.in_workspace(locked).get_or_create(defaults={"workspace": locked})
        changed = {name: value for name, value in kept.items() if survey.value(name) != value}
        for name, value in changed.items():
            _keep(survey, name, value, by=by, at=at)
        if changed:
            survey.save()
            _pin(locked, survey)
    workspace.goal = locked.goal
    return survey


def _accepted(answers: Mapping[str, Any], *, today: date) -> dict[str, Any]:
    kept, problems = {}, {}
    for name, value in answers.items():
        try:
            kept[name] = accepted(_question(name), value, today=today)
        except NotAccepted as problem:
            problems[name] = str(problem)
    if problems:
        raise SomeNotAccepted(problems)
    return kept


def _question(name: str) -> Any:
    if name not in BY_ID:
        raise NotAccepted(f"There is no question “{str(name)[:40]}”. The questions are: {', '.join(BY_ID)}.")
    return BY_ID[name]


def _keep(survey: IntakeSurvey, name: str, value: Any, *, by: User, at: datetime) -> None:
    if value is None:
        survey.answers.pop(name, None)
        deed = f"Took back the answer to “{BY_ID[name].text}”"
    else:
        survey.answers[name] = {"value": value, "by": str(by.pk), "at": at.isoformat()}
        deed = f"Answered “{BY_ID[name].text}”"
    auditing.record(survey.workspace, by, "intake.answered", deed, subject=name, question=name, value=value)


def progress(survey: IntakeSurvey, *, first: bool = False) -> Progress:
    """How far the survey is; `first` looks only at the three questions asked before anything else."""
    asked = [question for question in QUESTIONS if question.first or not first]
    return Progress(sum(question.id in survey.answers for question in asked), len(asked))


def chosen(survey: IntakeSurvey, question: str) -> list[Choice]:
    """The choices that the kept answer consists of, in the order of the question."""
    value = survey.value(question)
    names = {"one": [value], "many": value or []}.get(BY_ID[question].kind)
    if names is None:
        goals = value if isinstance(value, list) else [value or {}]
        names = [goal.get("metric") for goal in goals]
    return [choice for choice in BY_ID[question].choices if choice.id in names]


def follows(workspace: Workspace, survey: IntakeSurvey) -> list[Consequence]:
    """What the kept answers change, in the order of the questions."""
    return [
        Consequence(question.id, sentence)
        for question in QUESTIONS
        for sentence in _follow(workspace, survey, question.id)
    ]


def _follow(workspace: Workspace, survey: IntakeSurvey, question: str) -> list[str]:
    if BY_ID[question].kind is Kind.GOALS:
        wishes = [sentence(workspace, goal) for goal in survey.value(question) or []]
        return [f"Home keeps in sight as well: {'; '.join(wishes)}."] if wishes else []
    said = [choice.changes for choice in chosen(survey, question)]
    if question == "goal" and workspace.goal.get("sentence"):
        said.append(f"Pinned to the top of every page: {workspace.goal['sentence']}.")
    return said


def figures(survey: IntakeSurvey) -> list[str]:
    """Figures for Home in their order: two that tell of the goal, the rest by how the business sells.

    Home shows the first three about which something can be said.
    """
    wanted = [name for choice in chosen(survey, "goal") for name in choice.figures]
    selling = chosen(survey, "selling") or [SELLING.choices[0]]
    wanted += [name for choice in selling for name in choice.figures]
    return list(dict.fromkeys(wanted))


def choose_figures(workspace: Workspace, names: list[str], *, by: User) -> None:
    """Show these figures on Home before any other; none goes back to those that the answers choose."""
    with transaction.atomic():
        locked = Workspace.objects.select_for_update().get(pk=workspace.pk)
        if locked.goal.get("figures", []) != names:
            locked.goal = {**locked.goal, "figures": names}
            locked.save(update_fields=["goal"])
            deed = "Chose the figures that Home shows." if names else "Left the figures that Home shows to the goal."
            auditing.record(locked, by, "figures.chosen", deed, figures=names)
    workspace.goal = locked.goal


def chosen_figures(workspace: Workspace) -> list[str]:
    """The figures that somebody chose for Home, in their order."""
    return list(workspace.goal.get("figures", []))


def steps(survey: IntakeSurvey) -> list[str]:
    """The next steps that the answers bring forward, the most pressing first."""
    asked = ("challenges", "have", "stage", "goal")
    return list(
        dict.fromkeys(name for question in asked for choice in chosen(survey, question) for name in choice.steps)
    )


def measured(workspace: Workspace, values: Mapping[str, float | None], *, as_of: datetime) -> None:
    """Keep what the goals measure now (percent as 0 to 100), so that the pinned goal can say it."""
    with transaction.atomic():
        locked = Workspace.objects.select_for_update().get(pk=workspace.pk)
        known = {name: value for name, value in values.items() if value is not None}
        locked.goal["now"] = {**known, "as_of": as_of.isoformat()}
        _pin(locked, survey_of(locked))
    workspace.goal = locked.goal


def _pin(workspace: Workspace, survey: IntakeSurvey) -> None:
    wish = survey.value("goal") or {}
    goal = {name: workspace.goal[name] for name in ("now", "figures") if workspace.goal.get(name)}
    if wish and wish["metric"] != UNSURE.id:
        goal |= wish | {"sentence": sentence(workspace, wish)}
    workspace.goal = goal
    workspace.save(update_fields=["goal"])


def sentence(workspace: Workspace, goal: Mapping[str, Any]) -> str:
    """A goal in words, its figure marked by stars: Repeat buyers **26 %** to 32 % by 30 June 2027."""
    metric = METRIC[goal["metric"]]
    now = workspace.goal.get("now", {}).get(metric.id)
    target, due = goal.get("target"), _day(goal.get("due_on"))
    if target is None:
        more = "up" if metric.rises else "down"
        return f"{metric.name} {more}{f' from **{say(workspace, metric, now)}**' if now is not None else ''}{due}"
    if now is None:
        return f"{metric.name} to **{say(workspace, metric, target)}**{due}"
    return f"{metric.name} **{say(workspace, metric, now)}** to {wish(workspace, goal)}"


def wish(workspace: Workspace, goal: Mapping[str, Any]) -> str:
    """How far and until when: 32 % by 30 June 2027."""
    return f"{say(workspace, METRIC[goal['metric']], goal['target'])}{_day(goal.get('due_on'))}"


def say(workspace: Workspace, metric: Metric, value: float) -> str:
    """A value of the metric, in its unit."""
    if metric.unit is Unit.PERCENT:
        return percent(value / 100)
    return money(value, workspace.currency) if metric.unit is Unit.MONEY else count(value)


def _day(due_on: str | None) -> str:
    if not due_on:
        return ""
    due = date.fromisoformat(due_on)
    return f" by {due.day} {due:%B %Y}"
