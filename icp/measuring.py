"""The business in figures, counted from the profile and the events, each by SQL that can be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlglot.expressions as exp

from accounts import surveying
from accounts.models.workspace import Workspace
from customers import engine, holding, profiling
from customers.engine import Tree, parse
from icp.models.measurement import Measurement

# What is counted over `profile`, one row per known customer; money in the workspace's currency.
COUNTS = {
    "buyers": "count(*) FILTER (WHERE orders > 0)",
    "never_bought": "count(*) FILTER (WHERE orders = 0)",
    "revenue": "sum(revenue)",
    "gross": "sum(gross_revenue)",
    "returned": "sum(returns_value)",
    "first_at": "min(first_order_at)",
    "last_at": "max(last_order_at)",
    "buyers_365d": "count(*) FILTER (WHERE orders_365d >= 1)",
    "repeat_365d": "count(*) FILTER (WHERE orders_365d >= 2)",
    "orders_365d": "sum(orders_365d)",
    "revenue_365d": "sum(revenue_365d)",
    "returning_365d": "sum(revenue_365d) FILTER (WHERE orders >= 2)",
    "buyers_90d": "count(*) FILTER (WHERE orders_90d >= 1)",
    "revenue_90d": "sum(revenue_90d)",
    "new_90d": "count(*) FILTER (WHERE first_order_at >= :as_of - INTERVAL 90 DAY)",
    "new_before_90d": "count(*) FILTER (WHERE first_order_at >= :as_of - INTERVAL 180 DAY"
    " AND first_order_at < :as_of - INTERVAL 90 DAY)",
    "new_revenue_90d": "sum(revenue_90d) FILTER (WHERE first_order_at >= :as_of - INTERVAL 90 DAY)",
    "overdue": "count(*) FILTER (WHERE order_days >= 3 AND recency_days > 2 * days_between_orders)",
    "overdue_365d": "sum(revenue_365d) FILTER (WHERE order_days >= 3 AND recency_days > 2 * days_between_orders)",
    "products": "median(distinct_products) FILTER (WHERE orders > 0)",
}
RANKED = """
    SELECT sum(revenue) FILTER (WHERE place <= ceil(buyers / 5.0)) AS top_fifth,
        sum(revenue) FILTER (WHERE place <= 10) AS top_ten, max(revenue) AS biggest,
        count(*) FILTER (WHERE place > 10) AS beyond_ten
    FROM (SELECT revenue, row_number() OVER (ORDER BY revenue DESC, number) AS place, count(*) OVER () AS buyers
        FROM profile WHERE orders > 0) AS ranked"""
COMING_BACK = """
    SELECT count(*) AS came_back, median(days) AS half_within, quantile_disc(days, 0.9) AS most_within
    FROM (SELECT date_diff('day', min(day), max(day)) AS days
        FROM (SELECT number, day, row_number() OVER (PARTITION BY number ORDER BY day) AS place
            FROM (SELECT DISTINCT number, CAST(timezone(:zone, happened_at) AS DATE) AS day
                FROM events WHERE NOT number IS NULL AND line = 1) AS days) AS ordered
        WHERE place <= 2 GROUP BY number HAVING count(*) = 2) AS gaps"""

_shelf = holding.Shelf(64)


@dataclass(frozen=True)
class Business:
    """What was counted as of a moment. Names are those of COUNTS and of the two queries beside it."""

    as_of: datetime
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        """The value; 0 where nothing was there to be summed."""
        return self.values.get(name) or 0

    def share(self, part: str, whole: str) -> float | None:
        """One value by another; None where the other is 0."""
        return self[part] / self[whole] if self[whole] else None

    @property
    def days(self) -> int:
        """How many days lie between the first order and the moment."""
        first = self.values.get("first_at")
        return (self.as_of - first).days if first else 0


def business(workspace: Workspace, as_of: datetime) -> Business:
    """Count the whole business: three queries, whatever its size, once for each profile."""
    return _shelf.hold(holding.version(workspace, as_of), lambda: _count(workspace, as_of))


def _count(workspace: Workspace, as_of: datetime) -> Business:
    relations = profiling.relations(workspace, as_of)
    reading = profiling.reading(workspace, as_of)
    found: dict[str, Any] = {}
    for tree in (counted(COUNTS), parse(RANKED), parse(COMING_BACK)):
        found |= engine.query(workspace, reading.fill(tree), relations=relations).to_pylist()[0]
    return Business(as_of, {name: _plain(value) for name, value in found.items()})


def _plain(value: Any) -> Any:
    """Sums of whole numbers come as decimals, so wide are they."""
    return int(value) if isinstance(value, Decimal) else value


def counted(names: Sequence[str] | Mapping[str, str]) -> Tree:
    """One query over the profile for the named counts."""
    return exp.select(*(exp.alias_(parse(COUNTS[name]), name) for name in names)).from_("profile")


def goals(found: Business) -> dict[str, float | None]:
    """What each goal of the Intake survey measures now (shares as 0 to 100); None where nothing can be said."""
    shares = {
        "repeat_purchase": found.share("repeat_365d", "buyers_365d"),
        "fewer_leaving": found.share("buyers_90d", "buyers"),
        "better_product": found.share("returned", "gross"),
    }
    return {
        **{name: None if share is None else round(100 * share, 2) for name, share in shares.items()},
        "revenue_per_customer": _rounded(found.share("revenue_365d", "buyers_365d")),
        "more_new": float(found["new_90d"]) if found["buyers"] else None,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def remember(workspace: Workspace, as_of: datetime) -> None:
    """Tell the pinned goal where it stands, and keep it: a row for each moment, so that its pace can be told."""
    found = goals(business(workspace, as_of))
    surveying.measured(workspace, found, as_of=as_of)
    known = {name: value for name, value in found.items() if value is not None}
    Measurement.objects.in_workspace(workspace).update_or_create(
        as_of=as_of, defaults={"values": known}, create_defaults={"workspace": workspace, "values": known}
    )
