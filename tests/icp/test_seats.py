"""Guests' seats: this round, after the close its result, and nothing else."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from accounts.models.user import User
from accounts.secrets import hashed, new_secret
from icp import focusing, grading
from icp.grading import Answer
from icp.models.definition import Icp
from icp.models.grading import Grade, Grader, Round
from tests.house.routes import every_route

SEATS = [route for route in every_route() if route.is_seat]

type Seat = Callable[..., tuple[Client, Grader]]


@pytest.fixture
def seat(autumn: Round) -> Seat:
    """seat() -> a browser with a secret, and the place that it opens."""

    def sit(name: str = "gus", *, is_admitted: bool = True) -> tuple[Client, Grader]:
        secret, browser = new_secret("seat"), Client()
        place = Grader.objects.create(
            workspace=autumn.workspace, round=autumn, email=f"{name}@guests.example.com", name=name.title(),
            guest_key=hashed(secret), admitted_at=now() if is_admitted else None,
        )  # fmt: skip
        session = browser.session
        session["seats"] = {str(autumn.pk): secret}
        session.save()
        return browser, place

    return sit


def pages(round: Round, icp: Icp) -> list[str]:
    values = {"<round_id>": str(round.pk), "<icp_id>": str(icp.pk), "<dimension>": "reach"}
    return [route.path(values) for route in SEATS]


def test_there_are_seats() -> None:
    assert {route.name for route in SEATS} >= {"icp:seat-grade", "icp:seat-question", "icp:seat-result"}


def test_whoever_holds_no_secret_finds_nothing(autumn: Round, offices: Icp, client: Client, seat: Seat) -> None:
    seat()
    for path in pages(autumn, offices):
        assert {client.get(path).status_code, client.post(path).status_code} <= {404, 405}, path


def test_a_wrong_secret_opens_nothing(autumn: Round, offices: Icp, client: Client, seat: Seat) -> None:
    _, place = seat()
    for wrong in ("seat_wrong", place.guest_key, ""):
        session = client.session
        session["seats"] = {str(autumn.pk): wrong}
        session.save()
        assert {client.get(path).status_code for path in pages(autumn, offices)} <= {404, 405}


def test_a_secret_opens_no_other_round(autumn: Round, erin: User, offices: Icp, gifts: Icp, seat: Seat) -> None:
    from tests.icp.conftest import a_round

    browser, _ = seat()
    other = a_round(autumn.workspace, erin, offices, gifts, graders=[])

    assert {browser.get(path).status_code for path in pages(other, offices)} <= {404, 405}


def test_whoever_is_not_admitted_waits(autumn: Round, offices: Icp, seat: Seat) -> None:
    browser, _ = seat(is_admitted=False)
    got = [browser.get(path) for path in pages(autumn, offices)]

    assert {answer.status_code for answer in got} <= {302, 403, 405}
    assert not any("How easily" in answer.content.decode() for answer in got)
    assert browser.post(f"/room/rounds/{autumn.pk}/reach/", {f"score-{offices.pk}": "9"}).status_code in (302, 403)
    assert Grade.everywhere.count() == 0


def test_whoever_was_taken_out_is_out(autumn: Round, offices: Icp, seat: Seat) -> None:
    browser, place = seat()
    Grader.objects.in_workspace(autumn.workspace).filter(pk=place.pk).update(removed_at=now())

    assert {browser.get(path).status_code for path in pages(autumn, offices)} <= {404, 405}


def test_a_guest_grades_without_an_account(autumn: Round, offices: Icp, gifts: Icp, seat: Seat) -> None:
    browser, place = seat()
    start = browser.get(f"/room/rounds/{autumn.pk}/")
    page = browser.get(start.url).content.decode()
    told = {f"score-{offices.pk}": "9", f"reason-{offices.pk}": "They pick up.", f"score-{gifts.pk}": "dk"}
    answer = browser.post(start.url, told)

    assert start.url == f"/room/rounds/{autumn.pk}/urgency/"
    assert "How badly do they need this" in page
    assert "/w/acme/" not in page
    assert answer.url == f"/room/rounds/{autumn.pk}/advantage/"
    assert {(g.grader_id, g.icp_id, g.score) for g in Grade.everywhere.all()} == {
        (place.pk, offices.pk, 9),
        (place.pk, gifts.pk, None),
    }


def test_two_guests_do_not_see_each_other(autumn: Round, offices: Icp, seat: Seat) -> None:
    first, _ = seat("gus")
    second, _ = seat("hal")
    first.post(f"/room/rounds/{autumn.pk}/reach/", {f"score-{offices.pk}": "9", f"reason-{offices.pk}": "Pssst"})
    page = second.get(f"/room/rounds/{autumn.pk}/reach/").content.decode()

    assert "Pssst" not in page
    assert not re.search(r'value="9"[^>]* checked', page)


def test_a_guest_has_no_way_into_the_workspace(autumn: Round, offices: Icp, seat: Seat) -> None:
    browser, _ = seat()
    for path in (f"/w/acme/ideal-customers/rounds/{autumn.pk}/", f"/w/acme/ideal-customers/{offices.pk}/", "/w/acme/"):
        assert browser.get(path).status_code == 302
        assert "login" in browser.get(path).url


def test_after_the_close_a_guest_sees_the_result_and_no_name_on_an_answer(
    autumn: Round, gina: User, erin: User, offices: Icp, gifts: Icp, seat: Seat
) -> None:
    browser, place = seat()
    before = browser.get(f"/room/results/{autumn.pk}/")
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 9, "They pick up.")], by=gina)
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 3)], by=place)
    focusing.close_round(autumn, by=erin, at=now(), as_of=now())
    result = browser.get(browser.get(f"/room/rounds/{autumn.pk}/").url).content.decode()

    assert before.url == f"/room/rounds/{autumn.pk}/your-answers/"
    assert "Of 2 candidates, 1 is the focus" in result
    assert "They pick up." in result
    assert "/w/acme/" not in result


def test_an_account_with_a_guests_address_is_not_the_guest(
    autumn: Round, alice: User, offices: Icp, seat: Seat, signed_in: Any
) -> None:
    _, place = seat()
    Grader.objects.in_workspace(autumn.workspace).filter(pk=place.pk).update(email=alice.email)

    assert grading.place_of(autumn, alice) is None
    assert signed_in(alice).get(f"/w/acme/ideal-customers/rounds/{autumn.pk}/grade/reach/").status_code == 403


# What a phone sends ------------------------------------------------------------------------------


def sent(browser: Client, round: Round, *answers: dict[str, Any]) -> Any:
    path = f"/room/rounds/{round.pk}/save-answers/"
    return browser.post(path, {"answers": list(answers)}, content_type="application/json")


def test_a_phone_hears_what_became_of_each_answer_and_the_fact_beside_it(
    autumn: Round, erin: User, offices: Icp, gifts: Icp, seat: Seat
) -> None:
    fact = {"score": 7.01, "n": 310, "sentence": "**212 of 310** have an address.", "source": {"segment": "1"}}
    told = {"facts": {str(offices.pk): {"reach": fact}}, "close": "question", "closed_questions": ["value"]}
    Round.objects.in_workspace(autumn.workspace).filter(pk=autumn.pk).update(**told)
    browser, _ = seat()
    one = {"icp": str(offices.pk), "score": 9, "reason": "They pick up.", "given_at": 1_760_000_000_000, "seconds": 2}
    answer = sent(browser, autumn, one | {"dimension": "reach"}, one | {"dimension": "value"})
    [kept, closed] = answer.json()["answers"]

    assert (kept["fate"], kept["given_at"], kept["cell"]["score"]) == ("kept", 1_760_000_000_000, 9)
    assert kept["cell"]["fact"] == {"score": 7.01, "about": 7, "sentence": fact["sentence"]}
    assert (closed["fate"], closed["cell"]) == ("closed", {"isOpen": False})
    assert [(grade.dimension, grade.score, grade.seconds) for grade in Grade.everywhere.all()] == [("reach", 9, 2.0)]


@pytest.mark.parametrize(
    "body",
    ["", "[]", '{"answers": 7}', '{"answers": [{"icp": "x", "dimension": "reach", "score": 7}]}', '{"answers": [7]}'],
)
def test_what_cannot_be_read_is_refused_in_words(autumn: Round, seat: Seat, body: str) -> None:
    browser, _ = seat()
    answer = browser.post(f"/room/rounds/{autumn.pk}/save-answers/", body, content_type="application/json")

    assert (answer.status_code, answer.json()["message"][:31]) == (422, "These answers could not be read")
    assert Grade.everywhere.count() == 0


def test_a_member_who_was_not_asked_keeps_nothing_by_script(
    autumn: Round, alice: User, offices: Icp, signed_in: Any
) -> None:
    path = f"/w/acme/ideal-customers/rounds/{autumn.pk}/grade/save-answers/"
    told = {"answers": [{"icp": str(offices.pk), "dimension": "reach", "score": 7}]}
    answer = signed_in(alice).post(path, told, content_type="application/json")

    assert (answer.status_code, "not asked" in answer.json()["message"]) == (422, True)
    assert Grade.everywhere.count() == 0
