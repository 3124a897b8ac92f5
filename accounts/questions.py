"""The Intake survey as data: what is asked, what may be answered, and what each answer changes.

Home, the pinned goal and the order of *Next for you* read `figures` and `steps`, so that what a
choice promises in `changes` is what happens.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a question is answered: one choice, some choices, one goal, or a few goals."""

    ONE = "one"
    MANY = "many"
    GOAL = "goal"
    GOALS = "goals"


class Unit(StrEnum):
    PERCENT = "percent"
    MONEY = "money"
    COUNT = "count"


@dataclass(frozen=True)
class Choice:
    """One answer. `changes` is the sentence that is said as soon as it is chosen.

    `figures` come first on Home, `steps` come first in *Next for you*.
    """

    id: str
    label: str
    changes: str
    figures: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Metric(Choice):
    """What can be wished for: how it is measured, in which unit, and whether it shall rise."""

    name: str = ""
    meaning: str = ""
    unit: Unit = Unit.PERCENT
    rises: bool = True


@dataclass(frozen=True)
class Question:
    id: str
    text: str
    hint: str
    kind: Kind
    choices: tuple[Choice, ...]
    at_most: int = 1
    first: bool = False  # one of the three that are asked before anything else

    def choice(self, id: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.id == id), None)


METRICS = (
    Metric(
        "repeat_purchase",
        "People who buy again",
        "Home shows how many buyers came back, and how soon.",
        figures=("repeat_share", "days_to_second"),
        steps=("see_promising",),
        name="Repeat buyers",
        meaning="Of the people who bought in 12 months, the share that ordered at least twice in them.",
    ),
    Metric(
        "revenue_per_customer",
        "Revenue per customer",
        "Home shows what a customer brings in a year, and what an order brings.",
        figures=("revenue_per_customer", "order_value"),
        steps=("see_best",),
        name="Revenue per customer",
        meaning="Revenue of 12 months by the people who bought in them.",
        unit=Unit.MONEY,
    ),
    Metric(
        "fewer_leaving",
        "Fewer people leaving",
        "Home shows who still buys and who is slipping away, and leads with the people at risk.",
        figures=("active_share", "overdue"),
        steps=("see_at_risk",),
        name="People who still buy",
        meaning="Of all who ever bought, the share that bought in the last 90 days.",
    ),
    Metric(
        "more_new",
        "More new customers",
        "Home shows how many people bought for the first time, and what they brought.",
        figures=("new_customers", "new_revenue"),
        steps=("name_candidates", "see_best"),
        name="New customers",
        meaning="People whose first order fell into the last 90 days.",
        unit=Unit.COUNT,
    ),
    Metric(
        "better_product",
        "A better product",
        "Home shows how much comes back, and how widely people buy.",
        figures=("returns_share", "products_per_buyer"),
        steps=("name_candidates",),
        name="Returned",
        meaning="The value of what came back, as a share of what was sold.",
        rises=False,
    ),
)
UNSURE = Choice("unsure", "I don't know yet", "Home chooses three figures by how you sell. You can decide any time.")

SELLING = Question(
    "selling",
    "How do you sell?",
    "It decides which figures come first.",
    Kind.ONE,
    (
        Choice(
            "shop",
            "A shop",
            "Home shows how much returning customers bring.",
            figures=("returning_revenue", "repeat_share", "order_value"),
        ),
        Choice(
            "subscription",
            "A subscription",
            "Home shows how many still buy, and how often.",
            figures=("active_share", "orders_per_buyer", "returning_revenue"),
        ),
        Choice(
            "companies",
            "To companies",
            "Home speaks of companies, and shows how much hangs on your ten biggest.",
            figures=("top_ten", "revenue_per_customer", "returning_revenue"),
        ),
        Choice(
            "mixed",
            "Mixed",
            "Home shows how much hangs on your ten biggest customers, and how much the returning ones bring.",
            figures=("top_ten", "returning_revenue", "repeat_share"),
        ),
    ),
    first=True,
)
GOAL = Question(
    "goal",
    "What should get better?",
    "One thing. With a number and a day it is pinned to the top of every page.",
    Kind.GOAL,
    (*METRICS, UNSURE),
    first=True,
)
HAVE = Question(
    "have",
    "What do you have?",
    "All that applies.",
    Kind.MANY,
    (
        Choice(
            "orders", "Orders", "Bring the order file first: your main segments come from it.", steps=("check_books",)
        ),
        Choice(
            "customer_list",
            "A customer list",
            "A list does not say who buys, so orders come first; names and countries are read from them as well.",
        ),
        Choice("deals", "Deals", "A list of deals with a customer, a date and an amount is read like an order file."),
        Choice(
            "live_tracking",
            "Live tracking",
            "Orders exported as a file are enough to start; figures then say until when the data go.",
        ),
        Choice(
            "nothing",
            "Nothing yet",
            "Then we start from what you know: Home leads with naming and grading ideal customers.",
            steps=("name_candidates", "start_round"),
        ),
    ),
    at_most=5,
    first=True,
)
STAGE = Question(
    "stage",
    "Where does the business stand?",
    "It decides what we propose first.",
    Kind.ONE,
    (
        Choice(
            "starting",
            "Before the first customers",
            "Naming ideal customers moves up in Next for you.",
            steps=("name_candidates",),
        ),
        Choice(
            "first_customers",
            "The first customers are here",
            "Grading ideal customers with your team moves up in Next for you.",
            steps=("name_candidates", "start_round"),
        ),
        Choice("growing", "Growing", "Your best customers move up in Next for you.", steps=("see_best",)),
        Choice(
            "established",
            "Established",
            "Looking for segments that nobody has named moves up in Next for you.",
            steps=("find_segments",),
        ),
        Choice("shrinking", "Shrinking", "The people at risk move up in Next for you.", steps=("see_at_risk",)),
    ),
)
GOALS = Question(
    "goals",
    "What else do you want to reach?",
    "Up to three, each with a number and a day where you have them.",
    Kind.GOALS,
    METRICS,
    at_most=3,
)
CHALLENGES = Question(
    "challenges",
    "What stands in the way?",
    "Up to three.",
    Kind.MANY,
    (
        Choice(
            "who_is_best",
            "We do not know who our best customers are",
            "Your best customers move up in Next for you.",
            steps=("see_best",),
        ),
        Choice(
            "once_only",
            "People buy once and never again",
            "The people who may buy a second time move up in Next for you.",
            steps=("see_promising",),
        ),
        Choice(
            "leaving", "Good customers leave", "The people at risk move up in Next for you.", steps=("see_at_risk",)
        ),
        Choice(
            "too_many",
            "We serve too many kinds of customers",
            "Naming and grading ideal customers moves up in Next for you.",
            steps=("name_candidates", "start_round"),
        ),
        Choice(
            "disagree",
            "We disagree whom to serve",
            "A round in which everyone grades alone moves up in Next for you.",
            steps=("start_round", "name_candidates"),
        ),
        Choice(
            "all_the_same",
            "Everybody gets the same offer",
            "Looking for segments in how people buy moves up in Next for you.",
            steps=("find_segments",),
        ),
        Choice(
            "no_trust",
            "Nobody trusts the figures",
            "The check against your books moves up in Next for you.",
            steps=("check_books",),
        ),
    ),
    at_most=3,
)

QUESTIONS = (SELLING, GOAL, HAVE, STAGE, GOALS, CHALLENGES)
BY_ID = {question.id: question for question in QUESTIONS}
METRIC = {metric.id: metric for metric in METRICS}
