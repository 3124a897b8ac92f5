"""Lists sent, over the API."""

from typing import Any

import pytest

from accounts.models.user import User
from accounts.models.workspace import Workspace
from icp.models.plan import Action
from segments import answering
from segments.models.delivery import Delivery
from segments.models.segment import Segment
from tests.customers.stage import AS_OF
from tests.segments.stage import a_key, four_who_agreed

pytestmark = pytest.mark.django_db
BASE = "/api/v1/workspaces/acme/deliveries/"


@pytest.fixture
def regulars(acme: Workspace) -> Segment:
    return four_who_agreed(acme)


@pytest.fixture
def api(alice: User, acme: Workspace) -> Any:
    return a_key(acme, alice)


def asked(segment: Segment, **more: Any) -> dict[str, Any]:
    sent = {"segment": str(segment.pk), "destination": "meta", "purpose": "Say hello", "check_on": "2026-03-30"}
    return sent | more


def test_a_list_is_made_with_its_move_and_read(api: Any, acme: Workspace, regulars: Segment) -> None:
    made = api.post(BASE, asked(regulars, hold_back=0.25, with_unknown=True), format="json")

    assert made.status_code == 201, made.json()
    told = made.json()
    assert (told["counts"]["sent"], told["counts"]["held_back"]) == (4, 1)
    assert (told["owner"], told["result"]) == ("alice@example.com", {})
    assert api.get(f"{BASE}{told['id']}/").json() == told
    assert api.get(BASE).json()["results"] == [told]
    assert str(Action.objects.in_workspace(acme).get().delivery_id) == told["id"]


def test_the_file_is_hashed_and_the_result_is_told(api: Any, acme: Workspace, regulars: Segment) -> None:
    key = api.post(BASE, asked(regulars, hold_back=0.5), format="json").json()["id"]
    file = b"".join(api.get(f"{BASE}{key}/file.csv").streaming_content).decode()
    assert file.splitlines()[0] == "email,fn,ln"
    assert "@" not in file

    answering.answer_all(acme, AS_OF.replace(month=5))
    told = api.get(f"{BASE}{key}/").json()
    assert told["result"]["verdict"] == "cannot tell"
    assert told["sentence"].startswith("0 of 2 who got it ordered")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"check_on": "2026-03-01"}, "orders count from then on"),
        ({"owner": "charlie@example.com"}, "a member of the workspace"),
        ({"hold_back": 0.005}, "Hold back nobody, or between 1 and 50 of 100."),
    ],
)
def test_what_cannot_be_is_refused(
    api: Any,
    acme: Workspace,
    regulars: Segment,
    wrong: dict[str, Any],
    sentence: str,
) -> None:
    answer = api.post(BASE, asked(regulars, **wrong), format="json")

    assert answer.status_code == 400
    assert sentence in answer.json()["message"]
    assert not Delivery.objects.in_workspace(acme).exists()
