"""The log in a few hundred numbers, kept: what every combination of switches is worked out from.

Nothing here depends on the switches, so that a switch recounts without reading the log again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import pyarrow as pa

from accounts.models.workspace import Workspace
from customers import engine, profiling
from customers.counting import Choice
from customers.engine import Tree, parse
from customers.models.customer import Customer
from customers.models.event import EventLog
from customers.omitting import LeftOut, odd_lines
from customers.schema import Standing

MONEY = """
    SELECT {start} AS start, coalesce(standing, 0) AS standing, line,
        CAST(sum(amount) AS BIGINT) AS amount, CAST(sum(coalesce(tax, 0)) AS BIGINT) AS tax
    FROM everything WHERE NOT number IS NULL AND line IN (1, 2, 5) GROUP BY 1, 2, 3"""
ORDERS = """
    SELECT number, coalesce("order", occurrence) AS receipt, min(happened_at) AS ordered_at,
        max(coalesce(standing, 0)) AS standing
    FROM everything WHERE NOT number IS NULL AND line = 1 GROUP BY 1, 2"""
# Per customer: how many orders of each standing; then how many customers have which of them at all.
MINE = """
    WITH orders AS ({orders}) SELECT number, {start} AS start, {per_standing} FROM orders GROUP BY 1, 2"""
PEOPLE = "SELECT start, {any}, count(*) AS customers, {summed} FROM mine GROUP BY {groups}"
EVER = "SELECT number, NULL AS start, {summed} FROM mine GROUP BY number"
STANDINGS = [int(standing) for standing in Standing]


@dataclass(frozen=True)
class Sum:
    """What the lines of one kind and standing come to in one period, in minor units."""

    start: date
    standing: int
    line: int
    amount: int
    tax: int


@dataclass(frozen=True)
class People:
    """Customers of one period who ordered in the same ways: how many they are, and their orders by standing."""

    start: date | None
    customers: int
    orders: tuple[int, ...]

    def counts(self, standings: set[int]) -> bool:
        return any(self.orders[standing] for standing in standings)


@dataclass(frozen=True)
class Summed:
    """Money and people by period, people over all time, and the lines that never count."""

    sums: tuple[Sum, ...]
    people: tuple[People, ...]
    ever: tuple[People, ...]
    odd: tuple[LeftOut, ...]

    def orders(self, choice: Choice) -> dict[date, tuple[int, int]]:
        """(orders, customers) by period."""
        found: dict[date, tuple[int, int]] = {}
        for start in {row.start for row in self.people if row.start}:
            mine = [row for row in self.people if row.start == start]
            found[start] = counted(mine, choice)
        return found

    def apart(self) -> dict[int, int]:
        """Orders by standing."""
        return {standing: sum(row.orders[standing] for row in self.ever) for standing in STANDINGS}


def counted(people: Iterable[People], choice: Choice) -> tuple[int, int]:
    """(orders, customers) that count."""
    standings = set(STANDINGS) - {int(standing) for standing in choice.standings}
    mine = [row for row in people if row.counts(standings)]
    orders = sum(row.orders[standing] for row in mine for standing in standings)
    return orders, sum(row.customers for row in mine)


def summed(workspace: Workspace, *, as_of: datetime, by: str, left_out: tuple[int, ...]) -> Summed:
    """The sums of the log as it is now, read once."""
    log = EventLog.objects.in_workspace(workspace).only("version").first()
    merged = Customer.objects.in_workspace(workspace).exclude(merged_into=None).count()
    return _summed(workspace, log.version if log else 0, merged, as_of, workspace.timezone, by, left_out)


@lru_cache(maxsize=32)
def _summed(
    workspace: Workspace, version: int, merged: int, as_of: datetime, zone: str, by: str, left_out: tuple[int, ...]
) -> Summed:
    relations = profiling.relations(workspace, as_of, choice=Choice(left_out=left_out))
    reading = profiling.reading(workspace, as_of)

    def rows(tree: Tree) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = engine.query(workspace, reading.fill(tree), relations=relations).to_pylist()
        return found

    sums = tuple(Sum(**row) for row in rows(parse(MONEY.format(start=_start("happened_at", by)))))
    mine = engine.query(workspace, reading.fill(_mine(_start("ordered_at", by))), relations=relations)
    ever = engine.query(workspace, parse(EVER.format(**_columns())), relations={"mine": mine})
    odd = odd_lines(workspace, relations, left_out)
    return Summed(sums, _people(workspace, mine), _people(workspace, ever), tuple(odd))


def _start(moment: str, unit: str) -> str:
    return f"CAST(date_trunc('{unit}', timezone(:zone, {moment})) AS DATE)"


def _mine(start: str) -> Tree:
    return parse(MINE.format(orders=ORDERS, start=start, **_columns()))


def _columns() -> dict[str, str]:
    return {
        "per_standing": ", ".join(f"count(*) FILTER (WHERE standing = {n}) AS o{n}" for n in STANDINGS),
        "any": ", ".join(f"o{n} > 0 AS any{n}" for n in STANDINGS),
        "summed": ", ".join(f"CAST(sum(o{n}) AS BIGINT) AS o{n}" for n in STANDINGS),
        "groups": ", ".join(str(place + 1) for place in range(1 + len(STANDINGS))),
    }


def _people(workspace: Workspace, mine: pa.Table) -> tuple[People, ...]:
    """Customers who ordered in the same ways, counted together."""
    found = engine.query(workspace, parse(PEOPLE.format(**_columns())), relations={"mine": mine}).to_pylist()
    return tuple(
        People(row["start"], row["customers"], tuple(row[f"o{standing}"] for standing in STANDINGS)) for row in found
    )
