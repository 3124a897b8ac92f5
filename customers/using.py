"""Where a figure or a detail is used. Segments stand above customers; they come here to answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from accounts.models.workspace import Workspace


@dataclass(frozen=True)
class Use:
    """One thing that needs the figure: what it is, what it is called, where it stands."""

    kind: str
    name: str
    href: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class Source(Protocol):
    def uses(self, workspace: Workspace) -> Mapping[str, Sequence[Use]]:
        """Column name of a figure or detail (orders, trait:country) -> who needs it."""


_sources: list[Source] = []


def register(source: Source) -> None:
    """Let somebody above answer."""
    if source not in _sources:
        _sources.append(source)


def uses(workspace: Workspace) -> dict[str, list[Use]]:
    """Everything in use, by column name."""
    found: dict[str, list[Use]] = {}
    for source in _sources:
        for name, users in source.uses(workspace).items():
            found.setdefault(name, []).extend(users)
    return found
