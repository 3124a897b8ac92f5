"""The four figures beside a sheet, each with its range: share of customers, of revenue, growth, who stays.

Where the data are too short or the people too few, a figure says so, and what would let us know.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from accounts.templatetags.words import NARROW, count, money, percent
from customers import profiling
from icp.evidencing import people_behind
from icp.models.definition import Icp
from icp.observing import MONTHS, QUARTER, YEAR, Observed, observed
from icp.science import ranges
from icp.science.ranges import Ranged
from icp.sights.sight import said
from segments import comparing

FEWEST = 30
TOO_FEW = "Too few people to say, and too few to stay unrecognised."
NO_GROWTH = "We cannot tell season from trend before 13 months."


@dataclass(frozen=True)
class Figure:
    """One figure beside a sheet: what it is, how much, what it means, and where it lies between 0 and 1.

    `found` is None where it cannot be said; `value` is then empty and `meaning` the reason. `long`, `counted`
    and `query` say where it comes from; `query` counts over the table `people` of who is in.
    """

    name: str
    label: str
    value: str
    meaning: str
    found: Ranged | None = None
    position: float | None = None
    low: float | None = None
    high: float | None = None
    long: str = ""
    query: str = ""

    @property
    def is_known(self) -> bool:
        return self.found is not None

    def as_json(self) -> dict[str, Any]:
        """As an approved version and the API keep it."""
        kept = {name: round(getattr(self.found, name), 6) for name in ("value", "low", "high")} if self.found else {}
        return {"name": self.name, "label": self.label, "said": self.value, "meaning": self.meaning, **kept}


def figures(icp: Icp, as_of: datetime) -> list[Figure]:
    """What stands at the right of a sheet; nothing where no segment stands behind it, or no data."""
    members = people_behind(icp)
    if not members or profiling.current(icp.workspace) is None:
        return []
    seen = observed(icp.workspace, as_of)
    inside = comparing.inside(seen.people, members)
    if not inside.any():
        return []
    among = seen.among(members)
    return [_customers(inside), _revenue(seen, inside), _growth(seen, members), _stays(seen, among)]


def _customers(inside: Any) -> Figure:
    found = ranges.share(int(inside.sum()), len(inside))
    return Figure(
        "share_of_customers", "Share of customers", percent(found.value),
        f"{count(inside.sum())} of {count(len(inside))}", found, found.value, found.low, found.high,
        "How many of all customers we know belong, with the range that a share of so many people has (Wilson).",
        "SELECT count(*) FILTER (WHERE number IN (SELECT number FROM people)) AS members, count(*) AS everybody\n"
        "FROM profile",
    )  # fmt: skip


def _revenue(seen: Observed, inside: Any) -> Figure:
    spent = pd.to_numeric(seen.people["revenue"]).astype(float).fillna(0.0).to_numpy()
    found = ranges.share_of_money(spent, inside)
    label = "Share of revenue"
    if found is None:
        return Figure("share_of_revenue", label, "", "Nothing has been spent so far.")
    if not spent[inside].any():
        return Figure("share_of_revenue", label, percent(0.0), "Nobody in it has spent anything so far.")
    worth = money(float(spent[inside].sum()), seen.workspace.currency)
    between = _between(found.low, found.high)
    return Figure(
        "share_of_revenue", label, percent(found.value), f"{worth}, {between}", found,
        found.value, max(0.0, found.low), found.high,
        "What they spent so far, by what everybody spent. The range is how far it would move with other customers of "
        "the same kinds: one big spender makes it wide.",
        "SELECT sum(revenue) FILTER (WHERE number IN (SELECT number FROM people)) AS members,\n"
        "    sum(revenue) AS everybody\n"
        "FROM profile",
    )  # fmt: skip


def _growth(seen: Observed, members: Any) -> Figure:
    name, label = "growth", "Growth in a year"
    if not seen.stretch:
        ready = seen.scene.start + timedelta(days=MONTHS)
        return Figure(name, label, "", f"{NO_GROWTH} With data until {said(ready)}.")
    paid = seen.money[comparing.inside(seen.money, members)]
    if len(paid) < FEWEST:
        return Figure(
            name, label, "", f"{TOO_FEW} {_some(len(paid), 'ordered', 'ordered')} in the days that are compared."
        )
    found = ranges.growth(paid["now"].to_numpy(float), paid["before"].to_numpy(float))
    if found is None or not np.isfinite(found.high):
        return Figure(name, label, "", "They are new: nearly nobody of them ordered a year ago.")
    stretch = "the last 12 months" if seen.stretch == YEAR else f"the last {seen.stretch} days"
    return Figure(
        name, label, _signed(found.value), _between(found.low, found.high), found,
        _on_growth(found.value), _on_growth(found.low), _on_growth(found.high),
        f"What the people who are in it today spent in {stretch}, against the same days a year before. People who came "
        "since count with nothing before. The range is drawn by lot over the people (bootstrap, 1,000 times).",
        f"{seen.money_sql}\n-- then: sum(now) / sum(before) - 1 over the numbers in people",
    )  # fmt: skip


def _stays(seen: Observed, among: Any) -> Figure:
    """Who still orders a year after the first order; after 90 days where the data are shorter."""
    for days, name, column in ((YEAR, "a year", "after_year"), (QUARTER, "90 days", "after_quarter")):
        watched = seen.orders[among & (seen.orders["known"] >= days + QUARTER).to_numpy()]
        if len(watched) >= FEWEST:
            found = ranges.share(int((watched[column] > 0).sum()), len(watched))
            return Figure(
                "stays", f"Still with you after {name}", percent(found.value), _between(found.low, found.high), found,
                found.value, found.low, found.high,
                f"Of the {count(len(watched))} of them who first ordered at least {days + QUARTER} days ago, those who "
                f"ordered again between day {days} and day {days + QUARTER - 1} after that.",
                f"{seen.orders_sql}\n-- then: the share with {column} > 0 of the numbers in people with "
                f"first_day at least {days + QUARTER} days ago",
            )  # fmt: skip
    long_enough = int((among & (seen.orders["known"] >= 2 * QUARTER).to_numpy()).sum())
    why = f"{TOO_FEW} {_some(long_enough, 'has been', 'have been')} with you for 180 days."
    return Figure("stays", "Still with you after a year", "", why)


def _some(many: int, one: str, more: str) -> str:
    return f"{f'Only {count(many)}' if many else 'None'} of them {more if many > 1 else one}"


def _between(low: float, high: float) -> str:
    """between 25 and 29 %."""
    a, b = (f"{100 * end:.0f}" if abs(end) >= 0.0995 else f"{100 * end:.1f}".removesuffix(".0") for end in (low, high))
    a, b = (end.replace("-", "−") for end in (a, b))
    return f"between {a} and {b}{NARROW}%"


def _signed(value: float) -> str:
    return f"{'−' if value < 0 else ''}{percent(abs(value))}"


def _on_growth(value: float) -> float:
    """Where it lies on a line from half to two and a half times."""
    return min(1.0, max(0.0, (value + 0.5) / 2))
