"""The scorecards that every workspace has: ICP 10 and ICP 11, in our own words.

Ten questions make the Total Score. The eleventh, how likely they are to buy, comes last: ICP 10 keeps it
beside the total, ICP 11 counts it. A changed wording is a new version, never a changed row.
"""

from typing import Any

type Dimension = dict[str, Any]


def _question(id: str, name: str, question: str, why: str, *words: str, counts: bool = True) -> Dimension:
    marks = dict(zip(("1", "4", "7", "10"), words, strict=True))
    return {"id": id, "name": name, "question": question, "why": why, "words": marks, "counts": counts}


TEN: list[Dimension] = [
    _question(
        "urgency",
        "Need",
        "How badly do they need this, and how soon?",
        "People put off what merely interests them.",
        *("they manage without", "a nuisance now and then", "it costs them every month", "it cannot wait"),
    ),
    _question(
        "advantage",
        "Better than others",
        "How much better are we than what else they could choose?",
        "Doing nothing is one of the things they could choose.",
        *("others are better", "much the same", "better where it matters", "nothing comes close"),
    ),
    _question(
        "reach",
        "Reach",
        "How easily can we reach them?",
        "A good customer whom nobody can reach stays somebody else’s customer.",
        *("no way known", "only by paid ads", "a list, some reply", "they answer us"),
    ),
    _question(
        "market",
        "Room to earn",
        "Are there enough of them where we want our revenue to come from?",
        "A perfect customer of whom there are twelve does not carry a business.",
        *("a handful", "a side market", "a good part of our market", "the heart of our market"),
    ),
    _question(
        "mission",
        "Our direction",
        "How well do they fit what we stand for and where we want to go?",
        "Whom we serve decides what we become.",
        *("against it", "beside it", "along it", "they are why we exist"),
    ),
    _question(
        "value",
        "Revenue and margin",
        "How much can we earn with each of them?",
        "Think of what is left after discounts, returns and the work they make.",
        *("we pay to serve them", "little is left", "a healthy margin", "our best margin"),
    ),
    _question(
        "adoption",
        "Quick start",
        "How quickly can they start to use what we sell?",
        "Long starts cost money and patience on both sides.",
        *("a year or more", "some months", "some weeks", "the same day"),
    ),
    _question(
        "loyalty",
        "Loyalty",
        "How likely are they to stay and come back?",
        "Whoever comes back need not be won again.",
        *("gone after one order", "some come back", "most come back", "they stay for years"),
    ),
    _question(
        "growth",
        "Growth",
        "Can we serve many more of them without it becoming harder each time?",
        "Some customers are a project each.",
        *("each one is special work", "a few more", "many more with some effort", "as many as there are"),
    ),
    _question(
        "leadership",
        "First choice",
        "Can we become the first choice for these people?",
        "Being first for somebody beats being fifth for everybody.",
        *("no chance", "one of many", "one of three", "the name they think of"),
    ),
]
LIKELIHOOD = _question(
    "likelihood",
    "Likely to buy",
    "How likely are they to buy?",
    "All in all: how soon they need it, whether they have the money, how well it suits them.",
    *("hardly ever", "if all goes well", "more often than not", "almost certainly"),
    counts=False,
)

BUILT_IN: dict[str, list[Dimension]] = {
    "ICP 10": [*TEN, LIKELIHOOD],
    "ICP 11": [*TEN, {**LIKELIHOOD, "counts": True}],
}
USUAL = "ICP 10"
VERSION = 1  # raised with any change above, together with a migration that keeps the new one everywhere
