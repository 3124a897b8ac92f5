"""Keys: shown once, kept as hashes, never above their owner, stopped at once."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from accounts import keying
from accounts.keying import KeyRefused
from accounts.models.audit import AuditEntry
from accounts.models.key import ApiKey
from accounts.models.user import User
from accounts.models.workspace import Workspace
from accounts.secrets import hashed
from tests.accounts.test_joining import place


def test_a_key_is_kept_as_a_hash(acme: Workspace, erin: User) -> None:
    made = keying.make_key(place(erin, acme), name="Nightly", role="viewer")
    kept = ApiKey.objects.in_workspace(acme).values().get()
    assert made.secret.startswith("bf_")
    assert made.secret not in str(kept)
    assert (kept["secret_hash"], kept["prefix"]) == (hashed(made.secret), made.secret[:9])


def test_two_keys_differ(acme: Workspace, erin: User) -> None:
    secrets = {keying.make_key(place(erin, acme), name="Key", role="viewer").secret for _ in range(5)}
    assert len(secrets) == 5


def test_a_key_never_stands_above_its_owner(acme: Workspace, erin: User) -> None:
    with pytest.raises(KeyRefused, match="A key of yours can be analyst at most"):
        keying.make_key(place(erin, acme), name="Up", role="admin")
    with pytest.raises(KeyRefused, match="There is no role “king”"):
        keying.make_key(place(erin, acme), name="Up", role="king")
    assert not ApiKey.objects.in_workspace(acme).exists()


def test_a_key_that_is_over_before_it_begins_is_refused(acme: Workspace, erin: User) -> None:
    with pytest.raises(KeyRefused, match="Choose a later day"):
        keying.make_key(place(erin, acme), name="Old", role="viewer", expires_at=now() - timedelta(seconds=1))


def test_making_and_revoking_are_written_down_without_the_secret(acme: Workspace, erin: User) -> None:
    made = keying.make_key(place(erin, acme), name="Nightly", role="viewer")
    keying.revoke_key(made.key, by=place(erin, acme))
    keying.revoke_key(made.key, by=place(erin, acme))
    entries = list(AuditEntry.objects.in_workspace(acme).order_by("created_at", "id").values())
    assert [entry["action"] for entry in entries] == ["keys.made", "keys.revoked"]
    assert made.secret not in str(entries)


def test_only_its_owner_or_an_admin_revokes_a_key(acme: Workspace, alice: User, adam: User, erin: User) -> None:
    made = keying.make_key(place(alice, acme), name="Hers", role="owner")
    with pytest.raises(KeyRefused):
        keying.revoke_key(made.key, by=place(erin, acme))
    made.key.refresh_from_db()
    assert made.key.is_valid
    keying.revoke_key(made.key, by=place(adam, acme))
    made.key.refresh_from_db()
    assert not made.key.is_valid
