"""Asking a colleague for a file: a link that takes one file, once, within a week, and shows nothing.

Who wins where two upload at once is decided by one conditional UPDATE, before a byte is kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.timezone import now

from accounts import auditing
from accounts.models.user import User
from accounts.models.workspace import Workspace
from accounts.secrets import hashed, new_secret
from customers import announcing, receiving
from customers.models.source import Import
from customers.models.upload import UploadLink

WEEK = timedelta(days=7)


class LinkOver(Exception):
    """The link was used, taken back, or is older than a week."""


@dataclass(frozen=True)
class Asked:
    """A link and its secret, which is known only now."""

    link: UploadLink
    secret: str


def ask(workspace: Workspace, by: User | None, *, email: str = "") -> Asked:
    """A new link."""
    secret = new_secret("up")
    with transaction.atomic():
        link = UploadLink.objects.create(
            workspace=workspace, secret_hash=hashed(secret), asked_by=by, email=email, expires_at=now() + WEEK
        )
        auditing.record(workspace, by, "upload.asked", "Asked a colleague for a file.", subject=link.pk)
    return Asked(link, secret)


def mail_link(link: UploadLink, *, address: str) -> bool:
    """Send the link where a mail server is set up and an address is given; otherwise it is there to copy."""
    if not settings.MAIL_HOST or not link.email:
        return False
    body = render_to_string("customers/mail/ask.txt", {"link": link, "address": address})
    send_mail(f"{link.workspace} asks you for an order file", body, None, [link.email])
    return True


def open_links(workspace: Workspace) -> Any:
    """Links that were neither used nor taken back, and are not over."""
    links = UploadLink.objects.in_workspace(workspace)
    return links.filter(used_at=None, revoked_at=None, expires_at__gt=now())


def find(secret: str) -> UploadLink | None:
    """The open link behind a secret."""
    links = UploadLink.everywhere.select_related("workspace", "asked_by")
    found: UploadLink | None = links.filter(secret_hash=hashed(secret)).first()
    return found if found and found.is_open else None


def revoke(link: UploadLink, *, by: User | None) -> bool:
    """Take a link back; it stops at once. False if it was over already."""
    with transaction.atomic():
        if not open_links(link.workspace).filter(pk=link.pk).update(revoked_at=now()):
            return False
        auditing.record(link.workspace, by, "upload.revoked", "Took an upload link back.", subject=link.pk)
    return True


def bring(link: UploadLink, *, name: str, chunks: Iterable[bytes]) -> Import:
    """Keep the one file of the link as an import that waits for whoever asked.

    Raises LinkOver where somebody was quicker, Unreadable for a file that cannot be read; then the link
    stays open for another try.
    """
    if not _claim(link):
        raise LinkOver
    try:
        import_ = receiving.receive(link.workspace, name=name, chunks=chunks)
    except BaseException:
        UploadLink.objects.in_workspace(link.workspace).filter(pk=link.pk).update(used_at=None)
        raise
    with transaction.atomic():
        UploadLink.objects.in_workspace(link.workspace).filter(pk=link.pk).update(brought=import_)
        sentence = f"A colleague brought {import_.file_name} by an upload link."
        auditing.record(link.workspace, None, "upload.brought", sentence, subject=import_.pk)
        announcing.file_brought(import_, link.asked_by)
    return import_


def _claim(link: UploadLink) -> bool:
    return bool(open_links(link.workspace).filter(pk=link.pk).update(used_at=now()))


def tell(link: UploadLink, import_: Import, *, address: str) -> bool:
    """Mail whoever asked that the file is here, where a mail server is set up."""
    if not settings.MAIL_HOST or link.asked_by is None:
        return False
    body = render_to_string("customers/mail/brought.txt", {"import": import_, "address": address})
    send_mail(f"{import_.file_name} is here", body, None, [link.asked_by.email])
    return True
