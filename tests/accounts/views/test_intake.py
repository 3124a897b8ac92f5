"""The Intake page: every answer is kept as it is given, with and without scripts, and only by those who may."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import reverse

from accounts import posing, recalling, surveying
from accounts.models.intake import IntakeChange, IntakeSurvey
from accounts.models.user import User
from accounts.models.workspace import Workspace

HTMX = {"HX-Request": "true"}
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
REPEAT = {"metric": "repeat_purchase", "target": 32, "due_on": "2027-06-30"}


def page(workspace: Workspace) -> str:
    return reverse("accounts:intake", args=[workspace.slug])


def answering(workspace: Workspace, question: str) -> str:
    return reverse("accounts:intake-answer", args=[workspace.slug, question])


def section(workspace: Workspace, name: str) -> str:
    return reverse("accounts:intake-section", args=[workspace.slug, name])


def test_the_profile_shows_every_question_that_applies_and_where_to_begin(
    acme: Workspace, alice: User, signed_in: Any
) -> None:
    shown = signed_in(alice).get(page(acme)).content.decode()
    assert shown.count("<dt>") == 17
    assert "0 of 17 answered, about 8 minutes left" in shown
    assert f'<a class="btn btn-primary" href="{section(acme, "business")}#selling">Begin</a>' in shown
    assert shown.count("btn-primary") == 1


def test_one_goes_on_where_one_stopped(acme: Workspace, alice: User, signed_in: Any) -> None:
    first = {"selling": "shop", "stage": "growing", "have": ["orders"], "goal": REPEAT}
    surveying.answer(acme, answers=first, by=alice, at=NOON)
    shown = signed_in(alice).get(page(acme)).content.decode()
    assert f'href="{section(acme, "offer")}#offer">Go on where you stopped</a>' in shown


def test_a_section_asks_its_questions_and_every_form_works_without_scripts(
    acme: Workspace, alice: User, signed_in: Any
) -> None:
    browser = signed_in(alice)
    for name, many in {"business": 3, "offer": 2, "customers": 3, "goals": 3, "market": 3, "limits": 3}.items():
        shown = browser.get(section(acme, name)).content.decode()
        assert shown.count('<section class="intake-q"') == many, name
        assert shown.count("<noscript><button") == many, name
        assert shown.count("btn-primary") == 1, name
    assert browser.get(section(acme, "weather")).status_code == 404


def test_a_plain_form_is_kept_and_goes_back_to_its_question(acme: Workspace, alice: User, signed_in: Any) -> None:
    answer = signed_in(alice).post(answering(acme, "selling"), {"value": "shop"})
    assert (answer.status_code, answer.url) == (302, f"{section(acme, 'business')}#selling")
    assert surveying.survey_of(acme).value("selling") == "shop"


def test_a_plain_form_on_home_goes_back_to_home_and_nowhere_else(acme: Workspace, alice: User, signed_in: Any) -> None:
    client, home = signed_in(alice), reverse("icp:home", args=[acme.slug])
    assert client.post(answering(acme, "selling"), {"value": "shop", "next": home}).url == f"{home}#selling"
    stolen = client.post(answering(acme, "selling"), {"value": "mixed", "next": "https://evil.example/"})
    assert stolen.url == f"{section(acme, 'business')}#selling"


def test_htmx_gets_what_follows_and_never_the_form(acme: Workspace, alice: User, signed_in: Any) -> None:
    posted = {"metric": "repeat_purchase", "target": "32", "due_on": "2099-06-30"}
    answer = signed_in(alice).post(answering(acme, "goal"), posted, headers=HTMX)
    part = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="goal-after"' in part
    assert "Repeat buyers to <b>32\u202f%</b> by 30 June 2099" in part
    assert '<span id="pinned-goal" hx-swap-oob="true"><a class="goal"' in part
    assert "1 of 17 answered" in part
    assert 'name="target"' not in part, "what is typed is never swapped"


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
    assert "Mixed" in shown
    assert "Alice, " in shown
    assert "hx-post" not in shown
    assert "btn-primary" not in shown
    assert client.get(section(acme, "business")).status_code == 403


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


def test_a_question_that_comes_by_an_answer_comes_at_once_and_goes_again(
    acme: Workspace, alice: User, signed_in: Any
) -> None:
    browser = signed_in(alice)
    assert 'id="slot-margin"></div>' in browser.get(section(acme, "offer")).content.decode()
    came = browser.post(answering(acme, "price"), {"value": "40"}, headers=HTMX).content.decode()
    assert '<div id="slot-margin" hx-swap-oob="true">' in came
    assert 'id="margin-value"' in came
    again = browser.post(answering(acme, "price"), {"value": "45"}, headers=HTMX).content.decode()
    assert "slot-margin" not in again, "what somebody may be typing there is left alone"
    gone = browser.post(answering(acme, "price"), {"value": ""}, headers=HTMX).content.decode()
    assert '<div id="slot-margin" hx-swap-oob="true"></div>' in gone


def test_lists_and_competitors_are_read_from_their_lines(acme: Workspace, alice: User, signed_in: Any) -> None:
    browser = signed_in(alice)
    browser.post(answering(acme, "strengths"), {"value": ["Next day ", "", "next day", "Own roastery"]})
    browser.post(answering(acme, "rivals"), {"name": ["Harbour Roast", "", "Beans"], "better_at": ["price", "", ""]})
    survey = surveying.survey_of(acme)
    assert survey.value("strengths") == ["Next day", "Own roastery"]
    assert survey.value("rivals") == [
        {"name": "Harbour Roast", "better_at": "price"}, {"name": "Beans", "better_at": ""},
    ]  # fmt: skip


def test_not_knowing_is_an_answer_until_something_is_written(acme: Workspace, alice: User, signed_in: Any) -> None:
    browser = signed_in(alice)
    browser.post(answering(acme, "offer"), {"value": "Coffee", "unknown": "1"})
    assert surveying.survey_of(acme).answers["offer"]["value"] == {"unknown": True}
    browser.post(answering(acme, "offer"), {"value": "Coffee by mail", "unknown": "1"})
    assert surveying.survey_of(acme).value("offer") == "Coffee by mail"


def test_two_people_are_told_when_one_replaces_what_the_other_said(
    acme: Workspace, alice: User, erin: User, client: Any
) -> None:
    surveying.answer(acme, answers={"price": 30}, by=alice, at=NOON)
    seen = str(recalling.newest(surveying.survey_of(acme))["price"].pk)
    surveying.answer(acme, answers={"price": 40}, by=erin, at=NOON)
    client.force_login(alice)
    part = client.post(answering(acme, "price"), {"value": "45", "seen": seen}, headers=HTMX).content.decode()
    assert "<b>Erin</b> answered “€40” at 21 Nov 2026, 12:00" in part
    assert surveying.survey_of(acme).value("price") == 45
    erins = IntakeChange.objects.in_workspace(acme).get(by=erin)
    plain = client.post(answering(acme, "price"), {"value": "50", "seen": seen})
    assert f"?answered=price&seen={seen}#price" in plain.url
    assert "Yours stands now." in client.get(plain.url).content.decode()
    back = client.post(reverse("accounts:intake-restore", args=[acme.slug, erins.pk]))
    assert back.url.endswith("/intake/history/?question=price")
    assert surveying.survey_of(acme).value("price") == 40


def test_nobody_is_told_of_what_they_had_seen(acme: Workspace, alice: User, erin: User, client: Any) -> None:
    surveying.answer(acme, answers={"price": 30}, by=erin, at=NOON)
    client.force_login(alice)
    seen = str(recalling.newest(surveying.survey_of(acme))["price"].pk)
    part = client.post(answering(acme, "price"), {"value": "45", "seen": seen}, headers=HTMX).content.decode()
    assert "Yours stands now" not in part


def test_another_goal_is_pinned_and_the_old_one_stays_among_the_others(
    acme: Workspace, alice: User, signed_in: Any
) -> None:
    surveying.answer(acme, answers={"goal": REPEAT, "goals": [{"metric": "more_new"}]}, by=alice, at=NOON)
    browser = signed_in(alice)
    assert "Pin “More new customers” instead" in browser.get(section(acme, "goals")).content.decode()
    browser.post(reverse("accounts:intake-pin", args=[acme.slug]), {"metric": "more_new"})
    survey = surveying.survey_of(acme)
    assert (survey.value("goal")["metric"], [goal["metric"] for goal in survey.value("goals")]) == (
        "more_new", ["repeat_purchase"],
    )  # fmt: skip
    gone = browser.post(reverse("accounts:intake-pin", args=[acme.slug]), {"metric": "fame"}, follow=True)
    assert "This goal is not among yours any more." in gone.content.decode()


def test_the_way_to_a_question_leads_where_one_may_go(acme: Workspace, alice: User, bob: User, client: Any) -> None:
    way = reverse("accounts:intake-question", args=[acme.slug, "margin"])
    client.force_login(alice)
    assert client.get(way).url == f"{section(acme, 'offer')}#margin"
    client.force_login(bob)
    assert client.get(way).url == f"{page(acme)}#margin"
    assert client.get(reverse("accounts:intake-question", args=[acme.slug, "mood"])).status_code == 404


def test_the_history_says_who_answered_what_in_the_words_of_its_day(
    acme: Workspace, alice: User, erin: User, signed_in: Any
) -> None:
    surveying.answer(acme, answers={"stage": "growing"}, by=erin, at=NOON)
    surveying.answer(acme, answers={"stage": None}, by=alice, at=NOON)
    browser = signed_in(alice)
    shown = browser.get(reverse("accounts:intake-history", args=[acme.slug])).content.decode()
    assert shown.index("The answer was taken back.") < shown.index("Growing")
    assert shown.count(">Take this again</button>") == 1, "the one that stands needs no taking again"
    assert "Nobody answered yet" in browser.get(f"{page(acme)}history/?question=offer").content.decode()


def test_the_profile_costs_the_same_however_much_is_answered(
    acme: Workspace, alice: User, erin: User, signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    surveying.answer(acme, answers={"selling": "mixed", "price": 30, "goal": REPEAT}, by=erin, at=NOON)
    surveying.answer(acme, answers={"rivals": [{"name": "Beans"}], "strengths": ["Fast"]}, by=alice, at=NOON)
    posing.add(acme, text="Do you sell gift cards?", kind="yes_no", section="offer", by=alice)
    browser = signed_in(alice)
    with django_assert_max_num_queries(18):
        browser.get(page(acme))
