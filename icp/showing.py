"""Findings as pages show them: sentence, picture, table, and the door to the customers they are about."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString

from accounts.models.workspace import Membership, Workspace
from accounts.templatetags.words import count, day, money, money_in_full, percent, short_day
from customers import clock
from customers.models.customer import Customer
from icp import looking, proving, sentences
from icp.measuring import Business
from icp.models.insight import Insight
from icp.picturing import picture
from icp.sights.finding import Finding

IN_MONEY = ("revenue", "spent", "now", "a year before", "change")
IN_SHARES = ("share", "of all", "this year", "last year")


@dataclass(frozen=True)
class Shown:
    """One finding; `segment` is who they are where a segment has the same conditions, `names` a few of them."""

    insight: Insight
    told: Finding
    is_first: bool = False
    segment: Any = None
    names: list[str] = field(default_factory=list)

    @classmethod
    def all(cls, found: list[Insight], who: Membership) -> list["Shown"]:
        """Findings in their order. The most telling one gets the button that stands out."""
        if not found:
            return []
        workspace = found[0].workspace
        segments = proving.segments_of(workspace, found)
        first = next(iter(looking.most_telling(workspace, at_most=1)), None)
        return [
            cls(
                one, one.told, one.pk == (first.pk if first else None), segments.get(one.pk),
                _names(workspace, one.told.picture.get("who", [])) if who.may("personal.view") else [],
            )
            for one in found
        ]  # fmt: skip

    @property
    def until(self) -> datetime | None:
        return clock.last_counted(self.insight.as_of)

    @property
    def picture(self) -> SafeString:
        until = short_day(self.until, self.insight.workspace.timezone)
        return picture(self.insight.kind, self.told.picture, until=until)

    @property
    def among(self) -> str:
        return f"Among them {sentences.listed(self.names)}." if self.names else ""

    @property
    def level(self) -> str:
        return "cannot" if self.told.is_refused else self.told.level

    @property
    def between(self) -> str:
        """The range in words; what is counted has none."""
        return self.told.between or ("a count" if self.level == "sure" else "")

    @property
    def columns(self) -> list[str]:
        return list(self.told.table.get("columns", []))

    @property
    def rows(self) -> list[list[str]]:
        """The rows of the table, each cell as it is read."""
        currency = self.insight.workspace.currency
        kinds = [_kind(name) for name in self.columns]
        return [
            [_cell(cell, kind, currency) for cell, kind in zip(row, kinds, strict=True)]
            for row in self.told.table.get("rows", [])
        ]


def _kind(column: str) -> str:
    name = column.lower()
    if any(word in name for word in IN_SHARES):
        return "share"
    return "money" if any(name.startswith(word) for word in IN_MONEY) and "from" not in name else "count"


def _cell(cell: Any, kind: str, currency: str) -> str:
    if not isinstance(cell, int | float):
        return str(cell)
    if kind == "share":
        return percent(cell)
    return money_in_full(cell, currency) if kind == "money" else count(cell)


def _names(workspace: Workspace, numbers: list[int]) -> list[str]:
    """What they are called, in their order; who is gone is left out."""
    rows = Customer.objects.in_workspace(workspace).filter(number__in=numbers) if numbers else []
    called = {row.number: row.name or row.external_id or row.email for row in rows}
    return [called[number] for number in numbers if called.get(number)]


def first_line(workspace: Workspace, insight: Insight) -> str:
    """5,130 customers, €1.92 m, 4 Jan 2024 to 20 Nov 2026."""
    whole = insight.told.whole
    first, last = (day(date.fromisoformat(whole[name])) for name in ("first", "last"))
    people = "customer" if whole["buyers"] == 1 else "customers"
    return f"{count(whole['buyers'])} {people}, {money(whole['revenue'], workspace.currency)}, {first} to {last}"


def whole_of(insight: Insight) -> Business:
    """What the look counted of the whole business, as far as it decides what is unknown."""
    whole, zone = insight.told.whole, ZoneInfo(insight.workspace.timezone)
    first, last = (
        datetime.combine(date.fromisoformat(whole[name]), time(12), tzinfo=zone) for name in ("first", "last")
    )
    return Business(insight.as_of, {"buyers": whole["buyers"], "first_at": first, "last_at": last})
