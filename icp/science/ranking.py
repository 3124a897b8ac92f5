"""The order of the candidates, the cut of the focus, and where the effort goes."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

SHARE = 15  # percent of the candidates that become the focus
FLOOR = 60  # of 100: below it even the best candidate is a weak one
EFFORT = 80  # percent of the effort for the focus


def places(count: int, *, percent: int = SHARE) -> int:
    """How many places the focus has: `percent` of the candidates, rounded up, at least one.

    >>> [places(n) for n in (1, 6, 7, 13, 14, 20, 40)]
    [1, 1, 2, 2, 3, 3, 6]
    """
    return max(1, -(-percent * count // 100))


def ranked(totals: pd.Series, likelihood: pd.Series) -> pd.DataFrame:
    """Candidates best first, with rank, tied and focus.

    Equal totals share a rank and a side of the cut; among them the one that is likelier to buy stands first,
    which changes the order on the page and nothing else. A candidate without a total has no rank.
    """
    table = pd.DataFrame({"total": totals, "likelihood": likelihood.reindex(totals.index)})
    table["rank"] = table["total"].rank(method="min", ascending=False)
    table["tied"] = table["total"].duplicated(keep=False) & table["total"].notna()
    table["focus"] = table["rank"] <= places(len(table))
    return table.sort_values(["total", "likelihood"], ascending=False, na_position="last", kind="stable")


def told_apart(differences: Any) -> bool:
    """Whether 95 in 100 of the drawn differences lie on one side of zero. False where nothing was drawn."""
    known = np.asarray(differences, dtype=float)
    known = known[~np.isnan(known)]
    if not len(known):
        return False
    low, high = np.percentile(known, [2.5, 97.5])
    return bool(low > 0 or high < 0)


def not_apart(drawn: pd.DataFrame, order: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Neighbours in the order that cannot be told apart; `drawn` holds each candidate's totals, a row per draw.

    The draws are of the same people for both, so that a strict or a mild panel shifts both alike.
    """
    return [(one, next) for one, next in pairwise(order) if not told_apart(drawn[one] - drawn[next])]


def allocated(scores: pd.Series, *, effort: int = EFFORT) -> pd.Series:
    """Whole percents of the effort for each member of the focus, by score, `effort` together.

    Largest remainders get the percents that rounding leaves over.

    >>> allocated(pd.Series([91.0, 85.0])).tolist()
    [41, 39]
    """
    if scores.empty:
        return scores.astype(int)
    even = pd.Series(1.0, index=scores.index)
    exact = effort * (scores / scores.sum() if scores.sum() > 0 else even / len(scores))
    whole = exact.astype(int)
    left = effort - int(whole.sum())
    for winner in (exact - whole).sort_values(ascending=False, kind="stable").index[:left]:
        whole[winner] += 1
    return whole
