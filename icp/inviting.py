"""Who is in a round: asked, reminded, taken out and taken back in.

Whoever was asked and is no member comes in by a link that is signed for the own place. It is written into mails only,
never shown to whoever runs the round: it opens the person's answers.
"""

from collections.abc import Iterable, Sized
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q

from accounts import auditing, joining
from accounts.joining import Invited
from accounts.models.user import User
from accounts.models.workspace import Membership, Role
from icp import announcing, grading
from icp.models.grading import Grader, Round
from icp.refusing import NotPossible, TooLate

PEOPLE = (2, 50)
ADVISED = (3, 7)
SALT = "icp.inviting.seat"
LINK_LIVES = timedelta(days=90)


@dataclass(frozen=True)
class Asked:
    """What became of the addresses: new in the round, back in it, or in it all along."""

    new: list[Grader]
    back: list[Grader]
    known: list[Grader]

    @property
    def came(self) -> list[Grader]:
        return [*self.new, *self.back]


def addresses(emails: Iterable[str]) -> list[str]:
    """The addresses, each once and in small letters. Raises NotPossible for what is none."""
    people = list(dict.fromkeys(email.strip().lower() for email in emails if email.strip()))
    for email in people:
        try:
            validate_email(email)
        except ValidationError:
            raise NotPossible(f"“{email}” is not an e-mail address. Write one address on each line.") from None
    return people


@transaction.atomic
def ask(round: Round, *, emails: Iterable[str], by: User) -> Asked:
    """Give each address a place in an open round. Asking twice changes nothing; who was taken out comes back."""
    wanted = addresses(emails)
    round = locked(round)
    if round.is_closed:
        raise TooLate(f"{round.name} is closed. Open it again before you ask more people.")
    asked = seat(round, wanted)
    if asked.came:
        sentence = f"Asked {counted(asked.came)} to grade {round.name}."
        auditing.record(round.workspace, by, "rounds.people-asked", sentence, subject=round.pk)
        announcing.round_opened(round)
    return asked


def seat(round: Round, emails: list[str]) -> Asked:
    """Places for these addresses; members are recognised by theirs. The caller holds the round."""
    places = {grader.email.lower(): grader for grader in _places(round)}
    _check_the_door(places, emails)
    coming = [email for email in emails if email not in places or places[email].removed_at]
    _check_room(round, coming)
    back = [places[email] for email in coming if email in places]
    for grader in back:
        key = grader.guest_key if grader.admitted_at else ""
        _places(round).filter(pk=grader.pk).update(removed_at=None, guest_key=key)
    new = [_place(round, email) for email in coming if email not in places]
    return Asked(new, back, [places[email] for email in emails if email not in coming])


def _check_the_door(places: dict[str, Grader], emails: list[str]) -> None:
    for email in emails:
        grader = places.get(email)
        if grader and grader.is_guest and not grader.admitted_at and not grader.removed_at:
            raise NotPossible(f"{email} waits at the door of the room. Admit them there.")


def _check_room(round: Round, coming: list[str]) -> None:
    many = people(round).count() + len(coming)
    if coming and many > PEOPLE[1]:
        least, most = ADVISED
        raise NotPossible(f"A round has up to {PEOPLE[1]} people; this would make {many}. {least} to {most} work best.")


def counted(graders: Sized) -> str:
    """How many, in words."""
    return f"{len(graders)} {'person' if len(graders) == 1 else 'people'}"


def _place(round: Round, email: str) -> Grader:
    member = Membership.objects.in_workspace(round.workspace).filter(user__email__iexact=email).first()
    return Grader.objects.create(
        workspace=round.workspace, round=round, email=email, user=member.user if member else None
    )


def _places(round: Round) -> Any:
    return Grader.objects.in_workspace(round.workspace).filter(round=round)


def people(round: Round) -> Any:
    """Everybody who is in the round, by address."""
    return _places(round).seated().select_related("user").order_by("email")


def locked(round: Round) -> Round:
    """The round as it stands, held until the transaction ends: one change at a time."""
    rows = Round.objects.in_workspace(round.workspace).select_for_update(of=("self",))
    found: Round = rows.select_related("rubric", "workspace").get(pk=round.pk)
    return found


