"""A round is prepared, changed while it may be, and deleted while nobody has begun."""

from datetime import date
from typing import Any

import pytest
from django.utils.timezone import now

from accounts.models.user import User
from accounts.models.workspace import Workspace
from icp import defining, focusing, grading, preparing, wording
from icp.grading import Answer
from icp.models.definition import Icp
from icp.models.grading import Grade, Round
from icp.refusing import NotPossible, TooLate
from tests.icp.conftest import a_round, at

NEW = "/w/acme/ideal-customers/rounds/new/"


@pytest.fixture
def tryers(acme: Workspace, alice: User) -> Icp:
    return defining.name_candidate(acme, name="Tryers", by=alice)


def names(round: Round) -> list[str]:
    return sorted(icp.name for icp in round.icps.all())


@pytest.mark.parametrize(
    ("candidates", "people", "says"),
    [
        (8, 5, ""),
        (1, 5, "2 to 20 candidates"),
        (21, 5, "2 to 20 candidates"),
        (12, 5, "5 to 9 candidates work best"),
        (3, 5, "5 to 9 candidates work best"),
        (8, 9, "3 to 7 people work best"),
        (8, 2, "provisional"),
        (8, 51, "up to 50 people"),
    ],
)
def test_the_shape_of_a_round_is_advised_on(candidates: int, people: int, says: str) -> None:
    said = preparing.advice(candidates=candidates, people=people)

    assert says in said if says else not said


def test_eight_candidates_and_eleven_questions_are_twelve_minutes() -> None:
    assert preparing.minutes(candidates=8, questions=11) == 12


def test_the_effort_follows_what_is_ticked(
    acme: Workspace, erin: User, offices: Icp, gifts: Icp, tryers: Icp, signed_in: Any
) -> None:
    client = signed_in(erin)
    whole = client.get(NEW).content.decode()
    ticked = {
        "close": "round",
        "icps": [offices.pk, gifts.pk],
        "members": [erin.email],
        "emails": "a@b.example, c@d.example",
    }
    part = client.get(NEW, ticked, headers={"HX-Request": "true"}).content.decode()

    assert "<b>3 candidates × 11 questions</b>" in whole
    assert "<b>2 candidates × 11 questions</b>: about <b>3 minutes</b> each, for <b>3 people</b>" in part
    assert "<form" not in part
    assert Round.objects.in_workspace(acme).count() == 0


def test_a_round_is_opened_by_ticking(
    acme: Workspace, erin: User, gina: User, offices: Icp, gifts: Icp, signed_in: Any
) -> None:
    form = {
        "name": "Winter", "icps": [offices.pk, gifts.pk], "rubric": wording.default_rubric(acme).pk,
        "members": [gina.email], "emails": "tom@outside.example", "close": "question", "facts_first": "first",
        "due_on": "2026-12-01",
    }  # fmt: skip
    page = signed_in(erin).post(NEW, form, follow=True).content.decode()
    round = Round.objects.in_workspace(acme).get()

    assert (round.close, round.facts_first, round.due_on) == ("question", True, date(2026, 12, 1))
    assert sorted(round.graders.values_list("email", flat=True)) == [gina.email, "tom@outside.example"]
    assert "Please grade by <b>1 Dec</b>" in page


def test_name_and_day_may_change(autumn: Round, erin: User, api: Any) -> None:
    client = api(erin)
    told = client.patch(at("rounds", autumn.pk), {"due_on": "2026-12-01"}).data
    assert (told["name"], told["due_on"]) == ("Autumn", "2026-12-01")

    assert client.patch(at("rounds", autumn.pk), {"name": "Winter"}).data["due_on"] == "2026-12-01"
    assert client.patch(at("rounds", autumn.pk), {"name": " "}).status_code == 400


def test_a_candidate_may_come_while_the_round_is_open(autumn: Round, erin: User, gina: User, tryers: Icp) -> None:
    for _ in range(2):
        preparing.add_candidate(autumn, tryers, by=erin)

    assert names(autumn) == ["Gift buyers", "Small offices", "Tryers"]
    assert grading.wanted(autumn) == 33


def test_a_candidate_that_goes_takes_its_answers_along(
    autumn: Round, erin: User, gina: User, offices: Icp, gifts: Icp, tryers: Icp
) -> None:
    preparing.add_candidate(autumn, tryers, by=erin)
    grading.keep_answers(autumn, [Answer(gifts.pk, "reach", 3), Answer(offices.pk, "reach", 7)], by=gina)

    assert [preparing.remove_candidate(autumn, gifts, by=erin) for _ in range(2)] == [1, 0]
    assert (names(autumn), Grade.everywhere.get().icp) == (["Small offices", "Tryers"], offices)


def test_two_candidates_stay(autumn: Round, erin: User, gifts: Icp) -> None:
    with pytest.raises(NotPossible, match="at least 2"):
        preparing.remove_candidate(autumn, gifts, by=erin)

    assert len(names(autumn)) == 2


def test_no_candidate_comes_after_answers_were_shown(
    acme: Workspace, erin: User, gina: User, offices: Icp, gifts: Icp, tryers: Icp
) -> None:
    round = a_round(acme, erin, offices, gifts, graders=[gina], close="question")
    focusing.close_question(round, dimension="reach", by=erin)
    with pytest.raises(TooLate):
        preparing.add_candidate(round, tryers, by=erin)

    assert len(names(round)) == 2


def test_a_result_keeps_its_candidates(autumn: Round, erin: User, gina: User, offices: Icp, tryers: Icp) -> None:
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 7)], by=gina)
    closed = focusing.close_round(autumn, by=erin, at=now(), as_of=now())
    for round in (closed, focusing.reopen(closed, by=erin)):
        with pytest.raises(TooLate):
            preparing.add_candidate(round, tryers, by=erin)
        with pytest.raises(TooLate):
            preparing.remove_candidate(round, offices, by=erin)


def test_a_draft_goes_and_a_begun_round_stays(
    acme: Workspace, autumn: Round, erin: User, gina: User, offices: Icp, gifts: Icp, api: Any
) -> None:
    begun = a_round(acme, erin, offices, gifts, graders=[gina])
    grading.keep_answers(begun, [Answer(offices.pk, "reach", 7)], by=gina)
    client = api(erin)

    assert client.delete(at("rounds", begun.pk)).status_code == 409
    assert client.delete(at("rounds", autumn.pk)).status_code == 204
    assert [round.pk for round in Round.objects.in_workspace(acme)] == [begun.pk]


def test_the_page_asks_before_answers_are_deleted(
    autumn: Round, erin: User, gina: User, gifts: Icp, tryers: Icp, signed_in: Any
) -> None:
    preparing.add_candidate(autumn, tryers, by=erin)
    grading.keep_answers(autumn, [Answer(gifts.pk, "reach", 3)], by=gina)
    page = f"/w/acme/ideal-customers/rounds/{autumn.pk}/candidates/{gifts.pk}/remove/"
    client = signed_in(erin)

    assert "<b>1 answer</b>" in client.post(page).content.decode()
    assert Grade.everywhere.count() == 1
    after = client.post(page, {"sure": "yes"}, follow=True).content.decode()
    assert (Grade.everywhere.count(), "is not compared any more" in after) == (0, True)
