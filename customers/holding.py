"""What was counted over everybody, held in memory for as long as it stays true.

A page must not count a million lines again for each visit. What it counted depends on the profile in force, the
event log, what revenue means, the figures there are, and the moment; these make the key. Nothing is ever told to
forget: a new profile makes a new key, and what nobody asked for lately falls out.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as compute

from accounts.models.workspace import Workspace
from customers import engine, profiling
from customers.engine import parse
from customers.features import catalogue
from customers.features.feature import Feature
from customers.models.event import EventLog
from customers.models.profile import Score

type Places = npt.NDArray[np.uint64]


class Shelf:
    """At most so many results of one kind, those kept that were asked for last."""

    def __init__(self, at_most: int) -> None:
        self.at_most, self.lock = at_most, Lock()
        self.held: OrderedDict[Hashable, Any] = OrderedDict()

    def hold[Result](self, key: Hashable, count: Callable[[], Result]) -> Result:
        """What was counted for the key; counted now if nobody did. Two at once may both count: they agree."""
        with self.lock:
            if key in self.held:
                self.held.move_to_end(key)
                found: Result = self.held[key]
                return found
        counted = count()
        with self.lock:
            self.held[key] = counted
            while len(self.held) > self.at_most:
                self.held.popitem(last=False)
        return counted

    def peek(self, key: Hashable) -> Any:
        """What is held for the key; None if nothing is."""
        with self.lock:
            return self.held.get(key)


@dataclass(frozen=True)
class Version:
    """What everything counted over a workspace depends on; `rows` is how many customers have figures."""

    workspace: Any
    profile: Any
    log: int | None
    moment: datetime
    scores: tuple[Any, ...]
    figures: tuple[Feature, ...]
    meaning: tuple[Any, ...]
    rows: int

    @property
    def is_small(self) -> bool:
        """Whether the figures of everybody may be held at once."""
        return self.profile is not None and self.rows <= LARGEST


def version(workspace: Workspace, as_of: datetime) -> Version:
    """The version in force. On the live clock it is true for a minute."""
    table = profiling.current(workspace)
    return Version(
        workspace.pk,
        table.pk if table else None,
        EventLog.objects.in_workspace(workspace).values_list("version", flat=True).first(),
        as_of.replace(second=0, microsecond=0),
        tuple(Score.objects.in_workspace(workspace).order_by("name").values_list("name", "path")),
        tuple(catalogue.features(workspace).values()),
        (repr(workspace.revenue), workspace.currency, workspace.timezone, workspace.min_group),
        table.rows if table else 0,
    )


# The profile as it reads now -------------------------------------------------------------------

LARGEST = 300_000  # customers; the figures of more than that are asked for as they are needed
EVERY_FIGURE = "SELECT * FROM profile ORDER BY number"

_profiles, _orders, _frames = Shelf(3), Shelf(24), Shelf(6)


def everyone(workspace: Workspace, as_of: datetime, key: Version) -> pa.Table:
    """Every figure of every known customer, in the order of numbers."""

    def read() -> pa.Table:
        return engine.query(workspace, parse(EVERY_FIGURE), relations=profiling.relations(workspace, as_of))

    return _profiles.hold(key, read)


def of_one(number: int, key: Version) -> dict[str, Any] | None:
    """Every figure of one customer, where everybody's are held already; None says to ask for them."""
    table: pa.Table | None = _profiles.peek(key)
    if table is None:
        return None
    numbers = table["number"].to_numpy()
    place = int(np.searchsorted(numbers, number))
    if place == len(numbers) or numbers[place] != number:
        return {}
    found: dict[str, Any] = table.slice(place, 1).to_pylist()[0]
    return found


def places(table: pa.Table, key: Version, figure: str, *, falling: bool) -> Places:
    """The rows of `everyone` in the order of a figure; unknown values last, equal ones by number."""
    keys = [(figure, "descending" if falling else "ascending"), ("number", "ascending")]

    def sorted_() -> Places:
        found: Places = compute.sort_indices(table.select(list(dict(keys))), sort_keys=keys).to_numpy()
        return found

    return _orders.hold((key, figure, falling), sorted_)


def frame(workspace: Workspace, features: list[str], as_of: datetime, key: Version | None = None) -> pd.DataFrame:
    """As profiling.frame, from what is held where that is possible. Nobody may change it."""
    key = key or version(workspace, as_of)
    if not key.is_small:
        return profiling.frame(workspace, features, as_of)

    def taken() -> pd.DataFrame:
        table = everyone(workspace, as_of, key).select(list(dict.fromkeys(["number", *features])))
        return table.to_pandas().set_index("number")

    return _frames.hold((key, tuple(features)), taken)
