"""Figures as the API says them: money as decimal strings, moments in UTC, nothing where nothing is known."""

from datetime import UTC, datetime
from typing import Any

from customers import money
from customers.features.feature import Feature, Type


def said(figures: dict[str, Any], catalogue: dict[str, Feature], currency: str) -> dict[str, Any]:
    """The figures of one customer, in the catalogue's order."""
    return {name: _said(figures.get(name), figure, currency) for name, figure in catalogue.items()}


def _said(value: Any, figure: Feature, currency: str) -> Any:
    if value is None or value != value:
        return None
    if figure.type == Type.MONEY:
        return money.in_words(value, currency)
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if figure.type in {Type.SHARE, Type.NUMBER} and isinstance(value, float):
        return round(value, 6)
    return value
