"""Where a figure gets to if it goes on as it did."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

FEWEST = 4  # measurements
SHORTEST = 21.0  # days that they span
SURE = 0.8  # of the range


@dataclass(frozen=True)
class Pace:
    """Change per day, and its expectation with an 80 % range at a later day."""

    per_day: float
    value: float
    low: float
    high: float


def pace(days: Sequence[float], values: Sequence[float], until: float) -> Pace | None:
    """The value at day `until`, if the figure keeps the pace of its measurements; None if it is too early.

    A random walk with drift (Hyndman and Athanasopoulos, Forecasting, 5.2 "drift method"), for days that need
    not be equally far apart: the drift is the whole change by the whole time, the range grows with
    sqrt(h + h²/T), Student's t for the few steps. `days` rise strictly; `until` is not before the last.
    """
    if len(days) != len(values):
        raise ValueError("As many days as values.")
    if len(days) < FEWEST or days[-1] - days[0] < SHORTEST:
        return None
    t, y = np.asarray(days, dtype=float), np.asarray(values, dtype=float)
    steps, changes, span, ahead = np.diff(t), np.diff(y), t[-1] - t[0], until - t[-1]
    if (steps <= 0).any() or ahead < 0:
        raise ValueError("Days rise, and the end lies ahead.")
    drift = float((y[-1] - y[0]) / span)
    variance = float(((changes - drift * steps) ** 2 / steps).sum() / (len(steps) - 1))
    error = float(np.sqrt(variance * (ahead + ahead**2 / span)))
    reach = float(stats.t.ppf((1 + SURE) / 2, len(steps) - 1)) * error
    value = float(y[-1] + drift * ahead)
    return Pace(drift, value, float(value - reach), float(value + reach))
