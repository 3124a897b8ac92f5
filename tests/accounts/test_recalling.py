"""Who answered what, when: nothing said is lost, and two people never overwrite each other unheard."""

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts import recalling, surveying
from accounts.models.user import User
from accounts.models.workspace import Workspace

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def answered(workspace: Workspace, by: User, hours: int = 0, **answers: Any) -> Any:
    return surveying.answer(workspace, answers=answers, by=by, at=NOON + timedelta(hours=hours))


def test_every_answer_leaves_a_line_in_the_words_of_its_day(acme: Workspace, alice: User, erin: User) -> None:
    answered(acme, alice, stage="growing", price=40)
    survey = answered(acme, erin, 1, stage="shrinking", price=40)
    answered(acme, alice, 2, stage=None)
    lines = [(line.question, line.said, str(line.by)) for line in recalling.changes(survey)]
    assert lines == [
        ("stage", "", "Alice"), ("stage", "Shrinking", "Erin"),
        ("price", "€40", "Alice"), ("stage", "Growing", "Alice"),
    ]  # fmt: skip


def test_different_answers_given_at_the_same_time_both_stand(acme: Workspace, alice: User, erin: User) -> None:
    """Each read the survey before the other wrote."""
    alices, erins = Workspace.objects.get(pk=acme.pk), Workspace.objects.get(pk=acme.pk)
    surveying.survey_of(alices), surveying.survey_of(erins)
    answered(alices, alice, price=40)
    answered(erins, erin, stage="growing")
    kept = surveying.survey_of(acme)
    assert (kept.value("price"), kept.value("stage")) == (40, "growing")


def test_an_earlier_answer_is_given_again_with_a_line_of_its_own(acme: Workspace, alice: User, erin: User) -> None:
    survey = answered(acme, alice, stage="growing")
    first = recalling.changes(survey)[0]
    answered(acme, erin, 1, stage="shrinking")
    kept = surveying.restore(first, by=erin, at=NOON + timedelta(hours=2))
    assert kept.answers["stage"]["value"] == "growing"
    assert kept.answers["stage"]["by"] == str(erin.pk)
    assert recalling.changes(survey, question="stage").count() == 3


def test_a_goal_whose_day_has_passed_may_be_taken_again(acme: Workspace, alice: User) -> None:
    survey = answered(acme, alice, goal={"metric": "more_new", "target": 50, "due_on": "2026-12-31"})
    first = recalling.changes(survey)[0]
    answered(acme, alice, goal={"metric": "unsure"})
    kept = surveying.restore(first, by=alice, at=NOON + timedelta(days=365))
    assert kept.value("goal")["due_on"] == "2026-12-31"


def test_what_somebody_else_said_meanwhile_is_told_and_the_own_is_not(acme: Workspace, alice: User, erin: User) -> None:
    survey = answered(acme, alice, price=30)
    seen = str(recalling.newest(survey)["price"].pk)
    answered(acme, alice, 1, price=35)
    assert recalling.overtaken(survey, "price", seen=seen, by=alice) is None
    answered(acme, erin, 2, price=40)
    answered(acme, alice, 3, price=45)
    told = recalling.overtaken(survey, "price", seen=seen, by=alice)
    assert told is not None
    assert (told.who, told.change.said) == ("Erin", "€40")
    assert recalling.overtaken(survey, "stage", seen="", by=alice) is None


def test_a_person_who_left_is_not_named(acme: Workspace, alice: User, erin: User) -> None:
    survey = answered(acme, erin, price=30)
    erin.delete()
    assert recalling.who(recalling.changes(survey)[0]) == "Somebody who left"
