"""Moves: on the plan by week, changed, closed and opened again; pages and API."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.timezone import now
from pyroaring import BitMap

from accounts import surveying
from accounts.models.audit import AuditEntry
from accounts.models.user import User
from accounts.models.workspace import Workspace
from icp import planning
from icp.models.plan import Action, State
from icp.planning import Move
from icp.refusing import NotPossible
from segments.models.delivery import Delivery
from segments.models.segment import Segment
from tests.customers.stage import AS_OF
from tests.segments.stage import a_key, a_segment

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
BASE = "/api/v1/workspaces/acme/actions/"


def a_move(workspace: Workspace, by: User, days: int = 0, **told: Any) -> Action:
    return planning.add(workspace, Move(**{"name": "Call them", "check_on": MONDAY + timedelta(days)} | told), by=by)


def test_moves_stand_by_week_and_late_ones_first(acme: Workspace, alice: User) -> None:
    for days in (-1, 0, 6, 7, 13, 14):
        a_move(acme, alice, days, name=f"in {days}")
    found = planning.plan(acme, MONDAY)

    assert [(week.name, [m.name for m in week.moves]) for week in found.weeks] == [
        ("Late", ["in -1"]), ("This week", ["in 0", "in 6"]), ("Next week", ["in 7", "in 13"]), ("Later", ["in 14"]),
    ]  # fmt: skip
    assert found.sentence == "**6 moves** open, **1** of them late."


def test_a_week_starts_where_the_business_says(acme: Workspace, alice: User) -> None:
    acme.week_start = 6
    a_move(acme, alice, 6)  # a Sunday

    assert planning.plan(acme, MONDAY).weeks[0].name == "Next week"


def test_a_move_is_closed_once_and_opened_again(acme: Workspace, alice: User) -> None:
    move = a_move(acme, alice)
    for _ in range(2):
        planning.settle(move, State.DONE, by=alice)
    assert AuditEntry.objects.in_workspace(acme).filter(action="actions.done").count() == 1
    assert planning.plan(acme, MONDAY).closed == [move]

    planning.settle(move, State.OPEN, by=alice)
    assert (move.state, move.closed_at) == ("open", None)


def test_what_cannot_be_is_refused_and_nothing_changes(acme: Workspace, alice: User, charlie: User) -> None:
    move = a_move(acme, alice, owner=alice)
    for told in ({"name": " "}, {"owner": charlie}):
        with pytest.raises(NotPossible):
            planning.change(move, by=alice, **told)
    with pytest.raises(NotPossible):
        planning.settle(move, "forgotten", by=alice)
    move.refresh_from_db()
    assert (move.name, move.owner, move.state) == ("Call them", alice, "open")


def test_the_empty_plan_says_how_to_start(alice: User, bob: User, signed_in: Any) -> None:
    page = signed_in(alice).get("/w/acme/plan/").content.decode()
    assert "Decide what to do for one segment. One is enough." in page
    assert "From the example shop" in page
    assert "Add a move" not in signed_in(bob).get("/w/acme/plan/").content.decode()


def test_the_answers_of_the_survey_propose_when_to_look_and_what_to_measure(
    acme: Workspace, alice: User, signed_in: Any
) -> None:
    browser = signed_in(alice)
    assert 'id="measures"' not in browser.get("/w/acme/plan/new/").content.decode()
    surveying.answer(acme, answers={"rhythm": 38, "goal": {"metric": "repeat_purchase"}}, by=alice, at=now())
    page = browser.get("/w/acme/plan/new/").content.decode()
    assert '<datalist id="measures"><option value="Repeat buyers"></datalist>' in page
    assert f'value="{(now() + timedelta(days=38)).date()}"' in page


def test_a_move_is_added_changed_and_done_by_page(acme: Workspace, alice: User, signed_in: Any) -> None:
    client, segment = signed_in(alice), a_segment(acme, "Regulars", {"feature": "orders", "op": "gte", "value": 1})
    told = {"name": "Call them", "owner": alice.pk, "check_on": "2020-01-01", "segment": str(segment.pk)}
    assert client.post("/w/acme/plan/new/", told | {"name": ""}).status_code == 422
    assert client.post("/w/acme/plan/new/", told).status_code == 302
    move = Action.objects.in_workspace(acme).get()
    page = client.get("/w/acme/plan/").content.decode()
    assert '<span class="pill care">Late</span>' in page
    assert "Nothing left the house yet." in page

    segment.archived_at = now()
    segment.save()
    assert client.post(f"/w/acme/plan/{move.pk}/", told | {"name": "Write to them", "icp": ""}).status_code == 302
    assert client.post(f"/w/acme/plan/{move.pk}/settle/", {"state": "done"}).status_code == 302
    move.refresh_from_db()
    assert (move.name, move.state, move.segment) == ("Write to them", "done", segment)
    assert "Open again" in client.get("/w/acme/plan/").content.decode()


def test_lists_sent_stand_with_their_result(acme: Workspace, alice: User, signed_in: Any) -> None:
    segment: Segment = a_segment(acme, "Regulars", {"feature": "orders", "op": "gte", "value": 1})
    arms = {"sent": {"people": 880, "ordered": 80, "revenue": 1.0}, "held_back": {"people": 375, "ordered": 15}}
    result = arms | {"verdict": "worked", "difference": 0.0509, "low": 0.0205, "high": 0.0763}
    delivery = Delivery.objects.create(
        workspace=acme, segment=segment, destination="plain", purpose="Win back", check_on=MONDAY, as_of=AS_OF,
        sent=BitMap().serialize(), held_back=BitMap().serialize(), counts={"sent": 880, "held_back": 375},
        result=result,
    )  # fmt: skip
    planning.follow_list(delivery, alice)
    page = signed_in(alice).get("/w/acme/plan/").content.decode()

    assert "<b>80 of 880</b> who got it ordered (9.1\u202f%), <b>15 of 375</b> who did not (4\u202f%)." in page
    assert '<span class="pill good">It worked</span>' in page
    assert "See the result" in page


def test_moves_are_kept_by_api(acme: Workspace, alice: User, erin: User) -> None:
    api = a_key(acme, alice)
    made = api.post(BASE, {"name": "Call them", "check_on": "2026-11-30"}, format="json").json()
    assert (made["owner"], made["state"], made["result"], made["delivery"]) == ("alice@example.com", "open", "", None)

    sent = {"state": "done", "owner": "erin@example.com", "target": "40 of them order"}
    changed = api.patch(f"{BASE}{made['id']}/", sent, format="json").json()
    assert {name: changed[name] for name in sent} == sent
    assert changed["closed_at"]
    assert api.get(BASE).json()["results"] == [api.get(f"{BASE}{made['id']}/").json()]

    refused = api.patch(f"{BASE}{made['id']}/", {"owner": "nobody@example.com"}, format="json")
    assert (refused.status_code, Action.objects.in_workspace(acme).get().owner) == (400, erin)


@pytest.mark.parametrize(("person", "status"), [("bob", 403), ("gina", 403), ("charlie", 404)])
def test_who_may_not_plan(
    acme: Workspace, signed_in: Any, request: pytest.FixtureRequest, person: str, status: int
) -> None:
    told = {"name": "Call them", "check_on": "2026-11-30"}
    answer = signed_in(request.getfixturevalue(person)).post("/w/acme/plan/new/", told)

    assert answer.status_code == status
    assert not Action.objects.in_workspace(acme).exists()
