"""What stands on the right of a condition: numbers, texts, days and lengths, checked against its column."""

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from customers.features.feature import Type
from segments.rules.durations import duration
from segments.rules.nodes import Column
from segments.rules.operators import NUMERIC, Shape, shape

LARGEST = 10**15
LONGEST_TEXT = 500
MOST_VALUES = 1000


class InvalidRule(ValueError):
    """The definition cannot be used; the message says why, and what would be right."""


def value_of(column: Column, op: str, raw: Mapping[str, Any]) -> Any:
    """The value in the form that compile expects: a number, a text, a day, a Duration or a tuple of them."""
    wanted = shape(op)
    if wanted is Shape.NOTHING:
        if raw.get("value") is not None:
            raise InvalidRule(f"“{op}” takes no value.")
        return None
    if raw.get("value") is None:
        raise InvalidRule(f"“{column.label}” with “{op}” needs a value.")
    value = raw["value"]
    if wanted is Shape.LENGTH:
        return _length(column, value)
    if wanted is Shape.PAIR:
        return _pair(column, value)
    if wanted is Shape.SEVERAL:
        return _several(column, value)
    return _one(column, value)


def a_number(value: Any, label: str) -> int | float:
    """A whole or decimal number; decimal strings such as "100.00" are read as well."""
    if isinstance(value, str):
        value = _read_number(value, label)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidRule(f"“{label}” is a number: give one such as 3 or 12.5.")
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise InvalidRule(f"“{label}” takes numbers up to {LARGEST:,}.")
    return int(value) if value == int(value) else value


def a_day(value: Any) -> date:
    try:
        if not isinstance(value, str) or len(value) != 10:
            raise ValueError
        day = date.fromisoformat(value)
    except ValueError:
        raise InvalidRule("A day is written year-month-day, such as 2026-11-20.") from None
    if not 1900 <= day.year <= 2200:
        raise InvalidRule("A day lies between the years 1900 and 2200.")
    return day


def _one(column: Column, value: Any) -> Any:
    if column.type in NUMERIC:
        return a_number(value, column.label)
    return a_day(value) if column.type is Type.DATE else _text(value, column.label)


def _pair(column: Column, value: Any) -> tuple[Any, Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise InvalidRule(f"“{column.label}” between takes two values: from and to.")
    low, high = (_one(column, part) for part in value)
    if low > high:
        raise InvalidRule(f"“{column.label}” between needs the smaller value first.")
    return low, high


def _several(column: Column, value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_VALUES:
        raise InvalidRule(f"“{column.label}” takes a list of 1 to {MOST_VALUES:,} values here.")
    return tuple(_one(column, part) for part in value)


def _length(column: Column, value: Any) -> Any:
    length = duration(value)
    if length is None:
        raise InvalidRule(f"“{column.label}” takes a length here, such as 90d, 12h, 2w, 3mo or 1y.")
    return length


def _text(value: Any, label: str) -> str:
    if not isinstance(value, str):
        raise InvalidRule(f"“{label}” is a text: give its value in quotes.")
    if not 0 < len(value) <= LONGEST_TEXT:
        raise InvalidRule(f"“{label}” takes 1 to {LONGEST_TEXT} characters.")
    if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
        raise InvalidRule(f"“{label}” holds a character that no text can have.")
    return value


def _read_number(text: str, label: str) -> float | int:
    try:
        number = float(text)
    except ValueError:
        raise InvalidRule(f"“{label}” is a number: give one such as 3 or 12.5.") from None
    return number
