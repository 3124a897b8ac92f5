"""The Intake page: every answer is kept as it is given, with and without scripts, and only by those who may."""

from typing import Any

import pytest
from django.urls import reverse

from accounts import surveying
from accounts.models.intake import IntakeSurvey
from accounts.models.user import User
from accounts.models.workspace import Workspace

HTMX = {"HX-Request": "true"}


def page(workspace: Workspace) -> str:
    return reverse("accounts:intake", args=[workspace.slug])


def answering(workspace: Workspace, question: str) -> str:
    return reverse("accounts:intake-answer", args=[workspace.slug, question])


def test_the_page_asks_six_questions_and_shows_how_far_one_is(acme: Workspace, alice: User, signed_in: Any) -> None:
    shown = signed_in(alice).get(page(acme)).content.decode()
    assert shown.count('<section class="intake-q"') == 6
    assert "0 of 6 answered" in shown
    assert shown.count("<noscript><button") == 6


def test_a_plain_form_is_kept_and_goes_back_to_its_question(acme: Workspace, alice: User, signed_in: Any) -> None:
    answer = signed_in(alice).post(answering(acme, "selling"), {"value": "shop"})
    assert (answer.status_code, answer.url) == (302, f"{page(acme)}#selling")
    assert surveying.survey_of(acme).value("selling") == "shop"


def test_a_plain_form_on_home_goes_back_to_home_and_nowhere_else(acme: Workspace, alice: User, signed_in: Any) -> None:
    client, home = signed_in(alice), reverse("icp:home", args=[acme.slug])
    assert client.post(answering(acme, "selling"), {"value": "shop", "next": home}).url == f"{home}#selling"
    stolen = client.post(answering(acme, "selling"), {"value": "mixed", "next": "https://evil.example/"})
    assert stolen.url == f"{page(acme)}#selling"


def test_htmx_gets_what_follows_and_never_the_form(acme: Workspace, alice: User, signed_in: Any) -> None:
    posted = {"metric": "repeat_purchase", "target": "32", "due_on": "2099-06-30"}
    answer = signed_in(alice).post(answering(acme, "goal"), posted, headers=HTMX)
    part = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="goal-after"' in part
    assert "Repeat buyers to <b>32\u202f%</b> by 30 June 2099" in part
    assert '<span id="pinned-goal" hx-swap-oob="true"><a class="goal"' in part
    assert "1 of 6 answered" in part
    assert "<form" not in part


def test_what_cannot_be_kept_is_422_with_the_sentence_and_the_old_answer_stays(
    acme: Workspace, alice: User, signed_in: Any
) -> None:
    client = signed_in(alice)
    client.post(answering(acme, "goal"), {"metric": "repeat_purchase", "target": "32"})
    wrong = {"metric": "repeat_purchase", "target": "lots"}
    part = client.post(answering(acme, "goal"), wrong, headers=HTMX)
    whole = client.post(answering(acme, "goal"), wrong)
    for answer in (part, whole):
        assert answer.status_code == 422
        assert "The target “lots” is not a number." in answer.content.decode()
    assert 'value="lots"' in whole.content.decode(), "what was typed is still there"
    assert "hx-swap-oob" not in part.content.decode()
    assert surveying.survey_of(acme).value("goal")["target"] == 32


def test_three_rows_of_goals_are_read_in_their_order(acme: Workspace, alice: User, signed_in: Any) -> None:
    rows = {
        "metric": ["more_new", "", "fewer_leaving"],
        "target": ["900", "", ""],
        "due_on": ["", "", "2099-01-31"],
    }
    signed_in(alice).post(answering(acme, "goals"), rows)
    assert surveying.survey_of(acme).value("goals") == [
        {"metric": "more_new", "target": 900, "due_on": None},
        {"metric": "fewer_leaving", "target": None, "due_on": "2099-01-31"},
    ]


def test_unticking_everything_takes_the_answer_back(acme: Workspace, alice: User, signed_in: Any) -> None:
    client = signed_in(alice)
    client.post(answering(acme, "have"), {"value": ["orders", "deals"]})
    assert surveying.survey_of(acme).value("have") == ["orders", "deals"]
    client.post(answering(acme, "have"), {})
    assert surveying.survey_of(acme).value("have") is None


@pytest.mark.parametrize(
    ("person", "read", "write"),
    [("alice", 200, 302), ("erin", 200, 302), ("bob", 200, 403), ("gina", 403, 403), ("charlie", 404, 404)],
)
def test_who_may_read_and_answer(
    request: pytest.FixtureRequest, acme: Workspace, client: Any, person: str, read: int, write: int
) -> None:
    client.force_login(request.getfixturevalue(person))
    assert client.get(page(acme)).status_code == read
    assert client.post(answering(acme, "selling"), {"value": "shop"}).status_code == write
    assert IntakeSurvey.objects.in_workspace(acme).exists() == (write == 302)


def test_a_viewer_reads_the_answers_without_any_form(acme: Workspace, alice: User, bob: User, client: Any) -> None:
    client.force_login(alice)
    client.post(answering(acme, "selling"), {"value": "mixed"})
    client.force_login(bob)
    shown = client.get(page(acme)).content.decode()
    assert "<b>Mixed</b>" in shown
    assert "Alice, " in shown
    assert "hx-post" not in shown


def test_an_unknown_question_is_not_found(acme: Workspace, alice: User, signed_in: Any) -> None:
    assert signed_in(alice).post(answering(acme, "mood"), {"value": "good"}).status_code == 404


def test_the_first_screen_asks_three_and_lets_go_without_an_answer(
    acme: Workspace, alice: User, signed_in: Any
) -> None:
    page = signed_in(alice).get("/w/acme/start/").content.decode()
    assert page.count('<section class="intake-q"') == 3
    assert page.count("btn-primary") == 1
    assert '<a class="btn btn-quiet" href="/w/acme/">Skip for now</a>' in page


def test_an_answer_on_the_first_screen_says_at_once_what_it_changes(
    acme: Workspace, alice: User, signed_in: Any
) -> None:
    browser = signed_in(alice)
    answer = browser.post("/w/acme/intake/selling/", {"value": "companies", "next": "/w/acme/start/"})
    assert answer.url == "/w/acme/start/#selling", "without scripts the person comes back to the same screen"
    assert "Home speaks of companies" in browser.get("/w/acme/start/").content.decode()
