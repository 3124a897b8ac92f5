"""What the data say of a candidate: facts with their evidence, and the figures beside its sheet."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import pandas as pd
from django.db import transaction
from django.db.models import prefetch_related_objects
from pyroaring import BitMap

from accounts import auditing
from accounts.models.user import User
from accounts.models.workspace import Workspace
from accounts.templatetags.words import count, money, percent
from customers import profiling
from customers.agreeing import asked
from icp import defining
from icp.defining import Line
from icp.models.definition import Evidence, Icp, Kind, Part
from icp.observing import Observed, observed
from segments import comparing, reaching
from segments.comparing import Contrast, Share
from segments.models.segment import Segment
from segments.remembering import newest_members

FEWEST = 30  # people on either side of a comparison
TELLING = 0.05  # a smaller difference between two shares is not worth a line
QUIET = 2.0  # usual gaps


@dataclass
class Group:
    """The members of a segment and everybody else, to be described."""

    segment: Segment
    as_of: datetime
    members: BitMap
    seen: Observed = field(init=False)

    def __post_init__(self) -> None:
        self.seen = observed(self.segment.workspace, self.as_of)

    @property
    def workspace(self) -> Workspace:
        return self.segment.workspace

    @cached_property
    def belongs(self) -> Any:
        return self.seen.among(self.members)

    @cached_property
    def inside(self) -> Any:
        """Who of everybody known belongs."""
        return comparing.inside(self.seen.people, self.members)

    def fact(self, part: str, text: str, feature: str, value: float, **more: Any) -> Line:
        """A line with what stands behind it: figure, value, over how many, as of when."""
        source = {
            "segment": str(self.segment.pk),
            "feature": feature,
            "value": round(float(value), 6),
            "as_of": self.as_of.isoformat(),
            **more,
        }
        return Line(part=part, text=text[:300], kind=Kind.FACT, evidence=[source])


def candidate_from_segment(segment: Segment, *, as_of: datetime, by: User) -> Icp:
    """A candidate with what the data say of the segment. Calling it again finds the one that is there."""
    known = segment.icps.filter(archived_at=None).first()
    if known:
        return known
    return defining.name_candidate(
        segment.workspace,
        name=segment.name,
        sentence=segment.description[:300],
        entity=segment.entity,
        segments=[segment],
        lines=facts(segment, as_of),
        by=by,
    )


def facts(segment: Segment, as_of: datetime) -> list[Line]:
    """How many they are, what they bring, and what sets them apart; nothing without data."""
    members = newest_members(segment)
    if profiling.current(segment.workspace) is None or not members:
        return []
    group = Group(segment, as_of, members)
    found = [line for describe in DESCRIBED for line in describe(group)]
    order = list(Part)
    return sorted(found, key=lambda line: order.index(Part(line.part)))


def facts_of(segments: Iterable[Segment], as_of: datetime) -> list[Line]:
    """What the data say of several segments, one after the other."""
    return [line for segment in segments for line in facts(segment, as_of)]


# What can be said of a group -------------------------------------------------------------------


def _people(group: Group) -> Iterator[Line]:
    share = comparing.shares(group.workspace, [group.members], group.as_of)[0]
    many = f"**{count(share.people)} people**, {percent(share.of_people)} of all customers"
    worth = f"**{percent(share.of_revenue)}** of revenue from {percent(share.of_people)} of customers"
    everybody = len(group.seen.people)
    yield group.fact(Part.DEMOGRAPHICS, many, "customers", share.people, n=everybody)
    yield group.fact(Part.BUYING_BEHAVIOUR, worth, "share_of_revenue", share.of_revenue, n=everybody)


def _companies(group: Group) -> Iterator[Line]:
    """People who name a company, where most of them do."""
    if "trait:company" not in group.seen.people:
        return
    named = group.seen.people.loc[group.inside, "trait:company"].dropna()
    named = named[named.astype(str) != ""]
    if len(named) >= FEWEST and len(named) >= group.inside.sum() / 2:
        firms = int(named.nunique())
        text = f"{count(len(named))} of them order for **{count(firms)} companies**"
        yield group.fact(Part.DEMOGRAPHICS, text, "trait:company", firms, n=len(named))


def _spent(group: Group) -> Iterator[Line]:
    spent = pd.to_numeric(group.seen.people["revenue"]).astype(float)
    mine, theirs = spent[group.inside], spent[~group.inside]
    if min(len(mine), len(theirs)) < FEWEST or mine.mean() <= 0:
        return
    each, others = (money(round(side.mean()), group.workspace.currency) for side in (mine, theirs))
    text = f"**{each}** spent by each so far; everyone else {others}"
    yield group.fact(Part.BUYING_BEHAVIOUR, text, "revenue", mine.mean(), n=len(mine), everyone=round(theirs.mean(), 2))


def _orders(group: Group) -> Iterator[Line]:
    people = group.seen.people[group.inside]
    orders, worth = (pd.to_numeric(people[name]).astype(float) for name in ("orders", "average_order_value"))
    if len(worth.dropna()) < FEWEST:
        return
    middle, many = worth.median(), orders[orders > 0].median()
    text = (
        f"**{money(round(middle), group.workspace.currency)}** an order, **{many:g} {_plural(many, 'order')}** so far"
    )
    yield group.fact(
        Part.BUYING_BEHAVIOUR, text, "average_order_value", middle, n=len(worth.dropna()), orders=float(many)
    )


def _rhythm(group: Group) -> Iterator[Line]:
    gaps = pd.to_numeric(group.seen.people["days_between_orders"]).astype(float)
    mine, theirs = gaps[group.inside].dropna(), gaps[~group.inside].dropna()
    if min(len(mine), len(theirs)) < FEWEST:
        return
    text = f"They order again every **{mine.median():.0f} days**; everyone else every {theirs.median():.0f}"
    yield group.fact(
        Part.GOALS, text, "days_between_orders", mine.median(), n=len(mine), everyone=round(theirs.median(), 2)
    )


def _quiet(group: Group) -> Iterator[Line]:
    quiet = pd.to_numeric(group.seen.people["usual_gaps_quiet"]).astype(float)
    mine, theirs = quiet[group.inside].dropna(), quiet[~group.inside].dropna()
    if min(len(mine), len(theirs)) < FEWEST:
        return
    share, others = float((mine > QUIET).mean()), float((theirs > QUIET).mean())
    if abs(share - others) < TELLING:
        return
    text = f"**{percent(share)}** of those with a rhythm have gone quiet; everyone else {percent(others)}"
    yield group.fact(Part.PAIN_POINTS, text, "usual_gaps_quiet", share, n=len(mine), everyone=round(others, 6))


def _returns(group: Group) -> Iterator[Line]:
    people = group.seen.people
    paid, back = (pd.to_numeric(people[name]).astype(float) for name in ("gross_revenue", "returns_value"))
    if group.inside.sum() < FEWEST or not paid[group.inside].sum() or not paid[~group.inside].sum() or not back.sum():
        return
    mine, theirs = (float(back[side].sum() / paid[side].sum()) for side in (group.inside, ~group.inside))
    if percent(mine) == percent(theirs):
        return
    text = f"They send back **{percent(mine)}** of what they buy; everyone else {percent(theirs)}"
    yield group.fact(
        Part.REQUIREMENTS, text, "returns_share", mine, n=int(group.inside.sum()), everyone=round(theirs, 6)
    )


def _reach(group: Group) -> Iterator[Line]:
    """Whom we may write to, where anybody said so."""
    reach = reaching.reach(group.workspace, group.members)
    agreed = len(reach.chosen(unknown=False))
    if len(group.members) < FEWEST or not reach.is_told:
        return
    text = f"You may write to **{percent(agreed / len(group.members))}** of them: {count(agreed)} agreed"
    yield group.fact(Part.REQUIREMENTS, text, "agreed", agreed / len(group.members), n=len(group.members))


def _second(group: Group) -> Iterator[Line]:
    """When those who came back did."""
    after = group.seen.orders.loc[group.belongs, "back_after"].dropna().astype(float)
    if len(after) < FEWEST:
        return
    text = f"Half of those who came back did within **{after.median():.0f} days**"
    yield group.fact(Part.BUYER, text, "back_after", after.median(), n=len(after))


def _coupons(group: Group) -> Iterator[Line]:
    if not group.seen.coupon_detail:
        return
    mine, theirs = _shares_of_orders(group, group.seen.coupons)
    if mine is None or theirs is None or abs(mine - theirs) < TELLING:
        return
    said = "Coupons do not move them" if mine < theirs else "Coupons move them"
    text = f"{said}: **{percent(mine)}** of their orders carry one; everyone else {percent(theirs)}"
    yield group.fact(Part.BUYER, text, "coupon_orders", mine, n=int(group.belongs.sum()), everyone=round(theirs, 6))


def _when(group: Group) -> Iterator[Line]:
    """Weekdays and hours, where they differ from everyone else's."""
    for name, said in (("weekday_orders", "from Monday to Friday"), ("early_orders", "before ten in the morning")):
        mine, theirs = _shares_of_orders(group, group.seen.orders[name])
        if mine is not None and theirs is not None and abs(mine - theirs) >= TELLING:
            text = f"**{percent(mine)}** of their orders come {said}; everyone else {percent(theirs)}"
            yield group.fact(Part.LIFESTYLE, text, name, mine, n=int(group.belongs.sum()), everyone=round(theirs, 6))


