"""Guesses that data can check: what they say of each, and what becomes of it.

A guess is checked over everybody in the segments behind its candidate. What holds becomes a fact by a click; what
does not is struck or removed, as somebody chooses. Nothing changes a line by itself.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import now
from pyroaring import BitMap

from accounts import auditing, notifying
from accounts.models.user import User
from accounts.models.workspace import Workspace
from accounts.templatetags.words import NARROW, count, money, percent
from customers import profiling
from icp import claiming
from icp.evidencing import people_behind
from icp.models.definition import Evidence, Icp, Kind
from icp.observing import Observed, observed
from icp.refusing import NotPossible
from icp.science import claims
from icp.science.claims import FAILS, FEWEST, HOLDS, OPEN, Tested
from segments import comparing

VERDICTS = {HOLDS: "It holds", FAILS: "It does not hold", OPEN: "It cannot be told"}
MOSTLY = 0.9  # of somebody's orders
TIMES = 3  # orders, below which nobody has a habit of days or hours
QUIET = 2.0  # usual gaps

type Values = pd.Series[float]


@dataclass(frozen=True)
class Checked:
    """What the data say of one guess: a verdict, a sentence for people, the words of a fact, and the evidence."""

    verdict: str
    sentence: str
    fact: str = ""
    tested: Tested | None = None
    value: float | None = None
    everyone: float | None = None


@dataclass(frozen=True)
class Guesses:
    """How the guesses of a workspace stand."""

    total: int
    checkable: int
    holds: int
    fails: int
    open: int
    without_segment: int

    @property
    def sentence(self) -> str:
        """4 of your 9 guesses can now be checked."""
        guesses = "guess" if self.total == 1 else "guesses"
        return f"**{self.checkable} of your {self.total} {guesses}** can now be checked."

    @property
    def outcome(self) -> str:
        """2 hold, 1 does not, 1 cannot be told."""
        parts = []
        if self.holds:
            parts.append(f"**{self.holds}** {'holds' if self.holds == 1 else 'hold'}")
        if self.fails:
            parts.append(f"**{self.fails}** {'does' if self.fails == 1 else 'do'} not")
        if self.open:
            parts.append(f"**{self.open}** cannot be told")
        return f"{', '.join(parts)}." if parts else ""


def guesses(workspace: Workspace) -> Any:
    """Every guess of a candidate in use, with its candidate."""
    rows = Evidence.objects.in_workspace(workspace).filter(kind=Kind.GUESS, icp__archived_at=None)
    return rows.select_related("icp", "workspace").order_by("icp__created_at", "position", "created_at")


def standing(workspace: Workspace) -> Guesses | None:
    """How many guesses data can check; None while there are no data, or no guesses."""
    if profiling.current(workspace) is None:
        return None
    rows = [line for line in guesses(workspace) if not line.checked.get("struck")]
    if not rows:
        return None
    behind = set(Icp.segments.through.objects.filter(icp__workspace=workspace).values_list("icp_id", flat=True))
    found = [line for line in rows if line.claim]
    said = [line.checked.get("verdict") for line in found]
    return Guesses(
        len(rows), len(found), said.count(HOLDS), said.count(FAILS), said.count(OPEN),
        sum(line.icp_id not in behind for line in found),
    )  # fmt: skip


def check_all(workspace: Workspace, as_of: datetime) -> int:
    """Ask the data about every guess that they can check; how many were asked."""
    asked = 0
    behind: dict[Any, BitMap] = {}
    if profiling.current(workspace) is None:
        return 0
    seen = observed(workspace, as_of)
    for line in [line for line in guesses(workspace) if line.claim]:
        if line.icp_id not in behind:
            behind[line.icp_id] = people_behind(line.icp)
        if members := behind[line.icp_id]:
            _note(line, check(line.claim, members, seen), as_of)
            asked += 1
    return asked


def check_line(line: Evidence, as_of: datetime) -> None:
    """Ask the data about one guess, where there are any; what was said of it before is gone."""
    line.checked = {}
    if line.claim and profiling.current(line.workspace) and (members := people_behind(line.icp)):
        _note(line, check(line.claim, members, observed(line.workspace, as_of)), as_of)
    line.save(update_fields=["claim", "checked"])


def _note(line: Evidence, found: Checked, as_of: datetime) -> None:
    """Keep what the data say. A guess that was struck stays struck while the verdict is the same."""
    before = line.checked
    struck = before.get("struck") and before.get("verdict") == found.verdict
    line.checked = _kept(line, found, as_of) | ({"struck": True} if struck else {})
    if line.checked != before:
        line.save(update_fields=["checked"])


def _kept(line: Evidence, found: Checked, as_of: datetime) -> dict[str, Any]:
    source: dict[str, Any] = {
        "segment": str(next(iter(s.pk for s in line.icp.segments.all() if s.archived_at is None), "")),
        "feature": line.claim["feature"],
        "value": None if found.value is None else round(found.value, 6),
        "as_of": as_of.isoformat(),
        "claim": line.claim,
    }
    told = found.tested.found if found.tested else None
    if told:
        source |= {"n": told.n, "low": round(told.low, 6), "high": round(told.high, 6)}
    if found.everyone is not None:
        source["everyone"] = round(found.everyone, 6)
    return {
        "verdict": found.verdict,
        "sentence": found.sentence,
        "fact": found.fact,
        "as_of": as_of.isoformat(),
        "at": line.checked.get("at") if line.checked.get("verdict") == found.verdict else now().isoformat(),
        "evidence": [source],
    }


# What the data say -----------------------------------------------------------------------------


def check(claim: dict[str, Any], members: BitMap, seen: Observed) -> Checked:
    """The verdict on a claim about the members."""
    kind = claiming.KINDS.get(str(claim.get("kind")))
    if kind is None:
        return Checked(OPEN, "We do not know this kind of guess any more. Choose what data could check.")
    if kind.op == claiming.MOST:
        return MOST[kind.name](claim, members, seen)
    return _beside_others(kind, members, seen)


def _most(hits: Any, what: str, rest: str = "") -> Checked:
    """A verdict from whether it is true of each of them, one flag per person that can be asked."""
    n = len(hits)
    tested = claims.most(int(np.sum(hits)), n)
    if n < FEWEST or tested.found is None:
        many = "nobody" if not n else f"{count(n)} {'person' if n == 1 else 'people'}"
        return Checked(OPEN, f"Too few people to say: {many}{rest or ' of them'} can be asked; {FEWEST} are needed.")
    found = tested.found
    said = f"**{percent(found.value)}** of them {what}"
    between = f"between {_number(found.low)} and {_number(found.high)}{NARROW}%, {count(n)} people"
    return Checked(tested.verdict, f"{said} ({between}).", said, tested, found.value)


def _number(share: float) -> str:
    return f"{100 * share:.0f}" if share >= 0.0995 else f"{100 * share:.1f}".removesuffix(".0")


def _orders(members: BitMap, seen: Observed) -> pd.DataFrame:
    return seen.orders[seen.among(members)]


def _figure(name: str, members: BitMap, seen: Observed) -> tuple[Values, Values]:
    """Of a figure: the members' values, and those of everybody else who ordered."""
    people = seen.people
    values = pd.to_numeric(people[name]).astype(float)
    inside = comparing.inside(people, members)
    ordered = (pd.to_numeric(people["orders"]) > 0).to_numpy()
    return values[inside], values[~inside & ordered]


