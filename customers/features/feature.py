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
    DERIVED = "derived"
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

    `definition` is how it is calculated: SQL over its stage, or over other figures by their names.
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
    definition: str = ""
    whole: bool = False
    otherwise: int | None = None
    expression: Any = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.expression is None:
            object.__setattr__(self, "expression", engine.column(self.name))

    @property
    def is_stored(self) -> bool:
        """Whether the profile's file holds it; everything else is derived when read."""
        return self.stage in {Stage.ORDERS, Stage.LINES, Stage.TASTES}

    @property
    def sql_type(self) -> str:
        return "BIGINT" if self.whole else SQL_TYPES[self.type]
