"""What the data suggest beside each question: frozen when a round is opened, shown after the own answer.

Only where the data say something of the people behind a candidate. Need, advantage, direction and first choice are
opinions; no figure of ours stands for them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pyroaring import BitMap

from accounts.models.workspace import Workspace
from accounts.templatetags.words import count, money, percent
from customers import engine, holding, profiling
from customers.engine import parse
from customers.money import minor_units
from icp.evidencing import people_behind
from icp.models.definition import Icp
from icp.models.grading import Round
from icp.science import prior
from segments import comparing, foreseeing, reaching
from segments.models.segment import Segment
from segments.remembering import newest_members

type Facts = dict[str, dict[str, dict[str, Any]]]
type Belongs = npt.NDArray[np.bool_]

FIGURES = ["orders", "order_days", "revenue", "recency_days", "tenure_days", "first_order_at"]
SETTLED = 90  # days after the first order; by then most of those who come back have come back
HALF_YEAR, YEAR = timedelta(days=182), timedelta(days=365)
FEWEST_OTHERS = 2  # segments; beside one alone, nothing is large or small
FIRST_SEEN = "SELECT number, min(happened_at) AS seen_at FROM log WHERE line = 0 AND NOT number IS NULL GROUP BY number"
SPENT = """
    SELECT number, sum(amount) FILTER (WHERE happened_at >= :late) AS late,
        sum(amount) FILTER (WHERE happened_at >= :early AND happened_at < :early_end) AS early
    FROM events WHERE NOT number IS NULL AND line IN (1, 2, 5) GROUP BY number"""


def facts_of(round: Round) -> Facts:
    """Candidate -> question -> {score, n, sentence, source}, as frozen when the round was opened."""
    return round.facts or {}


def freeze(round: Round, as_of: datetime) -> Round:
    """Keep what the data suggest for the round's candidates. What was frozen before stays as it was shown."""
    new = [icp for icp in round.icps.all() if str(icp.pk) not in round.facts]
    if found := suggest(round.workspace, new, as_of):
        round.facts = round.facts | found
        round.save(update_fields=["facts"])
    return round


def suggest(workspace: Workspace, icps: Iterable[Icp], as_of: datetime) -> Facts:
    """Facts for each candidate with people behind it; nothing without data."""
    behind = {icp: people for icp in icps if (people := people_behind(icp))}
    if not behind or profiling.current(workspace) is None:
        return {}
    base = _Base(workspace, as_of)
    found = {str(icp.pk): _facts(base, icp, people) for icp, people in behind.items()}
    return {icp: facts for icp, facts in found.items() if facts}


@dataclass(frozen=True)
class Fact:
    """One measured thing: where it puts people between 0 and 1, how many stand behind it, and in a sentence."""

    percentile: float
    people: int
    sentence: str
    feature: str
    value: float


class _Base:
    """Everybody of the workspace, read once for all candidates."""

    def __init__(self, workspace: Workspace, as_of: datetime) -> None:
        self.workspace, self.as_of = workspace, as_of
        self.key = holding.version(workspace, as_of)
        self.people = holding.frame(workspace, FIGURES, as_of, self.key)
        self.orders = self._numbers("orders")
        self.revenue = self._numbers("revenue")
        self.bought = self.orders > 0

    def _numbers(self, name: str) -> "npt.NDArray[np.float64]":
        return pd.to_numeric(self.people[name]).to_numpy(dtype=np.float64, na_value=np.nan)

    @cached_property
    def order_days(self) -> "npt.NDArray[np.float64]":
        return self._numbers("order_days")

    @cached_property
    def tenure(self) -> "npt.NDArray[np.float64]":
        return self._numbers("tenure_days")

    @cached_property
    def quiet(self) -> "npt.NDArray[np.float64]":
        return self._numbers("recency_days")

    @cached_property
    def standing(self) -> reaching.Standing:
        return reaching.everyone(self.workspace)

    @cached_property
    def days_to_order(self) -> "npt.NDArray[np.float64]":
        """Days from the first visit that we know of to the first order; unknown for most shops."""
        seen = self._ask(FIRST_SEEN).set_index("number")["seen_at"].reindex(self.people.index)
        days = (
            pd.to_datetime(self.people["first_order_at"], utc=True) - pd.to_datetime(seen, utc=True)
        ).dt.total_seconds()
        found = (days / 86_400).to_numpy(dtype=np.float64, na_value=np.nan)
        return np.where(found > 0, found, np.nan)

    @cached_property
    def half_years(self) -> pd.DataFrame:
        """Spent in the last half year, and in the same half a year before."""
        late, early = self.as_of - HALF_YEAR, self.as_of - HALF_YEAR - YEAR
        spent = self._ask(SPENT, late=late, early=early, early_end=self.as_of - YEAR).set_index("number")
        return spent.reindex(self.people.index).astype(float).fillna(0.0)

    @cached_property
    def has_two_years(self) -> bool:
        """Whether the data reach back to the half year that would be compared with."""
        first = pd.to_datetime(self.people["first_order_at"], utc=True).min()
        return bool(pd.notna(first) and first <= self.as_of - HALF_YEAR - YEAR)

    @cached_property
    def segments(self) -> Mapping[Any, float]:
        """Each live segment with people in it -> its revenue."""
        live = Segment.objects.in_workspace(self.workspace).live().filter(parent=None)
        groups = {segment.pk: newest_members(segment) for segment in live}
        return {pk: float(np.nansum(self.revenue[self.inside(group)])) for pk, group in groups.items() if group}

    def inside(self, group: BitMap) -> Belongs:
        return comparing.inside(self.people, group)

    def _ask(self, sql: str, **moments: datetime) -> pd.DataFrame:
        relations = profiling.relations(self.workspace, self.as_of)
        return engine.query(self.workspace, parse(sql), moments, relations=relations).to_pandas()


