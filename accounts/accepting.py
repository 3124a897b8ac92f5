"""What somebody answered -> what is kept, or a sentence that says what would be accepted."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from accounts.questions import METRIC, METRICS, UNSURE, Kind, Metric, Question, Unit


class NotAccepted(ValueError):
    """The answer cannot be kept; the sentence says why and what can."""


def accepted(question: Question, value: Any, *, today: date) -> Any:
    """The value in the form in which it is kept; None for an answer that was taken back."""
    if value in (None, "", [], {}):
        return None
    return _BY_KIND[question.kind](question, value, today)


def _one(question: Question, value: Any, today: date) -> str:
    if not isinstance(value, str) or question.choice(value) is None:
        raise NotAccepted(f"“{_short(value)}” is not one of the answers. Choose one of: {_choices(question)}.")
    return value


def _many(question: Question, value: Any, today: date) -> list[str]:
    if not isinstance(value, list):
        raise NotAccepted(f"Give a list of answers, from: {_choices(question)}.")
    chosen = [_one(question, item, today) for item in value]
    if len(set(chosen)) > question.at_most:
        raise NotAccepted(f"Choose at most {question.at_most}: you chose {len(set(chosen))}.")
    if "nothing" in chosen and len(set(chosen)) > 1:
        raise NotAccepted("“Nothing yet” stands alone. Take it back, or take the others back.")
    return [choice.id for choice in question.choices if choice.id in chosen]


def _goal(question: Question, value: Any, today: date) -> dict[str, Any] | None:
    wish = _wish(value)
    if not wish.get("metric"):
        if wish.get("target") or wish.get("due_on"):
            raise NotAccepted("Say first what should get better, then how far and until when.")
        return None
    if wish["metric"] == UNSURE.id and question.kind is Kind.GOAL:
        return {"metric": UNSURE.id}
    metric = METRIC.get(wish["metric"])
    if metric is None:
        raise NotAccepted(f"“{_short(wish['metric'])}” is not one of the goals. Choose one of: {_choices(question)}.")
    return {
        "metric": metric.id,
        "target": _target(metric, wish.get("target")),
        "due_on": _due(wish.get("due_on"), today),
    }


def _goals(question: Question, value: Any, today: date) -> list[dict[str, Any]] | None:
    if not isinstance(value, list):
        raise NotAccepted("Give a list of goals, each with metric, target and due_on.")
    goals = [goal for goal in (_goal(question, item, today) for item in value) if goal]
    if len(goals) > question.at_most:
        raise NotAccepted(f"Name at most {question.at_most} goals: you named {len(goals)}.")
    names = [goal["metric"] for goal in goals]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise NotAccepted(f"“{METRIC[twice].label}” is named twice. Once is enough.")
    return goals or None


def _wish(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) - {"metric", "target", "due_on"}:
        raise NotAccepted("A goal has a metric, and may have a target (a number) and due_on (a day).")
    return value


def _target(metric: Metric, value: Any) -> float | int | None:
    if value in (None, ""):
        return None
    try:
        number = Decimal(str(value).replace("%", "").strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite():
        raise NotAccepted(f"The target “{_short(value)}” is not a number. Write it like 32 or 12.5.")
    if not 0 < number <= (100 if metric.unit is Unit.PERCENT else 10**12):
        most = "more than 0 and at most 100 %" if metric.unit is Unit.PERCENT else "more than 0"
        raise NotAccepted(f"The target for “{metric.label}” must be {most}.")
    return int(number) if number == number.to_integral_value() else float(number)


def _due(value: Any, today: date) -> str | None:
    if value in (None, ""):
        return None
    try:
        due = date.fromisoformat(str(value).strip())
    except ValueError:
        raise NotAccepted(f"“{_short(value)}” is not a day. Write it like {today.year + 1}-06-30.") from None
    if due <= today:
        raise NotAccepted(f"{due.isoformat()} is over. Choose a day after {today.isoformat()}.")
    return due.isoformat()


def _choices(question: Question) -> str:
    choices = METRICS if question.kind is Kind.GOALS else question.choices
    return ", ".join(choice.id for choice in choices)


def _short(value: Any) -> str:
    said = str(value)
    return said if len(said) <= 40 else f"{said[:40]}…"


type _Check = Callable[[Question, Any, date], Any]
_BY_KIND: dict[Kind, _Check] = {Kind.ONE: _one, Kind.MANY: _many, Kind.GOAL: _goal, Kind.GOALS: _goals}
