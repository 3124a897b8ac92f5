"""How much every customer looks like those of an ideal customer: computed, kept as a figure, and put to use.

The figure is called "Fit with <name>". Whatever decides who is in the segments behind the ideal customer is left
out of it, and what tells the same story: it would only say again who is in.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from django.db import transaction

from accounts.models.job import Job
from accounts.models.user import User
from accounts.models.workspace import Workspace
from accounts.templatetags.words import count
from customers import profiling
from customers.agreeing import asked
from customers.features import catalogue
from customers.features.feature import Feature, Type
from customers.models.figure import Figure
from customers.models.profile import Score
from icp.evidencing import people_behind
from icp.models.definition import Icp
from icp.observing import Observed, observed
from icp.science import fit as science
from icp.sights.sight import rule
from segments import comparing, defining
from segments.models.segment import Segment, SegmentSet

ALIKE = 50  # from here on somebody looks like them: as much as the middle one of the members does
PREFIX = "icp_fit:"
HABITS = {"rfm_group", "main_segment", "r", "f", "m", "rfm_score"}
BEHIND_HABITS = {"recency_days", "orders", "revenue"}
REPEATED = {"order_days", "gross_revenue", "net_revenue"}
OBSERVED = {
    "weekday_orders": "Share of orders from Monday to Friday",
    "early_orders": "Share of orders before ten",
    "coupon_orders": "Share of orders with a coupon",
}
SAME = 0.98  # correlation from which two figures are one
TOLD = 4  # things that make somebody look like them

TOO_FEW = "Too few people to say, and too few to stay unrecognised."
NOBODY = "No segment with people in it stands behind this ideal customer."
NO_ORDERS = "They have never ordered, so their orders cannot say who looks like them."
NOT_APART = (
    "Apart from what decides who is in, they look like everybody else. So nobody can be found who looks like them."
)


@dataclass(frozen=True)
class Outcome:
    """What became of the fit with one ideal customer; `refused` says why there is none.

    `apart` is how often a member looks more like one than somebody else does, between `low` and `high`.
    """

    as_of: str = ""
    members: int = 0
    alike: int = 0
    refused: str = ""
    apart: float | None = None
    low: float | None = None
    high: float | None = None
    by: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def score_name(icp: Icp) -> str:
    """The figure that says how much somebody looks like them."""
    return f"{PREFIX}{icp.pk}"


def fit(icp: Icp, as_of: datetime, seen: Observed | None = None) -> tuple[Outcome, "pd.Series[float] | None"]:
    """How much everybody looks like them, and what became of it. Nothing is kept yet."""
    workspace, members = icp.workspace, people_behind(icp)
    if not members or profiling.current(workspace) is None:
        return Outcome(as_of.isoformat(), refused=NOBODY), None
    seen = seen or observed(workspace, as_of)
    compared, inside = _compared(seen, members)
    if not (pd.to_numeric(compared["orders"])[inside] > 0).any():
        return Outcome(as_of.isoformat(), members=len(members), refused=NO_ORDERS), None
    known, figures = _figures(seen, compared)
    out = _left_out(workspace, icp, figures)
    left_out = sorted({known.get(name, name) for name in out if name in figures})
    told: dict[str, Any] = {"as_of": as_of.isoformat(), "members": len(members), "left_out": left_out}
    try:
        found = science.fit(figures.drop(columns=[*(out & set(figures))]), _details(seen, compared, out), inside)
    except science.TooFew:
        return Outcome(
            refused=f"{TOO_FEW} A fit needs {science.FEWEST}; there are {count(inside.sum())}.", **told
        ), None
    except science.NotApart:
        return Outcome(refused=NOT_APART, **told), None
    alike = int(((found.score >= ALIKE).to_numpy() & ~inside).sum())
    limits = {name: round(getattr(found, name), 4) for name in ("apart", "low", "high")}
    return Outcome(alike=alike, by=_in_words(found.weights, known), **limits, **told), found.score


def keep(icp: Icp, score: "pd.Series[float] | None", as_of: datetime) -> None:
    """Keep the fit as a figure of every customer. Where there is none, what was said before is true no longer:
    nobody has a fit then, but conditions that name it can still be read."""
    name = score_name(icp)
    if score is None:
        if not Score.objects.in_workspace(icp.workspace).filter(name=name).exists():
            return
        frame = pd.DataFrame({"number": [], "value": []}, dtype=float)
    else:
        frame = pd.DataFrame({"number": score.index.to_numpy(), "value": score.to_numpy(dtype=float)})
    profiling.keep_score(icp.workspace, name=name, label=f"Fit with {icp.name}", frame=frame, as_of=as_of)


def _compared(seen: Observed, members: Any) -> tuple[pd.DataFrame, Any]:
    """Whom the members are compared with: those who ordered, where nearly all members did."""
    people = seen.people
    inside = comparing.inside(people, members)
    ordered = (pd.to_numeric(people["orders"]) > 0).to_numpy()
    if inside.any() and ordered[inside].mean() >= 0.95:
        return people[ordered], inside[ordered]
    return people, inside


def _figures(seen: Observed, people: pd.DataFrame) -> tuple[dict[str, str], pd.DataFrame]:
    """What people are compared by: figures of the catalogue, and when they order. Names to labels, and the values."""
    kinds = {Type.NUMBER, Type.MONEY, Type.SHARE}
    usable = {name: f for name, f in catalogue.features(seen.workspace).items() if f.type in kinds and _tells(name, f)}
    values = people[list(usable)].apply(pd.to_numeric).astype(float)
    orders = seen.orders["orders"].replace(0, np.nan)
    times = {"weekday_orders": seen.orders["weekday_orders"], "early_orders": seen.orders["early_orders"]}
    if seen.coupon_detail:
        times["coupon_orders"] = seen.coupons
    for name, hits in times.items():
        share = (hits / orders).reindex(values.index)
        if not any(abs(share.corr(values[other])) > SAME for other in usable if usable[other].family == "own"):
            values[name] = share
    labels = {f"trait:{name}": trait.label for name, trait in catalogue.traits(seen.workspace).items()}
    return {name: f.label for name, f in usable.items()} | labels | OBSERVED, values


def _tells(name: str, figure: Feature) -> bool:
    return (
        figure.family not in comparing.SETTLED
        and (figure.window is None or figure.family == "own")
        and (name not in REPEATED)
    )


def _details(seen: Observed, people: pd.DataFrame, out: set[str]) -> pd.DataFrame:
    """Details in words that may be broken down."""
    told = catalogue.traits(seen.workspace).items()
    silent = out | {f"trait:{name}" for names in asked(seen.workspace) for name in names}
    names = [f"trait:{name}" for name, trait in told if trait.type == "text" and not trait.is_personal]
    return people[[name for name in names if name not in silent and not _is_numeric(people[name])]]


def _is_numeric(told: "pd.Series[Any]") -> bool:
    """Numbers that came as words, such as an age, are no kinds of people."""
    known = told.dropna()
    return bool(len(known)) and float(pd.to_numeric(known, errors="coerce").notna().mean()) > 0.9


def _in_words(weights: "pd.Series[float]", known: dict[str, str]) -> list[str]:
    """What makes somebody look like them, the strongest first, such as: more orders before ten."""
    found = []
    for name, weight in weights.items():
        base, _, level = str(name).partition("=")
        if base in known:
            label = f"{known[base][:1].lower()}{known[base][1:]}"
            side = ("often" if weight > 0 else "seldom") if level else ("high" if weight > 0 else "low")
            found.append(f"{label} {level} {side}" if level else f"{label} {side}")
    return found[:TOLD]


# What decides who is in ------------------------------------------------------------------------


def _left_out(workspace: Workspace, icp: Icp, figures: pd.DataFrame) -> set[str]:
    named: set[str] = set()
    for segment in icp.segments.all():
        named |= decided_by(segment)
    return named | science.same_story(figures, sorted(named))


def decided_by(segment: Segment, _seen: frozenset[Any] = frozenset()) -> set[str]:
    """The figures and details that decide who is in a segment, also through the segments it names."""
    named: set[str] = set()
    for leaf in _leaves(segment.definition):
        if "feature" in leaf:
            named |= _behind(segment.workspace, str(leaf["feature"]))
        elif "trait" in leaf:
            named.add(f"trait:{leaf['trait']}")
        elif "event" in leaf:
            named |= _of_event(segment.workspace, leaf)
        elif "segment" in leaf and leaf["segment"] not in _seen:
            other = Segment.objects.in_workspace(segment.workspace).filter(pk=leaf["segment"]).first()
            if other:
                named |= decided_by(other, _seen | {leaf["segment"]})
    return named


def _leaves(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if {"feature", "trait", "event", "segment"} & set(node):
            yield node
        else:
            for part in node.values():
                yield from _leaves(part)
    elif isinstance(node, list):
        for part in node:
            yield from _leaves(part)


def _behind(workspace: Workspace, feature: str) -> set[str]:
    if feature in HABITS:
        return {feature, *BEHIND_HABITS}
    if feature.startswith("cluster:"):
        whole = SegmentSet.objects.in_workspace(workspace).filter(pk=feature.removeprefix("cluster:")).first()
        return {feature, *(whole.asked.get("features", []) if whole else [])}
    return {feature}


def _of_event(workspace: Workspace, leaf: dict[str, Any]) -> set[str]:
    """A condition on what somebody did decides as well what counts the same things."""
    named: set[str] = set()
    if (leaf.get("count") or {}).get("value", 1) not in (0, 1):
        named.add("orders")
    if leaf.get("in_last"):
        named.add("recency_days")
    fields = {str(part["field"]) for part in _named(leaf.get("where"), "field")}
    for figure in Figure.objects.in_workspace(workspace).live():
        if fields & {str(part["field"]) for part in _named(figure.definition, "field")}:
            named.add(figure.feature)
    return named


def _named(node: Any, key: str) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if key in node:
            yield node
        for part in node.values():
            yield from _named(part, key)
    elif isinstance(node, list):
        for part in node:
            yield from _named(part, key)


# The fit, put to use ---------------------------------------------------------------------------


def outcomes(workspace: Workspace, kind: str) -> dict[str, Outcome]:
    """The newest outcome for each ideal customer, by its id."""
    done = Job.objects.in_workspace(workspace).filter(kind=kind, status=Job.Status.DONE).order_by("-ended_at")
    found: dict[str, Outcome] = {}
    for result in done.values_list("result", flat=True)[:20]:
        for key, told in ((result or {}).get("fits") or {}).items():
            found.setdefault(key, Outcome(**told))
    return found


def as_json(outcome: Outcome) -> dict[str, Any]:
    return asdict(outcome)


def segment_of_alike(icp: Icp, *, as_of: datetime, by: User) -> Segment:
    """The segment of those who look like them and are not in yet; made where there is none."""
    named = [{"segment": str(segment.pk), "op": "not_in"} for segment in icp.segments.all() if not segment.archived_at]
    definition = rule({"feature": score_name(icp), "op": "gte", "value": ALIKE}, *named)
    live = Segment.objects.in_workspace(icp.workspace).live()
    for segment in live.filter(set=None):
        if segment.definition == definition:
            return segment
    wanted = f"Like {icp.name}"[:76]
    taken = set(live.filter(set=None, name__startswith=wanted).values_list("name", flat=True))
    name = next(one for one in (wanted, *(f"{wanted} {n}" for n in range(2, len(taken) + 3))) if one not in taken)
    return defining.define(icp.workspace, name=name, definition=definition, as_of=as_of, by=by)


@transaction.atomic
def forget(icp: Icp) -> None:
    """A candidate that is set aside has no fit, unless conditions still name it."""
    name = score_name(icp)
    for segment in Segment.objects.in_workspace(icp.workspace).live():
        if any(leaf.get("feature") == name for leaf in _leaves(segment.definition)):
            return
    Score.objects.in_workspace(icp.workspace).filter(name=name).delete()
