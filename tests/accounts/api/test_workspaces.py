"""Who is calling, workspaces, settings."""

from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models.audit import AuditEntry
from accounts.models.user import User
from accounts.models.workspace import Membership, Workspace
from customers.models.event import EventLog


def test_me_says_who_calls_and_what_the_key_may_do(call: Any, alice: User) -> None:
    said = call(alice, "viewer").get("/api/v1/me/").json()
    assert (said["email"], said["name"], said["workspace"], said["role"]) == (
        "alice@example.com",
        "Alice",
        "acme",
        "viewer",
    )
    assert "segments.view" in said["rights"]
    assert "segments.change" not in said["rights"]


def test_a_key_lists_the_workspace_it_opens_and_no_other(call: Any, alice: User, acme: Workspace) -> None:
    other = Workspace.objects.create(slug="other", name="Other")
    Membership.objects.create(workspace=other, user=alice, role="owner")
    said = call(alice, at=acme).get("/api/v1/workspaces/").json()
    assert (said["count"], said["next"], [row["slug"] for row in said["results"]]) == (1, None, ["acme"])


def test_a_workspace_is_made_with_a_key_that_opens_it(call: Any, alice: User) -> None:
    body = {"name": "Fern & Kettle", "timezone": "Europe/Berlin", "currency": "GBP"}
    answer = call(alice).post("/api/v1/workspaces/", body)
    made = answer.json()
    assert answer.status_code == 201
    assert (made["slug"], made["role"], made["currency"]) == ("fern-kettle", "owner", "GBP")
    program = APIClient(HTTP_AUTHORIZATION=f"Token {made['token']}")
    settings = program.get("/api/v1/workspaces/fern-kettle/settings/")
    assert (settings.status_code, settings.json()["timezone"]) == (200, "Europe/Berlin")


def test_a_lesser_key_makes_no_workspace(call: Any, alice: User) -> None:
    assert call(alice, "analyst").post("/api/v1/workspaces/", {"name": "New"}).status_code == 403
    assert not Workspace.objects.filter(name="New").exists()


def test_an_unknown_time_zone_is_refused_with_a_sentence(call: Any, alice: User) -> None:
    answer = call(alice).post("/api/v1/workspaces/", {"name": "New", "timezone": "Berlin"})
    assert answer.status_code == 400
    assert answer.json()["fields"]["timezone"] == [
        "“Berlin” is no time zone. Use a name such as Europe/Berlin, or UTC."
    ]
    assert not Workspace.objects.filter(name="New").exists()


def test_settings_hold_what_the_contract_says(call: Any, alice: User, acme: Workspace) -> None:
    EventLog.objects.create(workspace=acme, newest_at=datetime(2011, 12, 9, 12, 50, tzinfo=UTC))
    assert call(alice).get("settings/").json() == {
        "name": "Acme",
        "timezone": "UTC",
        "currency": "EUR",
        "week_start": 0,
        "clock": "data",
        "as_of": "2011-12-10T00:00:00Z",
        "returns": "net",
        "tax": "with",
        "shipping": "without",
        "cancelled": "without",
        "test": "without",
        "staff": "without",
        "revenue_in_words": "After returns",
        "min_group": 5,
    }


def test_settings_change_and_are_written_down(call: Any, alice: User, acme: Workspace) -> None:
    answer = call(alice).patch("settings/", {"clock": "live", "returns": "gross", "week_start": 6})
    assert (answer.json()["clock"], answer.json()["returns"], answer.json()["week_start"]) == ("live", "gross", 6)
    acme.refresh_from_db()
    assert (acme.clock, acme.revenue, acme.week_start, acme.name) == ("live", {"returns": "gross"}, 6, "Acme")
    entry = AuditEntry.objects.in_workspace(acme).get(action="workspace.changed")
    assert entry.details == {"changed": ["week_start", "clock", "revenue"]}


@pytest.mark.parametrize(
    "body",
    [{"clock": "yesterday"}, {"timezone": "Mars/Base"}, {"currency": "euro"}, {"min_group": 0}, {"tax": "excluded"}],
)
def test_odd_settings_are_refused_and_nothing_changes(
    call: Any, alice: User, acme: Workspace, body: dict[str, Any]
) -> None:
    answer = call(alice).patch("settings/", body | {"name": "Changed"})
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == list(body)
    acme.refresh_from_db()
    assert acme.name == "Acme"


def test_an_analyst_reads_settings_and_does_not_change_them(call: Any, erin: User, acme: Workspace) -> None:
    assert call(erin).get("settings/").status_code == 200
    assert call(erin).patch("settings/", {"name": "Mine"}).status_code == 403
    acme.refresh_from_db()
    assert acme.name == "Acme"
