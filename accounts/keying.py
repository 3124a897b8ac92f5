"""Keys for machines: made, shown once, revoked."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.timezone import now

from accounts import auditing
from accounts.models.key import ApiKey
from accounts.models.workspace import Membership, Role
from accounts.permissions import reaches
from accounts.secrets import hashed, new_secret

SHOWN = 9  # characters of a key by which its owner knows it again


class KeyRefused(Exception):
    """The key cannot be made; the message says why, for people."""


@dataclass(frozen=True)
class MadeKey:
    """A key and its secret, which is known only now."""

    key: ApiKey
    secret: str


def make_key(owner: Membership, *, name: str, role: str, expires_at: datetime | None = None) -> MadeKey:
    """A key to the owner's workspace that never allows more than `role`, nor more than the owner may at the time."""
    if role not in Role.values:
        raise KeyRefused(f"There is no role “{role}”. Choose one of {', '.join(Role.values)}.")
    if not reaches(owner.role, role):
        raise KeyRefused(f"A key of yours can be {owner.get_role_display().lower()} at most.")
    if expires_at is not None and expires_at <= now():
        raise KeyRefused("The key would be over before it begins. Choose a later day.")
    secret = new_secret("bf")
    with transaction.atomic():
        key = ApiKey.objects.create(
            workspace=owner.workspace,
            user=owner.user,
            name=name.strip()[:80] or "Key",
            prefix=secret[:SHOWN],
            secret_hash=hashed(secret),
            role=role,
            expires_at=expires_at,
        )
        sentence = f"Made the key {key.name}."
        auditing.record(owner.workspace, owner.user, "keys.made", sentence, subject=key.pk, role=role)
    return MadeKey(key, secret)


def may_revoke(key: ApiKey, by: Membership) -> bool:
    """One's own keys always; other people's with the right to change members."""
    return key.user_id == by.user_id or by.may("members.change")


def revoke_key(key: ApiKey, *, by: Membership) -> None:
    """Stop a key at once. A second time changes nothing."""
    if not may_revoke(key, by):
        raise KeyRefused("Only its owner or an admin can revoke this key.")
    with transaction.atomic():
        standing = ApiKey.objects.in_workspace(by.workspace).filter(pk=key.pk, revoked_at=None)
        if standing.update(revoked_at=now()):
            auditing.record(by.workspace, by.user, "keys.revoked", f"Revoked the key {key.name}.", subject=key.pk)
