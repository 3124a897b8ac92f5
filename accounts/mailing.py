"""Mails that leave once, to people who want them, with a way out in each.

The row is written before the mail is handed over, and its unique key decides who may. A worker that dies in
between costs one mail; none leaves twice.
"""

import logging
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models.notification import Mailing
from accounts.models.workspace import Membership

log = logging.getLogger(__name__)

MONDAY, DATA_OLD = "monday", "data-old"
SWITCHES = {MONDAY: "monday_mail", DATA_OLD: "data_old_mail"}
NAMES = {MONDAY: "The mail on Mondays", DATA_OLD: "The mail when data are old"}
SALT = "accounts.mailing.stop"


class NoSuchMail(Exception):
    """The link to stop a mail is not whole, or the place it was for is gone."""


@dataclass(frozen=True)
class Line:
    """One sentence, its figures marked by stars, and where it leads."""

    sentence: str
    link: str
    words: str = "See these customers"

    @property
    def plain(self) -> str:
        return self.sentence.replace("**", "")

    @property
    def address(self) -> str:
        return settings.SITE_URL + self.link


@dataclass(frozen=True)
class Letter:
    """What a mail says."""

    kind: str
    key: str
    subject: str
    heading: str
    lines: list[Line]
    foot: str = ""


def send_once(member: Membership, letter: Letter) -> bool:
    """Send the letter to the member, unless it was sent before, or the member does not want it."""
    if not wants(member, letter.kind):
        return False
    mail = _written(member, letter)
    if not _claim(member, letter):
        return False
    try:
        mail.send()
    except Exception as problem:  # whatever the mail server's client raises: the next round tries again
        log.warning("no mail to %s: %s", member.pk, problem)
        _rows(member, letter).delete()
        return False
    return True


def wants(member: Membership, kind: str) -> bool:
    """Whether the member gets such mails: not who only grades, nor in an example."""
    ours = member.user.is_active and not member.workspace.is_example and member.may("data.view")
    return ours and bool(getattr(member, SWITCHES[kind]))


def _claim(member: Membership, letter: Letter) -> bool:
    _, is_new = _rows(member, letter).get_or_create(
        defaults={"workspace": member.workspace, "user": member.user, "kind": letter.kind, "key": letter.key}
    )
    return bool(is_new)


def _rows(member: Membership, letter: Letter) -> Any:
    mine = Mailing.objects.in_workspace(member.workspace)
    return mine.filter(user=member.user, kind=letter.kind, key=letter.key)


def _written(member: Membership, letter: Letter) -> EmailMultiAlternatives:
    stop = settings.SITE_URL + stop_link(member, letter.kind)
    told = {"letter": letter, "workspace": member.workspace, "person": member.user, "stop": stop}
    mail = EmailMultiAlternatives(
        letter.subject,
        render_to_string("accounts/mail/letter.txt", told),
        None,
        [member.user.email],
        headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
    mail.attach_alternative(render_to_string("accounts/mail/letter.html", told), "text/html")
    return mail


def stop_link(member: Membership, kind: str) -> str:
    """The path that stops these mails for this person, without signing in."""
    return reverse("accounts:mail-stop", args=[signing.dumps([str(member.pk), kind], salt=SALT)])


def behind(token: str) -> tuple[Membership, str]:
    """Whose mails a link stops, and which. Raises NoSuchMail."""
    try:
        pk, kind = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise NoSuchMail from None
    member = Membership.everywhere.select_related("workspace", "user").filter(pk=pk).first()
    if member is None or kind not in SWITCHES:
        raise NoSuchMail
    return member, kind


def choose(member: Membership, kind: str, *, wanted: bool) -> None:
    """Turn such mails on or off for this person here. Repeating it changes nothing."""
    mine = Membership.objects.in_workspace(member.workspace).filter(pk=member.pk)
    mine.update(**{SWITCHES[kind]: wanted})
    setattr(member, SWITCHES[kind], wanted)
