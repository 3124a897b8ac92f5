"""Segments compared: with everyone, with one another, with themselves at another time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd
from pyroaring import BitMap

from accounts.models.workspace import Workspace
from accounts.templatetags.words import percent
from customers import holding
from customers.features import catalogue
from customers.features.feature import Feature, Type
from segments import saying
from segments.models.segment import Segment, SegmentSet
from segments.remembering import members_at, newest_members
from segments.science import effects
from segments.science.effects import Interval

type Belongs = npt.NDArray[np.bool_]

FEWEST = 30  # people; under that a comparison says more about chance than about them
WEAK = 0.1  # standardised differences below it set nobody apart
ALIKE = 0.85  # rank correlation from which two figures tell the same story
LEVELS = 40  # of a detail such as country, the most frequent
SHOWN = ("orders", "revenue", "recency_days", "last_order_at")
REPEATED = {"order_days", "gross_revenue", "net_revenue"}  # said by orders and by what somebody spent
SETTLED = {"habits", "found"}  # families that say again who is in


@dataclass(frozen=True)
class Contrast:
    """One figure, or one value of a detail, in which the members differ from everyone.

    `value` and `everyone` are medians of figures and shares of details; `index` is 100 for no difference,
    shrunken for small groups; `effect` is the standardised difference with its `interval`.
    """

    feature: str
    label: str
    type: str
    value: float
    everyone: float
    index: float
    effect: float
    interval: Interval
    said: str
    everyone_said: str

    @property
    def sentence(self) -> str:
        return f"{self.label}: {self.said}, against {self.everyone_said} of everyone."


@dataclass(frozen=True)
class Share:
    """How many of everyone, and how much of the money."""

    people: int
    of_people: float
    revenue: float
    of_revenue: float
    orders: int


@dataclass(frozen=True)
class Matrix:
    """People in both the row's and the column's segment; the last row and column of a movement are "outside"."""

    names: list[str]
    ids: list[str | None]
    sizes: list[int]
    counts: list[list[int]]

    @property
    def shares(self) -> list[list[float]]:
        """Which part of the row's people the column holds."""
        return [
            [count / size if size else 0.0 for count in row] for row, size in zip(self.counts, self.sizes, strict=True)
        ]


def everybody(workspace: Workspace, as_of: datetime) -> pd.DataFrame:
    """Every customer with all that comparisons need, in one query."""
    wanted = [*_figures(workspace), *_details(workspace), *SHOWN]
    return holding.frame(workspace, list(dict.fromkeys(wanted)), as_of)


def sets_apart(
    workspace: Workspace, members: BitMap, as_of: datetime, limit: int = 5, *, people: pd.DataFrame | None = None
) -> list[Contrast]:
    """The largest differences between the members and everyone, each telling a story of its own.

    `people` is what `everybody` gave, where it is at hand. Empty when either side is too small to say.
    """
    people = everybody(workspace, as_of) if people is None else people
    belongs = inside(people, members)
    if belongs.sum() < FEWEST or (~belongs).sum() < FEWEST:
        return []
    figures = _figures(workspace)
    numbers = people[list(figures)].apply(pd.to_numeric).astype(float)
    found = [_of_figure(figure, numbers[name], belongs, workspace.currency) for name, figure in figures.items()]
    for name, label in _details(workspace).items():
        found += _of_detail(name, label, people[name], belongs, fewest=workspace.min_group)
    telling = sorted((c for c in found if c and abs(c.effect) >= WEAK), key=lambda c: -abs(c.effect))
    return _each_its_own_story(telling, numbers.rank(), limit)


def shares(
    workspace: Workspace, groups: Sequence[BitMap], as_of: datetime, *, people: pd.DataFrame | None = None
) -> list[Share]:
    """Of each group: people, their share of everyone known, revenue and its share."""
    people = holding.frame(workspace, ["orders", "revenue"], as_of) if people is None else people
    revenue, orders = pd.to_numeric(people["revenue"]).astype(float), pd.to_numeric(people["orders"])
    return [_share(inside(people, group), revenue, orders) for group in groups]


def inside(people: pd.DataFrame, members: BitMap) -> Belongs:
    """Which of the people, whose index is their number, belong."""
    numbers = np.frombuffer(members.to_array(), dtype=np.uint32)
    return np.isin(people.index.to_numpy(), numbers)


def _share(belongs: Belongs, revenue: "pd.Series[float]", orders: "pd.Series[int]") -> Share:
    people, spent, total = int(belongs.sum()), float(revenue[belongs].sum()), float(revenue.sum())
    of_people = people / len(belongs) if len(belongs) else 0.0
    return Share(people, of_people, spent, spent / total if total else 0.0, int(orders[belongs].sum()))