def _shares_of_orders(group: Group, hits: "pd.Series[Any]") -> tuple[float | None, float | None]:
    """Of all orders of members, and of everybody else, the share that is meant."""
    orders = group.seen.orders["orders"]
    found = []
    for side in (group.belongs, ~group.belongs):
        total = float(orders[side].sum())
        found.append(float(hits[side].sum()) / total if side.sum() >= FEWEST and total else None)
    return found[0], found[1]


def _wares(group: Group) -> Iterator[Line]:
    """What lies in their baskets and in nobody else's."""
    for name, mine, theirs, n in _lifted(group, "category")[:2]:
        text = f"{name} in **{percent(mine)}** of their orders; everyone else {percent(theirs)}"
        yield group.fact(Part.BUYING_BEHAVIOUR, text, "category", mine, n=n, everyone=round(theirs, 6), level=name)


def _channels(group: Group) -> Iterator[Line]:
    for name, mine, theirs, n in _lifted(group, "channel")[:1]:
        text = f"**{percent(mine)}** of their orders come by {name}; everyone else’s {percent(theirs)}"
        yield group.fact(Part.TECHNOLOGY, text, "channel", mine, n=n, everyone=round(theirs, 6), level=name)


def _lifted(group: Group, kind: str) -> list[tuple[str, float, float, int]]:
    """(name, share of their orders, share of everyone else's, people), the largest difference first."""
    wares, orders = group.seen.wares(kind), group.seen.orders["orders"]
    n = int(group.belongs.sum())
    if min(n, int((~group.belongs).sum())) < FEWEST or wares.empty:
        return []
    mine = comparing.inside(wares.set_index("number"), group.members)
    totals = float(orders[group.belongs].sum()), float(orders[~group.belongs].sum())
    sides = [
        wares[side].groupby("code")["orders"].sum() / total for side, total in zip((mine, ~mine), totals, strict=True)
    ]
    table = pd.concat(sides, axis=1).fillna(0.0)
    table.columns = pd.Index(["mine", "theirs"])
    table["apart"] = table["mine"] - table["theirs"]
    table = table[(table["apart"] >= TELLING)].sort_values("apart", ascending=False)
    rows = [(group.seen.name_of(kind, code), float(row.mine), float(row.theirs), n) for code, row in table.iterrows()]
    return [row for row in rows if row[0]]


