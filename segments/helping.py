"""What usually helps: one suggestion for a segment, with its reason in the segment's own figures.

The rules stand in one table, the first that fits is said. Each is a rule of thumb of the trade, with where it was
written down; whether it helps here only a list with people held back can show, and the page says so.
"""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.templatetags.words import NARROW, count, percent
from customers.science.rfm import NEVER

FEWEST = 30  # people, before shares say anything
LATE_SHARE = 0.2  # of those with a rhythm, before it is the thing to say about a segment
ONE_ORDER_SHARE = 0.6
SENT_BACK = 0.15


@dataclass(frozen=True)
class Situation:
    """What a segment really is, in counts and shares."""

    people: int
    main: str  # the main segment in which most of them are; empty where they are mixed
    rhythmic: int = 0  # with three order days or more, so that they have a usual gap
    late: int = 0  # of these, quiet for more than twice their own gap
    one_order: int = 0
    quiet_days: float | None = None  # since the last order, the middle one
    of_revenue: float = 0.0
    of_people: float = 0.0
    sent_back: float = 0.0  # the share of what they paid that came back
    favourite: str = ""  # the product that most of them buy most often, and how many that are
    favourite_people: int = 0
    reachable: int = 0
    consent_known: bool = False

    @property
    def buyers(self) -> bool:
        return self.main != NEVER


@dataclass(frozen=True)
class Suggestion:
    """What to do (figures between stars), why, what it needs, the name of the move, and where the rule is from."""

    do: str
    why: str
    needs: str
    move: str
    source: str


@dataclass(frozen=True)
class Rule:
    """One line of the table."""

    fits: Callable[[Situation], bool]
    do: str
    why: Callable[[Situation], str]
    move: str
    source: str


# Where the rules of thumb are written down.
RHYTHM = (
    "Whoever is quiet for longer than their own rhythm is leaving: Fader, Hardie and Lee, RFM and CLV: Using "
    "Iso-Value Curves (Journal of Marketing Research, 2005)."
)
WINNING_BACK = (
    "Win back those who were worth most, and soon: Stauss and Friege, Regaining Service Customers "
    "(Journal of Service Research, 1999)."
)
SECOND_ORDER = (
    "The step from the first to the second order decides most: Blattberg, Kim and Neslin, Database Marketing (2008)."
)
REFERRALS = (
    "Customers who were brought by customers stay longer: Schmitt, Skiera and Van den Bulte, Referral Programs and "
    "Customer Value (Journal of Marketing, 2011)."
)
LOYALTY = (
    "A few more good customers who stay raise profit a lot: Reichheld and Sasser, Zero Defections "
    "(Harvard Business Review, 1990)."
)
RETURNS = (
    "Some returns belong to a healthy shop, many ask for their reason: Petersen and Kumar, Are Product Returns a "
    "Necessary Evil? (Journal of Marketing, 2009)."
)
TALKING = (
    "A few long talks already name most of what customers need: Griffin and Hauser, The Voice of the Customer "
    "(Marketing Science, 1993)."
)


def _late(s: Situation) -> str:
    return (
        f"**{count(s.late)} of {count(s.rhythmic)}** with a rhythm of their own have been quiet for more than twice "
        "their usual gap."
    )


def _one_order(s: Situation) -> str:
    return f"**{count(s.one_order)} of {count(s.people)}** have ordered once so far. {_quiet(s)}"


def _quiet(s: Situation) -> str:
    return (
        "" if s.quiet_days is None else f"Half of them ordered within the last **{count(s.quiet_days)}{NARROW}days**."
    )


def _long_quiet(s: Situation) -> str:
    return "" if s.quiet_days is None else f"Half of them have not ordered for **{count(s.quiet_days)}{NARROW}days**."


def _worth(s: Situation) -> str:
    return f"They are **{percent(s.of_people)}** of your customers and bring **{percent(s.of_revenue)}** of revenue."


def _favourite(s: Situation) -> str:
    return f"It is what **{count(s.favourite_people)} of {count(s.people)}** buy most often."


RULES = (
    Rule(
        lambda s: s.people < FEWEST,
        "**Talk to five of them.** Ask what made them buy, and what nearly stopped them.",
        lambda s: f"They are **{count(s.people)}**, too few for shares and comparisons to mean much.",
        "Talk to five people of {name}", TALKING,
    ),
    Rule(
        lambda s: s.main == NEVER,
        "**Make the first order easy:** one product, one reason, one date.",
        lambda s: f"**{count(s.people)}** know you and have not ordered yet.",
        "A first order for {name}", SECOND_ORDER,
    ),
    Rule(
        lambda s: s.main == "Lapsed",
        "**Write once more to those who spent most,** and stop paying to reach the others.",
        lambda s: f"{_long_quiet(s)} {_worth(s)}".strip(),
        "One last mail to {name}", WINNING_BACK,
    ),
    Rule(
        lambda s: s.rhythmic >= FEWEST and s.late >= LATE_SHARE * s.rhythmic,
        "**Remind those who are overdue** of what they usually order, before you offer any discount.",
        _late, "Remind the overdue of {name}", RHYTHM,
    ),
    Rule(
        lambda s: s.main == "At risk",
        "**Ask a few of them what changed,** then offer the others a way back.",
        lambda s: f"{_long_quiet(s)} {_worth(s)}".strip(),
        "Win back {name}", WINNING_BACK,
    ),
    Rule(
        lambda s: s.sent_back >= SENT_BACK,
        "**Ask why they send things back** before you sell them more.",
        lambda s: f"**{percent(s.sent_back)}** of what they paid came back.",
        "Ask {name} why things come back", RETURNS,
    ),
    Rule(
        lambda s: s.one_order >= ONE_ORDER_SHARE * s.people,
        "**Lead them to the second order** while they remember the first.",
        _one_order, "A second order for {name}", SECOND_ORDER,
    ),
    Rule(
        lambda s: s.main == "Champions",
        "**Thank them, and ask them to bring somebody like themselves.** They need no discount.",
        _worth, "Ask {name} to recommend us", REFERRALS,
    ),
    Rule(
        lambda s: bool(s.favourite) and s.favourite_people >= 0.15 * s.people,
        "**Show them what goes with {favourite}.**",
        _favourite, "Show {name} what goes with their favourite", LOYALTY,
    ),
    Rule(
        lambda s: s.buyers,
        "**Tell them first** about what is new, and thank them for coming back.",
        _worth, "News for {name} first", LOYALTY,
    ),
)  # fmt: skip


def suggest(situation: Situation, *, name: str) -> Suggestion:
    """The first rule that fits. `name` is the segment's, for the name of the move."""
    rule = next(rule for rule in RULES if rule.fits(situation))
    do = rule.do.replace("{favourite}", situation.favourite)
    move = rule.move.replace("{name}", name)[:200]
    return Suggestion(do, rule.why(situation), needs(situation), move, rule.source)


def needs(situation: Situation) -> str:
    """What it takes: whom we may write to, or what is missing before we know."""
    if situation.people < FEWEST:
        return "Needs an hour on the phone for each of the five, and somebody who listens."
    if situation.reachable:
        return f"Needs one mail; you may write to {count(situation.reachable)} of them."
    if not situation.consent_known:
        return "Needs to be known who agreed to mail: a column such as “Accepts Marketing” in your file tells it."
    return "Needs another way than mail: none of them agreed to it."
