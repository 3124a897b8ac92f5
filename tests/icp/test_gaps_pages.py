"""Second thoughts as people walk through them: choose, wait, show."""

from typing import Any

import pytest

from accounts.models.user import User
from icp import focusing
from icp.models.definition import Icp
from icp.models.grading import Round
from tests.icp.test_rethinking import again, apart, second

__all__ = ["apart"]


def of(round: Round, *parts: str) -> str:
    return f"/w/acme/ideal-customers/rounds/{round.pk}/" + "".join(f"{part}/" for part in parts)


def test_the_result_leads_to_the_gaps_and_back_with_what_moved(
    apart: Round, erin: User, gina: User, offices: Icp, signed_in: Any
) -> None:
    client = signed_in(erin)
    assert of(apart, "gaps") in client.get(of(apart, "result")).content.decode()
    assert "checked" in client.get(of(apart, "gaps")).content.decode()

    opened = client.post(of(apart, "gaps", "open"), {"gap": [f"{offices.pk}:reach"]})
    second(apart, gina, offices, "reach", 6)
    second(apart, erin, offices, "reach", 8)
    running = client.get(opened.url).content.decode()
    closed = client.post(of(apart, "gaps", "close"))
    result = client.get(closed.url).content.decode()

    assert "<b>1 gap</b> is graded again." in running
    assert "2 of 2 people" in running
    assert "Reach of Small offices: <b>3 to 9</b> before, <b>6 to 8</b> now." in result


def test_no_second_answer_is_on_the_page_of_somebody_else(
    apart: Round, erin: User, gina: User, offices: Icp, signed_in: Any
) -> None:
    round = again(apart, erin, (offices, "reach"))
    grade = second(round, gina, offices, "reach", 6)
    type(grade).objects.in_workspace(round.workspace).filter(pk=grade.pk).update(reason="The blue parrot")
    pages = [signed_in(erin).get(of(round, *parts)).content.decode() for parts in (["gaps"], ["gaps", "progress"], [])]

    assert not [page for page in pages if "blue parrot" in page]
    assert "One of you said <b>3</b>, one said <b>9</b>." in pages[0]


def test_the_progress_stops_asking_once_second_answers_are_shown(
    apart: Round, erin: User, offices: Icp, signed_in: Any
) -> None:
    client, round = signed_in(erin), again(apart, erin, (offices, "reach"))
    running = client.get(of(round, "gaps", "progress")).status_code
    client.post(of(round, "gaps", "close"))

    assert (running, client.get(of(round, "gaps", "progress")).status_code) == (200, 286)


@pytest.mark.parametrize("ticked", [[], ["x"], ["0:reach"]])
def test_nothing_ticked_is_said_in_words_and_opens_nothing(
    apart: Round, erin: User, signed_in: Any, ticked: list[str]
) -> None:
    answer = signed_in(erin).post(of(apart, "gaps", "open"), {"gap": ticked})
    apart.refresh_from_db()

    assert (answer.status_code, apart.is_closed) == (422, True)
    assert 'role="alert"' in answer.content.decode()


def test_a_grader_may_look_and_neither_open_nor_close(
    apart: Round, erin: User, gina: User, offices: Icp, signed_in: Any
) -> None:
    client = signed_in(gina)
    assert client.post(of(apart, "gaps", "open"), {"gap": [f"{offices.pk}:reach"]}).status_code == 403
    assert client.get(of(apart, "gaps")).url == of(apart, "result")
    round = again(apart, erin, (offices, "reach"))

    assert "Show second answers" not in client.get(of(round, "gaps")).content.decode()
    assert client.post(of(round, "gaps", "close")).status_code == 403
    assert focusing.open_gaps(round).exists()
