"""How much scorecard questions should count by what the business said: a suggestion with its reason."""

from datetime import UTC, datetime
from typing import Any

from accounts import surveying
from accounts.intake.question import Choice
from accounts.models.user import User
from accounts.models.workspace import Workspace
from accounts.weighing import weighing, weights

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def answered(workspace: Workspace, by: User, **answers: Any) -> None:
    surveying.answer(workspace, answers=answers, by=by, at=NOON)


def test_without_answers_every_question_counts_the_same(acme: Workspace) -> None:
    assert surveying.weights(acme) == {}
    assert surveying.weighing(acme) == {}


def test_a_goal_makes_its_question_count_more_and_says_why(acme: Workspace, alice: User) -> None:
    answered(acme, alice, goal={"metric": "fewer_leaving"}, challenges=["leaving"])
    assert surveying.weights(acme) == {"loyalty": 2.0}
    assert surveying.weighing(acme) == {
        "loyalty": "You want fewer people to leave and good customers leave: Loyalty counts more."
    }


def test_two_reasons_never_count_four_times(acme: Workspace, alice: User) -> None:
    answered(acme, alice, goal={"metric": "more_new"}, channels=["ads"], scarce=["ads"])
    assert surveying.weights(acme)["reach"] == 2.0


def test_reasons_that_pull_apart_cancel_out() -> None:
    pays = Choice("ads", "Paid ads", weighs=(("reach", 2.0),), because="you pay for every visitor")
    talks = Choice("recommended", "Recommendations", weighs=(("reach", 0.5),), because="people recommend you")
    assert weights([pays, talks]) == {}
    assert weights([talks, pays]) == {}
    assert weights([talks]) == {"reach": 0.5}
    assert weighing([talks]) == {"reach": "People recommend you: Reach counts less."}


def test_the_order_of_reasons_does_not_matter() -> None:
    more = Choice("a", "A", weighs=(("reach", 2.0),), because="a")
    less = Choice("b", "B", weighs=(("reach", 0.5),), because="b")
    assert weights([more, more, less]) == weights([less, more, more]) == {"reach": 2.0}


def test_an_answer_that_does_not_apply_weighs_nothing(acme: Workspace, alice: User) -> None:
    answered(acme, alice, selling="companies", deciders="tender")
    assert surveying.weights(acme) == {"adoption": 2.0, "likelihood": 2.0}
    answered(acme, alice, selling="shop")
    assert surveying.weights(acme) == {}
