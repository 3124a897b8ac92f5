"""Answers come in: whose, when, and only once."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.utils.timezone import now

from accounts.models.audit import AuditEntry
from accounts.models.user import User
from accounts.models.workspace import Membership, Role
from icp import focusing, grading, preparing
from icp.grading import Answer
from icp.models.definition import Icp
from icp.models.grading import Grade, Grader, Round
from icp.refusing import NotPossible, TooLate
from tests.conftest import a_person
from tests.icp.conftest import a_round


def test_saving_twice_leaves_one_answer(autumn: Round, gina: User, offices: Icp) -> None:
    for score in (3, 8):
        grading.keep_answers(autumn, [Answer(offices.pk, "reach", score, "Because")], by=gina)

    assert Grade.everywhere.get().score == 8


def test_a_score_without_a_reason_leaves_the_kept_reason(autumn: Round, gina: User, offices: Icp) -> None:
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 9, "They pick up.")], by=gina)
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 8)], by=gina)

    kept = Grade.everywhere.get()
    assert (kept.score, kept.reason) == (8, "They pick up.")


def test_i_dont_know_is_kept_as_no_score(autumn: Round, gina: User, offices: Icp) -> None:
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", None)], by=gina)

    assert Grade.everywhere.get().score is None


def test_one_bad_answer_keeps_none(autumn: Round, gina: User, offices: Icp) -> None:
    with pytest.raises(NotPossible, match="whole number from 1 to 10"):
        grading.keep_answers(autumn, [Answer(offices.pk, "reach", 7), Answer(offices.pk, "value", 11)], by=gina)

    assert Grade.everywhere.count() == 0


@pytest.mark.parametrize("answer", [("reach", "no such candidate"), ("mood", "question")])
def test_what_is_not_part_of_the_round_is_refused(autumn: Round, gina: User, offices: Icp, answer: Any) -> None:
    dimension, _ = answer
    icp = offices.pk if dimension == "mood" else autumn.pk
    with pytest.raises(NotPossible):
        grading.keep_answers(autumn, [Answer(icp, dimension, 5)], by=gina)

    assert Grade.everywhere.count() == 0


def test_somebody_who_was_not_asked_cannot_grade(autumn: Round, alice: User, offices: Icp) -> None:
    with pytest.raises(NotPossible, match="not asked"):
        grading.keep_answers(autumn, [Answer(offices.pk, "reach", 7)], by=alice)

    assert Grade.everywhere.count() == 0


def test_whoever_asked_may_grade_too(autumn: Round, erin: User, offices: Icp) -> None:
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 7)], by=erin)

    assert Grade.everywhere.get().grader.email == erin.email


def test_an_address_is_recognised_when_its_owner_comes(acme: Any, erin: User, offices: Icp, gifts: Icp) -> None:
    rubric = preparing.default_rubric(acme)
    round = preparing.prepare_round(
        acme, name="A", icps=[offices, gifts], rubric=rubric, emails=["INES@example.com"], by=erin
    )
    ines = a_person("ines")
    Membership.objects.create(workspace=acme, user=ines, role=Role.GRADER)
    grading.keep_answers(round, [Answer(offices.pk, "reach", 7)], by=ines)

    assert Grader.objects.in_workspace(acme).get(round=round).user == ines


def test_after_the_close_nothing_changes(autumn: Round, gina: User, erin: User, offices: Icp) -> None:
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 7)], by=gina)
    focusing.close_round(autumn, by=erin, at=now(), as_of=now())
    with pytest.raises(TooLate):
        grading.keep_answers(autumn, [Answer(offices.pk, "reach", 1)], by=gina)

    assert Grade.everywhere.get().score == 7


def test_a_closed_question_takes_no_answer_while_others_do(
    acme: Any, erin: User, gina: User, offices: Icp, gifts: Icp
) -> None:
    round = a_round(acme, erin, offices, gifts, graders=[gina], close="question")
    focusing.close_question(round, dimension="reach", by=erin)
    with pytest.raises(TooLate):
        grading.keep_answers(round, [Answer(offices.pk, "reach", 1)], by=gina)
    grading.keep_answers(round, [Answer(offices.pk, "value", 2)], by=gina)

    assert [grade.dimension for grade in Grade.everywhere.all()] == ["value"]


def test_beginning_and_finishing_are_written_down_once(autumn: Round, gina: User, offices: Icp, gifts: Icp) -> None:
    questions = [dimension["id"] for dimension in autumn.rubric.dimensions]
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 7)], by=gina)
    for _ in range(2):
        answers = [Answer(icp.pk, question, 5) for icp in (offices, gifts) for question in questions]
        grading.keep_answers(autumn, answers, by=gina)
    deeds = AuditEntry.objects.in_workspace(autumn.workspace).filter(actor=gina).values_list("action", flat=True)

    assert sorted(deeds) == ["rounds.graded", "rounds.grading-begun"]


def test_each_person_sees_the_candidates_in_an_order_that_stays(autumn: Round, gina: User) -> None:
    orders = {tuple(icp.name for icp in grading.in_own_order(autumn, a_person(f"p{n}"))) for n in range(12)}

    assert len(orders) == 2
    assert grading.in_own_order(autumn, gina) == grading.in_own_order(autumn, gina)


def test_six_saves_at_once_leave_one_answer(database_on_disk: None, autumn: Round, gina: User, offices: Icp) -> None:
    start = Barrier(6)
    problems: list[Exception] = []

    def save(score: int) -> None:
        try:
            start.wait()
            grading.keep_answers(autumn, [Answer(offices.pk, "reach", score, str(score))], by=gina)
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [Thread(target=save, args=(score,)) for score in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kept = Grade.everywhere.get()
    assert problems == []
    assert kept.reason == str(kept.score)
