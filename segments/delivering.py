"""Use a segment: whom the list reaches, how many to hold back, and the list itself.

Who is held back is drawn by a salted SHA-256 of (delivery, customer): nobody chooses, and everybody can
draw it again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from itertools import batched
from math import inf
from typing import Any
from uuid import UUID

from django.db import transaction
from pyroaring import BitMap

from accounts import auditing
from accounts.models.owned import new_id
from accounts.models.user import User
from accounts.models.workspace import Membership, Workspace
from accounts.templatetags.words import NARROW, count
from customers.models.customer import Customer
from segments import addressing, observing, reaching
from segments.models.delivery import Delivery, Destination
from segments.models.segment import Segment
from segments.reaching import Reach
from segments.remembering import newest_members
from segments.science import trials
from segments.signals import list_sent

AT_ONCE = 10_000


class NotPossible(ValueError):
    """The list cannot be made; the sentence says why and what would help."""


@dataclass(frozen=True)
class Split:
    """So many get it, so many do not, and the smallest difference that would show."""

    share: float
    sent: int
    held_back: int
    smallest: float

    @property
    def sentence(self) -> str:
        if not self.held_back:
            return f"All **{count(self.sent)}** get it. Nobody is held back, so you will not see whether it helped."
        start = f"**{count(self.sent)}** get it, **{count(self.held_back)}** do not."
        if self.smallest == inf:
            return f"{start} These are too few: not even a large difference would show."
        points = trials.in_points(self.smallest)
        unit = "point" if points == 1 else "points"
        return (
            f"{start} In four weeks you see whether it helped: a difference of **{points} {unit}** or more would show."
        )


@dataclass(frozen=True)
class Proposal:
    """What the dialog shows before anything leaves."""

    segment: Segment
    reach: Reach
    with_unknown: bool
    as_of: datetime

    @cached_property
    def counts(self) -> dict[str, int]:
        return self.reach.counts(unknown=self.with_unknown)

    @cached_property
    def rate(self) -> float | None:
        chosen = self.reach.chosen(unknown=self.with_unknown)
        return observing.usual_rate(self.segment.workspace, chosen, self.as_of)

    @cached_property
    def proposed(self) -> float:
        return trials.share_to_hold_back(self.rate or 0.0, self.counts["chosen"])

    def split(self, share: float) -> Split:
        people = self.counts["chosen"]
        held = round(share * people)
        smallest = trials.smallest_difference(self.rate or 0.0, people - held, held) if held else inf
        return Split(share, people - held, held, smallest)

    @property
    def why(self) -> str:
        """Why this share."""
        if not self.proposed:
            return "Too few to prove anything. Send to all."
        said = f"We propose {self.proposed:.0%}".replace("%", f"{NARROW}%")
        if self.rate is None:
            return f"{said}. How many usually order is not known yet."
        return f"{said}: usually {_in_hundred(self.rate)} of them order within four weeks."


def _in_hundred(rate: float) -> str:
    if 0 < rate < 0.01:
        return "fewer than 1 in 100"
    return f"{round(100 * rate)} in 100" if rate else "none"


@dataclass(frozen=True)
class Wish:
    """What somebody asks for in the dialog. `share` None takes what is proposed."""

    destination: str
    purpose: str
    owner: User
    check_on: date
    share: float | None = None
    with_unknown: bool = False


def propose(segment: Segment, *, as_of: datetime, with_unknown: bool = False) -> Proposal:
    """Whom the list would reach, and how many to hold back."""
    return Proposal(segment, reaching.reach(segment.workspace, newest_members(segment)), with_unknown, as_of)


def deliver(segment: Segment, wish: Wish, *, as_of: datetime, by: User) -> Delivery:
    """Draw who is held back, keep the list, and tell whoever makes moves. Raises NotPossible."""
    _check(segment.workspace, wish)
    proposal = propose(segment, as_of=as_of, with_unknown=wish.with_unknown)
    chosen = proposal.reach.chosen(unknown=wish.with_unknown)
    if not chosen:
        raise NotPossible("Nobody in this list may be written to. Bring a file that says who agreed, or take others.")
    share, key = proposal.proposed if wish.share is None else wish.share, new_id()
    held = drawn(segment.workspace, chosen, share=share, salt=key)
    with transaction.atomic():
        delivery = _write(segment, wish, key, share, (chosen - held, held), proposal, by)
        sentence = f"Made a list of {len(chosen) - len(held):,} people of “{segment.name}” for {_where(wish)}."
        auditing.record(segment.workspace, by, "segments.delivered", sentence, subject=delivery.pk, **delivery.counts)
        list_sent.send(Delivery, delivery=delivery, by=by)
    return delivery


def _check(workspace: Workspace, wish: Wish) -> None:
    if wish.destination not in Destination.values:
        raise NotPossible(f"A list goes to one of: {', '.join(Destination.values)}.")
    if wish.share is not None and not (wish.share == 0 or 0.01 <= wish.share <= 0.5):
        raise NotPossible("Hold back nobody, or between 1 and 50 of 100.")
    if not Membership.objects.in_workspace(workspace).filter(user=wish.owner).exists():
        raise NotPossible("The owner of a move is a member of the workspace.")


def _where(wish: Wish) -> str:
    return Destination(wish.destination).label


def _write(
    segment: Segment, wish: Wish, key: UUID, share: float, arms: tuple[BitMap, BitMap], proposal: Proposal, by: User
) -> Delivery:
    sent, held = arms
    return Delivery.objects.create(
        id=key,
        workspace=segment.workspace,
        segment=segment,
        destination=wish.destination,
        purpose=wish.purpose.strip(),
        owner=wish.owner,
        sent_by=by,
        check_on=wish.check_on,
        as_of=proposal.as_of,
        with_unknown=wish.with_unknown,
        held_share=share,
        counts=proposal.counts | {"sent": len(sent), "held_back": len(held)},
        sent=sent.serialize(),
        held_back=held.serialize(),
    )


def drawn(workspace: Workspace, people: BitMap, *, share: float, salt: UUID) -> BitMap:
    """Who is held back: those of the people whose salted hash comes first, so many as the share asks for."""
    rows: list[tuple[bytes, int]] = []
    for some in batched(people, AT_ONCE):
        known = Customer.objects.in_workspace(workspace).filter(number__in=some)
        rows += [(sha256(f"{salt}:{pk}".encode()).digest(), number) for pk, number in known.values_list("pk", "number")]
    return BitMap(number for _, number in sorted(rows)[: round(share * len(people))])


def file_of(delivery: Delivery, *, by: User) -> Iterator[str]:
    """The lines of the file, for whoever takes it. Who asked to stop since then is left out. Written down."""
    sent = BitMap.deserialize(bytes(delivery.sent))
    reach = reaching.reach(delivery.workspace, sent)
    numbers = reach.chosen(unknown=delivery.with_unknown)
    sentence = f"Took the list of {len(numbers):,} people of “{delivery.segment.name}”."
    auditing.record(delivery.workspace, by, "segments.exported", sentence, subject=delivery.pk, people=len(numbers))
    return addressing.lines(
        delivery.workspace, numbers, destination=delivery.destination, segment=delivery.segment.name
    )


def lists_sent(workspace: Workspace) -> Any:
    """Every list that left, newest first."""
    rows = Delivery.objects.in_workspace(workspace).defer("sent", "held_back")
    return rows.select_related("segment", "owner", "sent_by", "workspace").order_by("-created_at")
