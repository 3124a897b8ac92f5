"""How people come to a workspace, what they may do there, and how they leave it.

Two rules hold at every door: nobody grants, changes or takes away a role above the own one, and the
last owner can never go.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils.text import slugify
from django.utils.timezone import now

from accounts import auditing
from accounts.models.key import ApiKey
from accounts.models.user import User
from accounts.models.workspace import Invitation, Membership, Role, Workspace
from accounts.permissions import reaches
from accounts.secrets import hashed, new_secret

WEEK = timedelta(days=7)


class NotPossible(Exception):
    """What was asked cannot be done; the message says why, for people."""


@dataclass(frozen=True)
class Invited:
    """An invitation and its secret, which is known only now."""

    invitation: Invitation
    secret: str


def make_workspace(person: User, *, name: str, timezone: str = "UTC", currency: str = "EUR") -> Workspace:
    """A new workspace, with the person as its owner."""
    if person.is_guest:
        raise NotPossible("You look around as a guest, for a day. Sign up to bring data of your own.")
    for slug in _slugs(name):
        try:
            with transaction.atomic():
                workspace = Workspace.objects.create(name=name, slug=slug, timezone=timezone, currency=currency)
                Membership.objects.create(workspace=workspace, user=person, role=Role.OWNER)
                auditing.record(workspace, person, "workspace.made", f"Made the workspace {name}.")
        except IntegrityError:  # somebody took this address a moment ago
            continue
        return workspace
    raise NotPossible("No free address was found for this name. Choose another name.")


def _slugs(name: str) -> list[str]:
    """Addresses to try, in order: the plain one, then numbered ones; those known to be taken are left out."""
    plain = slugify(name)[:50].strip("-_") or "workspace"
    taken = set(Workspace.objects.filter(slug__startswith=plain).values_list("slug", flat=True))
    numbered = (f"{plain}-{number}" for number in range(2, len(taken) + 12))
    return [slug for slug in (plain, *numbered) if slug not in taken][:10]


def invite(workspace: Workspace, *, email: str, role: str, by: Membership) -> Invited:
    """An invitation for one address, once, for a week. It replaces an older one for the same address."""
    email = email.strip().lower()
    validate_email(email)
    _insist_on_reach(by, role)
    members = Membership.objects.in_workspace(workspace)
    if members.filter(user__email__iexact=email).exists():
        raise NotPossible(f"{email} is a member of {workspace} already. Change the role in the list of members.")
    secret = new_secret("join")
    with transaction.atomic():
        open_invitations(workspace).filter(email=email).update(revoked_at=now())
        invitation = Invitation.objects.create(
            workspace=workspace,
            email=email,
            role=role,
            secret_hash=hashed(secret),
            invited_by=by.user,
            expires_at=now() + WEEK,
        )
        sentence = f"Invited somebody as {Role(role).label.lower()}."
        auditing.record(workspace, by.user, "members.invited", sentence, subject=invitation.pk, role=role)
    return Invited(invitation, secret)


def mail_invitation(invitation: Invitation, *, link: str) -> bool:
    """Send the link where a mail server is set up; otherwise it is there to copy."""
    if not settings.MAIL_HOST:
        return False
    body = render_to_string("accounts/mail/invitation.txt", {"invitation": invitation, "link": link})
    send_mail(f"Join {invitation.workspace} on Bestfit", body, None, [invitation.email])
    return True


def find_invitation(secret: str) -> Invitation | None:
    """The open invitation behind a link."""
    found = Invitation.everywhere.select_related("workspace", "invited_by").filter(secret_hash=hashed(secret)).first()
    return found if found and found.is_open else None


def accept(invitation: Invitation, *, person: User) -> Membership:
    """Take the place. Only the invited address may, once, before a week is over."""
    if person.email.lower() != invitation.email.lower():
        raise NotPossible(f"This invitation is for {invitation.email}. Sign in with that address to accept it.")
    workspace = invitation.workspace
    with transaction.atomic():
        if not open_invitations(workspace).filter(pk=invitation.pk).update(accepted_at=now()):
            raise NotPossible("This invitation was used, taken back, or is over. Ask for a new one.")
        membership, _ = Membership.objects.in_workspace(workspace).get_or_create(
            workspace=workspace, user=person, defaults={"role": invitation.role}
        )
        sentence = f"Joined as {membership.get_role_display().lower()}."
        auditing.record(workspace, person, "members.joined", sentence, subject=membership.pk, role=membership.role)
    return membership


def revoke(invitation: Invitation, *, by: Membership) -> None:
    """Take an invitation back; its link stops at once."""
    _insist_on_reach(by, invitation.role)
    with transaction.atomic():
        if open_invitations(invitation.workspace).filter(pk=invitation.pk).update(revoked_at=now()):
            sentence = "Took an invitation back."
            auditing.record(by.workspace, by.user, "members.invitation-revoked", sentence, subject=invitation.pk)


def change_role(membership: Membership, *, role: str, by: Membership) -> None:
    """Give a member another role, up to the own one."""
    _insist_on_reach(by, role)
    with transaction.atomic():
        _lock(membership.workspace)
        membership.refresh_from_db()
        _insist_on_reach(by, membership.role)
        if membership.role == role:
            return
        _insist_on_an_owner(membership, stays=role == Role.OWNER)
        before, membership.role = membership.role, role
        membership.save(update_fields=["role"])
        sentence = f"Changed a role from {Role(before).label.lower()} to {Role(role).label.lower()}."
        auditing.record(membership.workspace, by.user, "members.role-changed", sentence, subject=membership.pk)


def remove(membership: Membership, *, by: Membership) -> None:
    """Take somebody's place away; the person's keys to this workspace stop with it."""
    _insist_on_reach(by, membership.role)
    _end(membership, by=by.user, action="members.removed", sentence="Removed a member.")


def leave(membership: Membership) -> None:
    """Give up the own place."""
    _end(membership, by=membership.user, action="members.left", sentence="Left the workspace.")


def _end(membership: Membership, *, by: User, action: str, sentence: str) -> None:
    workspace, person = membership.workspace, membership.user
    with transaction.atomic():
        _lock(workspace)
        _insist_on_an_owner(membership, stays=False)
        ApiKey.objects.in_workspace(workspace).filter(user=person, revoked_at=None).update(revoked_at=now())
        auditing.record(workspace, by, action, sentence, subject=membership.pk)
        Membership.objects.in_workspace(workspace).filter(pk=membership.pk).delete()


def _lock(workspace: Workspace) -> None:
    """One change of owners at a time, so that two owners cannot remove each other at once."""
    Workspace.objects.select_for_update().get(pk=workspace.pk)


def _insist_on_reach(by: Membership, role: str) -> None:
    if role not in Role.values:
        raise NotPossible(f"There is no role “{role}”. Choose one of {', '.join(Role.values)}.")
    if not reaches(by.role, role):
        raise NotPossible(
            f"You are {by.get_role_display().lower()} here, and {Role(role).label.lower()} is above that."
        )


def _insist_on_an_owner(membership: Membership, *, stays: bool) -> None:
    owners = Membership.objects.in_workspace(membership.workspace).filter(role=Role.OWNER)
    if not stays and membership.role == Role.OWNER and owners.exclude(pk=membership.pk).count() == 0:
        raise NotPossible("A workspace needs an owner. Make somebody else an owner first.")


def open_invitations(workspace: Workspace) -> Any:
    """Invitations that were neither used nor taken back, and are not over."""
    invitations = Invitation.objects.in_workspace(workspace)
    return invitations.filter(accepted_at=None, revoked_at=None, expires_at__gt=now())