def _once(claim: dict[str, Any], members: BitMap, seen: Observed) -> Checked:
    known = _orders(members, seen)
    known = known[known["known"] >= 90]
    return _most(known["orders"] == 1, "have ordered once, in 90 days or more", " who came 90 days ago or earlier")


def _again(claim: dict[str, Any], members: BitMap, seen: Observed) -> Checked:
    known = _orders(members, seen)
    known = known[known["known"] >= 90]
    return _most(known["orders"] > 1, "have ordered again", " who came 90 days ago or earlier")


def _back_within(claim: dict[str, Any], members: BitMap, seen: Observed) -> Checked:
    days = float(claim["value"])
    known = _orders(members, seen)
    known = known[known["known"] >= days]
    return _most(
        known["back_after"] <= days, f"ordered again within {days:g} days", f" who came {days:g} days ago or earlier"
    )


def _quiet(claim: dict[str, Any], members: BitMap, seen: Observed) -> Checked:
    gaps = _figure("usual_gaps_quiet", members, seen)[0].dropna()
    return _most(gaps > QUIET, "have been quiet for more than twice their usual gap", " with a rhythm of their own")


def _spend_year(claim: dict[str, Any], members: BitMap, seen: Observed) -> Checked:
    known = _orders(members, seen)
    asked = known.index[known["known"] >= 365]
    spent = pd.to_numeric(seen.people["revenue_365d"].reindex(asked)).astype(float)
    more = f"spent more than {money(claim['value'], seen.workspace.currency)} in the last 12 months"
    return _most(spent > float(claim["value"]), more, " who came a year ago or earlier")


def _order_worth(claim: dict[str, Any], members: BitMap, seen: Observed) -> Checked:
    worth = _figure("average_order_value", members, seen)[0].dropna()
    more = f"spend more than {money(claim['value'], seen.workspace.currency)} on an order"
    return _most(worth > float(claim["value"]), more, " who ordered")


def _coupons(claim: dict[str, Any], members: BitMap, seen: Observed) -> Checked:
    if not seen.coupon_detail:
        return Checked(OPEN, "Your orders do not say which coupons were used. An export with a discount code would.")
    used = seen.coupons[seen.among(members)]
    if claim["kind"] == "coupons":
        return _most(used > 0, "have used a coupon", " who ordered")
    return _most(used == 0, "have never used a coupon", " who ordered")


def _weekdays(claim: dict[str, Any], members: BitMap, seen: Observed) -> Checked:
    known = _with_habits(members, seen)
    often = known["weekday_orders"] >= MOSTLY * known["orders"]
    return _most(often, "place at least 9 of 10 orders from Monday to Friday", f" with {TIMES} orders or more")


