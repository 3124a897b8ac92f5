"""How much somebody looks like the members of a group, 0 to 100.

A logistic regression with ridge penalty learns from all figures who belongs (the propensity score of Rosenbaum and
Rubin 1983). Everybody is judged by a model that has not seen them (five folds), so that members are not 100 because
they are members. The score is the share of the members whom one looks at least as much like as, out of fold: 50 looks
as much like a member as the middle one does (a conformal p-value, Vovk, Gammerman and Shafer 2005). The figures that
decide who belongs have to be left out by whoever asks: they would only say again who is in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from icp.science.claims import superiority

FEWEST = 20  # members
FOLDS = 5
MOST = 5_000  # people of one side that a model learns from
TELLS_APART = 0.6  # how often a member must look more like one than somebody else does

type Floats = npt.NDArray[Any]
type Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Fit:
    """`score` by customer, 0 to 100; `apart`: how often a member looks more like one than somebody else does, with
    its range; `weights`: what makes somebody look like them, the strongest first."""

    score: "pd.Series[float]"
    apart: float
    low: float
    high: float
    weights: "pd.Series[float]"


class TooFew(ValueError):
    """Under FEWEST people on one of the two sides."""


class NotApart(ValueError):
    """Members look like everybody else in these figures."""


def fit(figures: pd.DataFrame, details: pd.DataFrame, belongs: Flags, *, seed: int = 9) -> Fit:
    """Scores for everybody. `figures` are numbers, `details` words; one row per customer, index their number.

    Raises TooFew, or NotApart when the figures do not tell members from others.
    """
    if min(int(belongs.sum()), int((~belongs).sum())) < FEWEST:
        raise TooFew
    known = _prepared(figures, details)
    if known.empty or not len(known.columns):
        raise NotApart
    values = known.to_numpy(dtype=np.float64)
    likeness, weights = _judged(values, belongs, np.random.default_rng(seed))
    apart = superiority(likeness[belongs], likeness[~belongs])
    if apart.low < 0.5 or apart.value < TELLS_APART:
        raise NotApart
    score = pd.Series(_placed(likeness, likeness[belongs]), index=known.index)
    told = pd.Series(weights, index=known.columns)
    return Fit(score, apart.value, apart.low, apart.high, told[told.abs().sort_values(ascending=False).index])


def _prepared(figures: pd.DataFrame, details: pd.DataFrame) -> pd.DataFrame:
    """Numbers as normal scores of their ranks, with a column for those that are not known; frequent words as 0 or 1."""
    columns: dict[str, Floats] = {}
    for name in figures:
        values = pd.to_numeric(figures[name]).astype(float)
        missing = values.isna()
        if values.nunique(dropna=True) > 1:
            ranks = (values.rank(pct=True) - 0.5).fillna(0.0)
            columns[str(name)] = (ranks * 3.4).to_numpy()  # about a standard deviation of 1
        if 0.01 < missing.mean() < 0.99:
            columns[f"{name}?"] = missing.to_numpy(dtype=float)
    for name in details:
        for level, many in details[name].value_counts().head(12).items():
            if FEWEST <= many <= len(details) - FEWEST:
                columns[f"{name}={level}"] = (details[name] == level).to_numpy(dtype=float)
    return pd.DataFrame(columns, index=figures.index)


def _judged(values: Floats, belongs: Flags, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Everybody's log-odds by a model that did not learn from them, and the mean weights of the models."""
    from sklearn.linear_model import LogisticRegression  # imported late: it takes seconds

    folds = _folds(belongs, rng)
    likeness, weights = np.empty(len(belongs)), []
    for fold in range(FOLDS):
        sides = [np.flatnonzero((folds != fold) & side) for side in (belongs, ~belongs)]
        learn = np.concatenate([_some(rows, rng) for rows in sides])
        model = LogisticRegression(C=0.3, class_weight="balanced", max_iter=200, tol=1e-3)
        model.fit(values[learn], belongs[learn])
        likeness[folds == fold] = model.decision_function(values[folds == fold])
        weights.append(model.coef_[0])
    return likeness, np.mean(weights, axis=0)


def _folds(belongs: Flags, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Members and others dealt out evenly."""
    folds = np.empty(len(belongs), dtype=np.int64)
    for side in (belongs, ~belongs):
        folds[rng.permutation(np.flatnonzero(side))] = np.arange(int(side.sum())) % FOLDS
    return folds


def _some(rows: npt.NDArray[np.intp], rng: np.random.Generator) -> npt.NDArray[np.intp]:
    return rng.choice(rows, MOST, replace=False) if len(rows) > MOST else rows


def _placed(likeness: Floats, members: Floats) -> Floats:
    """The share of members whom one looks at least as much like as, in whole numbers of 100."""
    return np.round(100 * np.searchsorted(np.sort(members), likeness, side="right") / len(members))


def same_story(figures: pd.DataFrame, named: Sequence[str], *, alike: float = 0.85) -> set[str]:
    """The named figures, and those that tell the same story (rank correlation from `alike` on)."""
    ranks = figures.apply(pd.to_numeric).rank()
    there = [name for name in named if name in ranks]
    found = set(there)
    for name in ranks:
        if any(abs(ranks[name].corr(ranks[other])) >= alike for other in there):
            found.add(str(name))
    return found
