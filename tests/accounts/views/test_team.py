"""The team's pages: invitations as links, roles, leaving."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models.user import User
from accounts.models.workspace import Invitation, Membership, Workspace
from tests.conftest import a_person

TEAM = "/w/acme/settings/team/"


def invited(browser: Client, email: str, role: str = "analyst") -> str:
    """Invite somebody; the path of the link that the page shows."""
    page = browser.post(f"{TEAM}invite/", {"email": email, "role": role}).content.decode()
    return re.findall(r'id="invitation-link">http://testserver(/join/[^<]+)<', page)[0]


def test_an_invitation_shows_a_link_to_copy_once(signed_in: Any, alice: User, acme: Workspace) -> None:
    browser = signed_in(alice)
    link = invited(browser, "new@example.com")
    assert link not in browser.get(TEAM).content.decode()
    assert "new@example.com" in browser.get(TEAM).content.decode()


def test_somebody_without_an_account_signs_up_and_joins(signed_in: Any, alice: User, acme: Workspace) -> None:
    link = invited(signed_in(alice), "new@example.com")
    newcomer = Client()
    page = newcomer.get(link).content.decode()
    assert "Join Acme" in page
    assert f"/accounts/signup/?next={link}" in page
    body = {"email": "new@example.com", "password1": "brown tea kettle", "next": link}
    assert newcomer.post("/accounts/signup/", body).url == link
    assert newcomer.post(link).url == "/w/acme/"
    assert Membership.objects.in_workspace(acme).get(user__email="new@example.com").role == "analyst"


def test_another_person_cannot_use_the_link(signed_in: Any, alice: User, charlie: User, acme: Workspace) -> None:
    link = invited(signed_in(alice), "new@example.com")
    other = Client()
    other.force_login(charlie)
    assert "The invitation is for another address." in other.get(link).content.decode()
    assert other.post(link).status_code == 422
    assert not Membership.objects.in_workspace(acme).filter(user=charlie).exists()


def test_looking_at_an_invitation_does_not_use_it_up(signed_in: Any, alice: User, acme: Workspace) -> None:
    link = invited(signed_in(alice), "new@example.com")
    assert [Client().get(link).status_code for _ in range(3)] == [200, 200, 200]
    assert Invitation.objects.in_workspace(acme).get().is_open


def test_a_link_that_is_over_says_so(client: Client, db: None) -> None:
    answer = client.get("/join/join_nonsense/")
    assert answer.status_code == 410
    assert "This invitation is over" in answer.content.decode()


def test_a_refused_invitation_keeps_what_was_typed(signed_in: Any, alice: User, bob: User, acme: Workspace) -> None:
    answer = signed_in(alice).post(f"{TEAM}invite/", {"email": bob.email, "role": "viewer"})
    assert answer.status_code == 422
    assert "is a member of Acme already" in answer.content.decode()
    assert f'value="{bob.email}"' in answer.content.decode()
    assert not Invitation.objects.in_workspace(acme).exists()


def test_an_admin_is_not_offered_the_owner_role(signed_in: Any, alice: User, adam: User, acme: Workspace) -> None:
    browser = signed_in(adam)
    assert 'value="owner"' not in browser.get(TEAM).content.decode()
    assert browser.post(f"{TEAM}invite/", {"email": "new@example.com", "role": "owner"}).status_code == 422
    assert not Invitation.objects.in_workspace(acme).exists()


def test_a_viewer_sees_who_belongs_and_no_buttons(signed_in: Any, alice: User, bob: User) -> None:
    page = signed_in(bob).get(TEAM).content.decode()
    assert "alice@example.com" in page
    assert "invite/" not in page
    assert "remove/" not in page


@pytest.mark.parametrize("actor", ["erin", "bob", "gina"])
def test_who_may_not_change_members_changes_none(
    signed_in: Any, acme: Workspace, alice: User, actor: str, request: pytest.FixtureRequest
) -> None:
    browser = signed_in(request.getfixturevalue(actor))
    target = Membership.objects.in_workspace(acme).get(user=alice)
    assert browser.post(f"{TEAM}{target.pk}/role/", {"role": "viewer"}).status_code == 403
    assert browser.post(f"{TEAM}{target.pk}/remove/").status_code == 403
    assert browser.post(f"{TEAM}invite/", {"email": "x@example.com", "role": "viewer"}).status_code == 403
    target.refresh_from_db()
    assert target.role == "owner"
    assert not Invitation.objects.in_workspace(acme).exists()


def test_a_role_is_changed_and_a_member_removed(signed_in: Any, alice: User, bob: User, acme: Workspace) -> None:
    browser = signed_in(alice)
    target = Membership.objects.in_workspace(acme).get(user=bob)
    browser.post(f"{TEAM}{target.pk}/role/", {"role": "analyst"})
    target.refresh_from_db()
    assert target.role == "analyst"
    page = browser.post(f"{TEAM}{target.pk}/remove/", follow=True).content.decode()
    assert "Bob is no longer a member." in page
    assert not Membership.objects.in_workspace(acme).filter(user=bob).exists()


def test_the_last_owner_is_told_why_leaving_is_not_possible(signed_in: Any, alice: User, acme: Workspace) -> None:
    page = signed_in(alice).post(f"{TEAM}leave/", follow=True).content.decode()
    assert "A workspace needs an owner." in page
    assert Membership.objects.in_workspace(acme).filter(user=alice).exists()


def test_who_leaves_is_a_stranger_at_once(signed_in: Any, alice: User, bob: User, acme: Workspace) -> None:
    browser = signed_in(bob)
    browser.post(f"{TEAM}leave/")
    assert browser.get(TEAM).status_code == 404


def test_names_are_escaped(signed_in: Any, alice: User, acme: Workspace) -> None:
    mallory = a_person("mallory")
    mallory.name = "<script>alert(1)</script>"
    mallory.save()
    Membership.objects.create(workspace=acme, user=mallory, role="viewer")
    assert "<script>alert" not in signed_in(alice).get(TEAM).content.decode()