SAID = {
    "orders", "revenue", "average_order_value", "days_between_orders", "returns_share", "usual_gaps_quiet",
    "tenure_days", "trait:company",
}  # fmt: skip


def _contrasts(group: Group) -> Iterator[Line]:
    """What else sets them apart, among figures and details that no other line speaks of."""
    found = comparing.sets_apart(group.workspace, group.members, group.as_of, limit=8)
    said = SAID | {f"trait:{name}" for name in asked(group.workspace)[0]}
    rest = [one for one in found if one.feature not in said]
    for contrast in rest[:3]:
        yield _of_contrast(group, contrast)


def _of_contrast(group: Group, contrast: Contrast) -> Line:
    is_detail = contrast.feature.startswith("trait:")
    part = Part.DEMOGRAPHICS if is_detail else Part.BUYING_BEHAVIOUR
    text = f"{contrast.label}: **{contrast.said}**, against {contrast.everyone_said} of everyone"
    more = {"level": contrast.label.partition(": ")[2]} if is_detail else {}
    return group.fact(
        part, text, contrast.feature, contrast.value, n=len(group.members), everyone=round(contrast.everyone, 6), **more
    )


def _plural(number: float, word: str) -> str:
    return word if number == 1 else f"{word}s"


DESCRIBED: tuple[Callable[[Group], Iterator[Line]], ...] = (
    _people, _companies, _spent, _orders, _wares, _contrasts, _rhythm, _quiet, _returns, _reach, _second, _coupons,
    _when, _channels,
)  # fmt: skip


