"""Every field and every figure: how many people have a value, and who needs it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlglot.expressions as exp

from accounts.models.workspace import Workspace
from customers import engine, figuring, profiling, wording
from customers.features import catalogue
from customers.features.feature import Type
from customers.models.figure import Figure
from customers.using import Use

TOLD = "What we are told"


@dataclass(frozen=True)
class Field:
    """One column of what can be said of somebody."""

    name: str
    label: str
    meaning: str
    unit: str
    family: str
    filled: int = 0
    people: int = 0
    uses: list[Use] = field(default_factory=list)
    figure: Figure | None = None

    @property
    def share(self) -> float:
        return self.filled / self.people if self.people else 0.0


UNITS = {Type.SHARE: "%", Type.DATE: "day", Type.BOOLEAN: "yes or no", Type.TEXT: "text"}


def fields(workspace: Workspace, *, as_of: datetime) -> list[Field]:
    """Own figures first, then the calculated ones, then what we are told."""
    known, told = catalogue.features(workspace), catalogue.traits(workspace)
    rows = Figure.objects.in_workspace(workspace).live().select_related("changed_by")
    own = {figure.feature: figure for figure in rows}
    uses = figuring.all_uses(workspace)
    columns = [*known, *(f"trait:{name}" for name in told)]
    filled = _filled(workspace, columns, as_of)
    found = [
        Field(
            name, each.label, each.description, _unit(workspace, each),
            wording.FAMILIES.get(each.family, each.family), filled[name], filled["people"], uses.get(name, []),
            own.get(name),
        )
        for name, each in known.items()
    ]  # fmt: skip
    found += [
        Field(
            f"trait:{name}", each.label, each.description or "As your files say it.",
            UNITS.get(Type(each.type), ""), TOLD, filled[f"trait:{name}"], filled["people"],
            uses.get(f"trait:{name}", []),
        )
        for name, each in told.items()
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.figure is None)


def _unit(workspace: Workspace, each: Any) -> str:
    return workspace.currency if each.type == Type.MONEY else each.unit or UNITS.get(each.type, "")


def _filled(workspace: Workspace, columns: list[str], as_of: datetime) -> dict[str, int]:
    """How many people have each, in one scan."""
    counts = [exp.alias_(exp.Count(this=engine.column(name)), name, quoted=True) for name in columns]
    everybody = exp.alias_(exp.Count(this=exp.Star()), "people", quoted=True)
    tree = exp.select(everybody, *counts).from_("profile")
    answer = engine.query(workspace, tree, relations=profiling.relations(workspace, as_of))
    row: dict[str, int] = answer.to_pylist()[0]
    return row


def by_family(found: list[Field]) -> list[tuple[str, list[Field]]]:
    families: dict[str, list[Field]] = {}
    for one in found:
        families.setdefault(one.family, []).append(one)
    return list(families.items())
