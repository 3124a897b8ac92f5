"""The same groups under other numbers: identity over refits, and the drift of figures."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

SAME = 0.5
WATCH, ACT = 0.1, 0.25  # of the population stability index, by convention


@dataclass(frozen=True)
class Match:
    """Which new group continues which old one, with the likeness (Jaccard); what is new; what is gone."""

    pairs: Mapping[int, tuple[int, float]]  # new -> (old, likeness)
    new: tuple[int, ...]
    retired: tuple[int, ...]


def match(old: Mapping[int, Set[int]], new: Mapping[int, Set[int]], *, same: float = SAME) -> Match:
    """Pair old and new groups so that the likeness of members is greatest (Kuhn 1955).

    >>> match({1: {1, 2, 3}, 2: {7, 8}}, {1: {7, 8}, 2: {1, 2, 3, 4}}).pairs
    {1: (2, 1.0), 2: (1, 0.75)}
    """
    olds, news = list(old), list(new)
    likeness = np.array([[_jaccard(old[o], new[n]) for o in olds] for n in news]).reshape(len(news), len(olds))
    rows, columns = linear_sum_assignment(-likeness)
    kept = {
        news[row]: (olds[column], float(likeness[row, column]))
        for row, column in zip(rows, columns, strict=True)
        if likeness[row, column] >= same
    }
    continued = {o for o, _ in kept.values()}
    return Match(kept, tuple(n for n in news if n not in kept), tuple(o for o in olds if o not in continued))


def stability_index(expected: npt.ArrayLike, actual: npt.ArrayLike) -> float:
    """The population stability index of two rows of shares: 0 the same, 0.1 watch, 0.25 act.

    >>> round(stability_index([.2, .2, .2, .2, .2], [.1, .2, .2, .2, .3]), 6)
    0.109861
    """
    e, a = (np.maximum(np.asarray(shares, dtype=float), 1e-6) for shares in (expected, actual))
    return float(((a - e) * np.log(a / e)).sum())


def _jaccard(one: Set[int], other: Set[int]) -> float:
    either = len(one | other)
    return len(one & other) / either if either else 0.0
