"""What one person has in front of them."""

from typing import Any

import pytest

from accounts.models.user import User
from icp import answering, defining, grading, preparing, suggesting, wording
from icp.answering import Board
from icp.grading import Answer
from icp.models.definition import Icp
from icp.models.grading import Gap, Round

FACT = {"score": 7.01, "n": 310, "sentence": "**212 of 310** have an address you may write to.", "source": {}}


def with_fact(round: Round, icp: Icp, **values: Any) -> Round:
    """What icp/suggesting.py freezes when a round is opened."""
    Round.objects.in_workspace(round.workspace).filter(pk=round.pk).update(
        facts={str(icp.pk): {"reach": FACT}}, **values
    )
    found: Round = Round.objects.in_workspace(round.workspace).select_related("rubric").get(pk=round.pk)
    return found


def row(round: Round, person: User, icp: Icp, dimension: str = "reach") -> answering.Row:
    board = Board(round, person)
    asked = board.question(dimension)
    assert asked
    return board.row(icp, asked)


def test_a_fact_is_shown_after_the_own_answer_only(autumn: Round, gina: User, erin: User, offices: Icp) -> None:
    round = with_fact(autumn, offices)
    assert row(round, gina, offices).fact is None

    grading.keep_answers(round, [Answer(offices.pk, "reach", 4)], by=gina)
    assert row(round, gina, offices).fact == FACT
    assert row(round, erin, offices).fact is None


def test_facts_first_are_shown_before(autumn: Round, gina: User, offices: Icp, gifts: Icp) -> None:
    round = with_fact(autumn, offices, facts_first=True)

    assert row(round, gina, offices).fact == FACT
    assert row(round, gina, gifts).fact is None


@pytest.mark.parametrize(("score", "is_far"), [(4, True), (5, False), (10, False), (None, False)])
def test_an_answer_far_from_the_fact_is_marked(
    autumn: Round, gina: User, offices: Icp, score: int | None, is_far: bool
) -> None:
    round = with_fact(autumn, offices)
    grading.keep_answers(round, [Answer(offices.pk, "reach", score)], by=gina)

    assert row(round, gina, offices).is_far is is_far


@pytest.mark.parametrize(
    ("score", "asked"), [(1, True), (3, True), (4, False), (8, False), (9, True), (10, True), (None, False)]
)
def test_a_reason_is_asked_for_the_ends_of_the_scale(score: int | None, asked: bool) -> None:
    assert answering.asks_why(score) is asked


def test_reasons_may_follow_later(autumn: Round, gina: User, offices: Icp, gifts: Icp) -> None:
    answers = [
        Answer(offices.pk, "reach", 9),
        Answer(gifts.pk, "reach", 2, "Once a year"),
        Answer(gifts.pk, "value", 5),
    ]
    grading.keep_answers(autumn, answers, by=gina)
    waiting = Board(autumn, gina).without_reason()

    assert [(each.icp, each.question["id"]) for each in waiting] == [(offices, "reach")]


def test_the_same_to_all_is_asked_about(
    acme: Any, autumn: Round, erin: User, gina: User, offices: Icp, gifts: Icp
) -> None:
    third = defining.name_candidate(acme, name="Fans", by=erin)
    rubric = wording.default_rubric(acme)
    round = preparing.prepare_round(
        acme, name="Three", icps=[offices, gifts, third], rubric=rubric, emails=[gina.email], by=erin
    )

    def said(*scores: int | None) -> str | None:
        told = [Answer(icp.pk, "reach", score) for icp, score in zip((offices, gifts, third), scores, strict=False)]
        grading.keep_answers(round, told, by=gina)
        board = Board(round, gina)
        return answering.all_alike(board.of_question(board.questions[2]))

    assert said(7, 7) is None
    assert said(7, 7, 7) == "You gave **7** to all. Is that what you mean?"
    assert said(7, 7, 8) is None
    assert said(None, None, None) == "You gave “I don’t know” to all. Is that what you mean?"


def test_a_gap_shows_the_own_first_answer_and_how_far_apart_all_are(
    autumn: Round, gina: User, erin: User, offices: Icp
) -> None:
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 9)], by=gina)
    Gap.objects.create(workspace=autumn.workspace, round=autumn, icp=offices, dimension="reach", low=3, high=9)
    Round.objects.in_workspace(autumn.workspace).filter(pk=autumn.pk).update(turn=2)
    round = Round.objects.in_workspace(autumn.workspace).select_related("rubric").get(pk=autumn.pk)
    [gap], [other] = Board(round, gina).of_gaps(), Board(round, erin).of_gaps()

    assert gap.before == "You said **9**. The answers lie between **3** and **9**."
    assert other.before == "You gave no answer the first time. The answers lie between **3** and **9**."
    assert (gap.is_answered, gap.is_open, Board(round, gina).left) == (False, True, 1)

    grading.keep_answers(round, [Answer(offices.pk, "reach", 6)], by=gina)
    [gap] = Board(round, gina).of_gaps()
    assert (gap.score, gap.first.score if gap.first else None, Board(round, gina).left) == (6, 9, 0)


def test_minutes_left_fall_to_none(autumn: Round, gina: User, offices: Icp, gifts: Icp) -> None:
    assert Board(autumn, gina).minutes == 3
    ids = [dimension["id"] for dimension in autumn.rubric.dimensions]
    grading.keep_answers(autumn, [Answer(icp.pk, id, 5) for icp in (offices, gifts) for id in ids], by=gina)

    assert (Board(autumn, gina).left, Board(autumn, gina).minutes) == (0, 0)


def test_without_data_there_are_no_facts(autumn: Round) -> None:
    assert suggesting.facts_of(autumn) == {}
