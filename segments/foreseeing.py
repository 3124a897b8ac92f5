"""The chance to order in 90 days: learned from the last 90, or refused with what would let us know."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from accounts.models.workspace import Workspace
from accounts.templatetags.words import NARROW, count, short_day
from customers import engine, holding, profiling
from customers.engine import parse
from customers.holding import Version
from segments.science import chances
from segments.science.chances import Table

AHEAD = timedelta(days=90)
FEWEST_BUYERS = 500
FEWEST_DAYS = 180
FEWEST_EACH = 100  # who did, and who did not
BEFORE = """
    SELECT number, count(DISTINCT coalesce("order", occurrence)) FILTER (WHERE happened_at < :start) AS orders,
        max(happened_at) FILTER (WHERE happened_at < :start) AS last_at,
        min(happened_at) AS first_at, max(happened_at) >= :start AS ordered
    FROM events WHERE NOT number IS NULL AND line = 1 GROUP BY number"""

_shelf = holding.Shelf(32)


@dataclass(frozen=True)
class Outlook:
    """What can be said of the next 90 days in this workspace: a table, or why there is none."""

    table: Table | None = None
    refusal: str = ""


def outlook(workspace: Workspace, as_of: datetime, key: Version) -> Outlook:
    """Learned once for each profile."""
    return _shelf.hold(key, lambda: _learned(workspace, as_of))


def _learned(workspace: Workspace, as_of: datetime) -> Outlook:
    then = as_of - AHEAD
    relations = profiling.relations(workspace, as_of)
    people = engine.query(workspace, parse(BEFORE), {"start": then}, relations=relations).to_pandas()
    if refusal := _too_little(people, workspace, as_of):
        return Outlook(refusal=refusal)
    known = people[people["orders"] > 0]
    quiet = (pd.Timestamp(then) - known["last_at"]).dt.days.to_numpy()
    table = chances.learn(known["orders"].to_numpy(), quiet, np.asarray(known["ordered"], dtype=bool))
    if min(table.did, table.did_not) < FEWEST_EACH:
        few, what = (table.did, "ordered") if table.did < table.did_not else (table.did_not, "did not order")
        return Outlook(refusal=f"Needs {FEWEST_EACH} who {what} in the last 90 days; you have {count(few)}.")
    return Outlook(table)


def _too_little(people: Any, workspace: Workspace, as_of: datetime) -> str:
    """Why nothing can be said, as section 11 of what we promise has it; empty if something can."""
    if len(people) < FEWEST_BUYERS:
        return f"Needs {count(FEWEST_BUYERS)} buyers; you have {count(len(people))}."
    days = (pd.Timestamp(as_of) - people["first_at"].min()).days
    if days >= FEWEST_DAYS:
        return ""
    first = people["first_at"].min().astimezone(ZoneInfo(workspace.timezone)).date()
    return f"Needs 6 months; you have {_months(days)}. Earliest {_said(first + timedelta(days=FEWEST_DAYS))}."


def _months(days: int) -> str:
    months = days // 30
    return f"{days}{NARROW}days" if months < 1 else "1 month" if months == 1 else f"{months} months"


def _said(day: date) -> str:
    return short_day(day)
