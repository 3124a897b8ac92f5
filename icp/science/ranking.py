"""The order of the candidates, the cut of the focus, and where the effort goes."""

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


def cannot_be_told_apart(low_of_last: float, high_of_next: float) -> bool:
    """Whether the ranges of the last in the focus and of the first outside overlap."""
    return bool(high_of_next >= low_of_last)


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
