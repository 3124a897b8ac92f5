"""The Intake survey: kept as one goes, all or nothing, and every answer does what it says."""

from datetime import UTC, datetime
from typing import Any

import pytest

from accounts import surveying
from accounts.models.audit import AuditEntry
from accounts.models.intake import IntakeSurvey
from accounts.models.user import User
from accounts.models.workspace import Workspace
from accounts.questions import QUESTIONS

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 9, tzinfo=UTC)
REPEAT = {"metric": "repeat_purchase", "target": 32, "due_on": "2027-06-30"}


def answered(workspace: Workspace, by: User, at: datetime = NOON, **answers: Any) -> IntakeSurvey:
    return surveying.answer(workspace, answers=answers, by=by, at=at)


def test_an_answer_is_kept_with_its_author_and_moment(acme: Workspace, alice: User) -> None:
    answered(acme, alice, selling="shop")
    kept = surveying.survey_of(acme)
    assert kept.answers == {"selling": {"value": "shop", "by": str(alice.pk), "at": NOON.isoformat()}}
    far = surveying.progress(kept)
    assert (far.answered, far.total) == (1, 17)
    assert surveying.progress(kept, first=True) == surveying.Progress(1, 3, minutes=1)


def test_the_survey_is_resumed_by_somebody_else_without_losing_the_first_author(
    acme: Workspace, alice: User, erin: User
) -> None:
    answered(acme, alice, selling="shop")
    survey = answered(acme, erin, at=LATER, selling="shop", have=["orders"])
    assert survey.answers["selling"]["by"] == str(alice.pk)
    assert survey.answers["have"]["by"] == str(erin.pk)
    assert IntakeSurvey.objects.in_workspace(acme).count() == 1


def test_every_change_is_audited_and_saying_the_same_again_is_none(acme: Workspace, alice: User) -> None:
    answered(acme, alice, stage="growing")
    answered(acme, alice, stage="growing")
    answered(acme, alice, stage=None)
    deeds = AuditEntry.objects.in_workspace(acme).order_by("created_at")
    assert [deed.sentence for deed in deeds] == [
        "Answered “Where does the business stand?”",
        "Took back the answer to “Where does the business stand?”",
    ]
    assert surveying.survey_of(acme).answers == {}


def test_a_goal_is_pinned_with_its_target_and_day(acme: Workspace, alice: User) -> None:
    answered(acme, alice, goal=REPEAT)
    acme.refresh_from_db()
    assert acme.goal == REPEAT | {"sentence": "Repeat buyers to **32\u202f%** by 30 June 2027"}


def test_the_pinned_goal_says_what_is_measured_now(acme: Workspace, alice: User) -> None:
    answered(acme, alice, goal=REPEAT)
    surveying.measured(acme, {"repeat_purchase": 26.4, "better_product": None}, as_of=NOON)
    acme.refresh_from_db()
    assert acme.goal["sentence"] == "Repeat buyers **26\u202f%** to 32\u202f% by 30 June 2027"
    assert acme.goal["now"] == {"repeat_purchase": 26.4, "as_of": NOON.isoformat()}


def test_what_was_measured_before_is_known_when_a_goal_is_chosen_later(acme: Workspace, alice: User) -> None:
    surveying.measured(acme, {"revenue_per_customer": 1915.74}, as_of=NOON)
    assert "sentence" not in acme.goal
    answered(acme, alice, goal={"metric": "revenue_per_customer", "target": 2200})
    assert acme.goal["sentence"] == "Revenue per customer **€1,916** to €2,200"


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"metric": "better_product"}, "Returned down"),
        ({"metric": "more_new", "due_on": "2027-01-31"}, "New customers up by 31 January 2027"),
        ({"metric": "more_new", "target": 1200}, "New customers to **1,200**"),
        ({"metric": "fewer_leaving", "target": 37.5}, "People who still buy to **38\u202f%**"),
    ],
)
def test_a_goal_without_all_its_parts_is_still_a_sentence(
    acme: Workspace, alice: User, wish: dict[str, Any], said: str
) -> None:
    answered(acme, alice, goal=wish)
    assert acme.goal["sentence"] == said


@pytest.mark.parametrize("taken_back", [None, {"metric": "unsure"}, {"metric": "", "target": "", "due_on": ""}])
def test_a_goal_that_is_taken_back_is_unpinned_and_the_measure_stays(
    acme: Workspace, alice: User, taken_back: Any
) -> None:
    answered(acme, alice, goal=REPEAT)
    surveying.measured(acme, {"repeat_purchase": 26.4}, as_of=NOON)
    answered(acme, alice, goal=taken_back)
    acme.refresh_from_db()
    assert acme.goal == {"now": {"repeat_purchase": 26.4, "as_of": NOON.isoformat()}}


