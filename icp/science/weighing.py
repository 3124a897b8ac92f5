"""Two classical second opinions: weights from pairwise judgements (AHP), and nearness to the best (TOPSIS)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

type Array = npt.NDArray[np.float64]

# The consistency of judgements made at random, by the number of things compared (Saaty 1980).
BY_CHANCE = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
CONSISTENT = 0.1


@dataclass(frozen=True)
class Priorities:
    """Weights that add up to 1, the largest eigenvalue, and how inconsistent the judgements are."""

    weights: Array
    largest: float
    ratio: float

    @property
    def is_consistent(self) -> bool:
        return self.ratio < CONSISTENT


def pairwise(judgements: Any) -> Priorities:
    """Weights from a square table of "how many times as important as": the principal eigenvector.

    Saaty (1980), The Analytic Hierarchy Process. A ratio under 0.1 is consistent; 0 for one or two things.
    Raises ValueError for a table that is not square, not positive, not reciprocal, or larger than ten.
    """
    table = np.asarray(judgements, dtype=float)
    n = len(table)
    if table.shape != (n, n) or not 1 <= n <= len(BY_CHANCE):
        raise ValueError("Judgements are a square table of 1 to 10 things.")
    if (table <= 0).any() or not np.allclose(table * table.T, 1):
        raise ValueError("Judgements are above 0, and each is one divided by its mirror.")
    values, vectors = np.linalg.eig(table)
    place = int(values.real.argmax())
    weights = np.abs(vectors[:, place].real)
    largest = float(values[place].real)
    by_chance = BY_CHANCE[n - 1]
    ratio = (largest - n) / (n - 1) / by_chance if by_chance else 0.0
    return Priorities(weights / weights.sum(), largest, ratio)


def nearness(table: Any, weights: Any, *, costs: Sequence[int] = ()) -> Array:
    """How near each row lies to the best of all columns and how far from the worst, 0 to 1 (TOPSIS).

    Hwang and Yoon (1981), with vector normalisation: another one may order the rows differently. `costs` are
    columns in which less is better. NaN for every row where all rows are alike.
    """
    values = np.asarray(table, dtype=float)
    weight = np.asarray(weights, dtype=float)
    length = np.sqrt((values**2).sum(axis=0))
    scaled = np.divide(values, length, out=np.zeros_like(values), where=length > 0) * (weight / weight.sum())
    scaled[:, list(costs)] *= -1
    to_best = np.sqrt(((scaled - scaled.max(axis=0)) ** 2).sum(axis=1))
    to_worst = np.sqrt(((scaled - scaled.min(axis=0)) ** 2).sum(axis=1))
    whole = to_best + to_worst
    return np.divide(to_worst, whole, out=np.full(len(values), np.nan), where=whole > 0)