# Facts read again ------------------------------------------------------------------------------


@transaction.atomic
def read_again(icp: Icp, *, as_of: datetime, by: User | None) -> int:
    """Bring the facts of a sheet up to date, each in its place; those of a segment that has none yet are added.

    How many lines changed. What a line's figure no longer says keeps its day.
    """
    fresh = {_identity(line.evidence[0]): line for line in facts_of(_live(icp), as_of)}
    old = [line for line in icp.lines.filter(kind=Kind.FACT) if line.evidence]
    changed = 0
    for line in old:
        found = fresh.get(_identity(line.evidence[0]))
        if found and line.evidence != found.evidence:
            line.text, line.evidence = found.text, found.evidence
            line.save(update_fields=["text", "evidence"])
            changed += 1
    told = {str(line.evidence[0].get("segment")) for line in old}
    for key, fact in fresh.items():
        if key[0] not in told:
            defining.add_line(icp, fact)
            changed += 1
    if changed and by:
        auditing.record(icp.workspace, by, "icps.read-again", f"Read the facts of {icp.name} again.", subject=icp.pk)
    return changed


def _identity(source: dict[str, Any]) -> tuple[str, str, str]:
    return str(source.get("segment")), str(source.get("feature")), str(source.get("level", ""))


def are_older(lines: Iterable[Evidence], as_of: datetime) -> bool:
    """Whether a fact was counted at another moment than this."""
    sources = (line.evidence[0] for line in lines if line.kind == Kind.FACT and line.evidence)
    return any(datetime.fromisoformat(source["as_of"]) != as_of for source in sources if source.get("as_of"))


# Who stands behind a candidate -----------------------------------------------------------------


def _live(icp: Icp) -> list[Segment]:
    return [segment for segment in icp.segments.all() if segment.archived_at is None]


def people_behind(icp: Icp) -> BitMap:
    """Everybody in the segments behind the candidate."""
    return BitMap.union(BitMap(), *(newest_members(segment) for segment in _live(icp)))


def shares_of(workspace: Workspace, icps: Iterable[Icp], as_of: datetime) -> dict[Any, Share]:
    """Share of people and revenue for each candidate that has a segment behind it."""
    rows = list(icps)
    prefetch_related_objects(rows, "segments")
    behind = {icp.pk: people for icp in rows if (people := people_behind(icp))}
    if not behind or profiling.current(workspace) is None:
        return {}
    return dict(zip(behind, comparing.shares(workspace, list(behind.values()), as_of), strict=True))
