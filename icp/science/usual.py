"""What is usual in a week, from the weeks before."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FEWEST = 4  # weeks before anything can be called usual


@dataclass(frozen=True)
class Usual:
    """The normal range of a weekly count, ends included, and the largest count seen."""

    low: int
    high: int
    most: float

    def __contains__(self, count: object) -> bool:
        return isinstance(count, int | float) and self.low <= round(count) <= self.high


def usual(counts: Sequence[float]) -> Usual | None:
    """The normal range of what the weeks before counted; None for fewer than four.

    Median plus and minus twice the spread. The spread is the scaled median absolute deviation
    (Rousseeuw and Croux 1993), and at least the square root of the median, as for counts by chance
    (Poisson), so that a quiet history does not make a ripple look like a wave.
    """
    if len(counts) < FEWEST:
        return None
    values = np.asarray(counts, dtype=float)
    centre = float(np.median(values))
    spread = max(1.4826 * float(np.median(np.abs(values - centre))), float(np.sqrt(max(centre, 1.0))))
    return Usual(max(0, round(centre - 2 * spread)), round(centre + 2 * spread), float(values.max()))