@transaction.atomic
def remove(round: Round, grader_id: UUID, *, by: User, at: datetime) -> tuple[Grader, int]:
    """Take somebody out of an open round, with the answers; how many those were. Repeating it changes nothing.

    The answers are kept out of sight and count nowhere, so that taking the person back brings them back too.
    A closed round keeps its people, since its result rests on them.
    """
    round = locked(round)
    grader = _in(round, grader_id)
    if round.is_closed:
        raise TooLate(f"{round.name} is closed, and its result keeps everybody’s answers. Open it again first.")
    answers = grading.given_by(grader)
    if grader.removed_at is None:
        _places(round).filter(pk=grader.pk).update(removed_at=at)
        sentence = f"Took somebody out of {round.name}."
        auditing.record(round.workspace, by, "rounds.person-removed", sentence, subject=round.pk)
    return grader, answers


@transaction.atomic
def take_back(round: Round, grader_id: UUID, *, by: User) -> Grader:
    """Undo: the person is in the round again, and so are the answers."""
    grader = _in(round, grader_id)
    ask(round, emails=[grader.email], by=by)
    return grader


def _in(round: Round, grader_id: UUID) -> Grader:
    found: Grader | None = _places(round).select_related("user").filter(pk=grader_id).first()
    if found is None:
        raise NotPossible("This person is not in the round.")
    return found


def taken_out(round: Round, grader_id: str) -> Grader | None:
    """Somebody who was taken out, by the id that an address carries; None for anything else."""
    out = _places(round).exclude(removed_at=None).select_related("user")
    return next((grader for grader in out if str(grader.pk) == grader_id), None)


def waiting(round: Round) -> list[tuple[Grader, int]]:
    """Who was asked and has answers left to give, and how many."""
    left = grading.left(round)
    return [(grader, left[grader.pk]) for grader in people(round) if left.get(grader.pk) and not grader.is_guest]


def remind(round: Round, *, by: User, at: datetime, only: Iterable[UUID] | None = None) -> list[Grader]:
    """Remind those who have answers left, each once a day at most; who was reminded now."""
    if round.is_closed:
        raise TooLate(f"{round.name} is closed. There is nothing left to grade.")
    wanted = set(only) if only is not None else None
    slow = [grader for grader, _ in waiting(round) if wanted is None or grader.pk in wanted]
    reminded = [grader for grader in slow if grader.user_id != by.pk and _claim_reminder(grader, at)]
    if reminded:
        sentence = f"Reminded {counted(reminded)} of {round.name}."
        auditing.record(round.workspace, by, "rounds.reminded", sentence, subject=round.pk)
    return reminded


def _claim_reminder(grader: Grader, at: datetime) -> bool:
    """Whether this call is the one that reminds today: the row decides between two taps at once."""
    unreminded = Q(reminded_at=None) | Q(reminded_at__lt=_morning(grader, at))
    mine = Grader.objects.in_workspace(grader.workspace_id).filter(pk=grader.pk)
    if not mine.filter(unreminded).update(reminded_at=at):
        return False
    grader.reminded_at = at
    announcing.reminded(grader)
    return True


def _morning(grader: Grader, at: datetime) -> datetime:
    zone = ZoneInfo(grader.workspace.timezone)
    return at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def may_be_reminded(grader: Grader, at: datetime) -> bool:
    """Whether the person was not reminded today."""
    return grader.reminded_at is None or grader.reminded_at < _morning(grader, at)


def uninvited(round: Round) -> list[Grader]:
    """Who was asked and is not a member yet."""
    members = Membership.objects.in_workspace(round.workspace).values_list("user__email", flat=True)
    inside = {email.lower() for email in members}
    return [grader for grader in people(round) if grader.email.lower() not in inside and not grader.is_guest]


def let_in(round: Round, *, by: Membership) -> list[Invited]:
    """An invitation as grader for everybody who was asked and is not a member. Older links stop."""
    return [joining.invite(round.workspace, email=grader.email, role=Role.GRADER, by=by) for grader in uninvited(round)]


def ticket(grader: Grader) -> str:
    """What the link in a person's mail carries: it opens this place in this round, and nothing else."""
    return signing.dumps([str(grader.round_id), str(grader.pk)], salt=SALT, compress=True)


def behind(token: str) -> Grader | None:
    """Whose place a link opens; None if it is not whole, too old, or the person was taken out."""
    try:
        round_id, grader_id = signing.loads(token, salt=SALT, max_age=LINK_LIVES)
    except (signing.BadSignature, ValueError):
        return None
    places = Grader.everywhere.select_related("round", "workspace", "user")
    found: Grader | None = places.filter(round=round_id, pk=grader_id, removed_at=None).first()
    return found


def is_member(grader: Grader) -> bool:
    """Whether the person has an account in this workspace by now."""
    members = Membership.objects.in_workspace(grader.workspace_id)
    return bool(members.filter(Q(user=grader.user_id) | Q(user__email__iexact=grader.email)).exists())
