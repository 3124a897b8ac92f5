"""An answer in words: what pages, history and mails say of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from accounts.intake.goals import METRIC, UNSURE
from accounts.intake.question import Kind, Metric, Question, Unit
from accounts.models.intake import UNKNOWN
from accounts.models.workspace import Workspace
from accounts.templatetags.words import count, money, percent


def said(workspace: Workspace, question: Question, value: Any) -> str:
    """The answer in words; nothing where there is none."""
    if value is None:
        return ""
    if value == UNKNOWN:
        return "We do not know yet"
    if question.kind in (Kind.ONE, Kind.MANY):
        return _labels(question, value)
    if question.kind in (Kind.GOAL, Kind.GOALS):
        return "; ".join(_goal(workspace, goal) for goal in (value if isinstance(value, list) else [value]))
    return _plain(workspace, question, value)


def _labels(question: Question, value: Any) -> str:
    names = value if isinstance(value, list) else [value]
    labels = [(name, question.choice(name)) for name in names]
    return ", ".join(choice.label if choice else str(name) for name, choice in labels)


def _goal(workspace: Workspace, goal: Mapping[str, Any]) -> str:
    return UNSURE.label if goal["metric"] == UNSURE.id else sentence(workspace, goal).replace("**", "")


def _plain(workspace: Workspace, question: Question, value: Any) -> str:
    if question.kind is Kind.MONEY:
        return money(value, workspace.currency)
    if question.kind is Kind.PERCENT:
        return percent(value / 100)
    if question.kind is Kind.NUMBER:
        return f"{value:,} {question.unit}".strip()
    if question.kind is Kind.YES_NO:
        return "Yes" if value else "No"
    if question.kind is Kind.RIVALS:
        return "; ".join(rival(one) for one in value)
    return ", ".join(value) if isinstance(value, list) else str(value)


def rival(one: Mapping[str, str]) -> str:
    """Harbour Roast, better at price."""
    return f"{one['name']}, better at: {one['better_at']}" if one.get("better_at") else one["name"]


def sentence(workspace: Workspace, goal: Mapping[str, Any]) -> str:
    """A goal in words, its figure marked by stars: Repeat buyers **26 %** to 32 % by 30 June 2027."""
    metric = METRIC[goal["metric"]]
    now = workspace.goal.get("now", {}).get(metric.id, goal.get("baseline"))
    target, due = goal.get("target"), _day(goal.get("due_on"))
    if target is None:
        more = "up" if metric.rises else "down"
        return f"{metric.name} {more}{f' from **{value(workspace, metric, now)}**' if now is not None else ''}{due}"
    if now is None:
        return f"{metric.name} to **{value(workspace, metric, target)}**{due}"
    return f"{metric.name} **{value(workspace, metric, now)}** to {wish(workspace, goal)}"


def wish(workspace: Workspace, goal: Mapping[str, Any]) -> str:
    """How far and until when: 32 % by 30 June 2027."""
    return f"{value(workspace, METRIC[goal['metric']], goal['target'])}{_day(goal.get('due_on'))}"


def value(workspace: Workspace, metric: Metric, number: float) -> str:
    """A value of the metric, in its unit."""
    if metric.unit is Unit.PERCENT:
        return percent(number / 100)
    return money(number, workspace.currency) if metric.unit is Unit.MONEY else count(number)


def _day(due_on: str | None) -> str:
    if not due_on:
        return ""
    due = date.fromisoformat(due_on)
    return f" by {due.day} {due:%B %Y}"
