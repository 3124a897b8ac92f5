"""Is this one customer? A buyer with so many orders that it looks like a marketplace or a reseller."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from accounts.models.workspace import Workspace
from customers import counting, engine, money, profiling
from customers.counting import Choice
from customers.engine import parse
from customers.features import statement
from customers.models.customer import Customer
from customers.models.event import EventLog

SHARE = 0.08  # of all orders, from which we ask
MUCH = 0.02  # of all orders, where it is also ten times as many as of the next
TIMES = 10
ENOUGH = 100  # orders in all, below which nobody stands out
BUSIEST = """
    WITH lines AS ({lines}), purchases AS ({purchases}),
    buyers AS (SELECT number, count(*) AS orders FROM purchases GROUP BY number),
    ranked AS (
        SELECT number, orders, CAST(sum(orders) OVER () AS BIGINT) AS total
        FROM buyers ORDER BY orders DESC, number LIMIT 4)
    SELECT ranked.number, max(ranked.orders) AS orders, max(ranked.total) AS total,
        CAST(sum(lines.amount) AS BIGINT) AS amount
    FROM ranked INNER JOIN lines ON lines.number = ranked.number GROUP BY ranked.number"""


@dataclass(frozen=True)
class Suspect:
    """A buyer that may be many: what it ordered, and what was said of it (left_out, kept, or nothing yet)."""

    customer: Customer
    orders: int
    share: float
    amount: Decimal | None
    said: str = ""


def suspects(workspace: Workspace, *, as_of: datetime) -> list[Suspect]:
    """Buyers with 8 % of all orders, or with 2 % and ten times as many as the next; also those already left out."""
    choice = counting.chosen(workspace)
    known = {"left_out": workspace.revenue.get("left_out") or [], "kept": workspace.revenue.get("kept") or []}
    log = EventLog.objects.in_workspace(workspace).only("version").first()
    found = _busiest(workspace, log.version if log else 0, as_of, choice.but(left_out=()))
    odd = {
        row["number"]: row
        for row, following in zip(found, [*found[1:], None], strict=False)
        if row["number"] in choice.left_out
        or _odd(row["orders"], row["total"], following["orders"] if following else 0)
    }
    people = Customer.objects.in_workspace(workspace).filter(number__in=odd)
    rows = [
        Suspect(
            customer, odd[customer.number]["orders"], odd[customer.number]["orders"] / odd[customer.number]["total"],
            money.from_minor(odd[customer.number]["amount"], workspace.currency),
            next((said for said, pks in known.items() if str(customer.pk) in pks), ""),
        )
        for customer in people
    ]  # fmt: skip
    return sorted(rows, key=lambda suspect: -suspect.orders)


@lru_cache(maxsize=32)
def _busiest(workspace: Workspace, version: int, as_of: datetime, choice: Choice) -> list[dict[str, Any]]:
    """The four busiest buyers, kept until the log is another one."""
    relations = profiling.relations(workspace, as_of, choice=choice)
    tree = profiling.reading(workspace, as_of).fill(parse(BUSIEST.format(**statement.STAGES)))
    rows: list[dict[str, Any]] = engine.query(workspace, tree, relations=relations).to_pylist()
    return sorted(rows, key=lambda row: -row["orders"])


def _odd(orders: int, total: int, following: int) -> bool:
    if total < ENOUGH:
        return False
    return orders >= SHARE * total or (orders >= MUCH * total and orders >= TIMES * max(following, 1))
