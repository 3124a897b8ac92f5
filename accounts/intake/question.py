"""What the Intake survey is made of: sections, questions, choices, and what a choice changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from accounts.intake.measures import KPIS
from accounts.intake.weights import NAMES
from accounts.templatetags.words import listed


class Kind(StrEnum):
    """How a question is answered."""

    ONE = "one"
    MANY = "many"
    YES_NO = "yes_no"
    GOAL = "goal"
    GOALS = "goals"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    TEXT = "text"
    LIST = "list"
    RIVALS = "rivals"


class Unit(StrEnum):
    PERCENT = "percent"
    MONEY = "money"
    COUNT = "count"


class Section(StrEnum):
    """The sections in the order in which they are asked."""

    BUSINESS = "business"
    OFFER = "offer"
    CUSTOMERS = "customers"
    GOALS = "goals"
    MARKET = "market"
    LIMITS = "limits"


SECTIONS: dict[str, tuple[str, str]] = {
    Section.BUSINESS: ("Business", "How you sell, where you stand, and what you can show us."),
    Section.OFFER: ("Offer and money", "What people pay for, and what of it stays with you."),
    Section.CUSTOMERS: ("Customers and channels", "Who buys today, where they come from, and how they decide."),
    Section.GOALS: ("Goals", "What should get better, how far and until when, and what stands in the way."),
    Section.MARKET: ("Market", "What else people could choose. We only know your side until you say."),
    Section.LIMITS: ("Strengths and limits", "What you can do better than most, and what there is too little of."),
}

SECONDS = {Kind.ONE: 10, Kind.MANY: 15, Kind.YES_NO: 5, Kind.NUMBER: 15, Kind.MONEY: 20, Kind.PERCENT: 30}
SECONDS |= {Kind.GOAL: 30, Kind.GOALS: 40, Kind.TEXT: 40, Kind.LIST: 40, Kind.RIVALS: 60}


@dataclass(frozen=True)
class Choice:
    """One answer. `changes` is the sentence that is said as soon as it is chosen.

    `figures` come first on Home, `steps` come first in *Next for you*, `kpis` are offered as measures of moves,
    and `weighs` (question of a scorecard -> factor) is suggested in scorecards because of `because`.
    """

    id: str
    label: str
    changes: str = ""
    figures: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    kpis: tuple[str, ...] = ()
    weighs: tuple[tuple[str, float], ...] = ()
    because: str = ""

    @property
    def said(self) -> list[str]:
        """Everything that follows from it, a sentence each."""
        return [*([self.changes] if self.changes else []), *suggested(self.weighs), *measured([self])]


def suggested(weights: Sequence[tuple[str, float]]) -> list[str]:
    """What is suggested for scorecards: (question of a scorecard, factor)."""
    sentences = []
    for how, names in (
        ("more", [NAMES[name] for name, factor in weights if factor > 1]),
        ("less", [NAMES[name] for name, factor in weights if factor < 1]),
    ):
        if names:
            verb = "counts" if len(names) == 1 else "count"
            sentences.append(f"In scorecards we suggest that {listed(names)} {verb} {how}.")
    return sentences


def measured(picked: Sequence[Choice]) -> list[str]:
    """What moves are offered to be measured by."""
    names = list(dict.fromkeys(f"“{KPIS[name].name}”" for one in picked for name in one.kpis))
    return [f"Moves are offered {listed(names)} to be measured by."] if names else []


@dataclass(frozen=True)
class Metric(Choice):
    """What can be wished for: how it is measured, in which unit, and whether it shall rise."""

    name: str = ""
    meaning: str = ""
    unit: Unit = Unit.PERCENT
    rises: bool = True


@dataclass(frozen=True)
class Condition:
    """When a question is asked: if any of `when` holds, or `measured` is known, and none of `unless`.

    Both name questions with the answers that count; no answers named means any answer.
    """

    sentence: str
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    measured: str = ""


@dataclass(frozen=True)
class Question:
    """`unit` stands beside a number; `low` and `high` are the limits of one; `example` shows how to write it."""

    id: str
    text: str
    hint: str
    kind: Kind
    choices: tuple[Choice, ...] = ()
    at_most: int = 1
    first: bool = False  # one of the three that are asked before anything else
    section: Section = Section.BUSINESS
    condition: Condition | None = None
    unit: str = ""
    low: float = 0
    high: float = 10**12
    example: str = ""
    is_own: bool = False
    is_archived: bool = False

    def choice(self, id: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.id == id), None)

    @property
    def seconds(self) -> int:
        """How long an answer takes, by experience with such questions."""
        return SECONDS[self.kind]

    @property
    def may_be_unknown(self) -> bool:
        """Whether “we do not know yet” is offered; where a choice says it, or is always known, it is not."""
        return self.kind in {Kind.NUMBER, Kind.MONEY, Kind.PERCENT, Kind.TEXT, Kind.LIST, Kind.RIVALS, Kind.GOALS}
