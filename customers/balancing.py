"""What the shop's own books should say: orders, customers and money by month, and what was left out and why."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from accounts import auditing, settling
from accounts.models.job import Job
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import engine, money, profiling
from customers.engine import Tree, parse
from customers.features import catalogue, statement
from customers.models.source import Import

UNITS = ("day", "week", "month", "quarter", "year")
ORDERS = """
    WITH lines AS ({lines}), purchases AS ({purchases})
    SELECT {start} AS start, count(*) AS orders, count(DISTINCT number) AS customers FROM purchases GROUP BY 1"""
MONEY = """
    SELECT {start} AS start, CAST(sum(amount) FILTER (WHERE line = 1) AS BIGINT) AS gross,
        CAST(-sum(amount) FILTER (WHERE line = 2) AS BIGINT) AS returns
    FROM events WHERE NOT number IS NULL AND line IN (1, 2) GROUP BY 1"""
BUYERS = "WITH lines AS ({lines}) SELECT count(DISTINCT number) AS n FROM lines WHERE line = 1"
LEFT_OUT = """
    SELECT CASE WHEN number IS NULL THEN 'nobody' WHEN line = 3 THEN 'free' ELSE 'correction' END AS reason,
        count(*) AS lines, count(DISTINCT "order") AS orders, CAST(sum(amount) AS BIGINT) AS amount
    FROM events WHERE line > 0 AND (number IS NULL OR line IN (3, 4)) GROUP BY 1"""
REASONS = {
    "nobody": "Lines without a customer: nobody knows who bought, so they belong to no segment.",
    "free": "Lines at price 0: samples and gifts are no purchases.",
    "correction": "Corrections without goods, such as a bad debt.",
    "refused": "Rows that could not be read. Each is kept with its reason, to be mended and dropped again.",
}


@dataclass(frozen=True)
class Period:
    """One month (or day, week, quarter, year) of the books, in major units."""

    start: date | None
    orders: int
    customers: int
    gross: Decimal
    returns: Decimal

    @property
    def net(self) -> Decimal:
        return self.gross - self.returns


@dataclass(frozen=True)
class LeftOut:
    """What the figures do not count, and why."""

    reason: str
    lines: int
    orders: int | None = None
    amount: Decimal | None = None

    @property
    def sentence(self) -> str:
        return REASONS[self.reason]


@dataclass(frozen=True)
class Books:
    """Periods, newest first; what they come to; what was left out; which files brought it."""

    periods: list[Period]
    total: Period
    left_out: list[LeftOut]
    imports: list[Import]
    counts: dict[str, int] = field(default_factory=dict)


def books(workspace: Workspace, *, as_of: datetime, by: str = "month") -> Books:
    """The books of the workspace as of a moment. Customers are counted once per period, and once in the total."""
    relations = profiling.relations(workspace, as_of)
    reading = profiling.reading(workspace, as_of)

    def rows(tree: Tree) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = engine.query(workspace, reading.fill(tree), relations=relations).to_pylist()
        return found

    started = {row["start"]: row for row in rows(_by(ORDERS, "ordered_at", by))}
    moved = {row["start"]: row for row in rows(_by(MONEY, "happened_at", by))}
    periods = [
        _period(workspace, start, started.get(start, {}), moved.get(start, {}))
        for start in sorted(started.keys() | moved.keys(), reverse=True)
    ]
    buyers = rows(parse(BUYERS.format(lines=statement.STAGES["lines"])))[0]["n"]
    imports = list(_done(workspace))
    left_out = [_left_out(workspace, row) for row in sorted(rows(parse(LEFT_OUT)), key=lambda row: -row["lines"])]
    return Books(periods, _total(periods, buyers), [*left_out, *_refused(imports)], imports, _counts(imports))


def _by(text: str, moment: str, unit: str) -> Tree:
    start = f"CAST(date_trunc('{unit}', timezone(:zone, {moment})) AS DATE)"
    return parse(text.format(start=start, **statement.STAGES))


def _period(workspace: Workspace, start: date, orders: dict[str, Any], moved: dict[str, Any]) -> Period:
    gross, returns = (Decimal(moved.get(name) or 0) for name in ("gross", "returns"))
    places = -money.digits(workspace.currency)
    return Period(
        start, orders.get("orders", 0), orders.get("customers", 0), gross.scaleb(places), returns.scaleb(places)
    )


def _total(periods: list[Period], buyers: int) -> Period:
    orders = sum(period.orders for period in periods)
    gross = sum((period.gross for period in periods), Decimal(0))
    return Period(None, orders, buyers, gross, sum((period.returns for period in periods), Decimal(0)))


def _left_out(workspace: Workspace, row: dict[str, Any]) -> LeftOut:
    return LeftOut(row["reason"], row["lines"], row["orders"], money.from_minor(row["amount"], workspace.currency))


def _done(workspace: Workspace) -> Any:
    return Import.objects.in_workspace(workspace).filter(status=Import.Status.DONE).order_by("-created_at")


def _refused(imports: list[Import]) -> list[LeftOut]:
    refused = sum(import_.counts.get("rejected", 0) for import_ in imports)
    return [LeftOut("refused", refused)] if refused else []


def _counts(imports: list[Import]) -> dict[str, int]:
    names = ("rows", "accepted", "rejected", "duplicates")
    return {name: sum(import_.counts.get(name, 0) for import_ in imports) for name in names}


def compared(found: Books, means: str) -> list[tuple[Period, Decimal]]:
    """Each period with its revenue as the workspace means it."""
    return [(period, period.net if means == "net" else period.gross) for period in [*found.periods, found.total]]


def recounting(workspace: Workspace) -> list[Job]:
    """The jobs that compute the profile anew right now."""
    return list(Job.objects.in_workspace(workspace).filter(kind="profile", ended_at=None).order_by("created_at")[:1])


def confirm(workspace: Workspace, *, by: User) -> None:
    """Somebody said that it looks right: the imports so far are checked."""
    moment = now()
    with transaction.atomic():
        _done(workspace).filter(checked_at=None).update(checked_at=moment)
        kept = Workspace.objects.select_for_update().get(pk=workspace.pk)
        workspace.revenue = kept.revenue | {"checked_at": moment.isoformat()}
        Workspace.objects.filter(pk=workspace.pk).update(revenue=workspace.revenue)
        auditing.record(workspace, by, "books.confirmed", "Said that the figures look like the shop's books.")


def choose_revenue(workspace: Workspace, *, by: User, returns: str) -> bool:
    """Let revenue mean net or gross of returns from now on; whether that changed anything."""
    if returns == catalogue.revenue_means(workspace):
        return False
    values = {"revenue": workspace.revenue | {"returns": returns}}
    return bool(settling.change_settings(workspace, by=by, values=values))
