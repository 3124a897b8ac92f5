"""The parts of a rule, read and checked: what compile, english and explain work on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from customers.features.feature import Type
from segments.rules.durations import Duration


@dataclass(frozen=True)
class Column:
    """Something known of a customer (or of one event line) that a condition can ask about."""

    name: str  # the column of the relation: orders, trait:country, amount
    label: str
    type: Type
    unit: str = ""
    kind: str = "feature"  # feature, trait, field, property
    window: str | None = None


@dataclass(frozen=True)
class Condition:
    """One question about one column. `missing` says what a customer without a value is taken for.

    exclude: does not meet it. include: meets it. match: meets it where it asks for something else
    (is not, does not contain), and does not meet it otherwise.
    """

    column: Column
    op: str
    value: Any = None
    negate: bool = False
    missing: str = "exclude"
    case: str = "insensitive"


@dataclass(frozen=True)
class Compare:
    """A number of times, or a sum, against a threshold."""

    op: str
    value: Any

    def holds_for_zero(self) -> bool:
        """Whether somebody who never did it meets this."""
        return compared(0, self.op, self.value)


@dataclass(frozen=True)
class Window:
    """When an event counts: in the last so long, from a day on, until the end of a day."""

    in_last: Duration | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Did:
    """Did something so often within a window, or did not (`count` eq 0)."""

    event: str
    code: int | None  # None: nobody ever did it, so it is not in the dictionary
    count: Compare | None
    total: Compare | None  # of the amount, in the workspace's currency
    window: Window
    where: "Node | None" = None
    negate: bool = False


@dataclass(frozen=True)
class Belongs:
    """Is, or is not, in another segment or on a fixed list."""

    segment: str
    name: str
    is_list: bool = False
    negate: bool = False


@dataclass(frozen=True)
class Group:
    """All, any or none of several conditions."""

    kind: str
    nodes: tuple["Node", ...]


type Leaf = Condition | Did | Belongs
type Node = Leaf | Group


@dataclass(frozen=True)
class Rule:
    """A definition, read: whom it is about, what must hold, and the zone and money it speaks in."""

    entity: str
    where: Node
    zone: str
    currency: str
    definition: Any

    def leaves(self) -> Iterator[Leaf]:
        """Every condition, in the order in which they are written."""
        yield from leaves(self.where)


def leaves(node: Node) -> Iterator[Leaf]:
    if isinstance(node, Group):
        for part in node.nodes:
            yield from leaves(part)
    else:
        yield node


def compared(number: Any, op: str, value: Any) -> bool:
    if op == "between":
        return bool(value[0] <= number <= value[1])
    return bool(
        {
            "eq": number == value,
            "neq": number != value,
            "lt": number < value,
            "lte": number <= value,
            "gt": number > value,
            "gte": number >= value,
        }[op]
    )
