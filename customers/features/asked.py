"""How a figure of somebody's own is defined: an aggregate, a ratio of two, or a formula. Read from JSON.

    {"v": 1, "kind": "aggregate", "measure": "orders", "days": 365, "where": [CONDITION, ...]}
    {"v": 1, "kind": "ratio", "top": AGGREGATE, "bottom": AGGREGATE}
    {"v": 1, "kind": "formula", "text": "revenue / orders", "shown_as": "money"}

A CONDITION is about a line of an order; for orders and order days, one line that holds is enough:
    {"field": "product" | "category" | "channel", "op": "is" | "is_not" | "set" | "not_set", "values": [...]}
    {"field": "detail", "name": "discount_code", "op": ..., "values": [...]}
"""

from dataclasses import dataclass
from typing import Any

from customers.features import formula
from customers.features.feature import Type

VERSION = 1
WINDOWS = {None: "ever", 30: "30 days", 90: "90 days", 365: "12 months"}
FIELDS = {"product": "product", "category": "category", "channel": "channel", "detail": "order detail"}
OPS = {"is": "is", "is_not": "is not", "set": "is filled in", "not_set": "is empty"}
SHOWN_AS = {Type.NUMBER: "a number", Type.MONEY: "money", Type.SHARE: "a share, in %"}
MOST_CONDITIONS, MOST_VALUES, LONGEST = 5, 100, 80


class BadDefinition(ValueError):
    """The definition cannot be understood; the sentence says what is accepted."""


@dataclass(frozen=True)
class Measure:
    """What is counted or summed, and how the result is said."""

    label: str
    unit: str = ""
    type: Type = Type.NUMBER
    whole: bool = True


MEASURES = {
    "orders": Measure("Orders", "orders"),
    "order_days": Measure("Order days", "days"),
    "lines": Measure("Lines of orders", "lines"),
    "pieces": Measure("Pieces bought", "pieces", whole=False),
    "spent": Measure("Spent", type=Type.MONEY),
    "products": Measure("Different products", "products"),
}


@dataclass(frozen=True)
class Holds:
    """One condition on a line. `codes` are the numbers of the values in the event files."""

    field: str
    op: str
    name: str = ""
    values: tuple[str, ...] = ()
    codes: tuple[int, ...] = ()

    @property
    def sentence(self) -> str:
        what = self.name.replace("_", " ") if self.field == "detail" else FIELDS[self.field]
        return f"{what} {OPS[self.op]}" + (f" {' or '.join(self.values)}" if self.values else "")

    def as_json(self) -> dict[str, Any]:
        said = {"field": self.field, "op": self.op, "name": self.name}
        said |= {"values": list(self.values), "codes": list(self.codes)}  # type: ignore[dict-item]
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True)
class Aggregate:
    measure: str
    days: int | None = None
    where: tuple[Holds, ...] = ()

    @property
    def sentence(self) -> str:
        """Such as: orders in the last 12 months where discount_code is filled in."""
        label = MEASURES[self.measure].label
        when = f" in the last {WINDOWS[self.days]}" if self.days else ""
        where = f" where {' and '.join(holds.sentence for holds in self.where)}" if self.where else ""
        return f"{label[:1].lower()}{label[1:]}{when}{where}"

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": "aggregate", "measure": self.measure, "days": self.days,
            "where": [holds.as_json() for holds in self.where],
        }  # fmt: skip


@dataclass(frozen=True)
class Ratio:
    top: Aggregate
    bottom: Aggregate

    @property
    def is_share(self) -> bool:
        """Whether the one is a part of the other, so that percent say it best."""
        same = self.top.measure == self.bottom.measure
        shorter = self.bottom.days is None or (self.top.days or 10**6) <= self.bottom.days
        return same and shorter and set(self.bottom.where) <= set(self.top.where)

    @property
    def type(self) -> Type:
        if self.is_share:
            return Type.SHARE
        of_money = [MEASURES[part.measure].type == Type.MONEY for part in (self.top, self.bottom)]
        return Type.MONEY if of_money == [True, False] else Type.NUMBER

    @property
    def sentence(self) -> str:
        return f"{self.top.sentence}, divided by {self.bottom.sentence}"

    def as_json(self) -> dict[str, Any]:
        return {"kind": "ratio", "top": self.top.as_json(), "bottom": self.bottom.as_json()}


