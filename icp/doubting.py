"""What we cannot tell yet: only what really is unknown, why, and what would let us know."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts import surveying
from accounts.models.workspace import Workspace
from accounts.templatetags.words import count, day, money, percent
from customers.features import catalogue
from customers.mapping import AGREES, normal
from customers.models.source import Import
from customers.science.rfm import FEW
from icp.measuring import Business
from icp.shares import value_of
from segments.models.segment import Segment

OLD = timedelta(days=45)
TWO_SEASONS = 13  # months before season and trend can be told apart


@dataclass(frozen=True)
class Unknown:
    """One thing we do not know: what, why, and the way out, or the file that would tell, where there is one."""

    what: str
    why: str
    page: str = ""
    way_out: str = ""
    when: str = ""
    about: Any = None
    would: str = ""  # what would tell


def unknowns(workspace: Workspace, found: Business, *, today: datetime, at_most: int = 4) -> list[Unknown]:
    """The most telling of what is unknown, those first that somebody can do something about."""
    return list(_all(workspace, found, today))[:at_most]


def beside_orders(workspace: Workspace, found: Business, *, today: datetime) -> list[Unknown]:
    """What a file of orders leaves open, and which file would tell."""
    told = unknowns(workspace, found, today=today, at_most=7)
    looks = Unknown("Who looks and does not buy.", "We see orders only.", would="A file of mails or visits would tell.")
    place = next(place for place, one in enumerate(told) if one.what == "Why people leave.")
    return [*told[:place], looks, *told[place:]]


def _all(workspace: Workspace, found: Business, today: datetime) -> Iterator[Unknown]:
    last, zone = found.values.get("last_at"), ZoneInfo(workspace.timezone)
    if last and today - last > OLD:
        until = day(last, workspace.timezone)
        why = f"The last order is of {until}. Every figure here counts back from then, not from today."
        yield Unknown(f"What happened since {until}.", why, "customers:sources", "Bring a newer file")
    if 0 < found["buyers"] < FEW:
        why = f"You have {found['buyers']} buyers; six main segments need {FEW}. Until then there are three."
        yield Unknown("What sets your customers apart in detail.", why)
    if nobody := _without_customer(workspace):
        why = "They carry no customer, so they count in no segment."
        yield Unknown(f"Who bought {nobody}.", why, "customers:books", "See what was left out")
    first = found.values.get("first_at")
    if (
        first
        and (ready := _months_after(first.astimezone(zone).date(), TWO_SEASONS)) > found.as_of.astimezone(zone).date()
    ):
        why = f"That takes {TWO_SEASONS} months of orders; yours begin on {day(first, workspace.timezone)}."
        yield Unknown("What is season and what is trend.", why, when=f"with data until {day(ready)}")
    would = "A survey of those who left would tell."
    yield Unknown(
        "Why people leave.", "Orders say that they left, not why.", **(_who_left(workspace) | {"would": would})
    )
    yield _earned(workspace, found)
    if not consent_is_told(workspace):
        why = "No file told us who agreed, so lists leave everybody out until somebody decides."
        yield Unknown("Whether you may write to them.", why, "customers:sources", "Bring a file that says it")


def _earned(workspace: Workspace, found: Business) -> Unknown:
    """What stays with the business: never from an assumed margin, and no further than the one that was given."""
    would = "A list of costs would tell."
    margin = surveying.margin(workspace)
    if margin is None:
        why, out = "We know revenue only; costs are unknown.", "Enter a margin (1 min)"
        page = "accounts:intake-question"
        return Unknown("What a customer earns you.", why, page, out, about="margin", would=would)
    given = f"With the margin you gave ({percent(margin)})"
    revenue = found.share("revenue_365d", "buyers_365d")
    left = (
        f", a customer leaves you about {money(revenue * margin, workspace.currency)} in 12 months" if revenue else ""
    )
    why = f"{given}{left}, before what it costs to win and serve them."
    return Unknown("What a customer costs you.", why, would=would)


def consent_is_told(workspace: Workspace) -> bool:
    """Whether any file ever said who agreed."""
    return any(normal(name) in AGREES for name in catalogue.traits(workspace))


def _who_left(workspace: Workspace) -> dict[str, Any]:
    """The way to those who left, where a main segment holds them: its page, the words of the link, and itself."""
    segments = {value_of(segment): segment for segment in Segment.objects.in_workspace(workspace).main()}
    gone = segments.get("Lapsed") or segments.get("At risk")
    return {"page": "segments:detail", "way_out": "See who they are", "about": gone.pk} if gone else {}


def _without_customer(workspace: Workspace) -> str:
    """How many of how many lines nobody is known for, in words; empty where there are none."""
    kept = Import.objects.in_workspace(workspace).filter(status=Import.Status.DONE)
    counts = [told for told in kept.values_list("counts", flat=True) if told.get("lines_without_customer")]
    nobody = sum(told["lines_without_customer"] for told in counts)
    lines = sum(told.get("lines", 0) for told in counts)
    return f"{count(nobody)} of {count(lines)} lines" if nobody else ""


def _months_after(start: date, months: int) -> date:
    """The same day of a later month, or its last one."""
    year, month = divmod(start.month - 1 + months, 12)
    last = calendar.monthrange(start.year + year, month + 1)[1]
    return date(start.year + year, month + 1, min(start.day, last))