@pytest.mark.parametrize(
    ("question", "value", "sentence"),
    [
        ("mood", "good", "There is no question “mood”. The questions are: selling, stage, have, offer, billing, pric"),
        ("selling", "barter", "“barter” is not one of the answers. Choose one of: shop, subscription, companies"),
        ("selling", ["shop"], "“['shop']” is not one of the answers."),
        ("have", "orders", "Give a list of answers, from: orders, customer_list"),
        ("have", ["orders", "nothing"], "“Nothing yet” stands alone."),
        ("have", ["orders", {}], "“{}” is not one of the answers."),
        ("challenges", ["leaving", "too_many", "disagree", "no_trust"], "Choose at most 3: you chose 4."),
        ("goal", "repeat_purchase", "A goal has a metric, and may have a baseline, a target"),
        ("goal", {"metric": "fame"}, "“fame” is not one of the goals."),
        ("goal", {"target": 3}, "Say first what should get better"),
        ("goal", REPEAT | {"target": "a third"}, "The target “a third” is not a number. Write it like 32 or 12.5."),
        ("goal", REPEAT | {"target": "1,200"}, "The target “1,200” is not a number."),
        ("goal", REPEAT | {"target": True}, "The target “True” is not a number."),
        ("goal", REPEAT | {"target": "NaN"}, "The target “NaN” is not a number."),
        ("goal", REPEAT | {"target": 101}, "The target for “People who buy again” must be more than 0 and at most 100"),
        ("goal", REPEAT | {"target": 0}, "The target for “People who buy again” must be more than 0"),
        ("goal", REPEAT | {"due_on": "30.6.2027"}, "“30.6.2027” is not a day. Write it like 2027-06-30."),
        ("goal", REPEAT | {"due_on": "2026-11-21"}, "2026-11-21 is over. Choose a day after 2026-11-21."),
        ("goals", {"metric": "more_new"}, "Give a list of goals"),
        ("goals", [REPEAT, REPEAT], "“People who buy again” is named twice."),
        ("goals", [{"metric": "unsure"}], "“unsure” is not one of the goals."),
    ],
)
def test_what_cannot_be_kept_is_explained_and_nothing_is_kept(
    acme: Workspace, alice: User, question: str, value: Any, sentence: str
) -> None:
    with pytest.raises(surveying.SomeNotAccepted) as refused:
        answered(acme, alice, stage="growing", **{question: value})
    assert refused.value.problems[question].startswith(sentence)
    assert list(refused.value.problems) == [question]
    assert not IntakeSurvey.objects.in_workspace(acme).exists()
    assert not AuditEntry.objects.in_workspace(acme).exists()


def test_the_day_of_a_goal_counts_in_the_time_zone_of_the_workspace(acme: Workspace, alice: User) -> None:
    late_in_london = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # in Auckland it is the 22nd
    acme.timezone = "Pacific/Auckland"
    with pytest.raises(surveying.SomeNotAccepted, match="2026-11-22 is over"):
        answered(acme, alice, at=late_in_london, goal=REPEAT | {"due_on": "2026-11-22"})


def test_choices_are_kept_in_the_order_of_the_question_and_once(acme: Workspace, alice: User) -> None:
    survey = answered(acme, alice, have=["deals", "orders", "deals"], goals=[REPEAT, {"metric": ""}])
    assert survey.value("have") == ["orders", "deals"]
    assert survey.value("goals") == [REPEAT]


def test_home_shows_two_figures_for_the_goal_and_one_for_how_the_business_sells(acme: Workspace, alice: User) -> None:
    assert surveying.figures(surveying.survey_of(acme)) == ["returning_revenue", "repeat_share", "order_value"]
    survey = answered(acme, alice, goal=REPEAT, selling="shop")
    assert surveying.figures(survey)[:3] == ["repeat_share", "days_to_second", "returning_revenue"]
    survey = answered(acme, alice, goal={"metric": "unsure"}, selling="companies")
    assert surveying.figures(survey) == ["top_ten", "revenue_per_customer", "returning_revenue"]


def test_challenges_decide_the_next_steps_before_the_stage_does(acme: Workspace, alice: User) -> None:
    survey = answered(acme, alice, stage="established", challenges=["leaving", "no_trust"], goal=REPEAT)
    assert surveying.steps(survey) == ["see_at_risk", "check_books", "find_segments", "see_promising"]


def test_every_answer_says_what_it_changes_in_a_whole_sentence() -> None:
    beside = {"live_with_it", "themselves", "cheaper", "nearest"}  # what they change is said of the whole answer
    for question in QUESTIONS:
        for choice in question.choices:
            assert choice.said or choice.id in beside, choice.id
            assert all(said.endswith(".") and said[0].isupper() for said in choice.said), choice.id
            assert bool(choice.weighs) == bool(choice.because), choice.id


def test_each_kept_answer_is_followed_by_its_sentence(acme: Workspace, alice: User) -> None:
    survey = answered(acme, alice, selling="shop", goal=REPEAT, goals=[{"metric": "more_new", "target": 50}])
    assert [(said.question, said.sentence) for said in surveying.follows(acme, survey)] == [
        ("selling", "Home shows how much returning customers bring."),
        ("goal", "Home shows how many buyers came back, and how soon."),
        ("goal", "In scorecards we suggest that Loyalty counts more."),
        ("goal", "Moves are offered “Repeat buyers” to be measured by."),
        ("goal", "Pinned to the top of every page: Repeat buyers to **32\u202f%** by 30 June 2027."),
        ("goals", "In scorecards we suggest that Reach counts more."),
        ("goals", "Moves are offered “New customers” to be measured by."),
        ("goals", "Home keeps in sight as well: New customers to **50**."),
    ]
