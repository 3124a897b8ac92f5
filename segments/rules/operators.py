"""What can be asked of a value of each type, and which of it is the opposite of what."""

from enum import StrEnum

from customers.features.feature import Type


class Shape(StrEnum):
    """What an operator wants on its right."""

    NOTHING = "nothing"
    ONE = "one"
    SEVERAL = "several"
    PAIR = "pair"
    LENGTH = "length"  # a duration such as 90d


SHAPES = {
    "is_set": Shape.NOTHING,
    "not_set": Shape.NOTHING,
    "is_true": Shape.NOTHING,
    "is_false": Shape.NOTHING,
    "in": Shape.SEVERAL,
    "not_in": Shape.SEVERAL,
    "between": Shape.PAIR,
    "not_between": Shape.PAIR,
    "in_last": Shape.LENGTH,
    "not_in_last": Shape.LENGTH,
    "older_than": Shape.LENGTH,
}
# Each opposite is compiled as "not the positive one", so that the two can never overlap.
POSITIVE = {
    "neq": "eq",
    "not_in": "in",
    "not_contains": "contains",
    "not_between": "between",
    "not_in_last": "in_last",
    "not_set": "is_set",
}
_NUMBERS = ("eq", "neq", "lt", "lte", "gt", "gte", "between", "not_between", "in", "not_in", "is_set", "not_set")
_TEXTS = (
    "eq", "neq", "in", "not_in", "contains", "not_contains", "starts_with", "ends_with", "is_set", "not_set",
)  # fmt: skip
_DATES = (
    "before", "after", "between", "not_between", "in_last", "not_in_last", "older_than", "is_set", "not_set",
)  # fmt: skip
OPERATORS: dict[Type, tuple[str, ...]] = {
    Type.NUMBER: _NUMBERS,
    Type.MONEY: _NUMBERS,
    Type.SHARE: _NUMBERS,
    Type.TEXT: _TEXTS,
    Type.DATE: _DATES,
    Type.BOOLEAN: ("is_true", "is_false", "is_set", "not_set"),
}
COUNTS = ("eq", "neq", "lt", "lte", "gt", "gte", "between")
NUMERIC = frozenset({Type.NUMBER, Type.MONEY, Type.SHARE})


def shape(op: str) -> Shape:
    return SHAPES.get(op, Shape.ONE)
