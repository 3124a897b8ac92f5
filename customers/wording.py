"""How customers and their figures are said on pages: whole sentences, short dates, no cents above 1,000."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from accounts.models.workspace import Workspace
from accounts.templatetags.words import count, day, money, percent, short_day
from customers.features.feature import Feature, Type
from customers.masking import masked
from customers.models.customer import Customer
from customers.science.rfm import NEVER, Fit, within_days

UNKNOWN = "unknown"
FAMILIES = {
    "orders": "How often",
    "time": "When",
    "money": "Money",
    "products": "What",
    "habits": "Buying habits",
    "found": "Found for you",
    "own": "Your own figures",
}


@dataclass(frozen=True)
class Reason:
    """One condition of buying habits: the figure, its value, and the limits it lies between."""

    label: str
    value: str
    limits: str


def called(customer: Customer, *, personal: bool) -> str:
    """The name, else the address (masked for those who may not see it), else the number in the shop."""
    email = customer.email if personal else masked(customer.email)
    return customer.name or email or customer.external_id or "Somebody"


def initials(name: str) -> str:
    words = [word for word in name.replace(".", " ").split() if word[0].isalpha()]
    return "".join(word[0] for word in words[:2]).upper()


def worded(value: Any, figure: Feature, workspace: Workspace, *, unit: bool = True) -> str:
    """One figure as people say it, with its unit unless a header says it."""
    if value is None or value != value:
        return UNKNOWN
    if figure.type == Type.MONEY:
        return money(value, workspace.currency)
    if figure.type == Type.SHARE:
        return percent(value)
    if isinstance(value, datetime):
        return day(value, workspace.timezone)
    if figure.type == Type.NUMBER:
        said = count(value) if figure.whole else f"{value:,.1f}".removesuffix(".0")
        named = (figure.unit if value != 1 else figure.unit.removesuffix("s")) if unit else ""
        return f"{said} {named}".strip()
    return str(value)


def in_one_sentence(figures: dict[str, Any], workspace: Workspace) -> str:
    """What there is to say first, its figures between stars."""
    orders = figures.get("orders") or 0
    if not orders:
        return "Has not ordered so far."
    many = f"**{count(orders)} {'orders' if orders != 1 else 'order'}** worth **{_money(figures, workspace)}**"
    since, last = (day(figures[name], workspace.timezone) for name in ("first_order_at", "last_order_at"))
    return f"{many} since {since}; the last on **{last}**." if orders > 1 else f"{many} on {since}."


def _money(figures: dict[str, Any], workspace: Workspace) -> str:
    return money(figures.get("revenue") or 0, workspace.currency)


def rhythm(figures: dict[str, Any]) -> tuple[str, bool]:
    """How long it has been against the usual gap, and whether that is long (over twice as long)."""
    gap, quiet = figures.get("days_between_orders"), figures.get("recency_days")
    if gap is None or gap != gap or quiet is None:
        return "no usual gap with one order day", False
    late = quiet > 2 * gap
    usually = f"{gap:.0f}" if gap >= 1 else "1"
    return (f"quiet for longer than usual, which is {usually} days" if late else f"usually every {usually} days"), late


def lately(figures: dict[str, Any], workspace: Workspace) -> tuple[str, bool]:
    """One line on somebody beside their name, and whether they are overdue."""
    orders, quiet, gap = figures["orders"], figures["recency_days"], figures["days_between_orders"]
    if not orders:
        return "no order yet", False
    said = short_day if quiet < 300 else day
    last = said(figures["last_order_at"], workspace.timezone)
    if gap != gap or gap is None:
        many = "1 order" if orders == 1 else f"{count(orders)} orders"
        return f"{many}, {money(figures['revenue'], workspace.currency)}, on {last}", False
    usually = f"{max(gap, 1):.0f}"
    if figures["order_days"] >= 3 and quiet > 2 * gap:
        return f"quiet for {count(quiet)} days, usually {usually}", True
    return f"every {usually} day{'' if usually == '1' else 's'}, last order {last}", False


def why_this_habit(figures: dict[str, Any], fit: Fit | None, workspace: Workspace) -> list[Reason]:
    """The three conditions that put somebody into a group of buying habits; none for never bought."""
    if fit is None or figures.get("rfm_group") in (None, NEVER) or figures.get("r") is None:
        return []
    currency = workspace.currency
    return [
        Reason("Days since last order", count(figures["recency_days"]), days_said(fit, int(figures["r"]))),
        Reason("Orders", count(figures["orders"]), orders_said(fit, int(figures["f"]))),
        Reason("Spent", money(figures["revenue"], currency), spent_said(fit, int(figures["m"]), currency)),
    ]


def days_said(fit: Fit, r: int) -> str:
    """The limits of a score for days since the last order: "bought within 34 days"."""
    start, end = within_days(fit, r)
    if start is None or end is None:
        return f"bought within {end} days" if end is not None else f"no order for {start} days or more"
    return f"last order {start} to {end} days ago"


def orders_said(fit: Fit, f: int) -> str:
    bounds = [None, *(ceil(cut) for cut in fit.f.cuts), None]
    low, high = bounds[f - 1], bounds[f]
    if high is None:
        return f"{low} orders or more"
    first = low or 1
    return f"{first} order{'s' if first > 1 else ''}" if high - 1 <= first else f"{first} to {high - 1} orders"


def spent_said(fit: Fit, m: int, currency: str) -> str:
    bounds = [None, *fit.m.cuts, None]
    low, high = (None if bound is None else money(bound, currency) for bound in bounds[m - 1 : m + 1])
    if low is None or high is None:
        return f"spent less than {high}" if low is None else f"spent {low} or more"
    return f"spent from {low} to {high}"