def _mornings(claim: dict[str, Any], members: BitMap, seen: Observed) -> Checked:
    known = _with_habits(members, seen)
    often = known["early_orders"] > known["orders"] / 2
    return _most(often, "place most of their orders before ten in the morning", f" with {TIMES} orders or more")


def _with_habits(members: BitMap, seen: Observed) -> pd.DataFrame:
    orders = _orders(members, seen)
    return orders[orders["orders"] >= TIMES]


def _is(claim: dict[str, Any], members: BitMap, seen: Observed) -> Checked:
    """A detail in words, such as the country, against what was meant."""
    name, wanted = str(claim["feature"]), str(claim["value"])
    if name not in seen.people:
        return Checked(OPEN, "Your data do not say it. A customer file with this detail would.")
    told = seen.people.loc[comparing.inside(seen.people, members), name].dropna().astype(str)
    told = told[told != ""]
    verb = f"live in {wanted}" if claim["kind"] == "country" else f"began with {wanted}"
    return _most(told.str.casefold() == wanted.casefold(), verb, " of whom it is known")


MOST: dict[str, Callable[[dict[str, Any], BitMap, Observed], Checked]] = {
    "once": _once, "again": _again, "back_within": _back_within, "quiet": _quiet, "spend_year": _spend_year,
    "order_worth": _order_worth, "coupons": _coupons, "no_coupons": _coupons, "weekdays": _weekdays,
    "mornings": _mornings, "country": _is, "begin_with": _is,
}  # fmt: skip


def _beside_others(kind: claiming.Kind, members: BitMap, seen: Observed) -> Checked:
    """A verdict from how the members lie beside everybody else who ordered."""
    mine, theirs = (side.dropna() for side in _figure(kind.feature, members, seen))
    if min(len(mine), len(theirs)) < FEWEST:
        few = min(len(mine), len(theirs))
        return Checked(OPEN, f"Too few people to compare: {count(few)} on one side; {FEWEST} are needed.")
    test = claims.above if kind.op == claiming.ABOVE else claims.below
    tested = test(mine.to_numpy(), theirs.to_numpy())
    a, b = float(mine.mean()), float(theirs.mean())
    mean, others = (_value(kind.feature, value, seen) for value in (a, b))
    said = f"{SAID[kind.feature]}: **{mean}** on average; everyone else {others}"
    pairs = f"{round(100 * tested.found.value)} times in 100" if tested.found else ""
    side = "above" if kind.op == claiming.ABOVE else "below"
    how = f"One of them lies {side} one of the others {pairs}, ties counted half; 50 would be no difference."
    return Checked(tested.verdict, f"{said}. {how}", said, tested, a, b)


SAID = {
    "orders_365d": "Orders in 12 months",
    "revenue": "Spent so far",
    "average_order_value": "Spent on an order",
    "distinct_products": "Different products",
    "returns_share": "Sent back",
}


def _value(feature: str, value: float, seen: Observed) -> str:
    if feature in {"revenue", "average_order_value"}:
        return money(value, seen.workspace.currency)
    return percent(value) if feature == "returns_share" else f"{value:.1f}".removesuffix(".0")


# What becomes of a guess -----------------------------------------------------------------------


@transaction.atomic
def accept(line: Evidence, *, by: User) -> Evidence:
    """A guess that holds becomes a fact, with the figure behind it."""
    if line.kind != Kind.GUESS or line.checked.get("verdict") != HOLDS:
        raise NotPossible("Only a guess that holds can become a fact. Look at what the data say of it first.")
    said = f"{line.text.rstrip('.')}: {line.checked['fact'][:1].lower()}{line.checked['fact'][1:]}"
    line.kind, line.evidence = Kind.FACT, line.checked["evidence"]
    line.text = said if len(said) <= 300 else line.checked["fact"]
    line.save(update_fields=["kind", "evidence", "text"])
    auditing.record(
        line.workspace, by, "icps.guess-held", f"Made a guess about {line.icp} a fact.", subject=line.icp_id
    )
    return line


@transaction.atomic
def strike(line: Evidence, *, by: User) -> Evidence:
    """A guess that does not hold stays readable, struck through; striking it again brings it back."""
    if line.kind != Kind.GUESS or line.checked.get("verdict") != FAILS:
        raise NotPossible("Only a guess that does not hold can be struck. Remove it if you do not want it.")
    line.checked = line.checked | {"struck": not line.checked.get("struck", False)}
    line.save(update_fields=["checked"])
    auditing.record(line.workspace, by, "icps.guess-struck", f"Struck a guess about {line.icp}.", subject=line.icp_id)
    return line


def tell(workspace: Workspace) -> int:
    """Whoever may change candidates hears once which guesses can be checked now."""
    found = standing(workspace)
    if found is None or not found.checkable:
        return 0
    ids = sorted(str(line.pk) for line in guesses(workspace) if line.claim)
    key = f"guesses:{hashlib.sha256(''.join(ids).encode()).hexdigest()[:32]}"
    sentence = found.sentence.replace("**", "")
    link = reverse("icp:guesses", args=[workspace.slug])
    return notifying.tell_all(workspace, "icps.change", kind="guesses", key=key, sentence=sentence, link=link)
