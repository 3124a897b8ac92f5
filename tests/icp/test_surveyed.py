"""What the Intake survey promises of other pages is there, and they do it."""

from datetime import UTC, datetime
from typing import Any

from django.urls import reverse

from accounts import surveying
from accounts.intake.weights import NAMES
from accounts.models.user import User
from accounts.models.workspace import Workspace
from accounts.questions import QUESTIONS
from icp import answering, defining
from icp.figures import NEEDS, SAYINGS
from icp.models.definition import Evidence, Icp, Standing
from icp.models.grading import Round
from icp.proposing import PROPOSALS
from icp.scorecards import BUILT_IN

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_the_survey_calls_scorecard_questions_by_their_names() -> None:
    assert {one["id"]: one["name"] for one in BUILT_IN["ICP 10"]} == NAMES


def test_every_figure_and_step_that_an_answer_brings_forward_exists() -> None:
    choices = [choice for question in QUESTIONS for choice in question.choices]
    assert {name for choice in choices for name in choice.figures} | {"left_per_customer"} <= set(SAYINGS)
    assert {name for choice in choices for name in choice.steps} <= set(PROPOSALS)
    assert set(NEEDS) == set(SAYINGS)


def test_the_question_better_than_others_says_than_whom(
    acme: Workspace, autumn: Round, alice: User, gina: User
) -> None:
    def why() -> str:
        question = answering.Board(autumn, gina).question("advantage")
        assert question is not None
        return str(question["why"])

    assert why() == "Doing nothing is one of the things they could choose."
    rivals = [{"name": "Harbour Roast", "better_at": "price"}, {"name": "Beans"}]
    surveying.answer(acme, answers={"rivals": rivals, "instead": ["live_with_it"]}, by=alice, at=NOON)
    assert why() == (
        "Doing nothing is one of the things they could choose. They compare us with Harbour Roast (better at price) "
        "and Beans. Many live with the problem."
    )


def test_kinds_that_buy_today_stand_ready_until_they_are_candidates(
    acme: Workspace, alice: User, signed_in: Any
) -> None:
    surveying.answer(acme, answers={"current": ["Cafés", "Small offices"]}, by=alice, at=NOON)
    browser, page = signed_in(alice), reverse("icp:new", args=[acme.slug])
    shown = browser.get(page).content.decode()
    assert 'value="Cafés" data-why="They buy from us today."' in shown
    assert shown.count('value="Small offices"') == 1, "not a second time among the examples"
    browser.post(page, {"starter": ["Cafés"]})
    named = Icp.objects.in_workspace(acme).get()
    assert (named.name, named.standing) == ("Cafés", Standing.HAVE)
    assert 'value="Cafés"' not in browser.get(page).content.decode()


def test_strengths_and_limits_are_lines_that_a_sheet_takes_once(acme: Workspace, alice: User, signed_in: Any) -> None:
    surveying.answer(acme, answers={"strengths": ["Next day"], "limits": ["No delivery abroad"]}, by=alice, at=NOON)
    icp = defining.name_candidate(acme, name="Offices", by=alice)
    browser, page = signed_in(alice), reverse("icp:detail", args=[acme.slug, icp.pk])
    assert "Our limit: No delivery abroad" in browser.get(page).content.decode()
    told = {"text": "We do well: Next day", "part": "requirements", "kind": "answer", "source": "Intake survey"}
    told["rests_on"] = "own"
    assert browser.post(reverse("icp:line-add", args=[acme.slug, icp.pk]), told).status_code == 302
    line = Evidence.objects.in_workspace(acme).get(text="We do well: Next day")
    assert (line.kind, line.part) == ("answer", "requirements")
    assert 'aria-label="Add: We do well: Next day"' not in browser.get(page).content.decode()