def overlap(segments: Sequence[Segment]) -> Matrix:
    """Who belongs to two segments at once, by their newest snapshots."""
    groups = [newest_members(segment) for segment in segments]
    return Matrix(
        [segment.name for segment in segments],
        [str(segment.pk) for segment in segments],
        [len(group) for group in groups],
        [[row.intersection_cardinality(column) for column in groups] for row in groups],
    )


def movement(whole: SegmentSet, start: datetime, end: datetime) -> Matrix:
    """Who moved from which segment of the set (rows) to which (columns) between two moments, as known then."""
    segments = list(whole.segments.filter(parent=None, archived_at=None).order_by("position"))
    before, after = ([members_at(segment, moment) for segment in segments] for moment in (start, end))
    everyone = BitMap.union(BitMap(), *before, *after)
    before.append(everyone - BitMap.union(BitMap(), *before))
    after.append(everyone - BitMap.union(BitMap(), *after))
    return Matrix(
        [*(segment.name for segment in segments), "Outside"],
        [*(str(segment.pk) for segment in segments), None],
        [len(group) for group in before],
        [[row.intersection_cardinality(column) for column in after] for row in before],
    )


# One comparison --------------------------------------------------------------------------------


def _figures(workspace: Workspace) -> dict[str, Feature]:
    kinds = {Type.NUMBER, Type.MONEY, Type.SHARE}
    known = catalogue.features(workspace)
    telling = {n: f for n, f in known.items() if f.type in kinds and f.family not in SETTLED}
    return {n: f for n, f in telling.items() if (f.window is None or f.family == "own") and n not in REPEATED}


def _details(workspace: Workspace) -> dict[str, str]:
    """Details in words that may be broken down: column -> label."""
    told = catalogue.traits(workspace).items()
    return {f"trait:{name}": t.label for name, t in told if t.type == "text" and not t.is_personal}


def _of_figure(figure: Feature, values: "pd.Series[float]", belongs: Belongs, currency: str) -> Contrast | None:
    """Medians for people; the effect is measured on ranks, so that no single spender decides it."""
    ranks, known = np.asarray(values.rank(), dtype=np.float64), values.notna().to_numpy()
    inside, outside = ranks[belongs & known], ranks[~belongs & known]
    if len(inside) < FEWEST or len(outside) < FEWEST:
        return None
    effect = effects.standardised_difference(inside, outside)
    mine, all_of_them = float(values[belongs].median()), float(values.median())
    said, everyone_said = (saying.value(figure, v, currency, unit=False) for v in (mine, all_of_them))
    if said == everyone_said:
        return None  # a difference that cannot be read tells nobody anything
    level = effects.shrunken_level(mine, len(inside), all_of_them)
    return Contrast(
        figure.name,
        figure.label,
        str(figure.type),
        mine,
        all_of_them,
        100 * level / all_of_them if all_of_them > 0 else 100.0,
        effect,
        effects.difference_range(effect, len(inside), len(outside)),
        saying.value(figure, mine, currency),
        everyone_said,
    )


def _of_detail(name: str, label: str, values: "pd.Series[str]", belongs: Belongs, *, fewest: int) -> list[Contrast]:
    """One contrast for each frequent value, such as "Country: Germany"; small groups are not broken down."""
    frequent = values.dropna().value_counts().head(LEVELS)
    n, inside = len(values), values[belongs]
    found = []
    for level, everyone_hits in frequent.items():
        hits = int((inside == level).sum())
        if min(hits, int(everyone_hits)) >= fewest:
            found.append(_of_level(f"{label}: {level}", name, hits, len(inside), int(everyone_hits), n))
    return found


def _of_level(label: str, name: str, hits: int, n: int, everyone_hits: int, everyone_n: int) -> Contrast:
    share, base = hits / n, everyone_hits / everyone_n
    rest = (everyone_hits - hits) / (everyone_n - n)
    deviation = (base * (1 - base)) ** 0.5 or 1.0
    effect = (share - rest) / deviation
    return Contrast(
        name,
        label,
        "share",
        share,
        base,
        effects.shrunken_index(hits, n, everyone_hits, everyone_n),
        effect,
        effects.difference_range(effect, n, everyone_n - n),
        percent(share),
        percent(base),
    )


def _each_its_own_story(contrasts: list[Contrast], ranks: pd.DataFrame, limit: int) -> list[Contrast]:
    """Skip a figure that only repeats a stronger one: orders, order days and orders in a year are one story."""
    chosen: list[Contrast] = []
    for contrast in contrasts:
        if len(chosen) == limit:
            break
        if not any(_same_story(contrast, other, ranks) for other in chosen):
            chosen.append(contrast)
    return chosen


def _same_story(one: Contrast, other: Contrast, ranks: pd.DataFrame) -> bool:
    if one.feature not in ranks or other.feature not in ranks:
        return one.feature == other.feature
    return abs(ranks[one.feature].corr(ranks[other.feature])) >= ALIKE
