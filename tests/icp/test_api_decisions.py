"""Second thoughts and the decision over the API."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from accounts.models.user import User
from icp import focusing
from icp.models.definition import Icp
from icp.models.grading import Round
from icp.models.plan import Action
from tests.icp.conftest import at
from tests.icp.test_deciding import UNTIL
from tests.icp.test_focusing import graded


@pytest.fixture
def round(autumn: Round, gina: User, erin: User, offices: Icp, gifts: Icp) -> Round:
    graded(autumn, gina, {offices: 9, gifts: 4})
    graded(autumn, erin, {offices: 5, gifts: 4})
    return focusing.close_round(autumn, by=erin, at=now() - timedelta(hours=1), as_of=UNTIL)


def told(offices: Icp, gifts: Icp, owner: User) -> dict[str, Any]:
    move = {"icp": str(offices.pk), "owner": owner.email, "check_on": "2026-12-20", "target": "20 new ones"}
    return {
        "effort": [{"icp": str(offices.pk), "percent": 75}, {"icp": None, "percent": 25}],
        "left_out": [{"icp": str(gifts.pk), "text": "No ads", "look_again_on": "2027-02-22"}],
        "moves": [move | {"name": name} for name in ("Call", "Send", "Invoice")],
        "expected": [{"icp": str(offices.pk), "feature": "customers", "expected": 40, "until": "2027-01-31"}],
    }


def test_a_focus_is_proposed_drafted_and_made(round: Round, erin: User, offices: Icp, gifts: Icp, api: Any) -> None:
    client, address = api(erin), at("rounds", round.pk, "decision")
    proposed = client.get(address).data
    draft = client.patch(address, {"note": "As we said"}, format="json").data
    made = client.post(address, told(offices, gifts, erin), format="json")
    result = client.get(at("rounds", round.pk, "result")).data

    assert (proposed["status"], proposed["effort"][0]["percent"], draft["status"]) == ("proposed", 80, "draft")
    assert (made.status_code, made.data["status"], made.data["note"]) == (201, "decided", "As we said")
    assert [move["owner"] for move in made.data["moves"]] == [erin.email] * 3
    assert Action.objects.in_workspace(round.workspace).count() == 3
    assert result["decision"]["id"] == made.data["id"]
    assert result["effort"][0] == {"icp": str(offices.pk), "percent": 75}
    assert client.post(address, {}, format="json").status_code == 409


def test_what_makes_no_sense_is_refused_in_a_sentence(
    round: Round, erin: User, offices: Icp, gifts: Icp, api: Any
) -> None:
    sent = told(offices, gifts, erin) | {
        "effort": [{"icp": str(offices.pk), "percent": 75}, {"icp": None, "percent": 9}]
    }
    answer = api(erin).post(at("rounds", round.pk, "decision"), sent, format="json")

    assert answer.status_code == 400
    assert answer.data["message"] == "Your plan adds up to 84\u202f%. It must be 100\u202f%: add 16."


def test_an_open_round_has_no_decision_yet(autumn: Round, erin: User, api: Any) -> None:
    assert api(erin).get(at("rounds", autumn.pk, "decision")).status_code == 409


def test_a_change_begins_from_what_stands_and_may_be_thrown_away(
    round: Round, erin: User, offices: Icp, gifts: Icp, api: Any
) -> None:
    client, address = api(erin), at("rounds", round.pk, "decision")
    client.post(address, told(offices, gifts, erin), format="json")
    changed = client.post(f"{address}change/")
    dropped = client.delete(address).status_code
    spent = client.post(f"{address}spent/", {"shares": [{"icp": str(offices.pk), "percent": 41}]}, format="json")

    assert (changed.status_code, changed.data["status"], dropped) == (201, "draft", 204)
    assert spent.data["spent"][0]["shares"][0]["percent"] == 41


def test_a_grader_reads_what_was_decided_and_no_draft(
    round: Round, erin: User, gina: User, offices: Icp, gifts: Icp, api: Any
) -> None:
    address = at("rounds", round.pk, "decision")
    api(erin).patch(address, {"note": "Not yet"}, format="json")
    reads = api(gina)

    assert reads.get(address).data["status"] == "proposed"
    assert reads.post(address, {}, format="json").status_code == 403


def test_gaps_are_opened_and_closed(round: Round, erin: User, offices: Icp, api: Any) -> None:
    client, address = api(erin), at("rounds", round.pk, "gaps")
    named = {"gaps": [{"icp": str(offices.pk), "dimension": "reach"}]}
    opened = client.post(address, named, format="json")
    again = client.post(address, {"gaps": []}, format="json")
    closed = client.post(f"{address}close/")

    assert [(gap["dimension"], gap["low"], gap["high"]) for gap in opened.data] == [("reach", 5, 9)]
    assert again.status_code == 400
    assert [gap["closed_at"] is not None for gap in closed.data] == [True]
    assert client.get(at("rounds", round.pk, "result")).data["moved"][0]["dimension"] == "reach"


def test_the_book_is_there_once_the_round_is_closed(round: Round, erin: User, api: Any) -> None:
    book = api(erin).get(f"/api/v1/workspaces/acme/rounds/{round.pk}/result.xlsx")

    assert (book.status_code, book.content[:2]) == (200, b"PK")
