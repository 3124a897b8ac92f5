"""What the shop's own books should say: orders, customers and money by month, and what was left out and why."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlglot.expressions as exp
from django.db import transaction
from django.utils.timezone import now

from accounts import auditing
from accounts.models.job import Job
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import counting, engine, money, omitting, profiling, summing
from customers.counting import Choice
from customers.engine import parse
from customers.models.customer import Customer
from customers.models.source import Import
from customers.omitting import LeftOut
from customers.schema import Line
from customers.summing import Sum, Summed
from customers.switching import Switch, money_of, paid, switches

REVENUE = "SELECT sum(amount) / :minor AS revenue FROM events WHERE NOT number IS NULL"
UNITS = ("day", "week", "month", "quarter", "year")


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
class Books:
    """Periods, newest first; what they come to; what was left out; which files brought it.

    `sums` are the money of every period in parts, from which every switch is worked out.
    """

    choice: Choice
    said: frozenset[str]
    periods: list[Period]
    total: Period
    left_out: list[LeftOut]
    imports: list[Import]
    sums: list[Sum]
    switches: list[Switch]
    paid: Decimal
    counts: dict[str, int] = field(default_factory=dict)
    sql: str = ""  # of the total revenue, as anybody can run it

    @property
    def means(self) -> str:
        """What revenue means by this choice, in words."""
        return counting.in_words(self.choice, self.said)

    def revenue(self, period: Period) -> Decimal:
        return period.gross if self.choice.returns == "gross" else period.net


def books(workspace: Workspace, *, as_of: datetime, by: str = "month", choice: Choice | None = None) -> Books:
    """The books of the workspace as of a moment, by what it chose or by another choice.

    Customers are counted once per period, and once in the total.
    """
    choice = choice or counting.chosen(workspace)
    found = summing.summed(workspace, as_of=as_of, by=by, left_out=choice.left_out)
    said, sums = profiling.said(workspace), list(found.sums)
    imports = list(_done(workspace))
    periods = _periods(workspace, found, choice)
    _, buyers = summing.counted(found.ever, choice)
    return Books(
        choice, said, periods, _total(periods, buyers),
        [*omitting.left_out(found.odd, choice), *omitting.refused(imports)], imports, sums,
        switches(sums, choice, said, found.apart()), _major(workspace, paid(sums, choice)), _counts(imports),
        _sql(workspace, as_of, choice),
    )  # fmt: skip


def _sql(workspace: Workspace, as_of: datetime, choice: Choice) -> str:
    kinds = exp.In(this=engine.column("line"), expressions=[exp.Literal.number(int(kind)) for kind in choice.kinds])
    tree = profiling.reading(workspace, as_of).fill(parse(REVENUE).where(kinds))
    return engine.sql(counting.shown(tree, choice))


def _periods(workspace: Workspace, found: Summed, choice: Choice) -> list[Period]:
    """Every period in which something counts, the newest first."""
    started = found.orders(choice)
    mine: dict[date, list[Sum]] = {start: [] for start in started}
    for row in found.sums:
        mine.setdefault(row.start, []).append(row)
    periods = [
        _period(workspace, start, started.get(start, (0, 0)), mine[start], choice) for start in sorted(mine)[::-1]
    ]
    return [period for period in periods if period.orders or period.gross or period.returns]


def _period(workspace: Workspace, start: date, people: tuple[int, int], sums: list[Sum], choice: Choice) -> Period:
    gross = money_of(sums, choice, [Line.PURCHASE, Line.SHIPPING])
    returns = -money_of(sums, choice, [Line.RETURN])
    return Period(start, *people, _major(workspace, gross), _major(workspace, returns))


def _major(workspace: Workspace, minor: int) -> Decimal:
    return Decimal(minor).scaleb(-money.digits(workspace.currency))


def _total(periods: list[Period], buyers: int) -> Period:
    orders = sum(period.orders for period in periods)
    gross = sum((period.gross for period in periods), Decimal(0))
    return Period(None, orders, buyers, gross, sum((period.returns for period in periods), Decimal(0)))


def _done(workspace: Workspace) -> Any:
    return Import.objects.in_workspace(workspace).filter(status=Import.Status.DONE).order_by("-created_at")


def _counts(imports: list[Import]) -> dict[str, int]:
    names = ("rows", "accepted", "rejected", "duplicates")
    return {name: sum(import_.counts.get(name, 0) for import_ in imports) for name in names}


def recounting(workspace: Workspace) -> list[Job]:
    """The jobs that compute the profile anew right now."""
    return list(Job.objects.in_workspace(workspace).filter(kind="profile", ended_at=None).order_by("created_at")[:1])


def confirm(workspace: Workspace, *, by: User, switches: dict[str, str] | None = None) -> bool:
    """Somebody said that it looks right: the imports so far are checked, and `switches` count from now on.

    Whether that changes what counts.
    """
    moment = now()
    with transaction.atomic():
        _done(workspace).filter(checked_at=None).update(checked_at=moment)
        before = counting.mark(workspace.revenue)
        _keep(workspace, (switches or {}) | {"checked_at": moment.isoformat()})
        sentence = (
            f"Said that the figures look like the shop's books. Revenue: {profiling.revenue_in_words(workspace)}."
        )
        auditing.record(workspace, by, "books.confirmed", sentence)
    return counting.mark(workspace.revenue) != before


def keep_reported(workspace: Workspace, reported: dict[str, str], *, by: User) -> None:
    """Keep what the shop's own report says, by the first day of the month, or in all."""
    with transaction.atomic():
        _keep(workspace, {"reported": reported})
        auditing.record(workspace, by, "books.reported", "Wrote down what the shop's own report says.")


def set_buyer(workspace: Workspace, customer: Customer, what: str, *, by: User) -> None:
    """Leave a buyer out of everything, keep it although it looks odd, or ask again."""
    mine = str(customer.pk)
    with transaction.atomic():
        kept = Workspace.objects.select_for_update().get(pk=workspace.pk).revenue
        lists = {name: [pk for pk in kept.get(name, []) if pk != mine] for name in ("left_out", "kept")}
        if what in lists:
            lists[what].append(mine)
        _keep(workspace, lists)
        sentence = {"left_out": "Left one buyer out of every figure.", "kept": "Kept one odd buyer in every figure."}
        told = sentence.get(what, "Took back what was said of one odd buyer.")
        auditing.record(workspace, by, "books.buyer", told, subject=customer.pk)


def _keep(workspace: Workspace, values: dict[str, Any]) -> None:
    """Add to what the workspace keeps about revenue. Call it inside a transaction."""
    kept = Workspace.objects.select_for_update().get(pk=workspace.pk)
    workspace.revenue = kept.revenue | values
    Workspace.objects.filter(pk=workspace.pk).update(revenue=workspace.revenue)
