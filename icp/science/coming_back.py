"""Who comes back, and when: times to the second order with those who may still come, and where people started.

Kaplan and Meier (1958), Nonparametric Estimation from Incomplete Observations: who has not come back yet
counts for as long as they were watched. Katz et al. (1978) for the range of a ratio of two shares; Bonferroni's
correction where the best of many starts is picked; as the range is too narrow far from the middle, Fisher's
exact test has to agree.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

ENOUGH = 30  # people still waiting, below which a share says nothing
HARDLY = 0.05  # of those who are left come in the next three months
STEP, AHEAD = 30, 90  # days


@dataclass(frozen=True)
class Within:
    """The share that comes back within so many days, 0 to 1, and between which limits it lies (95 in 100)."""

    days: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Start:
    """Those who started with one thing against everybody else; `ratio` lies between `low` and `high`."""

    name: str
    people: int
    came_back: int
    others: int
    others_back: int
    ratio: float
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.came_back / self.people

    @property
    def others_share(self) -> float:
        return self.others_back / self.others


def shares_by_day(counts: pd.DataFrame) -> "pd.Series[float]":
    """The share that has come back by each day after the first order, 0 to 1, estimated by Kaplan and Meier.

    `counts` has one row per number of days: `days`, `came_back` (after so many days) and `still_quiet`
    (watched for so many days, and not back yet).
    """
    table = counts.groupby("days")[["came_back", "still_quiet"]].sum().sort_index()
    leaving = table.sum(axis=1)
    at_risk = leaving[::-1].cumsum()[::-1]
    stays = (1 - table["came_back"] / at_risk).cumprod()
    return pd.Series(1 - stays, index=table.index, dtype=float)


def hardly_after(counts: pd.DataFrame) -> int | None:
    """The first of 30, 60, 90 ... days after which fewer than 5 % of those left come within three more months.

    None where people keep coming for as long as enough of them are watched.
    """
    shares = shares_by_day(counts)
    watched = counts.groupby("days")[["came_back", "still_quiet"]].sum().sum(axis=1).sort_index()
    for day in range(STEP, int(watched.index.max()) - AHEAD + 1, STEP):
        if watched[watched.index >= day + AHEAD].sum() < ENOUGH:
            return None
        now, later = _at(shares, day), _at(shares, day + AHEAD)
        if now < 1 and (later - now) / (1 - now) < HARDLY:
            return day
    return None


def within(counts: pd.DataFrame, *, longest: int = 365) -> Within | None:
    """How many come back within the longest time for which enough people were watched, at most `longest` days.

    Greenwood's variance on the scale log(-log), which keeps the limits between 0 and 1. None where fewer than
    ENOUGH people were watched for 30 days, or nobody came back by then.
    """
    table = counts.groupby("days")[["came_back", "still_quiet"]].sum().sort_index()
    at_risk = table.sum(axis=1)[::-1].cumsum()[::-1]
    watched = at_risk[at_risk >= ENOUGH]
    days = min(longest, int(watched.index.max())) if len(watched) else 0
    until = table.index <= days
    hits, left = table["came_back"][until].to_numpy(float), at_risk[until].to_numpy(float)
    stays = float(np.prod(1 - hits / left)) if days else 1.0
    if days < STEP or not 0 < stays < 1:
        return None
    reach = special.ndtri(0.975) * np.sqrt(np.sum(hits / (left * (left - hits)))) / abs(np.log(stays))
    return Within(days, 1 - stays, float(1 - stays ** np.exp(-reach)), float(1 - stays ** np.exp(reach)))


def _at(shares: "pd.Series[float]", day: int) -> float:
    until = shares[shares.index <= day]
    return float(until.iloc[-1]) if len(until) else 0.0


def outstanding(counts: pd.DataFrame, *, least: int = 50, level: float = 0.95) -> list[Start]:
    """The starts after which people come back surely more often than everybody else, the surest first.

    `counts` has one row per start: `first`, `people`, `came_back`. Starts of fewer than `least` people, or
    whose others are fewer, are not looked at; the range allows for the number of those that are.
    """
    everybody, back = int(counts["people"].sum()), int(counts["came_back"].sum())
    fit = counts[(counts["people"] >= least) & (everybody - counts["people"] >= least)]
    rows: list[Any] = list(fit.itertuples(index=False))
    found = [_start(str(row.first), int(row.people), int(row.came_back), everybody, back) for row in rows]
    z = float(special.ndtri(1 - (1 - level) / (2 * max(1, len(found)))))
    ranged = [_ranged(start, z) for start in found if start.came_back and start.others_back]
    surely = [start for start in ranged if start.low > 1 and _by_chance(start) < (1 - level) / (2 * len(found))]
    return sorted(surely, key=lambda start: -start.low)


def _start(name: str, people: int, came_back: int, everybody: int, back: int) -> Start:
    others, others_back = everybody - people, back - came_back
    ratio = (came_back / people) / (others_back / others) if others_back else np.inf
    return Start(name, people, came_back, others, others_back, float(ratio), 0.0, np.inf)


def _by_chance(start: Start) -> float:
    """How likely so many came back where the start made no difference (Fisher 1922, exact, one side)."""
    from scipy.stats import hypergeom  # imported late: it takes seconds, and pages never need it

    everybody, back = start.people + start.others, start.came_back + start.others_back
    return float(hypergeom.sf(start.came_back - 1, everybody, back, start.people))


def _ranged(start: Start, z: float) -> Start:
    error = np.sqrt(
        1 / start.came_back - 1 / start.people + 1 / start.others_back - 1 / start.others
    )  # of the ratio's logarithm
    low, high = start.ratio * np.exp(-z * error), start.ratio * np.exp(z * error)
    return Start(
        start.name, start.people, start.came_back, start.others, start.others_back, start.ratio, float(low), float(high)
    )
