"""What a segment is like, counted once for each count of its members and each profile."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from pyroaring import BitMap

from accounts.models.workspace import Workspace
from customers import holding
from customers.holding import Shelf, Version
from customers.science.rfm import NEVER
from segments import comparing, foreseeing, reaching
from segments.comparing import Contrast, Share
from segments.helping import Situation
from segments.models.refresh import Snapshot
from segments.remembering import members_of

MOSTLY = 0.6  # of the people in one main segment, before the whole is called after it
FIGURES = (
    "orders", "order_days", "revenue", "recency_days", "last_order_at", "days_between_orders", "gross_revenue",
    "returns_value", "favourite_product", "main_segment",
)  # fmt: skip

_sketches, _standings = Shelf(256), Shelf(4)


@dataclass(frozen=True)
class Sketch:
    """Shares, differences and figures of a segment. `by_worth` are the numbers of those who spent most first."""

    share: Share
    contrasts: list[Contrast]
    situation: Situation
    reach: dict[str, int]
    chance: float | None  # to order in 90 days, the mean of all members
    refusal: str  # why there is no chance to be told
    by_worth: "np.ndarray[Any, np.dtype[np.int64]]"


def sketch(workspace: Workspace, snapshot: Snapshot | None, as_of: datetime, key: Version) -> Sketch:
    """The sketch of who belonged at the snapshot, with the figures in force; `key` is their version."""
    counted = (key, snapshot.pk, snapshot.checked_at) if snapshot else (key, None, None)
    return _sketches.hold(counted, lambda: _drawn(workspace, members_of(snapshot), as_of, key))


def figures(workspace: Workspace, as_of: datetime, key: Version) -> pd.DataFrame:
    """What is said of single people, for everybody, by number."""
    return holding.frame(workspace, list(FIGURES), as_of, key)


def _drawn(workspace: Workspace, members: BitMap, as_of: datetime, key: Version) -> Sketch:
    everybody = figures(workspace, as_of, key)
    people = everybody[comparing.inside(everybody, members)]
    share = comparing.shares(workspace, [members], as_of, people=everybody)[0]
    standing = _standings.hold(key, lambda: reaching.everyone(workspace))
    reach = reaching.tally(standing, members)
    chance, refusal = _chance(workspace, people, as_of, key)
    return Sketch(
        share=share,
        contrasts=comparing.sets_apart(workspace, members, as_of),
        situation=_situation(people, share, len(reach.chosen(unknown=False)), consent_known=reach.is_told),
        reach=reach.counts(unknown=False),
        chance=chance,
        refusal=refusal,
        by_worth=people.sort_values("revenue", ascending=False, kind="stable").index.to_numpy(),
    )


def _chance(workspace: Workspace, people: pd.DataFrame, as_of: datetime, key: Version) -> tuple[float | None, str]:
    outlook = foreseeing.outlook(workspace, as_of, key)
    buyers = people[people["orders"] > 0]
    if outlook.table is None or not len(buyers):
        return None, outlook.refusal or "They have never ordered, so nothing says when they will."
    return outlook.table.expected(buyers["orders"].to_numpy(), buyers["recency_days"].to_numpy()), ""


def _situation(people: pd.DataFrame, share: Share, reachable: int, *, consent_known: bool) -> Situation:
    orders, gap = people["orders"], people["days_between_orders"]
    rhythmic = people["order_days"] >= 3
    late = rhythmic & (people["recency_days"] > 2 * gap)
    paid = float(people["gross_revenue"].sum())
    tastes = people["favourite_product"].dropna().value_counts()
    quiet = people["recency_days"].median()
    return Situation(
        people=share.people,
        main=_mostly(people),
        rhythmic=int(rhythmic.sum()),
        late=int(late.sum()),
        one_order=int((orders == 1).sum()),
        quiet_days=None if pd.isna(quiet) else float(quiet),
        of_revenue=share.of_revenue,
        of_people=share.of_people,
        sent_back=float(people["returns_value"].sum()) / paid if paid > 0 else 0.0,
        favourite=str(tastes.index[0]) if len(tastes) else "",
        favourite_people=int(tastes.iloc[0]) if len(tastes) else 0,
        reachable=reachable,
        consent_known=consent_known,
    )


def _mostly(people: pd.DataFrame) -> str:
    """The main segment of most of them; empty where they are mixed."""
    if not (people["orders"] > 0).any():
        return NEVER
    counts = people["main_segment"].value_counts()
    return str(counts.index[0]) if counts.iloc[0] >= MOSTLY * len(people) else ""
