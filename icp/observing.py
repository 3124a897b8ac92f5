"""What each customer's orders say beyond the figures: weekdays, hours, coupons, when they came back, what they grew by.

One row per customer who ordered, counted once for everybody and held, because several candidates ask for it on one
page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import pandas as pd

from accounts.models.workspace import Workspace
from customers import drafting, holding
from customers.features import catalogue
from customers.holding import Shelf, Version
from customers.mapping import COUPONS, normal
from customers.models.event import Code
from icp.sights.sight import Scene
from segments.comparing import Belongs, inside

YEAR, QUARTER = 365, 90  # days
KINDS = ("category", "channel")  # of wares
MONTHS = 396  # 13 months: season and trend can be told apart

ORDERS = """
    WITH receipts AS (
        SELECT number, coalesce("order", occurrence) AS receipt, timezone(:zone, min(happened_at)) AS ordered_at
        FROM events WHERE NOT number IS NULL AND line = 1 GROUP BY 1, 2),
    placed AS (
        SELECT number, ordered_at, CAST(ordered_at AS DATE) AS day,
            min(CAST(ordered_at AS DATE)) OVER (PARTITION BY number) AS first_day
        FROM receipts)
    SELECT number, count(*) AS orders, CAST(min(first_day) AS TIMESTAMP) AS first_day,
        count(*) FILTER (WHERE date_diff('day', CAST('1900-01-01' AS DATE), day) % 7 < 5) AS weekday_orders,
        count(*) FILTER (WHERE date_diff('hour', date_trunc('day', ordered_at), ordered_at) < 10) AS early_orders,
        min(date_diff('day', first_day, day)) FILTER (WHERE day > first_day) AS back_after,
        count(*) FILTER (WHERE date_diff('day', first_day, day) BETWEEN 90 AND 179) AS after_quarter,
        count(*) FILTER (WHERE date_diff('day', first_day, day) BETWEEN 365 AND 454) AS after_year
    FROM placed GROUP BY number ORDER BY number"""
MONEY = """
    SELECT number,
        CAST(coalesce(sum(amount) FILTER (WHERE day >= :start), 0) AS DOUBLE) / :minor AS now,
        CAST(coalesce(sum(amount) FILTER (WHERE day < :last_until), 0) AS DOUBLE) / :minor AS before
    FROM (
        SELECT number, amount, CAST(timezone(:zone, happened_at) AS DATE) AS day
        FROM events WHERE NOT number IS NULL AND line IN ({kinds})) AS paid
    WHERE day >= :start OR (day >= :last_start AND day < :last_until)
    GROUP BY number"""
WARES = """
    SELECT number, {kind} AS code, count(DISTINCT coalesce("order", occurrence)) AS orders
    FROM events WHERE NOT number IS NULL AND line = 1 AND NOT {kind} IS NULL GROUP BY 1, 2"""
COUPON = """
    SELECT number, count(DISTINCT coalesce("order", occurrence)) AS coupon_orders
    FROM events WHERE NOT number IS NULL AND line = 1
        AND NOT json_extract_string(properties, {path}) IS NULL AND json_extract_string(properties, {path}) <> ''
    GROUP BY number"""

_held = Shelf(4)


@dataclass
class Observed:
    """A workspace's customers as of a moment; what is asked for is counted once, and kept with its query."""

    workspace: Workspace
    as_of: datetime
    key: Version

    @cached_property
    def scene(self) -> Scene:
        return Scene(self.workspace, self.as_of)

    @cached_property
    def people(self) -> pd.DataFrame:
        """Every known customer with every figure and detail in words; the index is the number."""
        known = catalogue.features(self.workspace)
        details = [f"trait:{name}" for name in catalogue.traits(self.workspace)]
        return holding.frame(self.workspace, [*known, *details], self.as_of, self.key)

    @cached_property
    def orders(self) -> pd.DataFrame:
        """Who ordered: how often, on weekdays, early; back after how many days; since when; known for how many days."""
        found, self.orders_sql = self.scene.ask(ORDERS)
        found["first_day"] = pd.to_datetime(found["first_day"])
        found["known"] = (pd.Timestamp(self.scene.end) - found["first_day"]).dt.days
        return found.set_index("number")

    @cached_property
    def money(self) -> pd.DataFrame:
        """What each spent in the newest stretch of days, and in the same days a year before; empty under 13 months."""
        if not self.stretch:
            self.money_sql = ""
            return pd.DataFrame({"now": [], "before": []}, dtype=float)
        kinds = ", ".join(str(int(kind)) for kind in self.scene.reading.choice.kinds)
        start = self.scene.end - timedelta(days=self.stretch)
        ends = {"start": start, "last_start": _year_before(start), "last_until": _year_before(self.scene.end)}
        found, self.money_sql = self.scene.ask(MONEY.replace("{kinds}", kinds), **ends)
        return found.set_index("number")

    @cached_property
    def stretch(self) -> int:
        """How many days can be compared with the same a year before; 0 under 13 months."""
        days = self.scene.days
        return min(YEAR, days - YEAR) if days >= MONTHS else 0

    @cached_property
    def coupon_detail(self) -> str:
        """The detail of an order that holds its coupon; empty where none is known."""
        names = drafting.details(self.workspace, self.as_of)
        return next((name for name in names if normal(name) in COUPONS and _plain(name)), "")

    @cached_property
    def coupons(self) -> "pd.Series[float]":
        """How many orders of each customer carried a coupon; nothing where orders do not say."""
        if not self.coupon_detail:
            self.coupons_sql = ""
            return pd.Series(dtype=float)
        found, self.coupons_sql = self.scene.ask(COUPON.replace("{path}", f"'$.{self.coupon_detail}'"))
        return found.set_index("number")["coupon_orders"].reindex(self.orders.index).fillna(0.0)

    def wares(self, kind: str) -> pd.DataFrame:
        """number, code, orders: how many orders of each hold something of the category (or came by the channel)."""
        return self._wares(kind)[0]

    def wares_sql(self, kind: str) -> str:
        return self._wares(kind)[1]

    def _wares(self, kind: str) -> tuple[pd.DataFrame, str]:
        kept: dict[str, Any] = self.__dict__.setdefault("_kept_wares", {})
        if kind not in kept:
            kept[kind] = self.scene.ask(WARES.replace("{kind}", kind))
        found: tuple[pd.DataFrame, str] = kept[kind]
        return found

    @cached_property
    def _names(self) -> Mapping[tuple[str, int], str]:
        rows = Code.objects.in_workspace(self.workspace).filter(kind__in=["category", "channel"])
        return {
            (kind, code): label or value
            for kind, code, label, value in rows.values_list("kind", "code", "label", "value")
        }

    def name_of(self, kind: str, code: Any) -> str:
        return self._names.get((kind, int(code)), "")

    def among(self, members: Any) -> Belongs:
        """Which rows of `orders` belong."""
        return inside(self.orders, members)


def _year_before(day: date) -> date:
    return day - timedelta(days=YEAR)


def _plain(name: str) -> bool:
    """Whether a detail's name can stand in a path of ours as it is."""
    return name.replace("_", "").isalnum() and name.isascii()


def observed(workspace: Workspace, as_of: datetime) -> Observed:
    """What was observed as of the moment, counted for as long as it stays true."""
    key = holding.version(workspace, as_of)
    return _held.hold(key, lambda: Observed(workspace, as_of, key))
