"""Joining: who comes in, who may change whom, and that an owner always stays."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils.timezone import now

from accounts import joining, keying
from accounts.joining import NotPossible
from accounts.models.audit import AuditEntry
from accounts.models.user import User
from accounts.models.workspace import Invitation, Membership, Role, Workspace
from tests.conftest import a_member, a_person

ROLES = ["owner", "admin", "analyst", "viewer", "grader"]


def place(user: User, workspace: Workspace) -> Membership:
    found: Membership = Membership.objects.in_workspace(workspace).get(user=user)
    return found


def actions(workspace: Workspace) -> list[str]:
    entries = AuditEntry.objects.in_workspace(workspace).order_by("created_at", "id")
    return list(entries.values_list("action", flat=True))


def test_who_makes_a_workspace_owns_it(charlie: User) -> None:
    workspace = joining.make_workspace(charlie, name="Fern & Kettle", currency="GBP")
    assert (workspace.slug, workspace.name, workspace.currency) == ("fern-kettle", "Fern & Kettle", "GBP")
    assert place(charlie, workspace).role == Role.OWNER
    assert actions(workspace) == ["workspace.made"]


def test_equal_names_get_different_addresses(charlie: User, acme: Workspace) -> None:
    made = [joining.make_workspace(charlie, name="Acme").slug for _ in range(3)]
    assert made == ["acme-2", "acme-3", "acme-4"]


@pytest.mark.parametrize("name", ["日本", "!!!", "---"])
def test_a_name_without_latin_letters_still_gets_an_address(charlie: User, name: str) -> None:
    assert joining.make_workspace(charlie, name=name).slug == "workspace"


def test_an_address_taken_a_moment_ago_is_not_an_error(
    charlie: User, acme: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "_slugs", lambda name: ["acme", "acme-2"])
    assert joining.make_workspace(charlie, name="Acme").slug == "acme-2"


def test_an_invited_person_joins_with_the_role(acme: Workspace, alice: User, charlie: User) -> None:
    invited = joining.invite(acme, email="Charlie@Example.com", role="analyst", by=place(alice, acme))
    found = joining.find_invitation(invited.secret)
    assert found is not None
    membership = joining.accept(found, person=charlie)
    assert (membership.workspace, membership.role) == (acme, Role.ANALYST)
    assert actions(acme) == ["members.invited", "members.joined"]


def test_only_the_hash_of_the_link_is_kept(acme: Workspace, alice: User) -> None:
    invited = joining.invite(acme, email="new@example.com", role="viewer", by=place(alice, acme))
    kept = Invitation.objects.in_workspace(acme).values().get()
    assert invited.secret not in str(kept)


def test_an_invitation_is_for_its_address_only(acme: Workspace, alice: User, charlie: User) -> None:
    invited = joining.invite(acme, email="other@example.com", role="viewer", by=place(alice, acme))
    with pytest.raises(NotPossible, match=r"This invitation is for other@example\.com"):
        joining.accept(invited.invitation, person=charlie)
    assert not Membership.objects.in_workspace(acme).filter(user=charlie).exists()
    assert joining.find_invitation(invited.secret) is not None


def test_an_invitation_works_once(acme: Workspace, alice: User, charlie: User) -> None:
    invited = joining.invite(acme, email=charlie.email, role="viewer", by=place(alice, acme))
    joining.leave(joining.accept(invited.invitation, person=charlie))
    assert joining.find_invitation(invited.secret) is None
    with pytest.raises(NotPossible, match="was used"):
        joining.accept(invited.invitation, person=charlie)
    assert not Membership.objects.in_workspace(acme).filter(user=charlie).exists()


def test_an_invitation_is_over_after_a_week(acme: Workspace, alice: User, charlie: User) -> None:
    invited = joining.invite(acme, email=charlie.email, role="viewer", by=place(alice, acme))
    with time_machine.travel(now() + timedelta(days=7, minutes=1)):
        assert joining.find_invitation(invited.secret) is None
        with pytest.raises(NotPossible):
            joining.accept(invited.invitation, person=charlie)


def test_a_newer_invitation_replaces_the_older_one(acme: Workspace, alice: User, charlie: User) -> None:
    by = place(alice, acme)
    first = joining.invite(acme, email=charlie.email, role="admin", by=by)
    second = joining.invite(acme, email=charlie.email, role="viewer", by=by)
    assert joining.find_invitation(first.secret) is None
    assert joining.find_invitation(second.secret) == second.invitation


def test_a_revoked_invitation_opens_nothing(acme: Workspace, alice: User, charlie: User) -> None:
    invited = joining.invite(acme, email=charlie.email, role="viewer", by=place(alice, acme))
    joining.revoke(invited.invitation, by=place(alice, acme))
    assert joining.find_invitation(invited.secret) is None
    assert actions(acme) == ["members.invited", "members.invitation-revoked"]


def test_a_member_is_not_invited_again(acme: Workspace, alice: User, bob: User) -> None:
    with pytest.raises(NotPossible, match="is a member of Acme already"):
        joining.invite(acme, email="BOB@example.com", role="admin", by=place(alice, acme))
    assert not Invitation.objects.in_workspace(acme).exists()


def test_an_odd_address_is_not_invited(acme: Workspace, alice: User) -> None:
    with pytest.raises(ValidationError):
        joining.invite(acme, email="not an address", role="viewer", by=place(alice, acme))


@pytest.mark.parametrize(("own", "given"), [(own, given) for own in ROLES for given in ROLES])
def test_nobody_grants_a_role_above_the_own_one(acme: Workspace, own: str, given: str) -> None:
    by = place(a_member(acme, "giver", Role(own)), acme)
    try:
        joining.invite(acme, email="new@example.com", role=given, by=by)
    except NotPossible:
        assert ROLES.index(given) < ROLES.index(own)
        assert not Invitation.objects.in_workspace(acme).exists()
    else:
        assert ROLES.index(given) >= ROLES.index(own)


def test_an_unknown_role_is_refused_with_the_known_ones(acme: Workspace, alice: User) -> None:
    with pytest.raises(NotPossible, match=r"There is no role “king”\. Choose one of owner, admin"):
        joining.invite(acme, email="new@example.com", role="king", by=place(alice, acme))


def test_a_role_can_be_changed(acme: Workspace, alice: User, bob: User) -> None:
    joining.change_role(place(bob, acme), role="analyst", by=place(alice, acme))
    assert place(bob, acme).role == Role.ANALYST
    assert actions(acme) == ["members.role-changed"]


def test_an_admin_neither_demotes_nor_removes_an_owner(acme: Workspace, alice: User, adam: User) -> None:
    a_member(acme, "second", Role.OWNER)
    for change in (
        lambda: joining.change_role(place(alice, acme), role="viewer", by=place(adam, acme)),
        lambda: joining.remove(place(alice, acme), by=place(adam, acme)),
        lambda: joining.change_role(place(adam, acme), role="owner", by=place(adam, acme)),
    ):
        with pytest.raises(NotPossible, match="owner is above that"):
            change()
    assert (place(alice, acme).role, place(adam, acme).role) == (Role.OWNER, Role.ADMIN)
    assert actions(acme) == []


def test_the_last_owner_can_neither_leave_nor_be_removed_nor_step_down(acme: Workspace, alice: User) -> None:
    mine = place(alice, acme)
    for change in (
        lambda: joining.leave(mine),
        lambda: joining.remove(mine, by=mine),
        lambda: joining.change_role(mine, role="admin", by=mine),
    ):
        with pytest.raises(NotPossible, match="A workspace needs an owner"):
            change()
    assert place(alice, acme).role == Role.OWNER
    assert actions(acme) == []


def test_one_of_two_owners_can_leave(acme: Workspace, alice: User) -> None:
    second = a_member(acme, "second", Role.OWNER)
    joining.leave(place(alice, acme))
    assert list(Membership.objects.in_workspace(acme).values_list("user", flat=True)) == [second.pk]


def test_who_leaves_loses_the_keys_to_that_workspace_only(acme: Workspace, alice: User, bob: User) -> None:
    elsewhere = joining.make_workspace(bob, name="Elsewhere")
    here = keying.make_key(place(bob, acme), name="Here", role="viewer")
    there = keying.make_key(place(bob, elsewhere), name="There", role="viewer")
    joining.remove(place(bob, acme), by=place(alice, acme))
    here.key.refresh_from_db()
    there.key.refresh_from_db()
    assert here.key.revoked_at is not None
    assert there.key.revoked_at is None


def test_an_invitation_is_mailed_only_where_there_is_a_mail_server(
    acme: Workspace, alice: User, settings: Any, mailoutbox: Any
) -> None:
    invited = joining.invite(acme, email="new@example.com", role="viewer", by=place(alice, acme))
    assert joining.mail_invitation(invited.invitation, link="https://x/join/1/") is False
    assert mailoutbox == []
    settings.MAIL_HOST = "mail.example.com"
    assert joining.mail_invitation(invited.invitation, link="https://x/join/1/") is True
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["new@example.com"], "Join Acme on Bestfit")
    assert "https://x/join/1/" in mail.body
    assert "Alice invites you to Acme" in mail.body


def test_accepting_twice_with_two_invitations_keeps_one_place(acme: Workspace, alice: User) -> None:
    dora = a_person("dora")
    invited = joining.invite(acme, email=dora.email, role="viewer", by=place(alice, acme))
    Membership.objects.create(workspace=acme, user=dora, role=Role.ADMIN)  # came in by another way meanwhile
    assert joining.accept(invited.invitation, person=dora).role == Role.ADMIN
