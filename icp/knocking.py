"""At the door of a room: a guest knocks and is admitted or turned away; a member is simply in.

A guest has no account. A secret in the guest's browser opens the one place that was given to it, once the
facilitator has admitted it; its hash stands in the place.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts import auditing
from accounts.models.user import User
from accounts.models.workspace import Membership, Workspace
from accounts.secrets import hashed, new_secret
from icp import rooming
from icp.grading import place_of
from icp.models.grading import Grader, Round
from icp.models.room import Room
from icp.refusing import NotPossible

MOST = 50  # people in a round, those at the door included
TAKEN = "This address has a place already: sign in, or use the link you were sent."


@dataclass(frozen=True)
class Knock:
    """Somebody at the door, with the secret for their browser; it is shown to nobody else and kept nowhere."""

    place: Grader
    secret: str


def room_behind(code: str) -> Room | None:
    """The open room with the code, however it was typed."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    if not 4 <= len(plain) <= 8:
        return None
    rooms = Room.everywhere.filter(code=plain, ended_at=None)
    found: Room | None = rooms.select_related("round__rubric", "round__workspace", "workspace", "opened_by").first()
    return found


def knock(room: Room, *, name: str, email: str, secret: str = "") -> Knock:
    """Ask to be let in as a guest. Knocking again from the same browser changes nothing.

    Raises NotPossible for an address that has a place, or was turned away.
    """
    name, email = name.strip()[:80], email.strip().lower()
    _check(name, email)
    with transaction.atomic():
        held = rooming.locked(room)
        here = _places(held.round)
        known = here.filter(email__iexact=email).first()
        if known and secret and known.guest_key == hashed(secret):
            return Knock(known, secret)
        _insist_on_free(held, email, known)
        if here.filter(removed_at=None).count() >= MOST:
            raise NotPossible(f"The room is full: {MOST} people are in it or wait. Ask the facilitator.")
        secret = new_secret("seat")
        place = Grader.objects.create(
            workspace=held.workspace, round=held.round, email=email, name=name, guest_key=hashed(secret)
        )
        _tell(held)
    return Knock(place, secret)


def _check(name: str, email: str) -> None:
    if not name:
        raise NotPossible("Write your name, so that the facilitator knows whom to let in.")
    try:
        validate_email(email)
    except ValidationError:
        raise NotPossible("That is no e-mail address. It looks like name@example.com.") from None


def _insist_on_free(room: Room, email: str, known: Grader | None) -> None:
    if known and known.is_guest and known.removed_at:
        raise NotPossible("The facilitator did not let this address in. Ask them in person.")
    if known and known.is_guest:
        raise NotPossible("Somebody came in with this address, on another phone. Go on there, or use another address.")
    members = Membership.objects.in_workspace(room.workspace)
    if known or members.filter(user__email__iexact=email).exists():
        raise NotPossible(TAKEN)


def is_member(workspace: Workspace, person: User) -> bool:
    return bool(Membership.objects.in_workspace(workspace).filter(user=person).exists())


def come_in(room: Room, member: User, *, at: datetime) -> Grader:
    """A member is simply in. Coming in twice changes nothing."""
    with transaction.atomic():
        held = rooming.locked(room)
        place = place_of(held.round, member)
        if place and place.admitted_at:
            return place
        if place is None:
            _insist_on_a_place_left(held.round, member)
            place = Grader(workspace=held.workspace, round=held.round, email=member.email.lower())
        place.user, place.admitted_at = member, at
        place.save()
        _tell(held)
    return place


def arrive(room: Room, place: Grader, *, at: datetime) -> Grader:
    """Somebody who was asked by mail is in with the link from there. Guests are admitted instead."""
    with transaction.atomic():
        held = rooming.locked(room)
        if not place.is_guest and place.admitted_at is None:
            place.admitted_at = at
            place.save(update_fields=["admitted_at"])
            _tell(held)
    return place


def _insist_on_a_place_left(round: Round, member: User) -> None:
    taken = _places(round).filter(email__iexact=member.email).first()
    if taken:
        raise NotPossible("You were taken out of this round. Ask whoever leads it.")


def admit(room: Room, place: UUID, *, by: User, at: datetime) -> Grader:
    """Let a guest in, also one who was turned away by mistake. Repeating it changes nothing."""
    return _decide(room, place, by=by, admitted_at=at)


def turn_away(room: Room, place: UUID, *, by: User, at: datetime) -> Grader:
    """Do not let a guest in. Whoever is in already is taken out on the page of the round."""
    return _decide(room, place, by=by, removed_at=at)


def _decide(room: Room, place: UUID, *, by: User, **decision: datetime) -> Grader:
    with transaction.atomic():
        held = rooming.locked(room)
        guest: Grader | None = _places(held.round).exclude(guest_key="").filter(pk=place).first()
        if guest is None:
            raise NotPossible("Nobody with this place waits at the door.")
        if guest.admitted_at and "removed_at" in decision:
            raise NotPossible(f"{guest.name} is in already. Take them out on the page of the round.")
        guest.admitted_at = guest.admitted_at or decision.get("admitted_at")
        guest.removed_at = decision.get("removed_at")
        guest.save(update_fields=["admitted_at", "removed_at"])
        did = "Let in" if guest.admitted_at else "Turned away"
        action = "rooms.guest-admitted" if guest.admitted_at else "rooms.guest-turned-away"
        auditing.record(held.workspace, by, action, f"{did} a guest of {held.round.name}.", subject=guest.pk)
        _tell(held)
    return guest


def _tell(room: Room) -> None:
    room.step += 1
    room.save(update_fields=["step"])


def at_the_door(round: Round) -> list[Grader]:
    """Guests who wait, whoever came first first."""
    return list(_guests(round).filter(admitted_at=None, removed_at=None))


def turned_away(round: Round) -> list[Grader]:
    return list(_guests(round).exclude(removed_at=None))


def _guests(round: Round) -> Any:
    return _places(round).exclude(guest_key="").order_by("created_at")


def inside(round: Round) -> list[Grader]:
    """Who came in to this meeting, members and guests, in the order in which they came."""
    return list(_places(round).exclude(admitted_at=None).filter(removed_at=None).order_by("admitted_at"))


def guest(round_id: UUID, secret: str) -> Grader | None:
    """The guest's place in the round, admitted or not, by the secret in the browser."""
    rows = Grader.everywhere.filter(round=round_id, guest_key=hashed(secret)) if secret else Grader.everywhere.none()
    found: Grader | None = rows.select_related("round__rubric", "round__workspace", "workspace").first()
    return found


def _places(round: Round) -> Any:
    return Grader.objects.in_workspace(round.workspace).filter(round=round).select_related("user")
