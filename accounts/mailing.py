"""Mails that leave once, to people who want them, with a way out in each.

The row is written before the mail is handed over, and its unique key decides who may. A worker that dies in
between costs one mail; none leaves twice.
"""

import email.policy
import logging
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models.notification import Mailing, Refusal
from accounts.models.workspace import Membership, Workspace

log = logging.getLogger(__name__)

MONDAY, DATA_OLD, ROUND = "monday", "data-old", "round"
SWITCHES = {MONDAY: "monday_mail", DATA_OLD: "data_old_mail", ROUND: "round_mail"}
NAMES = {MONDAY: "The mail on Mondays", DATA_OLD: "The mail when data are old", ROUND: "Each mail about grading"}
SALT = "accounts.mailing.stop"


class NoSuchMail(Exception):
    """The link to stop a mail is not whole, or the place it was for is gone."""


@dataclass(frozen=True)
class Outsider:
    """Somebody without an account here, known by an address."""

    workspace: Workspace
    email: str


type Reader = Membership | Outsider


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
    why: str = "You get this because you work here."


def send_once(reader: Reader, letter: Letter) -> bool:
    """Send the letter to the reader, unless it was sent before, or the reader does not want it."""
    if not wants(reader, letter.kind):
        return False
    mail = _written(reader, letter)
    if not _claim(reader, letter):
        return False
    try:
        mail.send()
    except Exception as problem:  # whatever the mail server's client raises: the next round tries again
        log.warning("no mail %s: %s", letter.kind, problem)
        _rows(reader, letter).delete()
        return False
    return True


def wants(reader: Reader, kind: str) -> bool:
    """Whether the reader gets such mails: none from an example; of graders and strangers only about rounds."""
    if reader.workspace.is_example:
        return False
    if isinstance(reader, Outsider):
        return kind == ROUND and not _refusals(reader, kind).exists()
    ours = reader.user.is_active and (kind == ROUND or reader.may("data.view"))
    return ours and bool(getattr(reader, SWITCHES[kind]))


def address_of(reader: Reader) -> str:
    return reader.email if isinstance(reader, Outsider) else reader.user.email


def _claim(reader: Reader, letter: Letter) -> bool:
    rows = Mailing.objects.in_workspace(reader.workspace)
    return bool(rows.get_or_create(**_row(reader, letter), defaults={"workspace": reader.workspace})[1])


def _rows(reader: Reader, letter: Letter) -> Any:
    return Mailing.objects.in_workspace(reader.workspace).filter(**_row(reader, letter))


def _row(reader: Reader, letter: Letter) -> dict[str, Any]:
    """Mails about rounds are kept by address: who was asked by address may have an account by the next day."""
    what = {"kind": letter.kind, "key": letter.key}
    if isinstance(reader, Outsider) or letter.kind == ROUND:
        return what | {"user": None, "email": address_of(reader).lower()}
    return what | {"user": reader.user, "email": ""}


def already_sent(workspace: Workspace, kind: str, prefix: str) -> set[tuple[str, str]]:
    """Address and key of each mail that left with a key that begins so."""
    rows = Mailing.objects.in_workspace(workspace).filter(user=None, kind=kind, key__startswith=prefix)
    return set(rows.values_list("email", "key"))


class _Mail(EmailMultiAlternatives):
    """A mail whose headers stay whole: the address of the way out is long, and no program reads it encoded."""

    def message(self, *, policy: Any = email.policy.default) -> Any:
        return super().message(policy=policy.clone(max_line_length=998))  # RFC 5322, section 2.1.1


def _written(reader: Reader, letter: Letter) -> EmailMultiAlternatives:
    stop = settings.SITE_URL + stop_link(reader, letter.kind)
    told = {"letter": letter, "workspace": reader.workspace, "stop": stop}
    mail = _Mail(
        letter.subject,
        render_to_string("accounts/mail/letter.txt", told),
        None,
        [address_of(reader)],
        headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
    mail.attach_alternative(render_to_string("accounts/mail/letter.html", told), "text/html")
    return mail


def stop_link(reader: Reader, kind: str) -> str:
    """The path that stops these mails for this person, without signing in."""
    who = [str(reader.workspace.pk), reader.email] if isinstance(reader, Outsider) else [str(reader.pk)]
    return reverse("accounts:mail-stop", args=[signing.dumps([*who, kind], salt=SALT)])


def behind(token: str) -> tuple[Reader, str]:
    """Whose mails a link stops, and which. Raises NoSuchMail."""
    try:
        *who, kind = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise NoSuchMail from None
    reader = _outsider(*who) if len(who) > 1 else _member(who[0])
    if reader is None or kind not in SWITCHES:
        raise NoSuchMail
    return reader, kind


def _member(pk: str) -> Membership | None:
    found: Membership | None = Membership.everywhere.select_related("workspace", "user").filter(pk=pk).first()
    return found


def _outsider(workspace_id: str, email: str) -> Outsider | None:
    workspace = Workspace.objects.filter(pk=workspace_id).first()
    return Outsider(workspace, email) if workspace else None


def choose(reader: Reader, kind: str, *, wanted: bool) -> None:
    """Turn such mails on or off for this person here. Repeating it changes nothing."""
    if isinstance(reader, Outsider):
        refusals, what = _refusals(reader, kind), {"email": reader.email.lower(), "kind": kind}
        refusals.delete() if wanted else refusals.get_or_create(**what, defaults={"workspace": reader.workspace})
        return
    mine = Membership.objects.in_workspace(reader.workspace).filter(pk=reader.pk)
    mine.update(**{SWITCHES[kind]: wanted})
    setattr(reader, SWITCHES[kind], wanted)


def _refusals(reader: Outsider, kind: str) -> Any:
    return Refusal.objects.in_workspace(reader.workspace).filter(email=reader.email.lower(), kind=kind)
