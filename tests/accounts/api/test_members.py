"""People over the API."""

from typing import Any

from django.urls import resolve

from accounts.joining import find_invitation
from accounts.models.user import User
from accounts.models.workspace import Invitation, Membership, Workspace


def place(user: User, workspace: Workspace) -> Membership:
    found: Membership = Membership.objects.in_workspace(workspace).get(user=user)
    return found


def test_members_are_listed_with_role(call: Any, alice: User, bob: User) -> None:
    said = call(bob).get("members/").json()
    assert sorted((row["email"], row["role"]) for row in said["results"]) == [
        ("alice@example.com", "owner"),
        ("bob@example.com", "viewer"),
    ]


def test_an_invitation_tells_its_link_once(call: Any, alice: User, acme: Workspace) -> None:
    program = call(alice)
    answer = program.post("invitations/", {"email": "New@Example.com", "role": "analyst"})
    assert answer.status_code == 201
    secret = resolve(answer.json()["link"].removeprefix("http://testserver")).kwargs["secret"]
    found = find_invitation(secret)
    assert found is not None
    assert (found.email, found.role) == ("new@example.com", "analyst")
    listed = program.get("invitations/")
    assert secret not in listed.content.decode()
    assert listed.json()["results"][0]["email"] == "new@example.com"


def test_an_invitation_can_be_taken_back(call: Any, alice: User, acme: Workspace) -> None:
    program = call(alice)
    made = program.post("invitations/", {"email": "new@example.com", "role": "viewer"}).json()
    assert program.delete(f"invitations/{made['id']}/").status_code == 204
    assert program.delete(f"invitations/{made['id']}/").status_code == 404
    assert Invitation.objects.in_workspace(acme).get().revoked_at is not None


def test_a_lesser_key_of_an_owner_invites_no_owner(call: Any, alice: User, acme: Workspace) -> None:
    answer = call(alice, "admin").post("invitations/", {"email": "new@example.com", "role": "owner"})
    assert answer.status_code == 400
    assert answer.json() == {"code": "invalid", "message": "You are admin here, and owner is above that."}
    assert not Invitation.objects.in_workspace(acme).exists()


def test_a_role_is_changed_up_to_the_own_one(call: Any, alice: User, adam: User, bob: User, acme: Workspace) -> None:
    program = call(adam)
    assert program.patch(f"members/{place(bob, acme).pk}/", {"role": "analyst"}).json()["role"] == "analyst"
    assert program.patch(f"members/{place(bob, acme).pk}/", {"role": "owner"}).status_code == 400
    assert program.patch(f"members/{place(alice, acme).pk}/", {"role": "viewer"}).status_code == 400
    assert (place(bob, acme).role, place(alice, acme).role) == ("analyst", "owner")


def test_the_last_owner_stays(call: Any, alice: User, acme: Workspace) -> None:
    answer = call(alice).delete(f"members/{place(alice, acme).pk}/")
    assert answer.status_code == 400
    assert answer.json()["message"] == "A workspace needs an owner. Make somebody else an owner first."
    assert place(alice, acme)


def test_a_removed_member_s_key_stops_at_once(call: Any, alice: User, erin: User, acme: Workspace) -> None:
    theirs = call(erin)
    assert theirs.get("/api/v1/me/").status_code == 200
    assert call(alice).delete(f"members/{place(erin, acme).pk}/").status_code == 204
    assert theirs.get("/api/v1/me/").status_code == 401
    assert theirs.get("members/").status_code == 401


def test_members_of_another_workspace_do_not_exist(call: Any, alice: User, charlie: User) -> None:
    elsewhere = Membership.everywhere.get(user=charlie)
    assert call(alice).delete(f"members/{elsewhere.pk}/").status_code == 404
    assert Membership.everywhere.filter(pk=elsewhere.pk).exists()