def _facts(base: _Base, icp: Icp, people: BitMap) -> dict[str, dict[str, Any]]:
    here = base.inside(people)
    own = [str(segment.pk) for segment in icp.segments.all() if segment.archived_at is None]
    found = {
        "reach": _reach(base, people),
        "market": _market(base, here, own),
        "value": _value(base, here),
        "adoption": _adoption(base, here),
        "loyalty": _loyalty(base, here),
        "growth": _growth(base, here),
        "likelihood": _likelihood(base, here),
    }
    fewest = base.workspace.min_group
    return {name: _told(fact, own, base.as_of) for name, fact in found.items() if fact and fact.people >= fewest}


def _told(fact: Fact, segments: list[str], as_of: datetime) -> dict[str, Any]:
    source = {"segment": segments[0], "segments": segments, "feature": fact.feature, "value": round(fact.value, 6)}
    return {
        "score": round(prior.suggested(fact.percentile, fact.people), 2),
        "n": fact.people,
        "sentence": fact.sentence,
        "source": source | {"as_of": as_of.isoformat()},
    }


# One question each -----------------------------------------------------------------------------


def _reach(base: _Base, people: BitMap) -> Fact | None:
    """How many have an address and agreed; nothing where no file says who agreed."""
    found = reaching.tally(base.standing, people)
    if not found.is_told or not found.people:
        return None
    may = len(found.chosen(unknown=False))
    sentence = f"**{count(may)} of {count(found.people)}** have an address you may write to."
    return Fact(may / found.people, found.people, sentence, "reachable", may / found.people)


def _market(base: _Base, here: Belongs, own: list[str]) -> Fact | None:
    """Their share of revenue, beside the other segments."""
    whole, mine = float(np.nansum(base.revenue)), float(np.nansum(base.revenue[here]))
    others = [revenue for pk, revenue in base.segments.items() if str(pk) not in own]
    if whole <= 0 or len(others) < FEWEST_OTHERS:
        return None
    beside = _beside(sum(revenue < mine for revenue in others), len(others))
    sentence = f"**{percent(mine / whole)}** of revenue from {percent(float(here.mean()))} of customers, {beside}."
    return Fact(prior.percentile(mine, others), int(here.sum()), sentence, "share_of_revenue", mine / whole)


def _beside(below: int, others: int) -> str:
    """How many of the other segments bring less."""
    if below == others:
        return f"more than any of your {others} other segments"
    if not below:
        return f"less than any of your {others} other segments"
    return f"more than **{below} of your {others}** other segments"


def _value(base: _Base, here: Belongs) -> Fact | None:
    """What the middle one of them spent, among all buyers."""
    buyers = here & base.bought
    if not buyers.any():
        return None
    middle = float(np.nanmedian(base.revenue[buyers]))
    place = prior.percentile(middle, base.revenue[base.bought])
    sentence = (
        f"The middle one of **{count(int(buyers.sum()))}** spent **{money(middle, base.workspace.currency)}**, "
        f"more than **{percent(place)}** of all buyers did. Costs are not in it."
    )
    return Fact(place, int(buyers.sum()), sentence, "revenue", middle)


def _adoption(base: _Base, here: Belongs) -> Fact | None:
    """How soon they order after the first visit, where we know of one."""
    mine, everybody = base.days_to_order[here], base.days_to_order
    known = int(np.count_nonzero(~np.isnan(mine)))
    if not known:
        return None
    days = float(np.nanmedian(mine))
    place = 1 - prior.percentile(days, everybody)
    whole = max(1, round(days))
    within = f"**{count(whole)} {'day' if whole == 1 else 'days'}**"
    sentence = (
        f"Half of **{count(known)}** ordered within {within} of the first visit that we know, "
        f"sooner than {percent(place)} of all."
    )
    return Fact(place, known, sentence, "days_to_first_order", days)


def _loyalty(base: _Base, here: Belongs) -> Fact | None:
    """How many came back, of those who have had time to."""
    settled = here & base.bought & (base.tenure >= SETTLED)
    many = int(settled.sum())
    if not many:
        return None
    back = int((base.order_days[settled] >= 2).sum())
    sentence = f"**{count(back)} of {count(many)}** who first bought {SETTLED} days ago or longer came back."
    return Fact(back / many, many, sentence, "order_days", back / many)


def _growth(base: _Base, here: Belongs) -> Fact | None:
    """What they spend now, beside the same half of the year before; nothing where the data do not reach back."""
    if not base.has_two_years:
        return None
    mine, minor = base.half_years[here], minor_units(base.workspace.currency)
    late, early = (max(0.0, float(mine[name].sum())) / minor for name in ("late", "early"))
    many = int(((mine["late"] > 0) | (mine["early"] > 0)).sum())
    if not many or late + early <= 0:
        return None
    now, before = (money(value, base.workspace.currency) for value in (late, early))
    sentence = f"They spent **{now}** in the last half year and **{before}** in the same half a year before."
    return Fact(prior.grown(late, early), many, sentence, "revenue_half_year", late)


def _likelihood(base: _Base, here: Belongs) -> Fact | None:
    """Their chance to order, where it can be told at all."""
    table = foreseeing.outlook(base.workspace, base.as_of, base.key).table
    buyers = here & base.bought
    if table is None or not buyers.any():
        return None
    chance = table.expected(base.orders[buyers], base.quiet[buyers])
    sentence = f"Their chance to order in 90 days is **{percent(chance)}** on average."
    return Fact(chance, int(buyers.sum()), sentence, "chance_90d", chance)
