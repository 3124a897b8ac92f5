"""What follows from each answer, in sentences: exactly that which other pages then do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts import branching, saying, weighing
from accounts.intake.measures import KPIS
from accounts.intake.question import Choice, Kind, Question, measured, suggested
from accounts.intake.weights import NAMES
from accounts.models.intake import UNKNOWN, IntakeSurvey
from accounts.templatetags.words import count, listed, money, percent


@dataclass(frozen=True)
class Consequence:
    """What follows from an answer, as a sentence."""

    question: str
    sentence: str


@dataclass(frozen=True)
class Place:
    """A part of the house, and what the answers do there."""

    name: str
    sentences: list[str]


def follows(survey: IntakeSurvey) -> list[Consequence]:
    """What the kept answers change, in the order of the questions; those that no longer apply change nothing."""
    return [
        Consequence(question.id, sentence)
        for question in branching.put(survey)
        for sentence in follow(survey, question)
    ]


def follow(survey: IntakeSurvey, question: Question) -> list[str]:
    """What follows from the answer to one question."""
    if survey.answers.get(question.id, {}).get("value") == UNKNOWN:
        return ["Nothing is assumed instead. You can answer any time."]
    value = branching.counted(survey, question.id)
    if value is None:
        return []
    if question.is_own:
        return ["Stands in your business profile, with who said it and when."]
    picked = chosen(survey, question)
    said = [] if question.kind is Kind.GOALS else [one.changes for one in picked if one.changes]
    said += [*_weighed(survey, picked), *measured(picked)]
    return said + (_OF[question.id](survey, value) if question.id in _OF else [])


def places(survey: IntakeSurvey) -> list[Place]:
    """The same gathered by where it shows; a place where nothing changes is left out."""
    asked = branching.put(survey)
    picked = [choice for question in weighty(survey) for choice in chosen(survey, question)]
    leading = [choice for question in asked if question.kind is not Kind.GOALS for choice in chosen(survey, question)]
    said: dict[str, list[str]] = {"Home": [choice.changes for choice in leading if choice.changes]}
    said["Scorecards, as a suggestion"] = list(weighing.weighing(picked).values())
    said["Moves"] = _measures(picked)
    for question in asked:
        value = branching.counted(survey, question.id)
        if value is not None and question.id in _OF:
            said.setdefault(_WHERE[question.id], []).extend(_OF[question.id](survey, value))
    return [Place(name, list(dict.fromkeys(sentences))) for name, sentences in said.items() if sentences]


def _measures(picked: list[Choice]) -> list[str]:
    names = list(dict.fromkeys(f"“{KPIS[name].name}”" for choice in picked for name in choice.kpis))
    return [f"Offered to be measured by {listed(names)}."] if names else []


def _weighed(survey: IntakeSurvey, picked: list[Choice]) -> list[str]:
    """What these choices suggest for scorecards, as far as other answers do not say the contrary."""
    overall = weighing.weights([choice for question in weighty(survey) for choice in chosen(survey, question)])
    named = list(dict.fromkeys(name for choice in picked for name, _ in choice.weighs))
    undecided = [NAMES[name] for name in named if name not in overall]
    said = suggested([(name, overall[name]) for name in named if name in overall])
    return [*said, f"Your answers pull {listed(undecided)} both ways, so no more and no less."] if undecided else said


def weighty(survey: IntakeSurvey) -> list[Question]:
    """The questions that apply, what is wished for first."""
    wishes = ("goal", "goals", "challenges")
    asked = branching.put(survey)
    return [one for one in asked if one.id in wishes] + [one for one in asked if one.id not in wishes]


def chosen(survey: IntakeSurvey, question: Question) -> list[Choice]:
    """The choices that the counted answer consists of, in the order of the question."""
    value = branching.counted(survey, question.id)
    if question.kind in (Kind.GOAL, Kind.GOALS):
        goals = value if isinstance(value, list) else [value or {}]
        names = [goal.get("metric") for goal in goals]
    else:
        names = value if isinstance(value, list) else [value]
    return [choice for choice in question.choices if choice.id in names]


def _goal(survey: IntakeSurvey, value: Any) -> list[str]:
    pinned = survey.workspace.goal.get("sentence")
    return [f"Pinned to the top of every page: {pinned}."] if pinned else []


def _goals(survey: IntakeSurvey, value: Any) -> list[str]:
    wishes = [saying.sentence(survey.workspace, goal) for goal in value]
    return [f"Home keeps in sight as well: {'; '.join(wishes)}."]


def _offer(survey: IntakeSurvey, value: Any) -> list[str]:
    return ["What you sell is offered as a line on every ideal customer sheet."]


def _price(survey: IntakeSurvey, value: Any) -> list[str]:
    return [_left(survey, value) or "With your margin it is said what a purchase leaves you."]


def _deal_size(survey: IntakeSurvey, value: Any) -> list[str]:
    left = _left(survey, value) or "With your margin it is said what a deal leaves you."
    return [left, f"Moves are offered “{KPIS['deals_won'].name}” to be measured by."]


def _left(survey: IntakeSurvey, whole: float) -> str:
    """What stays of an amount, by the margin that was given."""
    margin = branching.counted(survey, "margin")
    if margin is None:
        return ""
    paid, left = (money(amount, survey.workspace.currency) for amount in (whole, whole * margin / 100))
    return f"Of {paid}, about **{left}** stays with you."


def _margin(survey: IntakeSurvey, value: Any) -> list[str]:
    wholes = (branching.counted(survey, name) for name in ("price", "deal_size"))
    said = [f"Home says what a customer leaves you, with the margin you gave (**{percent(value / 100)}**)."]
    return said + [_left(survey, whole) for whole in wholes if whole is not None]


def _current(survey: IntakeSurvey, value: list[str]) -> list[str]:
    said = _many(value, "kind of customers stands", "kinds of customers stand")
    return [f"{said} ready when you name your ideal customers."]


def _rhythm(survey: IntakeSurvey, value: float) -> list[str]:
    return [f"A new move is proposed to be looked at after **{count(value)} days**."]


def _rivals(survey: IntakeSurvey, value: list[Any]) -> list[str]:
    verb = "stands" if len(value) == 1 else "stand"
    return [f"{listed([one['name'] for one in value])} {verb} beside the question “Better than others” when you grade."]


def _instead(survey: IntakeSurvey, value: list[str]) -> list[str]:
    return ["What they do instead stands beside the question “Better than others” when you grade."]


def _lines(survey: IntakeSurvey, value: list[str]) -> list[str]:
    return [f"{_many(value, 'line is', 'lines are')} offered on every ideal customer sheet."]


def _many(value: list[str], one: str, more: str) -> str:
    return f"One {one}" if len(value) == 1 else f"{len(value)} {more}"


_OF: dict[str, Callable[[IntakeSurvey, Any], list[str]]] = {
    "goal": _goal,
    "goals": _goals,
    "offer": _offer,
    "price": _price,
    "deal_size": _deal_size,
    "margin": _margin,
    "current": _current,
    "rhythm": _rhythm,
    "sales_cycle": _rhythm,
    "rivals": _rivals,
    "instead": _instead,
    "strengths": _lines,
    "limits": _lines,
}

_WHERE = {
    "goal": "Home",
    "goals": "Home",
    "price": "Home",
    "margin": "Home",
    "deal_size": "Moves",
    "rhythm": "Moves",
    "sales_cycle": "Moves",
    "offer": "Ideal customers",
    "current": "Ideal customers",
    "strengths": "Ideal customers",
    "limits": "Ideal customers",
    "rivals": "Grading",
    "instead": "Grading",
}
