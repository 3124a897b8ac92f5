"""A figure's value as people say it: money with its sign, shares in percent, counts whole."""

import math

from accounts.templatetags.words import NARROW, count, money, percent
from customers.features.feature import Feature, Type


def value(figure: Feature, amount: float | None, currency: str, *, unit: bool = True) -> str:
    """38 -> "38 days", or "38" beside another that says so; 0.12 -> "12 %"; 1915.74 as money -> "€1,916"."""
    if amount is None or math.isnan(amount):
        return "unknown"
    if figure.type == Type.MONEY:
        return money(round(amount) if abs(amount) >= 100 else amount, currency)
    if figure.type == Type.SHARE:
        return percent(amount)
    said = count(amount) if abs(amount) >= 10 or float(amount).is_integer() else f"{amount:.1f}"
    return f"{said}{NARROW}{_days(amount)}" if figure.unit == "days" and unit else said


def _days(amount: float) -> str:
    return "day" if amount == 1 else "days"
