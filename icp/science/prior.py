"""What data suggest for one question, on the scale on which people grade.

A percentile becomes a score between 1 and 10 and is drawn to the middle of the scale where few people stand
behind it, as an empirical Bayes estimate is (Morris 1983, JASA 78:47-55).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

LOWEST, HIGHEST, MIDDLE = 1.0, 10.0, 5.5
PRIOR_PEOPLE = 30  # the middle of the scale weighs as much as so many people
FAR = 3.0  # as far apart as two people must be for a gap


def suggested(percentile: float, people: int) -> float:
    """A score of 1 to 10: 1 + 9 x percentile, drawn to 5.5 by people / (people + 30).

    >>> round(suggested(1.0, 0), 2), round(suggested(1.0, 30), 2), round(suggested(212 / 310, 310), 2)
    (5.5, 7.75, 7.01)
    """
    if not 0.0 <= percentile <= 1.0:
        raise ValueError(f"A percentile lies between 0 and 1, not at {percentile}.")
    if people < 0:
        raise ValueError(f"There cannot be {people} people.")
    plain = LOWEST + (HIGHEST - LOWEST) * percentile
    weight = people / (people + PRIOR_PEOPLE)
    return MIDDLE + weight * (plain - MIDDLE)


def percentile(value: float, others: Sequence[float] | npt.NDArray[np.float64]) -> float:
    """Which share of the others lies below the value; equal ones count half. 0.5 without others.

    >>> percentile(3.0, [1.0, 2.0, 3.0, 4.0])
    0.625
    """
    values = np.asarray(others, dtype=np.float64)
    values = values[~np.isnan(values)]
    if not len(values):
        return 0.5
    return float((np.count_nonzero(values < value) + 0.5 * np.count_nonzero(values == value)) / len(values))


def grown(now: float, before: float) -> float:
    """Growth as a percentile: now / (now + before). 0.5 is no change, 2/3 twice as much, 1/3 half as much.

    >>> grown(200, 100) == 2 / 3, grown(50, 100) == 1 / 3, grown(0, 0)
    (True, True, 0.5)
    """
    if now < 0 or before < 0:
        raise ValueError("Growth is told from two amounts that are not below 0.")
    return now / (now + before) if now + before else 0.5


def is_far(score: float, suggestion: float) -> bool:
    """Whether an answer lies three or more from what the data suggest.

    >>> is_far(4, 7.0), is_far(5, 7.0)
    (True, False)
    """
    return abs(score - suggestion) >= FAR
