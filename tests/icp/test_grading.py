"""Answers come in: whose, when, and only once."""

from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.utils.timezone import now

from accounts.models.audit import AuditEntry
from accounts.models.user import User
from accounts.models.workspace import Membership, Role
from icp import focusing, grading, preparing, wording
from icp.grading import Answer, Fate
from icp.models.definition import Icp
from icp.models.grading import Gap, Grade, Grader, Round
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
    rubric = wording.default_rubric(acme)
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


# Late, twice, and out of order -------------------------------------------------------------------


def moments_ago(seconds: float) -> datetime:
    return now() - timedelta(seconds=seconds)


def test_an_older_answer_that_comes_late_does_not_win(autumn: Round, gina: User, offices: Icp) -> None:
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 8, given_at=moments_ago(10))], by=gina)
    [verdict] = grading.keep_each(autumn, [Answer(offices.pk, "reach", 3, given_at=moments_ago(60))], by=gina)

    assert verdict.fate is Fate.OLDER
    assert verdict.grade
    assert verdict.grade.score == Grade.everywhere.get().score == 8


def test_a_phone_whose_clock_is_ahead_does_not_close_the_cell(autumn: Round, gina: User, offices: Icp) -> None:
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 8, given_at=moments_ago(-3600))], by=gina)
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 3)], by=gina)

    assert Grade.everywhere.get().score == 3


def test_a_queue_with_one_answer_that_came_too_late_keeps_the_others(
    acme: Any, erin: User, gina: User, offices: Icp, gifts: Icp
) -> None:
    round = a_round(acme, erin, offices, gifts, graders=[gina], close="question")
    focusing.close_question(round, dimension="reach", by=erin)
    queue = [
        Answer(offices.pk, "reach", 9), Answer(offices.pk, "value", 4), Answer(offices.pk, "mood", 4),
        Answer(gifts.pk, "value", 44),
    ]  # fmt: skip
    verdicts = grading.keep_each(round, queue, by=gina)

    assert [verdict.fate for verdict in verdicts] == [Fate.CLOSED, Fate.KEPT, Fate.REFUSED, Fate.REFUSED]
    assert verdicts[0].sentence.startswith("This question is closed.")
    assert [(grade.dimension, grade.score) for grade in Grade.everywhere.all()] == [("value", 4)]


def test_sending_a_queue_again_changes_nothing(autumn: Round, gina: User, offices: Icp, gifts: Icp) -> None:
    queue = [Answer(icp.pk, "reach", 8, "Why", given_at=moments_ago(5), seconds=2.5) for icp in (offices, gifts)]
    grading.keep_each(autumn, queue, by=gina)
    before = list(Grade.everywhere.order_by("pk").values())
    verdicts = grading.keep_each(autumn, queue, by=gina)

    assert {verdict.fate for verdict in verdicts} == {Fate.KEPT}
    assert list(Grade.everywhere.order_by("pk").values()) == before


def test_of_two_answers_to_one_cell_in_a_queue_the_newer_counts(autumn: Round, gina: User, offices: Icp) -> None:
    queue = [
        Answer(offices.pk, "reach", 8, given_at=moments_ago(5)),
        Answer(offices.pk, "reach", 3, given_at=moments_ago(9)),
    ]
    grading.keep_each(autumn, queue, by=gina)

    assert (Grade.everywhere.get().score, Grade.everywhere.get().earlier) == (8, [])


def test_an_answer_can_be_taken_back_and_an_old_one_does_not_bring_it_again(
    autumn: Round, gina: User, offices: Icp
) -> None:
    old = Answer(offices.pk, "reach", 8, given_at=moments_ago(60))
    grading.keep_each(autumn, [old], by=gina)
    back = Answer(offices.pk, "reach", None, given_at=moments_ago(30), is_taken_back=True)
    grading.keep_each(autumn, [back], by=gina)
    [late] = grading.keep_each(autumn, [old], by=gina)
    assert (late.fate, Grade.everywhere.count(), grading.given(autumn, gina)) == (Fate.OLDER, 0, 0)

    grading.keep_each(autumn, [Answer(offices.pk, "reach", 5)], by=gina)
    assert Grade.everywhere.get().score == 5


def test_taking_back_what_was_changed_since_changes_nothing(autumn: Round, gina: User, offices: Icp) -> None:
    grading.keep_each(autumn, [Answer(offices.pk, "reach", 8)], by=gina)
    back = Answer(offices.pk, "reach", None, given_at=moments_ago(30), is_taken_back=True)
    [verdict] = grading.keep_each(autumn, [back], by=gina)

    assert (verdict.fate, Grade.everywhere.get().score) == (Fate.OLDER, 8)


