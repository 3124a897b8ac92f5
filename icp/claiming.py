"""Guesses that orders can check, in words: a list to choose from, and what a sentence already says.

A claim is kept with its line as {"kind", "feature", "op", "value", "by"}: `by` is "words" where it was read from
what somebody wrote, and "choice" where somebody chose it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models.workspace import Workspace
from accounts.templatetags.words import money
from icp.models.definition import Part
from icp.refusing import NotPossible

MOST, ABOVE, BELOW = "most", "above", "below"  # true of most of them; they lie above, or below, everybody else
NUMBER, AMOUNT, WORD = "number", "amount", "word"  # what a claim asks for besides


@dataclass(frozen=True)
class Kind:
    """One kind of claim. `words` may hold {value}; `op` is most, above or below; `asks` what is to be filled in."""

    name: str
    words: str
    feature: str
    op: str
    part: str = Part.BUYING_BEHAVIOUR
    asks: str = ""
    usual: Any = None
    hint: str = ""


KINDS = {
    kind.name: kind
    for kind in (
        Kind("often", "They buy more often than others", "orders_365d", ABOVE),
        Kind("seldom", "They buy less often than others", "orders_365d", BELOW),
        Kind("once", "Most of them buy only once", "orders", MOST),
        Kind("again", "Most of them buy again", "orders", MOST),
        Kind(
            "back_within", "They come back within {value} days", "back_after", MOST, asks=NUMBER, usual=60, hint="days"
        ),
        Kind("quiet", "Most of them go quiet after a while", "usual_gaps_quiet", MOST, Part.PAIN_POINTS),
        Kind("spend_more", "They spend more than others", "revenue", ABOVE),
        Kind("spend_year", "They spend more than {value} a year", "revenue_365d", MOST, asks=AMOUNT, usual=100),
        Kind("order_more", "They spend more on an order than others", "average_order_value", ABOVE),
        Kind(
            "order_worth",
            "They spend over {value} on an order",
            "average_order_value",
            MOST,
            asks=AMOUNT,
            usual=50,
        ),
        Kind("coupons", "They use coupons", "coupon_orders", MOST, Part.BUYER),
        Kind("no_coupons", "They buy without coupons", "coupon_orders", MOST, Part.BUYER),
        Kind("wide", "They buy more different things than others", "distinct_products", ABOVE),
        Kind("returns", "They send back more than others", "returns_share", ABOVE, Part.PAIN_POINTS),
        Kind("weekdays", "They order on weekdays", "weekday_orders", MOST, Part.LIFESTYLE),
        Kind("mornings", "They order before ten in the morning", "early_orders", MOST, Part.LIFESTYLE),
        Kind("country", "They live in {value}", "trait:country", MOST, Part.DEMOGRAPHICS, WORD, hint="a country"),
        Kind("begin_with", "They begin with {value}", "first_category", MOST, asks=WORD, hint="a kind of product"),
    )
}


def claim(name: str, value: Any = None, *, by: str = "choice") -> dict[str, Any]:
    """A claim as a line keeps it. Raises NotPossible where what it asks for is missing or no number."""
    if not name:
        return {}
    if name not in KINDS:
        raise NotPossible(f"“{name[:40]}” cannot be checked by data. Possible: {', '.join(KINDS)}.")
    kind = KINDS[name]
    return {"kind": name, "feature": kind.feature, "op": kind.op, "value": _value(kind, value), "by": by}


def _value(kind: Kind, given: Any) -> Any:
    text = str(given if given is not None else "").strip()
    if not kind.asks:
        return None
    if kind.asks == WORD:
        if not 0 < len(text) <= 80:
            raise NotPossible(f"“{kind.words.format(value='…')}” needs {kind.hint}.")
        return text
    try:
        number = float(text.replace(",", ".")) if text else float(kind.usual)
    except ValueError:
        number = -1.0
    if not 0 < number <= 1_000_000:
        raise NotPossible(f"“{kind.words.format(value='…')}” needs a number above 0, such as {kind.usual}.")
    return int(number) if number == int(number) else number


def words(kept: Mapping[str, Any], workspace: Workspace) -> str:
    """A claim in words: They come back within 60 days."""
    kind = KINDS.get(str(kept.get("kind")))
    if kind is None:
        return ""
    value = kept.get("value")
    return kind.words.format(value=money(value, workspace.currency) if kind.asks == AMOUNT else value)


def choices() -> list[tuple[str, str]]:
    """For a list to choose from: name and words."""
    return [(kind.name, kind.words.format(value="…")) for kind in KINDS.values()]


# What a sentence says already ------------------------------------------------------------------

_NOT = r"(?:no|not|never|without|don.t|do not|does not|hardly)"
_NUMBER = r"(?P<value>\d[\d,.]*)"
_HEARD: list[tuple[str, str]] = [
    (rf"\b{_NOT}\b[^.;]*\b(?:coupon|discount|voucher)", "no_coupons"),
    (r"\b(?:coupon|discount|voucher|bargain|black friday)", "coupons"),
    (r"\b(?:weekday|monday to friday|office hours)", "weekdays"),
    (r"\b(?:before ten|in the morning|mornings)\b", "mornings"),
    (rf"\b(?:come|comes|order|orders|buy|buys|back|again|reorder)\b[^.;]*\bwithin {_NUMBER} days", "back_within"),
    (rf"\bevery {_NUMBER} days", "back_within"),
    (rf"\b(?:spend|spends)\b[^.;\d]*[€$£]? ?{_NUMBER}[^.;]*\byear", "spend_year"),
    (rf"\b(?:more than|over|above) [€$£]? ?{_NUMBER}[^.;]*\b(?:an|per|on an|each) order", "order_worth"),
    (rf"\b{_NOT}\b[^.;]*\b(?:come back|again|return)\b", "once"),
    (r"\b(?:once|only one (?:order|time)|and then nothing)\b", "once"),
    (r"\b(?:big|large|bigger|larger) (?:order|basket)s?", "order_more"),
    (r"\b(?:send|sends|sent) (?:\w+ )?(?:a lot |much |more |most )?back\b", "returns"),
    (r"\b(?:again and again|come back|comes back|buy again|keep coming|again,)", "again"),
    (r"\b(?:often|regularly|every week|all the time)\b", "often"),
    (r"\bseldom|rarely\b", "seldom"),
    (r"\b(?:keep losing|go quiet|goes quiet|leave|stop|slipping)\b", "quiet"),
    (r"\bspend (?:a lot|much|most|more)\b", "spend_more"),
    (r"\b(?:many different|a bit of everything|a wide range)\b", "wide"),
]


def heard(text: str) -> dict[str, Any]:
    """What of a sentence data could check; empty where we hear nothing.

    >>> heard("They come with a coupon, and again with the next one.")["kind"]
    'coupons'
    >>> heard("One sample, and then nothing.")["kind"], heard("They order every 26 days.")["value"]
    ('once', 26)
    >>> heard("They love our tins.")
    {}
    """
    said = text.casefold()
    for pattern, name in _HEARD:
        if found := re.search(pattern, said):
            value = found.groupdict().get("value")
            try:
                return claim(name, value.rstrip(".,").replace(",", "") if value else None, by="words")
            except NotPossible:
                return {}
    return {}
