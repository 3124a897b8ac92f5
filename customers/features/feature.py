"""What a figure is: declared once, read by conditions, clustering, profiles, evidence, API and docs."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from customers import engine


class Type(StrEnum):
    NUMBER = "number"
    MONEY = "money"  # decimal in the workspace's currency; minor units inside the file are divided on reading
    SHARE = "share"  # 0 to 1
    DATE = "date"
    TEXT = "text"
    BOOLEAN = "boolean"


class Stage(StrEnum):
    """Where a figure is calculated: over a customer's orders, lines or tastes, or from other figures."""

    ORDERS = "purchases"
    LINES = "lines"
    TASTES = "tastes"
    FIRSTS = "firsts"  # the first order, by product
    DERIVED = "derived"
    RATIO = "ratio"  # of two parts, each over orders or lines
    KEPT = "kept"  # computed outside SQL, see customers.models.profile.Score


SQL_TYPES = {
    Type.NUMBER: "DOUBLE",
    Type.MONEY: "BIGINT",
    Type.SHARE: "DOUBLE",
    Type.DATE: "TIMESTAMPTZ",
    Type.TEXT: "TEXT",
    Type.BOOLEAN: "BOOLEAN",
}


@dataclass(frozen=True)
class Feature:
    """One figure per customer.

    `definition` is how it is calculated: SQL over its stage, or over other figures by their names; a
    tree where a person defined it. `holds` is then what one line of an order must meet for the order to
    count, read in the definition as `if:<name>`; `parts` are the two of a ratio.
    `expression` is how it is read: SQL over the relation `profile`, where every figure is a column.
    `window` is a length such as 90d, or None for the whole history. `otherwise` is what somebody
    without any order has: nothing, or 0.
    """

    name: str
    label: str
    type: Type
    description: str
    unit: str = ""
    window: str | None = None
    family: str = "orders"
    stage: Stage = Stage.DERIVED
    definition: Any = ""
    whole: bool = False
    otherwise: int | None = None
    holds: Any = None
    parts: tuple["Feature", ...] = ()
    expression: Any = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.expression is None:
            object.__setattr__(self, "expression", engine.column(self.name))

    @property
    def is_stored(self) -> bool:
        """Whether the profile's file holds it; everything else is derived when read."""
        return self.stage in {Stage.ORDERS, Stage.LINES, Stage.TASTES, Stage.FIRSTS, Stage.RATIO}

    @property
    def grouped(self) -> tuple["Feature", ...]:
        """What is counted over orders or lines: its two parts, or itself."""
        return self.parts or (self,)

    @property
    def tree(self) -> Any:
        """The definition as a tree of the caller's own."""
        return engine.parse(self.definition) if isinstance(self.definition, str) else self.definition.copy()

    @property
    def sql_type(self) -> str:
        if self.stage == Stage.RATIO:
            return "DOUBLE"
        return "BIGINT" if self.whole else SQL_TYPES[self.type]
