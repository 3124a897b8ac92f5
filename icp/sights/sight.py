"""What a sight is given to look at, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import sqlglot.expressions as exp

from accounts.models.workspace import Workspace
from accounts.templatetags.words import NARROW, count, money, percent
from customers import counting, engine, profiling
from customers.engine import Tree, parse

MONTH = 30.4  # days
PEOPLE = """
    days AS (
        SELECT DISTINCT number, CAST(timezone(:zone, happened_at) AS DATE) AS day
        FROM events WHERE NOT number IS NULL AND line = 1),
    ordered AS (SELECT number, day, row_number() OVER (PARTITION BY number ORDER BY day) AS place FROM days),
    people AS (
        SELECT number, min(day) AS first_day, max(day) FILTER (WHERE place = 2) AS second_day
        FROM ordered WHERE place <= 2 GROUP BY number)"""  # who ordered, on which day first, on which day again
SPAN = """
    SELECT count(*) AS buyers, min(first_order_at) AS first_at, max(last_order_at) AS last_at, sum(revenue) AS revenue
    FROM profile WHERE orders > 0"""


@dataclass
class Scene:
    """A workspace as of a moment, to be asked."""

    workspace: Workspace
    as_of: datetime

    def __post_init__(self) -> None:
        self.relations = profiling.relations(self.workspace, self.as_of)
        self.reading = profiling.reading(self.workspace, self.as_of)

    @property
    def told(self) -> dict[str, Any]:
        """The whole business in four figures, to be kept with each finding."""
        return {
            "buyers": self.buyers,
            "revenue": round(self.revenue, 2),
            "first": self.start.isoformat(),
            "last": self.last_day.isoformat(),
            "means": profiling.revenue_in_words(self.workspace),
        }

    def ask(self, text: str, **values: Any) -> tuple[pd.DataFrame, str]:
        """The answer to a query of ours, and the query as anybody can run it."""
        tree = self.reading.fill(_filled(parse(text), values))
        found = engine.query(self.workspace, tree, relations=self.relations)
        return _plain(found.to_pandas()), engine.sql(self._in_full(tree))

    def _in_full(self, tree: Tree) -> Tree:
        """As it runs on the event files themselves, with what counts spelt out."""
        asks_events = any(table.name == "events" for table in tree.find_all(exp.Table))
        return counting.shown(tree, self.reading.choice) if asks_events else tree

    @cached_property
    def whole(self) -> Mapping[Any, Any]:
        """Buyers, first and last order, and their revenue."""
        found: Mapping[Any, Any] = self.ask(SPAN)[0].iloc[0].to_dict()
        return found

    @property
    def buyers(self) -> int:
        return int(self.whole["buyers"])

    @property
    def revenue(self) -> float:
        told = self.whole["revenue"]
        return 0.0 if pd.isna(told) else float(told)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.workspace.timezone)

    @property
    def end(self) -> date:
        """The day from which everything counts back."""
        return self.as_of.astimezone(self.zone).date()

    @property
    def start(self) -> date:
        """The day of the first order."""
        return (
            pd.Timestamp(self.whole["first_at"]).to_pydatetime().astimezone(self.zone).date()
            if self.buyers
            else self.end
        )

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        return self.end - timedelta(days=1)

    def money(self, amount: float) -> str:
        return money(amount, self.workspace.currency)

    @property
    def over(self) -> str:
        """Over whom it is counted."""
        return f"{count(self.buyers)} people who ordered between {said(self.start)} and {said(self.last_day)}."


def _filled(tree: Tree, values: Mapping[str, Any]) -> Tree:
    """The tree with our own values for its placeholders, each as a literal of its kind."""

    def literal(node: Tree) -> Tree:
        if not (isinstance(node, exp.Placeholder) and node.name in values):
            return node
        value = values[node.name]
        if isinstance(value, date):
            return exp.cast(exp.Literal.string(value.isoformat()), "DATE", dialect=engine.DIALECT)
        return exp.Literal.string(value) if isinstance(value, str) else exp.Literal.number(value)

    return tree.transform(literal)


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Wide sums come as decimals; science counts in floats."""
    for name in frame.columns:
        if frame[name].dtype == object and name not in {"first", "period"}:
            frame[name] = pd.to_numeric(frame[name])
    return frame


def rows_of(table: pd.DataFrame) -> list[Any]:
    """The rows, with a column's value behind its name."""
    return list(table.itertuples(index=False))


def said(day: date) -> str:
    """20 Nov 2026."""
    return f"{day.day} {day:%b %Y}"


def months(days: int) -> str:
    """How long that is: 24 months, 1 month, 12 days."""
    if days < 45:
        return "1 day" if days == 1 else f"{days} days"
    return f"{round(days / MONTH)} months"


def points(low: float, high: float) -> str:
    """Two limits of a gap between shares, in points: between 1 and 5 points."""
    return f"the gap is between {_point(low)} and {_point(high)} points"


def _point(share: float) -> str:
    return f"{100 * share:.1f}".removesuffix(".0") if abs(share) < 0.0995 else f"{100 * share:.0f}"


def rule(*leaves: dict[str, Any]) -> dict[str, Any]:
    """Conditions of a segment, all of which must hold."""
    return {"v": 1, "entity": "customer", "where": {"all": list(leaves)}}


def shares(part: float, whole: float) -> str:
    """24 %, with its sign kept beside it."""
    return percent(part / whole) if whole else f"0{NARROW}%"
