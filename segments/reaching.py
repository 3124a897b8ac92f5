"""Whom may we write to: who has an address, who agreed, and who asked us to stop.

Consent is a detail of the customer, as shops export it ("Accepts Marketing"). Where no file tells, we do
not know, and say so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from pyroaring import BitMap

from accounts.models.workspace import Workspace
from customers.features import catalogue
from customers.mapping import AGREES, STOPS
from customers.models.customer import Customer

YES = {"yes", "y", "true", "1", "subscribed", "accepted", "agreed", "optedin", "ja", "oui", "si"}
NO = {"no", "n", "false", "0", "unsubscribed", "notsubscribed", "neversubscribed", "declined", "nein", "non"}
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
    names = list(catalogue.traits(workspace))
    agrees = [name for name in names if plain(name) in AGREES]
    stops = [name for name in names if plain(name) in STOPS]
    found, seen = Reach(people=len(members), is_told=bool(agrees)), set[str]()
    for number, email, traits in _rows(workspace, members):
        if not email or email.lower() in seen:
            found.doubled += bool(email)
            continue
        seen.add(email.lower())
        _sort_in(found, number, [traits.get(name) for name in agrees], [traits.get(name) for name in stops])
    return found


def _sort_in(found: Reach, number: int, agrees: list[Any], stops: list[Any]) -> None:
    found.addressed += 1
    said = {told(value) for value in agrees}
    if any(told(value) for value in stops):
        found.stopped.add(number)
    if False in said:  # one no outweighs a yes
        found.refused += 1
    else:
        (found.agreed if True in said else found.unknown).add(number)


def _rows(workspace: Workspace, members: Iterable[int]) -> Iterator[tuple[int, str, dict[str, Any]]]:
    people = Customer.objects.in_workspace(workspace).filter(merged_into=None).order_by("number")
    for some in batched(members, AT_ONCE):
        yield from people.filter(number__in=some).values_list("number", "email", "traits")


def told(value: Any) -> bool | None:
    """yes, no, or nothing that we understand.

    >>> told("Yes"), told(False), told("not_subscribed"), told(""), told("maybe")
    (True, False, False, None, None)
    """
    if isinstance(value, bool):
        return value
    word = plain(str(value))
    return True if word in YES else False if word in NO else None


def plain(name: str) -> str:
    """Accepts Marketing -> acceptsmarketing."""
    return "".join(sign for sign in name.lower() if sign.isalnum())