def test_what_was_said_before_is_kept_with_whether_the_fact_was_seen(autumn: Round, gina: User, offices: Icp) -> None:
    facts = {str(offices.pk): {"reach": {"score": 7.0, "n": 310, "sentence": "Yes.", "source": {}}}}
    Round.objects.in_workspace(autumn.workspace).filter(pk=autumn.pk).update(facts=facts)
    for dimension, scores in {"reach": (4, 7, 8), "value": (4, 7)}.items():
        for score in scores:
            grading.keep_answers(autumn, [Answer(offices.pk, dimension, score, f"Why {score}")], by=gina)
    kept = {grade.dimension: grade for grade in Grade.everywhere.all()}
    before = {name: [(e["score"], e["reason"], e["fact_seen"]) for e in g.earlier] for name, g in kept.items()}

    assert before == {"reach": [(4, "Why 4", True), (7, "Why 7", True)], "value": [(4, "Why 4", False)]}
    assert kept["reach"].score == 8


def test_whoever_cannot_decide_keeps_the_first_and_the_newest(autumn: Round, gina: User, offices: Icp) -> None:
    for number in range(40):
        grading.keep_answers(autumn, [Answer(offices.pk, "reach", 1 + number % 10)], by=gina)
    earlier = Grade.everywhere.get().earlier

    assert (len(earlier), earlier[0]["score"], earlier[-1]["score"]) == (20, 1, 9)


def test_seconds_add_up_where_somebody_thought_again(autumn: Round, gina: User, offices: Icp) -> None:
    grading.keep_each(autumn, [Answer(offices.pk, "reach", 4, seconds=3.0)], by=gina)
    grading.keep_each(autumn, [Answer(offices.pk, "reach", 6, seconds=2.5)], by=gina)
    grading.keep_each(autumn, [Answer(offices.pk, "reach", 6, "A reason", seconds=40)], by=gina)

    assert Grade.everywhere.get().seconds == 5.5


# Second thoughts ---------------------------------------------------------------------------------


def second_turn(round: Round, icp: Icp, dimension: str = "reach") -> Round:
    """One gap is open; every first answer stands."""
    Gap.objects.create(workspace=round.workspace, round=round, icp=icp, dimension=dimension, low=2, high=9)
    Round.objects.in_workspace(round.workspace).filter(pk=round.pk).update(turn=2)
    round.refresh_from_db()
    return round


def test_second_thoughts_stand_beside_the_first_answer(autumn: Round, gina: User, offices: Icp) -> None:
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 9, "They pick up")], by=gina)
    round = second_turn(autumn, offices)
    grading.keep_answers(round, [Answer(offices.pk, "reach", 6)], by=gina)

    assert sorted(Grade.everywhere.values_list("turn", "score", "reason")) == [(1, 9, "They pick up"), (2, 6, "")]


def test_in_the_second_turn_only_gaps_count_and_only_gaps_are_open(
    autumn: Round, gina: User, erin: User, offices: Icp, gifts: Icp
) -> None:
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 9), Answer(gifts.pk, "reach", 9)], by=gina)
    round = second_turn(autumn, offices)
    place = grading.place_of(round, gina)
    assert place
    assert (grading.wanted_now(round), grading.left(round), grading.left_of(round, gina)) == (1, {place.pk: 1}, 1)
    with pytest.raises(TooLate, match="Only the gaps are open"):
        grading.keep_answers(round, [Answer(gifts.pk, "reach", 1)], by=gina)
    grading.keep_answers(round, [Answer(offices.pk, "reach", 6)], by=gina)

    assert (grading.given(round, gina), grading.left(round), grading.left_of(round, gina)) == (1, {place.pk: 0}, 0)
    assert grading.left_of(round, erin) == 1


def test_a_gap_that_is_closed_takes_nothing_more(autumn: Round, gina: User, offices: Icp) -> None:
    round = second_turn(autumn, offices)
    Gap.objects.in_workspace(round.workspace).update(closed_at=now())
    with pytest.raises(TooLate):
        grading.keep_answers(round, [Answer(offices.pk, "reach", 6)], by=gina)

    assert Grade.everywhere.count() == 0


def test_in_a_meeting_a_gap_of_a_closed_question_is_open_while_its_neighbours_are_not(
    acme: Any, erin: User, gina: User, offices: Icp, gifts: Icp
) -> None:
    round = a_round(acme, erin, offices, gifts, graders=[gina], close="question")
    grading.keep_answers(round, [Answer(offices.pk, "reach", 9)], by=gina)
    round = focusing.close_question(round, dimension="reach", by=erin)
    Gap.objects.create(workspace=acme, round=round, icp=offices, dimension="reach", low=2, high=9)
    grading.keep_answers(round, [Answer(offices.pk, "reach", 5)], by=gina)
    with pytest.raises(TooLate):
        grading.keep_answers(round, [Answer(gifts.pk, "reach", 5)], by=gina)

    assert sorted(Grade.everywhere.values_list("turn", "score")) == [(1, 9), (2, 5)]
    assert grading.given(round, gina) == 1


def test_whoever_was_taken_out_cannot_save(autumn: Round, gina: User, offices: Icp) -> None:
    Grader.objects.in_workspace(autumn.workspace).filter(email=gina.email).update(removed_at=now())
    with pytest.raises(NotPossible, match="not asked"):
        grading.keep_answers(autumn, [Answer(offices.pk, "reach", 7)], by=gina)
