"""Who is who: identifiers lead to customers, and customers nobody knew yet get a number.

A person of an order file is known by customer number, by e-mail, or both. The customer number wins
where the two lead to different people; merging them is another verb's work.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.timezone import now

from accounts.models.owned import new_id
from accounts.models.workspace import Workspace
from customers.models.customer import Customer, Identifier
from customers.models.source import Import

AT_ONCE = 500
TOLD = ["external_id", "email", "is_known", "name", "traits", "told_at", "updated_at"]
Kind = Identifier.Kind


@dataclass(frozen=True)
class Who:
    """How a line names its customer. `anonymous` counts only where the other two are empty."""

    external_id: str = ""
    email: str = ""
    anonymous: str = ""

    def identifiers(self) -> list[tuple[str, str]]:
        """The identifiers, the strongest first."""
        pairs = [(Kind.EXTERNAL_ID, self.external_id), (Kind.EMAIL, self.email), (Kind.ANONYMOUS, self.anonymous)]
        return [(kind.value, value) for kind, value in pairs if value]


@dataclass
class Told:
    """What the newest line says of a customer."""

    happened_at: datetime
    name: str = ""
    traits: dict[str, Any] = field(default_factory=dict)


@dataclass
class Known:
    """Where each Who ended: numbers, and how many customers are new or changed."""

    numbers: dict[Who, int] = field(default_factory=dict)
    new: int = 0
    updated: int = 0


def identify(workspace: Workspace, people: dict[Who, Told], *, made_by: Import | None = None) -> Known:
    """The number of everybody; who is new is written down, what the newest line tells is kept.

    Short transactions of 500 people under the workspace row's lock. Safe to repeat: whom an earlier
    attempt of the same import wrote down counts as new again.
    """
    known, new, changed = Known(), set[Any](), set[Any]()
    for some in batched(people.items(), AT_ONCE):
        batch = _identify_some(workspace, dict(some), made_by)
        known.numbers |= batch.numbers
        new |= batch.own
        changed |= batch.changed
    known.new, known.updated = len(new), len(changed - new)
    return known


@transaction.atomic
def _identify_some(workspace: Workspace, people: dict[Who, Told], made_by: Import | None) -> "_Batch":
    Workspace.objects.select_for_update().get(pk=workspace.pk)
    batch = _Batch(workspace, made_by, _found(workspace, people))
    customers = {who: batch.meet(who, told) for who, told in people.items()}
    batch.write()
    batch.numbers = {who: customer.number for who, customer in customers.items()}
    batch.own = batch.brought(customers.values())
    return batch


def _found(workspace: Workspace, people: Iterable[Who]) -> dict[tuple[str, str], Customer]:
    """(kind, value) -> customer, merged ones replaced by their survivor."""
    wanted = {key for who in people for key in who.identifiers()}
    rows = Identifier.objects.in_workspace(workspace).filter(value__in={value for _, value in wanted})
    pairs = {(row.kind, row.value): row.customer for row in rows.select_related("customer__merged_into")}
    survivors = {key: customer.merged_into or customer for key, customer in pairs.items() if key in wanted}
    same = {customer.pk: customer for customer in survivors.values()}  # one object per customer
    return {key: same[customer.pk] for key, customer in survivors.items()}


class _Batch:
    """Some people at once: whom we found, whom we welcome, what changes."""

    def __init__(self, workspace: Workspace, made_by: Import | None, found: dict[tuple[str, str], Customer]) -> None:
        self.workspace, self.made_by, self.found = workspace, made_by, found
        self.fresh: list[Customer] = []
        self.gained: dict[tuple[str, str], Customer] = {}
        self.touched: dict[Any, Customer] = {}
        self.changed: set[Any] = set()
        self.numbers: dict[Who, int] = {}
        self.own: set[Any] = set()

    def brought(self, customers: Iterable[Customer]) -> set[Any]:
        """Whom this import brought, now or in an attempt that did not come to its end."""
        maker = self.made_by.pk if self.made_by else object()
        return {one.pk for one in self.fresh} | {one.pk for one in customers if one.made_by_id == maker}

    def meet(self, who: Who, told: Told) -> Customer:
        """The customer behind `who`, with what this line adds: identifiers, name, details."""
        customer = self._known(who) or self._new()
        for kind, value in who.identifiers():
            if (kind, value) not in self.found:
                self.found[kind, value] = self.gained[kind, value] = customer
            self._write_plainly(customer, kind, value)
        self._tell(customer, told)
        return customer

    def _known(self, who: Who) -> Customer | None:
        """A customer number decides; an address leads on only where no other number stands against it."""
        for kind, value in who.identifiers():
            customer = self.found.get((kind, value))
            against = kind != Kind.EXTERNAL_ID and who.external_id and customer and customer.external_id
            if customer and not against:
                return customer
        return None

    def _new(self) -> Customer:
        customer = Customer(id=new_id(), workspace=self.workspace, made_by=self.made_by, is_known=False, traits={})
        self.fresh.append(customer)
        return customer

    def _write_plainly(self, customer: Customer, kind: str, value: str) -> None:
        """The plain columns beside the identifiers: what lists show and search."""
        if kind in (Kind.EXTERNAL_ID, Kind.EMAIL):
            if not getattr(customer, kind):
                setattr(customer, kind, value)
                self.touched[customer.pk] = customer
            customer.is_known = True

    def _tell(self, customer: Customer, told: Told) -> None:
        """Keep what the line says. Older news never overwrites newer."""
        if customer.told_at and told.happened_at < customer.told_at:
            return
        name = told.name or customer.name
        traits = customer.traits | {key: value for key, value in told.traits.items() if value not in ("", None)}
        if (name, traits) != (customer.name, customer.traits):
            self.changed.add(customer.pk)
        if self.changed & {customer.pk} or customer.told_at != told.happened_at:
            self.touched[customer.pk] = customer
        customer.name, customer.traits, customer.told_at = name, traits, told.happened_at

    def write(self) -> None:
        """Everything at once; new customers get the next numbers."""
        for number, customer in enumerate(self.fresh, start=_take_numbers(self.workspace, len(self.fresh))):
            customer.number = number
            self.touched.pop(customer.pk, None)
        Customer.objects.bulk_create(self.fresh)
        Identifier.objects.bulk_create(
            Identifier(workspace=self.workspace, kind=kind, value=value, customer=customer)
            for (kind, value), customer in self.gained.items()
        )
        for customer in self.touched.values():
            customer.updated_at = now()
        self._change()

    def _change(self) -> None:
        """Write what changed, in a twentieth of the time of bulk_update. Who was deleted meanwhile stays deleted."""
        rows = Customer.everywhere.filter(pk__in=self.touched).select_for_update()
        there = [self.touched[pk] for pk in rows.values_list("pk", flat=True)]
        Customer.everywhere.bulk_create(there, update_conflicts=True, unique_fields=["id"], update_fields=TOLD)


def _take_numbers(workspace: Workspace, size: int) -> int:
    """Reserve `size` numbers; the first of them. The row is locked by the caller's transaction."""
    if not size:
        return 0
    Workspace.objects.filter(pk=workspace.pk).update(next_number=F("next_number") + size)
    after: int = Workspace.objects.values_list("next_number", flat=True).get(pk=workspace.pk)
    return after - size
