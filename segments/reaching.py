"""Whom may we write to: who has an address, who agreed, and who asked us to stop.

Consent is a detail of the customer, as shops export it ("Accepts Marketing"). Where no file tells, we do
not know, and say so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap

from accounts.models.workspace import Workspace
from customers.agreeing import agreed, asked, stopped
from customers.models.customer import Customer

type Column = npt.NDArray[Any]

AT_ONCE = 10_000


@dataclass
class Reach:
    """Everybody of a group, sorted by what we may do. `agreed` and `unknown` hold those on the stop list too."""

    people: int = 0
    addressed: int = 0
    doubled: int = 0  # share an address with somebody before them
    agreed: BitMap = field(default_factory=BitMap)
    unknown: BitMap = field(default_factory=BitMap)
    refused: int = 0
    stopped: BitMap = field(default_factory=BitMap)
    is_told: bool = False  # whether any file ever said who agreed

    def chosen(self, *, unknown: bool) -> BitMap:
        """Who gets it: those who agreed, on request also those of whom nobody knows; never the stop list."""
        return (self.agreed | self.unknown if unknown else self.agreed) - self.stopped

    def counts(self, *, unknown: bool) -> dict[str, int]:
        asked = self.agreed | self.unknown if unknown else self.agreed
        return {
            "in_segment": self.people,
            "with_address": self.addressed,
            "same_address": self.doubled,
            "agreed": len(self.agreed),
            "unknown": len(self.unknown),
            "refused": self.refused,
            "asked": len(asked),
            "stopped": len(asked & self.stopped),
            "chosen": len(asked - self.stopped),
        }


def reach(workspace: Workspace, members: BitMap) -> Reach:
    """Sort the members by what we may do."""
    agrees, stops = asked(workspace)
    found, seen = Reach(people=len(members), is_told=bool(agrees)), set[str]()
    for number, email, traits in _rows(workspace, members):
        if not email or email.lower() in seen:
            found.doubled += bool(email)
            continue
        seen.add(email.lower())
        _sort_in(found, number, agreed(traits, agrees), stopped(traits, stops))
    return found


def _sort_in(found: Reach, number: int, says: bool | None, stops: bool) -> None:
    found.addressed += 1
    if stops:
        found.stopped.add(number)
    if says is False:
        found.refused += 1
    else:
        (found.agreed if says else found.unknown).add(number)


def _rows(workspace: Workspace, members: Iterable[int]) -> Iterator[tuple[int, str, dict[str, Any]]]:
    people = Customer.objects.in_workspace(workspace).filter(merged_into=None).order_by("number")
    for some in batched(members, AT_ONCE):
        yield from people.filter(number__in=some).values_list("number", "email", "traits")


# Everybody at once -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """Of each customer by number: which address (equal ones share an id, none is -1), and what they said.

    `says` is 1 for yes, 0 for no, -1 for nothing; arrays of equal length, in the order of numbers.
    """

    numbers: Column
    address: Column
    says: Column
    stops: Column
    is_told: bool


def everyone(workspace: Workspace) -> Standing:
    """What we may do with each customer, read in one go, so that many segments can be tallied."""
    agrees, stops = asked(workspace)
    ids: dict[str, int] = {}
    found: list[tuple[int, int, int, bool]] = []
    people = Customer.objects.in_workspace(workspace).filter(merged_into=None).order_by("number")
    for number, email, traits in people.values_list("number", "email", "traits").iterator(AT_ONCE):
        said = agreed(traits, agrees)
        says = -1 if said is None else int(said)
        address = ids.setdefault(email.lower(), len(ids)) if email else -1
        found.append((number, address, says, stopped(traits, stops)))
    columns = np.array(found, dtype=np.int64).reshape(-1, 4).T
    return Standing(columns[0], columns[1], columns[2], columns[3].astype(bool), bool(agrees))


def tally(standing: Standing, members: BitMap) -> Reach:
    """As `reach`, from what was read of everybody."""
    here = np.isin(standing.numbers, np.frombuffer(members.to_array(), dtype=np.uint32))
    with_address = here & (standing.address >= 0)
    places = np.flatnonzero(with_address)
    _, first = np.unique(standing.address[places], return_index=True)
    places = places[np.sort(first)]
    numbers, says = standing.numbers[places], standing.says[places]
    return Reach(
        people=len(members),
        addressed=len(places),
        doubled=int(with_address.sum()) - len(places),
        agreed=BitMap(numbers[says == 1].astype(np.uint32)),
        unknown=BitMap(numbers[says == -1].astype(np.uint32)),
        refused=int((says == 0).sum()),
        stopped=BitMap(numbers[standing.stops[places]].astype(np.uint32)),
        is_told=standing.is_told,
    )
