"""What somebody answered -> what is kept, or a sentence that says what would be accepted."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from accounts.intake.goals import METRIC, METRICS, UNSURE
from accounts.intake.question import Kind, Metric, Question, Unit
from accounts.models.intake import UNKNOWN

LONGEST = 300  # characters of a free text
A_LINE = 80  # characters of one line of a list
WISH = ("metric", "target", "due_on", "baseline")


class NotAccepted(ValueError):
    """The answer cannot be kept; the sentence says why and what can."""


def accepted(question: Question, value: Any, *, today: date) -> Any:
    """The value in the form in which it is kept; None for an answer that was taken back."""
    if value in (None, "", [], {}):
        return None
    if value == UNKNOWN:
        return _unknown(question)
    return _BY_KIND[question.kind](question, value, today)


def _unknown(question: Question) -> dict[str, bool]:
    if not question.may_be_unknown:
        raise NotAccepted("Not knowing is no answer here. Choose one, or leave the question open.")
    return dict(UNKNOWN)


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
        if any(wish.values()):
            raise NotAccepted("Say first what should get better, then how far and until when.")
        return None
    if wish["metric"] == UNSURE.id and question.kind is Kind.GOAL:
        return {"metric": UNSURE.id}
    metric = METRIC.get(wish["metric"])
    if metric is None:
        raise NotAccepted(f"“{_short(wish['metric'])}” is not one of the goals. Choose one of: {_choices(question)}.")
    goal = {
        "metric": metric.id,
        "target": _far(metric, wish.get("target"), "target"),
        "due_on": _due(wish.get("due_on"), today),
    }
    baseline = _far(metric, wish.get("baseline"), "value of today")
    return goal if baseline is None else goal | {"baseline": baseline}


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
    if not isinstance(value, dict) or set(value) - {*WISH, "counted"}:
        raise NotAccepted("A goal has a metric, and may have a baseline, a target (numbers) and due_on (a day).")
    counted = bool(value.get("counted"))  # what was counted is known here and not said anew
    return {name: value.get(name) for name in WISH if not (counted and name == "baseline")}


def _far(metric: Metric, value: Any, what: str) -> float | int | None:
    if value in (None, ""):
        return None
    number = _number(value, f"The {what} “{_short(value)}” is not a number. Write it like 32 or 12.5.")
    if not 0 < number <= (100 if metric.unit is Unit.PERCENT else 10**12):
        most = "more than 0 and at most 100 %" if metric.unit is Unit.PERCENT else "more than 0"
        raise NotAccepted(f"The {what} for “{metric.label}” must be {most}.")
    return number


def _number(value: Any, problem: str) -> float | int:
    """A finite number, also where its sign stands beside it. Thousands are not separated: 1,200 could be 1.2."""
    try:
        number = Decimal(re.sub(r"[%€$£¥\s\u202f]", "", str(value)))
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite():
        raise NotAccepted(problem)
    return int(number) if number == number.to_integral_value() else float(number)


def _quantity(question: Question, value: Any, today: date) -> float | int:
    number = _number(value, f"“{_short(value)}” is not a number. Write it like 40 or 12.5.")
    if not (question.low <= number if question.low else number > 0) or number > question.high:
        raise NotAccepted(f"{_short(value)} is out of bounds. {_bounds(question)}")
    return number


def _bounds(question: Question) -> str:
    unit = " %" if question.kind is Kind.PERCENT else f" {question.unit}" if question.unit else ""
    if question.high >= 10**12:
        return "Give a number of at most twelve digits." if question.low else "Give a number that is more than 0."
    low = f"from {question.low:g}" if question.low else "more than 0"
    return f"Give a number {low} and at most {question.high:g}{unit}."


def _yes_no(question: Question, value: Any, today: date) -> bool:
    said = {"yes": True, "no": False}.get(value, value) if isinstance(value, str) else value
    if not isinstance(said, bool):
        raise NotAccepted(f"“{_short(value)}” is neither yes nor no. Answer yes or no.")
    return said


def _text(question: Question, value: Any, today: date) -> str | None:
    return _words(value, LONGEST) or None


def _words(value: Any, longest: int) -> str:
    """The text on one line, without what no database keeps."""
    if not isinstance(value, str):
        raise NotAccepted(f"“{_short(value)}” is no text. Write it in words.")
    printable = re.sub(r"[\x00-\x1f\x7f]", " ", value.encode("utf-8", "ignore").decode())
    said = " ".join(printable.split())
    if len(said) > longest:
        raise NotAccepted(f"That has {len(said)} characters. Say it in at most {longest}.")
    return said


def _list(question: Question, value: Any, today: date) -> list[str] | None:
    if not isinstance(value, list):
        raise NotAccepted(f"Give a list of up to {question.at_most} short texts.")
    said = [_words(item, A_LINE) for item in value]
    kept = list({line.casefold(): line for line in reversed(said) if line}.values())[::-1]
    if len(kept) > question.at_most:
        raise NotAccepted(f"Name at most {question.at_most}: you named {len(kept)}.")
    return kept or None


def _rivals(question: Question, value: Any, today: date) -> list[dict[str, str]] | None:
    if not isinstance(value, list):
        raise NotAccepted(f"Give a list of up to {question.at_most}, each with name and better_at.")
    said = [_rival(item) for item in value]
    kept = list({rival["name"].casefold(): rival for rival in reversed(said) if rival["name"]}.values())[::-1]
    if len(kept) > question.at_most:
        raise NotAccepted(f"Name at most {question.at_most}: you named {len(kept)}.")
    return kept or None


def _rival(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or set(value) - {"name", "better_at"}:
        raise NotAccepted("A competitor has a name, and may have better_at: what it does better than you.")
    rival = {
        part: _words(value.get(part) or "", longest) for part, longest in (("name", A_LINE), ("better_at", LONGEST))
    }
    if rival["better_at"] and not rival["name"]:
        raise NotAccepted("Say who does this better than you: the name is missing.")
    return rival


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
_BY_KIND: dict[Kind, _Check] = {
    Kind.ONE: _one,
    Kind.MANY: _many,
    Kind.YES_NO: _yes_no,
    Kind.GOAL: _goal,
    Kind.GOALS: _goals,
    Kind.NUMBER: _quantity,
    Kind.MONEY: _quantity,
    Kind.PERCENT: _quantity,
    Kind.TEXT: _text,
    Kind.LIST: _list,
    Kind.RIVALS: _rivals,
}
