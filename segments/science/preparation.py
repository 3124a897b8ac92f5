"""Figures made comparable before people are grouped by them.

Preparation decides what a clustering finds: on raw figures the best-looking answer is "everyone, and a
sliver of big spenders". Here each column is put on a log scale (counts and money), cut at its 1st and 99th
percentile, made roughly symmetric (Yeo and Johnson 2000) and standardised. What was learned is kept as plain
numbers, so that a customer who comes tomorrow is prepared exactly like those of today.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize, stats

type Floats = npt.NDArray[np.float64]

CUT = (0.01, 0.99)
LAMBDAS = (-2.0, 3.0)  # beyond these the power only serves a spike of equal values
AT_LEAST_KNOWN = 0.5  # a column that is missing for more people says too little of the others
FIT_ON = 20_000


@dataclass(frozen=True)
class Column:
    """How one figure is prepared; everything needed to do it again."""

    name: str
    logged: bool
    low: float
    high: float
    power: float
    mean: float
    deviation: float
    missing: float  # share of people without the figure; they stand in the middle


@dataclass(frozen=True)
class Preparation:
    """The columns in use, and why others were left out."""

    columns: tuple[Column, ...]
    left_out: Mapping[str, str]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def to_numbers(self) -> dict[str, Any]:
        return {"columns": [asdict(column) for column in self.columns], "left_out": dict(self.left_out)}


def from_numbers(kept: Mapping[str, Any]) -> Preparation:
    """The preparation that `to_numbers` wrote down."""
    return Preparation(tuple(Column(**column) for column in kept["columns"]), dict(kept["left_out"]))


def learn(frame: pd.DataFrame, *, logged: Sequence[str] = ()) -> Preparation:
    """Learn from the people of `frame` how each column is prepared.

    Parameters
    ----------
    frame : (people, figures), numeric, may hold missing values
    logged : the columns that are counts or money; their signed log1p is taken first

    Columns without at least two different values, or missing for more than half of the people, are left
    out with a reason.
    """
    columns, left_out = [], {}
    for name in frame.columns:
        values = frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
        reason = _unfit(values)
        if reason:
            left_out[str(name)] = reason
        else:
            columns.append(_learn_column(str(name), values, logged=name in logged))
    flat = [column.name for column in columns if column.deviation == 0]
    left_out |= dict.fromkeys(flat, "almost everybody has the same value")
    return Preparation(tuple(column for column in columns if column.deviation > 0), left_out)


def apply(preparation: Preparation, frame: pd.DataFrame) -> Floats:
    """(people, columns in use), standardised; a missing figure becomes 0, the middle."""
    prepared = [
        _prepared(column, frame[column.name].to_numpy(np.float64, na_value=np.nan)) for column in preparation.columns
    ]
    return np.column_stack(prepared) if prepared else np.empty((len(frame), 0))


def _unfit(values: Floats) -> str:
    known = values[np.isfinite(values)]
    if len(known) < AT_LEAST_KNOWN * len(values) or len(known) == 0:
        return "it is missing for more than half of the people"
    if np.ptp(known) == 0:
        return "everybody has the same value"
    return ""


def _learn_column(name: str, values: Floats, *, logged: bool) -> Column:
    known = _logged(values[np.isfinite(values)], logged)
    low, high = (float(q) for q in np.quantile(known, CUT))
    cut = np.clip(known, low, high)
    if low == high:
        return Column(name, logged, low, high, 1.0, low, 0.0, 0.0)
    power = _power(np.sort(cut)[:: max(1, len(cut) // FIT_ON)])
    bent = stats.yeojohnson(cut, lmbda=power)
    missing = 1 - len(known) / len(values)
    return Column(name, logged, low, high, power, float(bent.mean()), float(bent.std()), missing)


def _power(values: Floats) -> float:
    """The most likely power of Yeo and Johnson, within bounds."""
    found = optimize.minimize_scalar(
        lambda p: -float(stats.yeojohnson_llf(p, values)), bounds=LAMBDAS, method="bounded"
    )
    return float(found.x)


def _prepared(column: Column, values: Floats) -> Floats:
    known = np.isfinite(values)
    cut = np.clip(_logged(values[known], column.logged), column.low, column.high)
    answer = np.zeros(len(values))
    answer[known] = (stats.yeojohnson(cut, lmbda=column.power) - column.mean) / column.deviation
    return answer


def _logged(values: Floats, logged: bool) -> Floats:
    return np.sign(values) * np.log1p(np.abs(values)) if logged else values
