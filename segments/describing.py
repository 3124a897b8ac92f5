"""What a found group is like: its name, its worth, how it differs, and the conditions that come close to it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from accounts.models.workspace import Workspace
from customers.features.feature import Feature
from segments import naming, saying
from segments.science import effects
from segments.science import naming as names
from segments.science.surrogate import Bound, Surrogate, explain


@dataclass(frozen=True)
class Difference:
    """One figure of a group against everyone: medians in the figure's unit, and the standardised difference."""

    feature: str
    inside: float
    everyone: float
    effect: float


@dataclass(frozen=True)
class Group:
    """A found group, described."""

    name: str
    size: int
    revenue_share: float
    differences: tuple[Difference, ...]
    rule: Surrogate
    sentence: str  # the rule in words

    def to_numbers(self) -> dict[str, Any]:
        told = asdict(self)
        told["rule"]["f1"] = self.rule.f1
        return told


def describe(
    people: pd.DataFrame, labels: npt.NDArray[np.intp], figures: Sequence[Feature], workspace: Workspace
) -> list[Group]:
    """Each group of `labels` (0, 1, ...). `people` holds the figures and `revenue`, one row per person."""
    frame = people[[figure.name for figure in figures]]
    worth = people["revenue"].groupby(labels).median()
    tiers = names.tiers(dict(enumerate(worth.to_list())))
    told = [_differences(frame, labels == group) for group in range(int(labels.max()) + 1)]
    suggested = [_name(differences, figures, tiers[group]) for group, differences in enumerate(told)]
    return [
        _group(name, people, labels == group, differences, figures, workspace)
        for group, (name, differences) in enumerate(zip(names.distinct(suggested), told, strict=True))
    ]


def _group(
    name: str,
    people: pd.DataFrame,
    belongs: npt.NDArray[np.bool_],
    differences: tuple[Difference, ...],
    figures: Sequence[Feature],
    workspace: Workspace,
) -> Group:
    rule = rounded(explain(people[[figure.name for figure in figures]], belongs))
    spent = people["revenue"].sum()
    share = float(people["revenue"][belongs].sum() / spent) if spent else 0.0
    by_name = {figure.name: figure for figure in figures}
    return Group(name, int(belongs.sum()), share, differences, rule, in_words(rule, by_name, workspace.currency))


def _differences(frame: pd.DataFrame, belongs: npt.NDArray[np.bool_]) -> tuple[Difference, ...]:
    """Largest first. The effect is measured on ranks, so that one big spender does not decide it."""
    ranks = frame.rank()
    found = [
        Difference(
            str(name),
            float(frame[name][belongs].median()),
            float(frame[name].median()),
            effects.standardised_difference(
                ranks[name][belongs].dropna().to_numpy(), ranks[name][~belongs].dropna().to_numpy()
            ),
        )
        for name in frame.columns
    ]
    return tuple(sorted(found, key=lambda difference: -abs(difference.effect)))


def _name(differences: tuple[Difference, ...], figures: Sequence[Feature], tier: str) -> str:
    by_name = {figure.name: figure for figure in figures if figure.name not in naming.WORTH}
    telling = [naming.trait(by_name[d.feature], d.effect) for d in differences if d.feature in by_name]
    return names.suggest(telling, tier=tier)


def rounded(rule: Surrogate) -> Surrogate:
    """Thresholds to three figures: nobody says "more than 348.4949999"."""
    bounds = tuple(Bound(b.feature, _short(b.low), _short(b.high)) for b in rule.bounds)
    return Surrogate(bounds, rule.precision, rule.recall)


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.3g}")


def in_words(rule: Surrogate, figures: Mapping[str, Feature], currency: str) -> str:
    """Such as "Orders 6 or more, and days since last order at most 60 days."."""
    parts = [_bound_in_words(bound, figures[bound.feature], currency) for bound in rule.bounds]
    said = ", and ".join(part[:1].lower() + part[1:] for part in parts)
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def _bound_in_words(bound: Bound, figure: Feature, currency: str) -> str:
    """Whole numbers are said as such: more than 2.5 orders is 3 or more."""
    low, high = bound.low, bound.high
    if figure.whole:
        low, high = (None if low is None else math.floor(low) + 1), (None if high is None else math.floor(high))
    lower, upper = (None if v is None else saying.value(figure, v, currency) for v in (low, high))
    if lower is not None and upper is not None:
        return f"{figure.label} between {lower} and {upper}"
    if lower is None:
        return f"{figure.label} at most {upper}"
    return f"{figure.label} {lower} or more" if figure.whole else f"{figure.label} more than {lower}"
