"""Which segments somebody is in. Segments stand above customers; they come here to answer.

`segments` registers one source when it starts (segments/belonging.py). Without one, nobody is in any.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from pyroaring import BitMap

from accounts.models.workspace import Workspace


@dataclass(frozen=True)
class Group:
    """A segment, as far as customers need to know it: name, colour, and who is in."""

    id: UUID
    name: str
    slot: int
    sentence: str
    members: BitMap
    within: str = ""  # the main segment in which it is nested

    @property
    def full_name(self) -> str:
        return f"{self.within}: {self.name}" if self.within else self.name


class Source(Protocol):
    def groups(self, workspace: Workspace) -> Sequence[Group]:
        """The live segments in their order, each with who is in."""


_sources: list[Source] = []


def register(source: Source) -> None:
    """Let somebody above answer which segments there are."""
    _sources[:] = [source]


def groups(workspace: Workspace) -> list[Group]:
    """The live segments of the workspace."""
    return [group for source in _sources for group in source.groups(workspace)]


def group(workspace: Workspace, group_id: UUID) -> Group | None:
    return next((found for found in groups(workspace) if found.id == group_id), None)


def of(number: int, among: Sequence[Group]) -> list[Group]:
    """The segments that somebody is in."""
    return [found for found in among if number in found.members]
