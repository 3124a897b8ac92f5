"""The sheet's pages as people walk through them: naming, lines, versions, guesses, the panel; and the same by API."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import clock
from icp import approving, checking, claiming, defining, evidencing
from icp.defining import Line
from icp.models.definition import Evidence, Icp, IcpVersion
from segments.models.segment import Segment
from tests.conftest import run_jobs
from tests.icp.conftest import at
from tests.icp.stage import a_candidate, the_offices, two_kinds

HOME = "/w/acme/ideal-customers/"


def test_each_row_says_whether_we_have_them_and_why_is_a_guess(acme: Workspace, alice: User, signed_in: Any) -> None:
    told = {
        "name": ["Offices", "Hunters", ""],
        "why": ["They order on weekdays.", "They come with a coupon.", ""],
        "standing": ["have", "losing", ""],
        "several": "- Gifts: one box before Christmas, and then nothing\nStarters",
    }
    client = signed_in(alice)
    assert client.post(f"{HOME}new/", told).status_code == 302
    icps = {icp.name: icp for icp in defining.candidates(acme)}
    claims = {line.icp.name: line.claim.get("kind") for line in Evidence.everywhere.select_related("icp")}

    assert {name: icp.standing for name, icp in icps.items()} == {
        "Offices": "have", "Hunters": "losing", "Gifts": "", "Starters": "",
    }  # fmt: skip
    assert claims == {"Offices": "weekdays", "Hunters": "coupons", "Gifts": "once"}
    assert {line.kind for line in Evidence.everywhere.all()} == {"guess"}
    page = client.get(HOME).content.decode()
    assert "From opinion" in page
    assert "We keep losing them" in page
    assert "From data" not in page


def test_what_is_refused_comes_back_with_its_standing(acme: Workspace, alice: User, signed_in: Any) -> None:
    told = {"name": ["A", "a"], "why": ["", ""], "standing": ["want", ""]}
    answer = signed_in(alice).post(f"{HOME}new/", told)

    assert answer.status_code == 422
    assert '<option value="want" selected>' in answer.content.decode()


def test_a_guess_becomes_an_answer_with_who_said_it(offices: Icp, alice: User, signed_in: Any) -> None:
    line = defining.add_line(offices, Line("goals", "Never without coffee"), by=alice)
    client, address = signed_in(alice), f"{HOME}{offices.pk}/lines/{line.pk}/"
    told = {"text": line.text, "kind": "answer", "part": "goals", "source": "41 of 58", "rests_on": "intent"}
    assert client.post(address, told).status_code == 302
    line.refresh_from_db()
    sheet = client.get(f"{HOME}{offices.pk}/?why={line.pk}").content.decode()

    assert (line.kind, line.evidence) == ("answer", [{"said_by": "41 of 58"}, {"rests_on": "intent"}])
    assert "An answer of 41 of 58; written down by Alice." in sheet


def test_lines_move_up_and_down_among_their_like(offices: Icp, alice: User, signed_in: Any) -> None:
    lines = [defining.add_line(offices, Line("goals", text), by=alice) for text in ("one", "two", "three")]
    client = signed_in(alice)
    client.post(f"{HOME}{offices.pk}/lines/{lines[2].pk}/move/", {"do": "up"})
    client.post(f"{HOME}{offices.pk}/lines/{lines[2].pk}/move/", {"do": "up"})
    client.post(f"{HOME}{offices.pk}/lines/{lines[2].pk}/move/", {"do": "up"})  # it is on top already

    assert [line.text for line in dict(defining.lines_by_part(offices))["goals"]] == ["three", "one", "two"]


def test_a_sheet_is_approved_changed_and_compared(offices: Icp, alice: User, bob: User, signed_in: Any) -> None:
    defining.add_line(offices, Line("goals", "Never without coffee"), by=alice)
    client, sheet = signed_in(alice), f"{HOME}{offices.pk}/"
    client.post(f"{sheet}approve/", {"note": "For the board"})
    line = Evidence.everywhere.get()
    client.post(f"{sheet}lines/{line.pk}/", {"text": "Always coffee", "kind": "guess"})
    version = IcpVersion.everywhere.get()
    now, past = client.get(sheet).content.decode(), client.get(f"{sheet}versions/{version.pk}/").content.decode()
    compared = client.get(f"{sheet}versions/{version.pk}/?with=now").content.decode()

    assert "Changed since" in now
    assert "<b>1</b> line changed." in now
    assert "Never without coffee" in past
    assert "Always coffee" not in past
    assert "<del>" in compared
    assert "Always coffee" in compared
    assert "For the board" in client.get(f"{sheet}versions/").content.decode()
    assert signed_in(bob).post(f"{sheet}approve/").status_code == 403


@pytest.fixture
def shop(acme: Workspace, alice: User) -> Segment:
    two_kinds(acme)
    return the_offices(acme, alice)


def test_guesses_meet_the_data_and_become_facts_or_go(shop: Segment, alice: User, signed_in: Any) -> None:
    workspace = shop.workspace
    defining.name_candidates(
        workspace,
        named=[("Small offices", "They order on weekdays.", "have"), ("Hunters", "They come with a coupon.", "losing")],
        by=alice,
    )
    client = signed_in(alice)
    before = client.get(f"{HOME}guesses/").content.decode()
    assert "<b>2 of your 2 guesses</b> can now be checked." in before
    assert "Which segment is this?" in before
    assert "It is Small offices" in before

    offices = Icp.everywhere.get(name="Small offices")
    client.post(f"{HOME}{offices.pk}/segment/", {"segment": shop.pk})
    line = offices.lines.get(kind="guess")
    page = client.get(f"{HOME}guesses/").content.decode()
    assert line.checked["verdict"] == "holds"
    assert "Make it a fact" in page
    assert offices.lines.filter(kind="fact").count() >= 5  # the segment brought its facts along

    client.post(f"{HOME}guesses/{line.pk}/", {"do": "accept"})
    line.refresh_from_db()
    assert line.kind == "fact"
    assert client.get(f"{HOME}{offices.pk}/?why={line.pk}").content.decode().count("CREATE TEMP TABLE people") == 1

    hunters = Icp.everywhere.get(name="Hunters").lines.get()
    client.post(f"{HOME}guesses/{hunters.pk}/", {"do": "claim", "claim": "back_within", "value": "soon"})
    hunters.refresh_from_db()
    assert hunters.claim["kind"] == "coupons"  # what was refused changed nothing
    client.post(f"{HOME}guesses/{hunters.pk}/", {"do": "remove"})
    assert "There is no guess left." in client.get(f"{HOME}guesses/").content.decode()


def test_look_alikes_become_a_segment_by_a_click(shop: Segment, alice: User, signed_in: Any) -> None:
    icp = a_candidate(shop.workspace, alice, Line("goals", "Coffee"), segments=[shop])
    client, sheet = signed_in(alice), f"{HOME}{icp.pk}/"
    assert client.post(f"{sheet}alike/").url == sheet  # nobody knows yet
    client.post(f"{sheet}approve/")
    run_jobs(shop.workspace)
    many = re.search(r"<button[^>]*>See the (\d+)</button>", client.get(sheet).content.decode())
    assert many
    made = client.post(f"{sheet}alike/")

    assert Segment.objects.in_workspace(shop.workspace).filter(name="Like Offices we serve").exists()
    assert f"{many[1]} people" in client.get(made.url).content.decode()


def test_a_sheet_costs_the_same_however_much_it_says(shop: Segment, alice: User, signed_in: Any) -> None:
    icp = a_candidate(shop.workspace, alice, Line("goals", "Coffee"), segments=[shop])
    client = signed_in(alice)
    client.get(f"{HOME}{icp.pk}/")
    with CaptureQueriesContext(connection) as few:
        client.get(f"{HOME}{icp.pk}/")
    for line in evidencing.facts(shop, clock.as_of(shop.workspace)):
        defining.add_line(icp, line)
    with CaptureQueriesContext(connection) as many:
        client.get(f"{HOME}{icp.pk}/")

    assert len(many) == len(few) <= 60


@pytest.mark.parametrize("person", ["bob", "gina", "charlie"])
def test_who_may_not_change_a_sheet_changes_nothing(
    request: pytest.FixtureRequest, offices: Icp, alice: User, signed_in: Any, person: str
) -> None:
    line = defining.add_line(offices, Line("goals", "Coffee", claim=claiming.claim("weekdays")), by=alice)
    client = signed_in(request.getfixturevalue(person))
    wanted = 404 if person == "charlie" else 403
    for address in (
        f"{offices.pk}/approve/", f"{offices.pk}/alike/", f"{offices.pk}/facts/", f"{offices.pk}/segment/",
        f"guesses/{line.pk}/", f"{offices.pk}/lines/{line.pk}/move/",
    ):  # fmt: skip
        assert client.post(f"{HOME}{address}", {"do": "remove"}).status_code == wanted, address

    assert Evidence.everywhere.count() == 1
    assert IcpVersion.everywhere.count() == 0


# The same by API -------------------------------------------------------------------------------


def test_a_program_writes_claims_and_reads_what_became_of_them(
    acme: Workspace, alice: User, api: Callable[..., APIClient]
) -> None:
    client = api(alice)
    told = {"name": "Offices", "standing": "want", "parts": {"lifestyle": [
        {"text": "They order on weekdays", "claim": {"kind": "weekdays"}}]}}  # fmt: skip
    made = client.post(at("icps"), told, format="json")
    line = made.json()["parts"]["lifestyle"][0]

    assert made.status_code == 201
    assert (made.json()["standing"], made.json()["approved"]) == ("want", None)
    assert line["claim"] == {"kind": "weekdays", "value": None, "words": "They order on weekdays"}
    assert line["checked"] is None
    wrong = {"name": "B", "parts": {"goals": [{"text": "x", "claim": {"kind": "back_within", "value": "soon"}}]}}
    refused = client.post(at("icps"), wrong, format="json")
    assert refused.status_code == 400
    assert "needs a number above 0" in refused.json()["message"]


def test_a_program_approves_and_reads_the_versions(
    acme: Workspace, alice: User, offices: Icp, api: Callable[..., APIClient]
) -> None:
    client = api(alice)
    assert client.post(at("icps", offices.pk, "approve")).status_code == 400
    defining.add_line(offices, Line("goals", "Coffee"), by=alice)
    first = client.post(at("icps", offices.pk, "approve"), {"note": "First"}, format="json")
    again = client.post(at("icps", offices.pk, "approve"), format="json")
    versions = client.get(at("icps", offices.pk, "versions")).json()

    assert (first.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert [(v["number"], v["note"], v["approved_by"]) for v in versions] == [(1, "First", "Alice")]
    assert versions[0]["sheet"]["lines"][0]["text"] == "Coffee"
    assert client.get(at("icps", offices.pk)).json()["approved"]["number"] == 1
    assert client.get(at("icps", offices.pk, "measured")).json()["figures"] == []


def test_checked_guesses_and_fit_are_read_by_api(shop: Segment, alice: User, api: Callable[..., APIClient]) -> None:
    line = Line("lifestyle", "They order on weekdays", claim=claiming.claim("weekdays"))
    icp = a_candidate(shop.workspace, alice, line, segments=[shop])
    checking.check_all(shop.workspace, clock.as_of(shop.workspace))
    client = api(alice)
    client.post(at("icps", icp.pk, "approve"))
    run_jobs(shop.workspace)
    measured = client.get(at("icps", icp.pk, "measured")).json()
    features = {
        each["name"]: each["label"] for each in client.get(at("features"), {"page_size": 200}).json()["results"]
    }

    assert client.get(at("icps", icp.pk)).json()["parts"]["lifestyle"][0]["checked"]["verdict"] == "holds"
    assert [figure["name"] for figure in measured["figures"]] == [
        "share_of_customers", "share_of_revenue", "growth", "stays",
    ]  # fmt: skip
    assert measured["fit"]["members"] == 60
    assert features[measured["fit"]["feature"]] == "Fit with Offices we serve"
    assert approving.versions(icp)[0].sheet["people"] == 60
