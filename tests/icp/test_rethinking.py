"""Second thoughts on the gaps: once, blind until they are closed, and the first answers stay."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.utils.timezone import now

from accounts.models.audit import AuditEntry
from accounts.models.user import User
from accounts.models.workspace import Workspace
from icp import focusing, frames, grading, rethinking
from icp.grading import Answer
from icp.models.definition import Icp
from icp.models.grading import Gap, Grade, Round
from icp.refusing import NotPossible, TooLate
from tests.icp.conftest import a_round

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=3)


def second(round: Round, by: User, icp: Icp, dimension: str, score: int | None) -> Grade:
    """A second answer, as it stands in the table."""
    place = grading.place_of(round, by)
    made: Grade = Grade.objects.create(
        workspace=round.workspace, round=round, icp=icp, grader=place, dimension=dimension, turn=2, score=score
    )
    return made


@pytest.fixture
def apart(autumn: Round, gina: User, erin: User, offices: Icp, gifts: Icp) -> Round:
    """Closed: three and nine for the reach of the offices, two and six for their value, nearly one for the gifts."""
    for person, reach, value in ((gina, 3, 2), (erin, 9, 6)):
        answers = [Answer(offices.pk, "reach", reach), Answer(offices.pk, "value", value)]
        grading.keep_answers(autumn, [*answers, Answer(gifts.pk, "reach", 4)], by=person)
    return focusing.close_round(autumn, by=erin, at=NOON, as_of=NOON)


def again(round: Round, by: User, *cells: tuple[Icp, str]) -> Round:
    return focusing.think_again(round, [(icp.pk, dimension) for icp, dimension in cells] or None, by=by)


def close(round: Round, by: User) -> Round:
    return focusing.close_gaps(round, by=by, at=LATER, as_of=LATER)


def test_without_a_choice_the_widest_gaps_are_graded_again(apart: Round, erin: User) -> None:
    round = again(apart, erin)

    assert [(g.icp.name, g.dimension, g.low, g.high) for g in focusing.open_gaps(round)] == [
        ("Small offices", "reach", 3, 9), ("Small offices", "value", 2, 6),
    ]  # fmt: skip
    assert (round.turn, round.is_closed, round.result) == (2, False, None)
    assert round.history[0]["ranking"][0]["name"] == "Small offices"


def test_second_answers_are_blind_and_first_ones_stay_visible(apart: Round, gina: User, erin: User) -> None:
    round = again(apart, erin)
    icp = round.icps.get(name="Small offices")
    second(round, gina, icp, "reach", 6)

    def seen(by: User) -> list[tuple[int, int]]:
        return sorted(grading.visible(round, by).filter(icp=icp, dimension="reach").values_list("turn", "score"))

    assert seen(erin) == [(1, 3), (1, 9)]
    assert seen(gina) == [(1, 3), (1, 9), (2, 6)]
    round = close(round, erin)
    assert seen(erin) == [(1, 3), (1, 9), (2, 6)]


def test_the_last_answers_count_and_the_way_they_went_is_kept(apart: Round, gina: User, erin: User) -> None:
    round = again(apart, erin)
    icp = round.icps.get(name="Small offices")
    for person, score in ((gina, 6), (erin, 8)):
        second(round, person, icp, "reach", score)
    result: Any = close(round, erin).result
    reach = next(question for question in result["questions"] if question["id"] == "reach")
    moved = {row["dimension"]: row for row in result["moved"]}

    assert reach["rows"][0]["scores"] == [6, 8]
    assert moved["reach"]["before"] == {"low": 3, "middle": 6.0, "high": 9}
    assert moved["reach"]["after"] == {"low": 6, "middle": 7.0, "high": 8}
    assert (moved["reach"]["again"], moved["reach"]["changed"]) == (2, 2)
    assert (moved["value"]["again"], moved["value"]["after"]) == (0, {"low": 2, "middle": 4.0, "high": 6})
    assert result["turns"] == {"gaps": 2, "before": 5, "after": 3}
    assert round.history[0]["ranking"][0]["icp"] == result["ranking"][0]["icp"]


def test_i_do_not_know_is_a_second_thought_too(apart: Round, gina: User, erin: User, offices: Icp) -> None:
    round = again(apart, erin, (offices, "reach"))
    second(round, gina, offices, "reach", None)
    result: Any = close(round, erin).result

    assert result["moved"][0]["after"] == {"low": 9, "middle": 9.0, "high": 9}
    assert result["moved"][0]["changed"] == 1


def test_a_second_round_without_news_says_so(apart: Round, gina: User, erin: User, offices: Icp) -> None:
    round = again(apart, erin, (offices, "reach"))
    second(round, gina, offices, "reach", 3)
    result: Any = close(round, erin).result

    assert (result["moved"][0]["again"], result["moved"][0]["changed"]) == (1, 0)
    assert rethinking.said(result) == "The second round brought nothing new: every answer stayed as it was."


def test_the_movement_is_said_in_words(apart: Round, gina: User, erin: User, offices: Icp) -> None:
    round = again(apart, erin, (offices, "reach"))
    second(round, gina, offices, "reach", 6)
    second(round, erin, offices, "reach", 8)
    result: Any = close(round, erin).result

    assert rethinking.sentence(result["moved"][0]) == "Reach of Small offices: **3 to 9** before, **6 to 8** now."
    assert rethinking.said(result) == "After a second thought you lie **2** points apart instead of **6**, on one gap."


def test_a_gap_is_graded_again_once(apart: Round, erin: User, offices: Icp) -> None:
    round = close(again(apart, erin, (offices, "reach")), erin)

    with pytest.raises(NotPossible, match="“Reach” of Small offices was graded again already"):
        again(round, erin, (offices, "reach"))
    assert again(round, erin, (offices, "value")).turn == 2


def test_asking_twice_for_the_same_gaps_asks_once(apart: Round, erin: User) -> None:
    first = again(apart, erin)
    assert len(again(first, erin).history) == 1
    assert Gap.objects.in_workspace(apart.workspace).count() == 2
    assert AuditEntry.objects.in_workspace(apart.workspace).filter(action="rounds.gaps-opened").count() == 1


def test_closing_second_thoughts_twice_changes_nothing(apart: Round, erin: User) -> None:
    first = close(again(apart, erin), erin)
    twice = focusing.close_gaps(first, by=erin, at=LATER + timedelta(days=1), as_of=LATER)

    assert (twice.result, len(twice.history)) == (first.result, 1)


@pytest.mark.parametrize("cells", [[], [("gifts", "no_such_question")]])
def test_what_is_no_gap_of_the_round_is_refused(apart: Round, erin: User, gifts: Icp, cells: Any) -> None:
    with pytest.raises(NotPossible):
        focusing.think_again(apart, [(gifts.pk, dimension) for _, dimension in cells], by=erin)

    apart.refresh_from_db()
    assert apart.is_closed


def test_an_open_question_cannot_be_thought_about_again(autumn: Round, gina: User, erin: User, offices: Icp) -> None:
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 3)], by=gina)

    with pytest.raises(TooLate, match="still open"):
        again(autumn, erin, (offices, "reach"))


def test_nobody_apart_means_nothing_to_grade_again(
    autumn: Round, gina: User, erin: User, offices: Icp, gifts: Icp
) -> None:
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 3), Answer(gifts.pk, "reach", 4)], by=gina)
    round = focusing.close_round(autumn, by=erin, at=NOON, as_of=NOON)

    with pytest.raises(NotPossible, match="nothing to grade again"):
        again(round, erin)


def test_live_a_shown_question_is_thought_about_again_at_once(
    acme: Workspace, erin: User, gina: User, offices: Icp, gifts: Icp
) -> None:
    """The round stays in its first turn; the second answer is shown with the close of its gap."""
    round = a_round(acme, erin, offices, gifts, graders=[gina], close="question")
    grading.keep_answers(round, [Answer(offices.pk, "reach", 3)], by=gina)
    grading.keep_answers(round, [Answer(offices.pk, "reach", 9)], by=erin)
    round = focusing.close_question(round, dimension="reach", by=erin)
    round = again(round, erin, (offices, "reach"))
    second(round, gina, offices, "reach", 7)
    blind = list(grading.visible(round, erin).filter(turn=2))
    round = close(round, erin)

    assert (round.turn, round.is_closed, blind) == (1, False, [])
    assert [grade.score for grade in grading.visible(round, erin).filter(turn=2)] == [7]
    result: Any = focusing.close_round(round, by=erin, at=LATER, as_of=LATER).result
    assert result["moved"][0]["after"]["low"] == 7


def test_opening_the_whole_round_keeps_both_answers(apart: Round, gina: User, erin: User, offices: Icp) -> None:
    round = again(apart, erin, (offices, "reach"))
    second(round, gina, offices, "reach", 6)
    round = focusing.reopen(close(round, erin), by=erin)
    kept = grading.own(round, gina).get(icp=offices, dimension="reach")

    assert (kept.turn, kept.score, [each["score"] for each in kept.earlier]) == (1, 6, [3])
    assert (round.turn, len(round.history), focusing.graded_again(round).count()) == (1, 2, 0)
    assert frames.answers_of(round)["turn"].max() == 1


@pytest.mark.usefixtures("database_on_disk")
def test_two_who_close_at_once_freeze_one_result(
    acme: Workspace, erin: User, gina: User, offices: Icp, gifts: Icp
) -> None:
    round = a_round(acme, erin, offices, gifts, graders=[gina])
    for person, score in ((gina, 3), (erin, 9)):
        grading.keep_answers(round, [Answer(offices.pk, "reach", score), Answer(gifts.pk, "reach", 5)], by=person)
    round = again(focusing.close_round(round, by=erin, at=NOON, as_of=NOON), erin)
    at_once(
        *[lambda: focusing.close_gaps(round, by=erin, at=now(), as_of=NOON)] * 2,
        lambda: focusing.think_again(round, None, by=erin),
    )
    round.refresh_from_db()

    closed = AuditEntry.objects.in_workspace(acme).filter(action="rounds.closed").count()
    assert (round.is_closed, len(round.history), closed) == (True, 1, 2)


def at_once(*works: Callable[[], Any]) -> list[Exception]:
    """Do it all in threads of their own; what was refused."""
    refused: list[Exception] = []

    def carry_out(work: Callable[[], Any]) -> None:
        try:
            work()
        except NotPossible as reason:
            refused.append(reason)
        finally:
            connection.close()

    threads = [Thread(target=carry_out, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused
