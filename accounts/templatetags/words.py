"""How figures and moments are said: no cents above 1,000, short dates, 1 in 4."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
SIGNS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥"}
NARROW = "\u202f"  # a number and its % never part at a line end


@register.filter
def count(value: Any) -> str:
    """1234567 -> 1,234,567."""
    return "" if value is None else f"{value:,.0f}"


@register.filter
def percent(share: float | None, digits: int | None = None) -> str:
    """0.2441 -> 24 %; 0.0042 -> 0.4 %; 0.00004 -> under 0.1 %."""
    if share is None:
        return "unknown"
    value = 100 * float(share)
    if digits is None:
        digits = 0 if abs(value) >= 9.95 or value == 0 else 1
    if 0 < abs(value) < 0.05:
        return f"under 0.1{NARROW}%"
    said = f"{value:,.{digits}f}"
    return f"{said.removesuffix('.0')}{NARROW}%"


@register.filter
def money(amount: Decimal | float | None, currency: str = "EUR") -> str:
    """1915.74 -> €1,916; 12.5 -> €12.50; 1_920_000 -> €1.92 m."""
    if amount is None:
        return "unknown"
    sign = SIGNS.get(currency, f"{currency} ")
    value = float(amount)
    minus, value = ("−" if value < 0 else ""), abs(value)
    if value >= 10_000_000:
        return f"{minus}{sign}{value / 1_000_000:,.1f}{NARROW}m"
    if value >= 1_000_000:
        return f"{minus}{sign}{value / 1_000_000:,.2f}{NARROW}m"
    if value >= 1000:
        return f"{minus}{sign}{value:,.0f}"
    return f"{minus}{sign}{value:,.2f}".removesuffix(".00")


@register.filter
def listed(names: Sequence[str]) -> str:
    """[A, B, C] -> A, B and C."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


@register.filter
def sign(currency: str) -> str:
    """EUR -> €."""
    return SIGNS.get(currency, currency)


@register.filter
def money_in_full(amount: Decimal | float | None, currency: str = "EUR") -> str:
    """8911407.9 -> £8,911,408, for tables that are compared with other tables; 12.5 -> £12.50."""
    value = float(amount or 0)
    if abs(value) < 1_000_000:
        return money(amount, currency)
    sign = SIGNS.get(currency, f"{currency} ")
    return f"{'−' if value < 0 else ''}{sign}{abs(value):,.0f}"


@register.filter
def money_exactly(amount: Decimal | float | None, currency: str = "EUR") -> str:
    """1915.74 -> €1,915.74; 1915 -> €1,915: for differences that are explained to the cent."""
    value = Decimal(str(amount or 0))
    text = f"{abs(value):,.2f}".removesuffix(".00")
    return f"{'−' if value < 0 else ''}{SIGNS.get(currency, f'{currency} ')}{text}"


@register.filter
def money_apart(difference: Decimal, currency: str = "EUR") -> str:
    """What we count less or more than somebody else: 715 -> €715 less; -0.01 -> €0.01 more."""
    return f"{money_exactly(abs(difference), currency)} {'less' if difference > 0 else 'more'}"


@register.filter
def day(moment: datetime | date | None, zone: str = "UTC") -> str:
    """20 Nov 2026, in the workspace's time zone."""
    if moment is None:
        return "unknown"
    if isinstance(moment, datetime):
        moment = moment.astimezone(ZoneInfo(zone)).date()
    return f"{moment.day} {moment:%b %Y}"


@register.filter
def short_day(moment: datetime | date | None, zone: str = "UTC") -> str:
    """20 Nov."""
    return day(moment, zone).rsplit(" ", 1)[0] if moment else "unknown"


@register.filter
def one_in(share: float | None) -> str:
    """0.2 -> 1 in 5; 0.31 -> 3 in 10."""
    if not share:
        return "none"
    for whole in (2, 3, 4, 5, 6, 8, 10, 20, 50, 100):
        part = round(share * whole)
        if part and abs(part / whole - share) < 0.012:
            return f"{part} in {whole}"
    return f"{max(1, round(share * 100))} in 100"


@register.filter
def bold_figures(sentence: str) -> SafeString:
    """A sentence with **figures** marked by stars -> the same with <b>; everything else is escaped."""
    from django.utils.html import escape

    parts = str(escape(sentence)).split("**")
    return mark_safe("".join(f"<b>{part}</b>" if i % 2 else part for i, part in enumerate(parts)))  # noqa: S308


@register.filter
def moment(value: datetime | None, zone: str = "UTC") -> str:
    """20 Nov 2026, 14:05, in the workspace's time zone."""
    return f"{day(value, zone)}, {value.astimezone(ZoneInfo(zone)):%H:%M}" if value else "unknown"


KINDS = {
    "import": "Import",
    "profile": "Figures of every customer",
    "main-segments": "Main segments",
    "refresh": "Counting a segment again",
    "refresh-all": "Counting all segments again",
    "clusters": "Looking for segments",
    "clustering": "Looking for segments",
    "first-look": "First look",
    "candidates": "What the data say of your candidates",
    "results": "Results of the lists that left",
    "erasure": "Erasing a customer",
}


@register.filter
def kind(value: str) -> str:
    """What a job does, in words: main-segments -> Main segments."""
    return KINDS.get(value, value.replace("-", " ").capitalize())
