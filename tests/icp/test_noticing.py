"""Signs are for whoever runs the round, after the close, in kind words; graders never see them."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models.user import User
from accounts.models.workspace import Workspace
from icp import defining, focusing, grading, noticing
from icp.grading import Answer
from icp.models.definition import Icp
from icp.models.grading import Grade, Round
from icp.refusing import TooLate
from tests.icp.conftest import a_round, at

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def round(acme: Workspace, erin: User, gina: User, adam: User, offices: Icp, gifts: Icp) -> Round:
    """Three candidates; Gina gave 7 to all of them everywhere, Adam and Erin told them apart."""
    third = defining.name_candidate(acme, name="Readers", by=erin)
    round = a_round(acme, erin, offices, gifts, third, graders=[gina, adam])
    for person, score in ((gina, lambda icp, n: 7), (adam, _apart), (erin, _apart)):
        answers = [
            Answer(icp.pk, question["id"], score(place, number))
            for place, icp in enumerate((offices, gifts, third))
            for number, question in enumerate(round.rubric.dimensions)
        ]
        grading.keep_answers(round, answers, by=person)
    return round


def _apart(icp: int, number: int) -> int:
    return (9, 6, 3)[icp] - number % 3


def closed(round: Round, by: User) -> Round:
    return focusing.close_round(round, by=by, at=NOON, as_of=NOON)


def test_the_same_for_all_is_said_kindly_and_with_what_to_ask(round: Round, erin: User) -> None:
    same = next(notice for notice in noticing.notices(closed(round, erin)) if notice.kind == "same")

    assert same.sentence == "Gina gave 7 to all candidates in 11 of 11 questions."
    assert same.ask == "Ask whether that is what Gina meant."


def test_haste_is_told_without_a_race(round: Round, erin: User) -> None:
    Grade.objects.in_workspace(round.workspace).filter(round=round, grader__user__email="gina@example.com").update(
        seconds=1.2
    )
    haste = next(notice for notice in noticing.notices(closed(round, erin)) if notice.kind == "haste")

    assert haste.sentence == "Half of Gina’s answers took less than two seconds each."


def test_before_the_close_nobody_is_told_anything(
    round: Round, erin: User, client: Client, api: Callable[[User], APIClient]
) -> None:
    client.force_login(erin)
    page = client.get(f"/w/acme/ideal-customers/rounds/{round.pk}/signs/")

    with pytest.raises(TooLate):
        noticing.notices(round)
    assert page.status_code == 302
    assert api(erin).get(at("rounds", round.pk, "signs")).status_code == 409


@pytest.mark.parametrize(
    ("person", "expected"), [("erin", 200), ("alice", 200), ("bob", 403), ("gina", 403), ("charlie", 404)]
)
def test_only_who_may_run_rounds_opens_them(
    request: pytest.FixtureRequest, client: Client, round: Round, erin: User, person: str, expected: int
) -> None:
    closed(round, erin)
    client.force_login(request.getfixturevalue(person))

    assert client.get(f"/w/acme/ideal-customers/rounds/{round.pk}/signs/").status_code == expected


@pytest.mark.parametrize(("person", "expected"), [("erin", 200), ("bob", 403), ("gina", 403)])
def test_the_api_gives_them_to_nobody_else_either(
    request: pytest.FixtureRequest,
    round: Round,
    erin: User,
    api: Callable[[User], APIClient],
    person: str,
    expected: int,
) -> None:
    closed(round, erin)
    answer = api(request.getfixturevalue(person)).get(at("rounds", round.pk, "signs"))

    assert answer.status_code == expected
    if expected == 200:
        assert {"kind", "person", "sentence", "ask"} == set(answer.data[0])


def test_signs_are_in_no_result_and_on_no_page_of_a_grader(
    round: Round, erin: User, gina: User, client: Client
) -> None:
    closed(round, erin)
    client.force_login(gina)
    pages = [f"/w/acme/ideal-customers/rounds/{round.pk}/{end}" for end in ("", "result/", "focus/")]

    for page in pages:
        assert "to all candidates in" not in client.get(page).content.decode()
        assert "what to ask people" not in client.get(page).content.decode()
    assert "Gina gave" not in str(round.result)


def test_where_nothing_stands_out_the_page_says_so(
    client: Client, erin: User, gina: User, acme: Workspace, offices: Icp, gifts: Icp
) -> None:
    round = a_round(acme, erin, offices, gifts, graders=[gina])
    for person in (erin, gina):
        grading.keep_answers(
            round,
            [
                Answer(icp.pk, question["id"], 3 + (number * 7 + place * 3) % 6)
                for place, icp in enumerate((offices, gifts))
                for number, question in enumerate(round.rubric.dimensions)
            ],
            by=person,
        )
    closed(round, erin)
    client.force_login(erin)

    assert "Nothing stands out" in client.get(f"/w/acme/ideal-customers/rounds/{round.pk}/signs/").content.decode()
