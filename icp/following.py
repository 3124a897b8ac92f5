"""Where a phone should be while a meeting runs: at the question that is graded, or with its eyes on the screen."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.models.user import User
from icp import grading, inviting, knocking, meeting
from icp.grading import Person
from icp.models.grading import Grader, Round
from icp.models.room import Room, Stage


@dataclass(frozen=True)
class Seat:
    """Somebody in the round: a member by account, or whoever holds the secret of a place in the browser."""

    round: Round
    person: Person
    is_waiting: bool = False
    is_out: bool = False

    @property
    def is_in(self) -> bool:
        return not (self.is_waiting or self.is_out)

    @property
    def is_guest(self) -> bool:
        return isinstance(self.person, Grader)

    @property
    def name(self) -> str:
        return str(self.person).split("@")[0]


def seat_of(round: Round, user: Any, secret: str) -> Seat | None:
    """The seat of whoever asks: by the secret in the browser, else by the account. None for a stranger."""
    place = place_behind(round, secret)
    if place:
        is_waiting = place.is_guest and place.admitted_at is None
        return Seat(round, place, is_waiting=is_waiting, is_out=place.removed_at is not None)
    if not isinstance(user, User) or not grading.may_grade(round, user):
        return None
    return Seat(round, user) if knocking.is_member(round.workspace, user) else None


def place_behind(round: Round, secret: str) -> Grader | None:
    """The place that the browser holds the secret of: a guest's, or that of somebody who was asked by mail."""
    place = knocking.guest(round.pk, secret) or (inviting.behind(secret) if secret else None)
    return place if place and place.round_id == round.pk else None


def at_question(seat: Seat, dimension: str) -> str:
    """The address at which this person answers one question."""
    return _address(seat, "question", dimension)


def at_all_questions(seat: Seat) -> str:
    """Where this person goes on grading."""
    return _address(seat, "grade")


def at_gaps(seat: Seat) -> str:
    """Where this person thinks again."""
    return _address(seat, "gaps")


def _address(seat: Seat, page: str, *more: str) -> str:
    """The page of a seat, or of a member, in whose workspace it stands."""
    if seat.is_guest:
        return reverse(f"icp:seat-{page}", args=[seat.round.pk, *more])
    name = "icp:grade" if page == "grade" else f"icp:grade-{page}"
    return reverse(name, args=[seat.round.workspace.slug, seat.round.pk, *more])


def at_wait(seat: Seat) -> str:
    return reverse("icp:room-wait", args=[seat.round.pk])


def wanted_at(seat: Seat, room: Room | None) -> str | None:
    """Where the phone belongs now; None where it may stay wherever it is."""
    if not seat.is_in or room is None:
        return at_wait(seat)
    if room.stage == Stage.LOBBY:
        return None
    if room.stage != Stage.GRADING:
        return at_wait(seat)
    if meeting.is_again(room):
        return at_gaps(seat)
    return at_question(seat, room.dimension) if room.dimension else None


def entrance(seat: Seat, room: Room | None) -> str:
    """Where somebody goes who has just come in: late joiners start at what runs."""
    if seat.is_in and room and room.stage == Stage.GRADING and not room.dimension:
        return at_all_questions(seat)
    return wanted_at(seat, room) or at_wait(seat)


DOOR, OUT, OVER = "door", "out", "over"
OUTSIDE = {DOOR, OUT}


def place(seat: Seat, room: Room | None) -> str:
    """What a phone keeps to know whether there is something new: where the meeting is, or that it waits outside."""
    if not seat.is_in:
        return OUT if seat.is_out else DOOR
    return meeting.token(room) if room else OVER
