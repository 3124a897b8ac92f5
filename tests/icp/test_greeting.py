"""Home's sentence, picture and figures are those of the data."""

from typing import Any

import pytest

from accounts import surveying
from accounts.models.intake import IntakeSurvey
from accounts.models.user import User
from accounts.models.workspace import Workspace
from icp.greeting import Greeting, greet, period
from segments.models.segment import Segment
from tests.customers.stage import AS_OF, NOON, a_customer, bought, recorded
from tests.icp.shop import settle, twelve_buyers


@pytest.fixture
def greeting(acme: Workspace, django_capture_on_commit_callbacks: Any) -> Greeting:
    twelve_buyers(acme)
    settle(acme, django_capture_on_commit_callbacks)
    return greet(acme, surveying.survey_of(acme), AS_OF)


def test_the_business_is_said_in_one_sentence(greeting: Greeting) -> None:
    # a fifth of twelve, rounded up, is three: 600 + 600 + 41 of 1,445
    assert greeting.sentence == (
        "12 people bought from you in 13 months. **1 in 5** of them brings **86\u202f%** of the money, "
        "and your biggest group, **Promising**, brings **6\u202f%**."
    )


def test_the_picture_shows_every_buyer_once(greeting: Greeting) -> None:
    shown = {row.value: (row.people, round(row.of_buyers, 4), row.revenue) for row in greeting.rows}
    assert shown == {
        "Loyal": (2, 0.1667, 1200.0),
        "Promising": (6, 0.5, 87.0),
        "Lapsed": (4, 0.3333, 158.0),
    }
    assert sum(row.of_revenue for row in greeting.rows) == pytest.approx(1)
    assert [ribbon.band.name for ribbon in greeting.chart.wide.ribbons] == [row.segment.name for row in greeting.rows]


def test_a_renamed_segment_is_shown_by_its_new_name(acme: Workspace, greeting: Greeting) -> None:
    segment: Segment = greeting.rows[0].segment
    segment.name = "Regulars"
    segment.save()
    row = greet(acme, surveying.survey_of(acme), AS_OF).rows[0]
    assert (row.segment.name, row.value, row.people) == ("Regulars", "Loyal", 2)


def test_buyers_in_no_main_segment_are_everyone_else(acme: Workspace, greeting: Greeting) -> None:
    greeting.rows[0].segment.delete()
    rest = greet(acme, surveying.survey_of(acme), AS_OF).rows[-1]
    assert (rest.segment.name, rest.segment.slot, rest.people, rest.revenue) == ("Everyone else", 0, 2, 1200.0)


def test_figures_follow_the_goal(acme: Workspace, alice: User, greeting: Greeting) -> None:
    assert [figure.name for figure in greeting.figures] == ["returning_revenue", "repeat_share", "order_value"]
    assert greeting.why_these == "Chosen for a shop, until you say how you sell"
    wishes = {
        "goal": {"metric": "fewer_leaving", "target": 70, "due_on": "2027-06-30"},
        "selling": "companies",
        "goals": [{"metric": "more_new", "target": 9}],
    }
    survey = surveying.answer(acme, answers=wishes, by=alice, at=NOON)
    again = greet(acme, survey, AS_OF)
    assert [figure.name for figure in again.figures] == ["active_share", "overdue", "top_ten"]
    assert again.figures[0].note == "8 of 12 ordered in the last 90 days. You want 70\u202f% by 30 June 2027."
    assert again.why_these == "Chosen because of your goal: fewer people leaving"
    assert again.also == ["New customers **8** to 9"]
    assert again.sentence.startswith("12 companies bought from you")


def test_few_buyers_get_no_share_of_the_best_fifth(acme: Workspace, django_capture_on_commit_callbacks: Any) -> None:
    recorded(acme, [bought(a_customer(acme, "pam"), 10, 1_000, order=1)])
    settle(acme, django_capture_on_commit_callbacks)
    assert greet(acme, IntakeSurvey(workspace=acme), AS_OF).sentence == "1 person bought from you in 10 days."


def test_people_without_orders_are_said_to_be_so(acme: Workspace, django_capture_on_commit_callbacks: Any) -> None:
    for name in ("pam", "jim"):
        a_customer(acme, name)
    recorded(acme, [bought(None, 10, 1_000, order=1)])
    settle(acme, django_capture_on_commit_callbacks)
    said = greet(acme, IntakeSurvey(workspace=acme), AS_OF)
    assert said.sentence == "You know **2** people, and none of them has ordered yet."
    assert (said.rows, said.figures) == ([], [])


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "one day"),
        (1, "one day"),
        (20, "20 days"),
        (61, "61 days"),
        (110, "4 months"),
        (373, "12 months"),
        (730, "2 years"),
    ],
)
def test_how_long_that_is(days: int, said: str) -> None:
    assert period(days) == said
