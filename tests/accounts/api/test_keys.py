"""Keys over the API."""

from datetime import timedelta
from typing import Any

import time_machine
from django.utils.timezone import now
from rest_framework.test import APIClient

from accounts.models.key import ApiKey
from accounts.models.user import User
from accounts.models.workspace import Workspace


def test_a_key_tells_its_secret_once_and_opens_the_door(call: Any, erin: User) -> None:
    program = call(erin)
    made = program.post("tokens/", {"name": "Nightly", "role": "viewer"}).json()
    assert APIClient(HTTP_AUTHORIZATION=f"Token {made['token']}").get("/api/v1/me/").json()["role"] == "viewer"
    listed = program.get("tokens/")
    assert made["token"] not in listed.content.decode()
    assert made["prefix"] == made["token"][:9]


def test_a_key_makes_no_key_above_itself(call: Any, alice: User, acme: Workspace) -> None:
    answer = call(alice, "analyst").post("tokens/", {"name": "Up", "role": "owner"})
    assert (answer.status_code, answer.json()["message"]) == (400, "A key of yours can be analyst at most.")
    assert not ApiKey.objects.in_workspace(acme).filter(name="Up").exists()


def test_an_analyst_sees_and_revokes_only_own_keys(call: Any, alice: User, erin: User, acme: Workspace) -> None:
    owners, analysts = call(alice), call(erin)
    hers = ApiKey.objects.in_workspace(acme).get(user=alice)
    assert [row["owner"] for row in analysts.get("tokens/").json()["results"]] == ["erin@example.com"]
    assert analysts.delete(f"tokens/{hers.pk}/").status_code == 404
    assert owners.get("/api/v1/me/").status_code == 200


def test_a_revoked_key_is_refused_at_once(call: Any, erin: User, acme: Workspace) -> None:
    program = call(erin)
    mine = ApiKey.objects.in_workspace(acme).get()
    assert program.delete(f"tokens/{mine.pk}/").status_code == 204
    refused = program.get("/api/v1/me/")
    assert refused.status_code == 401
    assert refused.json() == {
        "code": "authentication_failed",
        "message": "This key is not known, has expired, or was revoked. Make a new one.",
    }


def test_a_key_ends_on_its_day(call: Any, erin: User) -> None:
    end = now() + timedelta(days=1)
    made = call(erin).post("tokens/", {"name": "Day", "role": "viewer", "expires_at": end.isoformat()}).json()
    program = APIClient(HTTP_AUTHORIZATION=f"Token {made['token']}")
    assert program.get("/api/v1/me/").status_code == 200
    with time_machine.travel(end + timedelta(seconds=1)):
        assert program.get("/api/v1/me/").status_code == 401


def test_a_key_of_acme_opens_no_other_workspace_of_the_same_person(call: Any, alice: User, acme: Workspace) -> None:
    made = call(alice).post("/api/v1/workspaces/", {"name": "Second"}).json()
    assert call(alice, at=acme).get(f"/api/v1/workspaces/{made['slug']}/settings/").status_code == 404


def test_a_demoted_owner_s_key_may_less_at_once(call: Any, alice: User, acme: Workspace) -> None:
    from accounts.models.workspace import Membership

    program = call(alice)
    Membership.objects.in_workspace(acme).filter(user=alice).update(role="viewer")
    assert program.post("tokens/", {"name": "New", "role": "viewer"}).status_code == 403


def test_last_used_is_kept_to_the_minute(call: Any, erin: User, acme: Workspace) -> None:
    program = call(erin)
    program.get("/api/v1/me/")
    first = ApiKey.objects.in_workspace(acme).get().last_used_at
    program.get("/api/v1/me/")
    assert first is not None
    assert ApiKey.objects.in_workspace(acme).get().last_used_at == first