@dataclass(frozen=True)
class Calculated:
    text: str
    shown_as: Type = Type.NUMBER

    @property
    def sentence(self) -> str:
        return f"calculated as {self.text}"

    @property
    def names(self) -> tuple[str, ...]:
        return formula.read(self.text).names

    def as_json(self) -> dict[str, Any]:
        return {"kind": "formula", "text": self.text, "shown_as": str(self.shown_as)}


type Definition = Aggregate | Ratio | Calculated


def as_json(definition: Definition) -> dict[str, Any]:
    return {"v": VERSION, **definition.as_json()}


def sentence(definition: Definition) -> str:
    said = definition.sentence
    return f"{said[:1].upper()}{said[1:]}."


def type_of(definition: Definition) -> Type:
    if isinstance(definition, Aggregate):
        return MEASURES[definition.measure].type
    return definition.type if isinstance(definition, Ratio) else definition.shown_as


def read(given: Any) -> Definition:
    """The definition, understood. Raises BadDefinition with a sentence."""
    if not isinstance(given, dict) or given.get("v", VERSION) != VERSION:
        raise BadDefinition('A definition is an object such as {"v": 1, "kind": "aggregate", "measure": "orders"}.')
    kind = given.get("kind")
    if kind == "aggregate":
        return aggregate(given)
    if kind == "ratio":
        return Ratio(aggregate(given.get("top")), aggregate(given.get("bottom")))
    if kind == "formula":
        return _calculated(given)
    raise BadDefinition("“kind” is one of: aggregate, ratio, formula.")


def aggregate(given: Any) -> Aggregate:
    if not isinstance(given, dict):
        raise BadDefinition("A ratio needs “top” and “bottom”, each with a “measure”.")
    measure, days, where = given.get("measure"), given.get("days"), given.get("where") or []
    if measure not in MEASURES:
        raise BadDefinition(f"“measure” is one of: {', '.join(MEASURES)}.")
    if isinstance(days, bool) or not (days is None or isinstance(days, int)) or days not in WINDOWS:
        raise BadDefinition("“days” is 30, 90, 365, or left out for ever.")
    if not isinstance(where, list) or len(where) > MOST_CONDITIONS:
        raise BadDefinition(f"“where” is a list of at most {MOST_CONDITIONS} conditions.")
    return Aggregate(measure, days, tuple(_holds(one) for one in where))


def _holds(given: Any) -> Holds:
    if not isinstance(given, dict) or given.get("field") not in FIELDS:
        raise BadDefinition(f"The “field” of a condition is one of: {', '.join(FIELDS)}.")
    if given.get("op") not in OPS:
        raise BadDefinition(f"The “op” of a condition is one of: {', '.join(OPS)}.")
    field, op = given["field"], given["op"]
    name = _text(given.get("name"), "the name of the order detail") if field == "detail" else ""
    values = _values(given.get("values")) if op in {"is", "is_not"} else ()
    codes = given.get("codes") or [] if field != "detail" and values else []
    if not isinstance(codes, list) or not all(type(code) is int and code >= 0 for code in codes):
        raise BadDefinition("“codes” are found by us; leave them out.")
    return Holds(field, op, name, values, tuple(codes))


def _values(given: Any) -> tuple[str, ...]:
    values = [given] if isinstance(given, str) else given
    if not isinstance(values, list) or not 1 <= len(values) <= MOST_VALUES:
        raise BadDefinition(f"Say what it is compared with: 1 to {MOST_VALUES} values.")
    return tuple(dict.fromkeys(_text(value, "a value") for value in values))


def _text(given: Any, what: str) -> str:
    text = " ".join(given.split()) if isinstance(given, str) else ""
    if not 1 <= len(text) <= LONGEST or not text.isprintable():
        raise BadDefinition(f"A condition lacks {what}, a text of 1 to {LONGEST} characters.")
    return text


def _calculated(given: dict[str, Any]) -> Calculated:
    text, shown_as = given.get("text"), given.get("shown_as", "number")
    if not isinstance(text, str) or not text.strip():
        raise BadDefinition("A formula needs a “text” such as: revenue_365d / orders_365d.")
    if shown_as not in {str(kind) for kind in SHOWN_AS}:
        raise BadDefinition("“shown_as” is one of: number, money, share.")
    return Calculated(" ".join(text.split()), Type(shown_as))
