"""How much of something there is, with the range it may have.

Wilson (1927), Probable Inference, the Law of Succession, and Statistical Inference, for shares of people; the ratio
estimator's variance (Cochran 1977, Sampling Techniques, 6.4) for shares of money; the percentile bootstrap over
people (Efron 1979) for growth. Two-sided, 95 in 100.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

Z = float(special.ndtri(0.975))
DRAWS, SEED = 1_000, 20

type Floats = npt.NDArray[Any]


@dataclass(frozen=True)
class Ranged:
    """A value between two limits, and over how many people it was counted."""

    value: float
    low: float
    high: float
    n: int


def share(hits: int, n: int) -> Ranged:
    """A share of `n` people, 0 to 1, with Wilson's interval.

    >>> found = share(16, 20)
    >>> round(found.low, 3), round(found.high, 3)
    (0.584, 0.919)
    """
    if n <= 0:
        raise ValueError("a share of nobody")
    p, room = hits / n, Z * Z / n
    middle = (p + room / 2) / (1 + room)
    reach = Z * np.sqrt(p * (1 - p) / n + room / (4 * n)) / (1 + room)
    return Ranged(p, max(0.0, float(middle - reach)), min(1.0, float(middle + reach)), n)


def share_of_money(spent: Floats, belongs: npt.NDArray[np.bool_]) -> Ranged | None:
    """Which part of everything spent the members spent; None where nothing was spent."""
    total, n = float(spent.sum()), len(spent)
    if total <= 0 or n < 2:
        return None
    ratio = float(spent[belongs].sum()) / total
    residuals = np.where(belongs, spent, 0.0) - ratio * spent
    error = float(np.sqrt((residuals**2).sum() * n / (n - 1))) / total
    return Ranged(ratio, max(0.0, ratio - Z * error), min(1.0, ratio + Z * error), n)


def growth(now: Floats, before: Floats) -> Ranged | None:
    """How much more the same people spent than before: 0.4 is 40 % more; None where nothing was spent before.

    People are drawn anew, with both of their sums, so that one big spender widens the range as he should.
    """
    n = len(now)
    if n < 2 or before.sum() <= 0:
        return None
    rng = np.random.default_rng(SEED)
    found = np.empty(DRAWS)
    for draw in range(DRAWS):
        drawn = rng.integers(0, n, n)
        then = before[drawn].sum()
        found[draw] = now[drawn].sum() / then - 1 if then > 0 else np.inf
    low, high = np.quantile(found, [0.025, 0.975])
    return Ranged(float(now.sum() / before.sum() - 1), float(low), float(high), n)
