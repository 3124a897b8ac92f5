"""Who ordered in a stretch of time, and how many usually do."""

from datetime import datetime, timedelta

import pandas as pd
from pyroaring import BitMap

from accounts.models.workspace import Workspace
from customers import engine, money, profiling
from customers.engine import parse
from customers.features import catalogue

WEEKS = timedelta(days=28)
STRETCHES = 13  # four weeks each: a year
ORDERED = """
    SELECT number, count(*) FILTER (WHERE line = 1) AS lines, sum(amount) FILTER (WHERE line IN (1, 2, 5)) AS net,
        sum(amount) FILTER (WHERE line IN (1, 5)) AS gross
    FROM events WHERE NOT number IS NULL AND happened_at >= :start AND happened_at < :until GROUP BY number"""
MOMENTS = """
    SELECT DISTINCT number, happened_at FROM events
    WHERE line = 1 AND NOT number IS NULL AND happened_at >= :start AND happened_at < :until"""
FIRST = "SELECT min(happened_at) AS first_at FROM events WHERE line = 1"


def spent(workspace: Workspace, start: datetime, until: datetime) -> "pd.Series[float]":
    """What each buyer of the stretch spent, in major units, by number; who did not order is not in it."""
    relations = profiling.relations(workspace, until)
    found = engine.query(workspace, parse(ORDERED), {"start": start, "until": until}, relations=relations).to_pandas()
    found = found[found["lines"] > 0].set_index("number")
    amounts = found[catalogue.revenue_means(workspace)].astype(float)
    return amounts / money.minor_units(workspace.currency)


def usual_rate(workspace: Workspace, people: BitMap, as_of: datetime) -> float | None:
    """Of the people, the share that ordered in an average four weeks of the last year; None before four weeks."""
    stretches = _stretches(workspace, as_of)
    if not stretches or not people:
        return None
    start = as_of - stretches * WEEKS
    relations = profiling.relations(workspace, as_of)
    moments = engine.query(workspace, parse(MOMENTS), {"start": start, "until": as_of}, relations=relations).to_pandas()
    mine = moments[moments["number"].isin(list(people))]
    stretch = (pd.Timestamp(as_of) - mine["happened_at"]) // pd.Timedelta(WEEKS)
    ordered = len(pd.DataFrame({"number": mine["number"], "stretch": stretch}).drop_duplicates())
    return ordered / (stretches * len(people))


def _stretches(workspace: Workspace, as_of: datetime) -> int:
    """How many stretches of four weeks the orders cover, at most a year."""
    found = engine.query(workspace, parse(FIRST), {}, relations=profiling.relations(workspace, as_of)).to_pandas()
    first = found["first_at"].iloc[0]
    return 0 if pd.isna(first) else min(STRETCHES, int((pd.Timestamp(as_of) - first) // pd.Timedelta(WEEKS)))
