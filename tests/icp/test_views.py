"""The pages of ideal customers, as people walk through them, also without JavaScript."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models.user import User
from accounts.models.workspace import Invitation, Workspace
from icp import defining, grading
from icp.defining import Line
from icp.grading import Answer
from icp.models.definition import Evidence, Icp
from icp.models.grading import Grade, Round
from tests.icp.conftest import a_round

HOME = "/w/acme/ideal-customers/"


def of(round: Round, *parts: str) -> str:
    return f"{HOME}rounds/{round.pk}/" + "".join(f"{part}/" for part in parts)


def test_an_empty_list_says_how_to_begin(acme: Workspace, alice: User, signed_in: Any) -> None:
    page = signed_in(alice).get(HOME).content.decode()

    assert "Start from a segment that already buys, or from a hunch." in page
    assert "From the example shop" in page


def test_a_viewer_sees_no_button_that_is_not_for_viewers(acme: Workspace, bob: User, signed_in: Any) -> None:
    page = signed_in(bob).get(HOME).content.decode()

    assert "Name candidates" not in page
    assert "can name the first candidates" in page


def test_names_and_starters_become_candidates(acme: Workspace, alice: User, signed_in: Any) -> None:
    told = {"name": ["Offices", ""], "why": ["By the kilo.", ""], "starter": ["Gift buyers"]}
    answer = signed_in(alice).post(f"{HOME}new/", told)

    assert answer.status_code == 302
    assert {icp.name for icp in defining.candidates(acme)} == {"Offices", "Gift buyers"}


def test_names_that_clash_come_back_as_they_were_written(acme: Workspace, alice: User, signed_in: Any) -> None:
    answer = signed_in(alice).post(f"{HOME}new/", {"name": ["Offices", "offices"], "why": ["Because", ""]})

    assert answer.status_code == 422
    assert "Two lines have the same name." in answer.content.decode()
    assert 'value="Because"' in answer.content.decode()
    assert Icp.everywhere.count() == 0


def test_a_line_is_added_changed_and_removed(offices: Icp, alice: User, signed_in: Any) -> None:
    client, sheet = signed_in(alice), f"{HOME}{offices.pk}/"
    client.post(f"{sheet}lines/", {"part": "goals", "text": "Never without coffee", "kind": "guess"})
    line = Evidence.everywhere.get()
    changing = client.get(f"{sheet}lines/{line.pk}/").content.decode()
    client.post(f"{sheet}lines/{line.pk}/", {"text": "Always coffee", "kind": "answer"})
    changed = client.get(sheet).content.decode()
    client.post(f"{sheet}lines/{line.pk}/remove/")

    assert 'value="Never without coffee"' in changing
    assert "Always coffee" in changed
    assert "k-answer" in changed
    assert Evidence.everywhere.count() == 0


def test_a_fact_cannot_be_written_by_hand(offices: Icp, alice: User, signed_in: Any) -> None:
    told = {"part": "goals", "text": "All of them", "kind": "fact"}
    answer = signed_in(alice).post(f"{HOME}{offices.pk}/lines/", told)

    assert answer.status_code == 422
    assert Evidence.everywhere.count() == 0


def test_words_of_people_are_escaped(offices: Icp, alice: User, signed_in: Any) -> None:
    defining.add_line(offices, Line("goals", "<script>alert(1)</script> **7**"))
    page = signed_in(alice).get(f"{HOME}{offices.pk}/").content.decode()

    assert "<script>alert" not in page
    assert "<b>7</b>" in page


def test_a_round_is_opened_and_links_are_made_for_those_outside(
    acme: Workspace, alice: User, offices: Icp, gifts: Icp, signed_in: Any
) -> None:
    client = signed_in(alice)
    form = client.get(f"{HOME}rounds/new/").content.decode()
    rubric = re.search(r'<option value="([0-9a-f-]+)" selected>ICP 10', form)
    assert rubric
    told = {"name": "Autumn", "icps": [offices.pk, gifts.pk], "rubric": rubric[1], "close": "round"}
    opened = client.post(f"{HOME}rounds/new/", told | {"emails": "ines@example.com\ntom@example.com"})
    links = client.post(f"{opened.url}links/").content.decode()

    assert len(re.findall(r"/join/join_[\w-]+/", links)) == 2
    assert {i.role for i in Invitation.objects.in_workspace(acme)} == {"grader"}
    assert "/join/" not in client.get(opened.url).content.decode()


def test_one_candidate_is_no_round(offices: Icp, alice: User, signed_in: Any) -> None:
    answer = signed_in(alice).post(f"{HOME}rounds/new/", {"name": "Autumn", "icps": [offices.pk], "close": "round"})

    assert answer.status_code == 422
    assert Round.everywhere.count() == 0


def test_a_form_without_javascript_saves_and_goes_on(
    autumn: Round, gina: User, offices: Icp, gifts: Icp, signed_in: Any
) -> None:
    told = {f"score-{offices.pk}": "9", f"reason-{offices.pk}": "They pick up.", f"score-{gifts.pk}": "dk"}
    answer = signed_in(gina).post(of(autumn, "grade", "urgency"), told)
    kept = {grade.icp_id: (grade.score, grade.reason) for grade in Grade.everywhere.all()}

    assert answer.url == of(autumn, "grade", "advantage")
    assert kept == {offices.pk: (9, "They pick up."), gifts.pk: (None, "")}


def test_the_last_question_leads_to_an_overview(autumn: Round, gina: User, offices: Icp, signed_in: Any) -> None:
    answer = signed_in(gina).post(of(autumn, "grade", "likelihood"), {f"score-{offices.pk}": "5"})

    assert answer.url == of(autumn, "grade", "your-answers")


def test_grading_goes_on_where_it_stopped(autumn: Round, gina: User, offices: Icp, gifts: Icp, signed_in: Any) -> None:
    grading.keep_answers(autumn, [Answer(icp.pk, "urgency", 5) for icp in (offices, gifts)], by=gina)

    assert signed_in(gina).get(of(autumn, "grade")).url == of(autumn, "grade", "advantage")


@pytest.mark.parametrize("score", ["11", "0", "x", "-3"])
def test_an_odd_score_is_refused_in_words(autumn: Round, gina: User, offices: Icp, signed_in: Any, score: str) -> None:
    answer = signed_in(gina).post(of(autumn, "grade", "reach"), {f"score-{offices.pk}": score})

    assert answer.status_code == 422
    assert "whole number from 1 to 10" in answer.content.decode()
    assert Grade.everywhere.count() == 0


def test_after_the_close_the_form_says_that_it_is_too_late(
    autumn: Round, gina: User, erin: User, offices: Icp, gifts: Icp, client: Any
) -> None:
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 9)], by=gina)
    client.force_login(erin)
    closed = client.post(of(autumn, "close"))
    client.force_login(gina)
    late = client.post(of(autumn, "grade", "reach"), {f"score-{offices.pk}": "1"})

    assert closed.url == of(autumn, "result")
    assert late.status_code == 409
    assert "This question is closed." in late.content.decode()
    assert Grade.everywhere.get().score == 9


def test_the_result_and_the_draft_of_the_focus_say_what_it_rests_on(
    autumn: Round, gina: User, erin: User, offices: Icp, gifts: Icp, signed_in: Any
) -> None:
    for person, score in ((gina, 9), (erin, 3)):
        answers = [Answer(offices.pk, "reach", score, "Why not"), Answer(gifts.pk, "reach", 2)]
        grading.keep_answers(autumn, answers, by=person)
    client = signed_in(erin)
    client.post(of(autumn, "close"))
    result, focus = (client.get(address).content.decode() for address in (of(autumn, "result"), f"{HOME}focus/"))

    assert "Of 2 candidates, 1 is the focus" in result
    assert "One of you said <b>3</b>, one said <b>9</b>." in result
    assert "Why not" in result
    assert "too few candidates or graders" in result
    assert "Make it the focus" in focus
    assert "Decided by" not in focus
    assert "Everyone else" in focus
    assert "Provisional." in focus


def test_a_grader_sees_the_own_round_and_nothing_else(
    acme: Workspace, autumn: Round, gina: User, bob: User, erin: User, offices: Icp, gifts: Icp, signed_in: Any
) -> None:
    hidden = defining.name_candidate(acme, name="Secret plan", by=erin)
    other = a_round(acme, erin, offices, hidden, graders=[bob])
    client = signed_in(gina)
    page = client.get(HOME, follow=True).content.decode()

    assert str(autumn.pk) in page
    assert str(other.pk) not in page
    assert client.get(of(other)).status_code == 404
    assert client.get(f"{HOME}{hidden.pk}/").status_code == 404
    assert client.get(f"{HOME}{offices.pk}/").status_code == 200
    assert "Who is done" not in client.get(of(autumn)).content.decode()


def test_somebody_who_was_not_asked_has_no_sheet_to_fill(autumn: Round, alice: User, signed_in: Any) -> None:
    assert signed_in(alice).get(of(autumn, "grade", "reach")).status_code == 403


def test_waiting_ends_when_the_round_is_closed(
    autumn: Round, gina: User, erin: User, offices: Icp, signed_in: Any
) -> None:
    client = signed_in(erin)
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 9)], by=gina)
    waiting = client.get(of(autumn, "progress"))
    client.post(of(autumn, "close"))

    assert waiting.status_code == 200
    assert "1 of 22" in waiting.content.decode()
    assert client.get(of(autumn, "progress")).status_code == 286


def test_an_earlier_result_stays_readable(autumn: Round, gina: User, erin: User, offices: Icp, signed_in: Any) -> None:
    client = signed_in(erin)
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 9)], by=gina)
    client.post(of(autumn, "close"))
    client.post(of(autumn, "reopen"))

    assert "earlier result" in client.get(of(autumn, "result") + "?earlier=1").content.decode()
    assert client.get(of(autumn, "result") + "?earlier=2").status_code == 404
    assert client.get(of(autumn, "result")).url == of(autumn)


@pytest.mark.parametrize("page", ["", "new/", "rounds/", "rounds/new/", "focus/"])
def test_strangers_find_no_page(acme: Workspace, charlie: User, signed_in: Any, page: str) -> None:
    assert signed_in(charlie).get(f"{HOME}{page}").status_code == 404


def test_the_list_costs_the_same_however_long_it_is(acme: Workspace, alice: User, signed_in: Any) -> None:
    client = signed_in(alice)
    defining.name_candidates(acme, named=[("A", ""), ("B", "")], by=alice)
    with CaptureQueriesContext(connection) as few:
        client.get(HOME)
    defining.name_candidates(acme, named=[(f"Kind {n}", "") for n in range(12)], by=alice)
    with CaptureQueriesContext(connection) as many:
        client.get(HOME)

    assert len(many) == len(few) <= 20
