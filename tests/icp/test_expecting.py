"""What was expected of a focus against what came of it, once later data are there."""

from datetime import timedelta
from typing import Any

import pytest
from pyroaring import BitMap

from accounts.models.user import User
from accounts.models.workspace import Workspace
from icp import deciding, expecting, focusing
from icp.models.decision import Decision
from icp.models.definition import Icp
from icp.models.grading import Round
from segments.models.segment import Segment
from segments.remembering import keep_snapshot
from tests.customers.stage import AS_OF, a_customer, bought, recorded
from tests.icp.test_deciding import whole
from tests.icp.test_focusing import graded
from tests.segments.stage import computed, rule

BEFORE = AS_OF - timedelta(days=30)


@pytest.fixture
def shop(acme: Workspace, offices: Icp) -> Segment:
    """Ten buyers for 100 each; four of them are the offices, and two of these ordered twice."""
    people = [a_customer(acme, f"buyer-{n}") for n in range(10)]
    orders = [bought(who, 20, 10_000, order=who.number + 1) for who in people]
    orders += [bought(people[n], 10, 10_000, order=100 + n) for n in range(2)]
    recorded(acme, orders)
    computed(acme)
    segment: Segment = Segment.objects.create(
        workspace=acme, name="Offices", definition=rule({"feature": "orders", "op": "gte", "value": 1})
    )
    keep_snapshot(segment, BitMap([person.number for person in people[:4]]), as_of=AS_OF)
    offices.segments.add(segment)
    return segment


def decided(round: Round, by: User, offices: Icp, gifts: Icp, *rows: dict[str, Any]) -> Decision:
    told = whole(round, offices, gifts, by) | {"expected": [row | {"icp": offices.pk} for row in rows]}
    return deciding.decide(round, by=by, at=BEFORE, as_of=BEFORE, **told)


@pytest.fixture
def round(autumn: Round, gina: User, erin: User, offices: Icp, gifts: Icp) -> Round:
    for person in (gina, erin):
        graded(autumn, person, {offices: 9, gifts: 4})
    return focusing.close_round(autumn, by=erin, at=BEFORE - timedelta(hours=1), as_of=BEFORE)


def outcomes(decision: Decision, offices: Icp, **at: Any) -> list[expecting.Outcome]:
    return expecting.outcomes(decision, {str(offices.pk): offices}, AS_OF, **at)


def test_people_share_of_revenue_and_who_came_back_are_measured(shop: Segment, acme: Workspace, offices: Icp) -> None:
    assert expecting.measured(acme, [offices], AS_OF) == {
        str(offices.pk): {"customers": 4, "share_of_revenue": 50.0, "came_back": 50.0}
    }


def test_without_data_nothing_is_measured(acme: Workspace, offices: Icp) -> None:
    assert expecting.measured(acme, [offices], AS_OF) == {}


@pytest.mark.parametrize(
    ("feature", "expected", "days", "verdict"),
    [
        ("customers", "4", 10, "reached"),
        ("customers", "5", 10, "too early"),
        ("customers", "5", -10, "missed"),
        ("came_back", "50", -10, "reached"),
        ("share_of_revenue", "60", 10, "too early"),
    ],
)
def test_the_verdict_waits_for_its_day(
    shop: Segment, round: Round, erin: User, offices: Icp, gifts: Icp,
    feature: str, expected: str, days: int, verdict: str,
) -> None:  # fmt: skip
    until = (AS_OF + timedelta(days=days)).date()
    made = decided(round, erin, offices, gifts, {"feature": feature, "expected": expected, "until": until})

    assert [outcome.verdict for outcome in outcomes(made, offices)] == [verdict]


def test_it_is_said_with_now_then_and_the_day(
    shop: Segment, round: Round, erin: User, offices: Icp, gifts: Icp
) -> None:
    until = (AS_OF + timedelta(days=10)).date()
    made = decided(round, erin, offices, gifts, {"feature": "customers", "expected": "7", "until": until})

    assert made.expected[0]["now"] == 4
    assert outcomes(made, offices)[0].sentence == (
        f"Expected **7** by {until.day} {until:%b}, from 4 when it was decided; now **4**. "
        f"Too early to tell: ask again after {until.day} {until:%b}."
    )


def test_no_newer_data_is_too_early_whatever_they_say(
    shop: Segment, round: Round, erin: User, offices: Icp, gifts: Icp
) -> None:
    until = (AS_OF + timedelta(days=10)).date()
    made = decided(round, erin, offices, gifts, {"feature": "customers", "expected": "1", "until": until})
    Decision.objects.in_workspace(round.workspace).update(as_of=AS_OF)
    made.refresh_from_db()
    outcome = outcomes(made, offices)[0]

    assert (outcome.actual, outcome.verdict) == (None, "too early")


def test_opinions_without_data_cannot_be_told_once_the_day_has_come(
    round: Round, erin: User, offices: Icp, gifts: Icp
) -> None:
    until = (AS_OF - timedelta(days=1)).date()
    made = decided(round, erin, offices, gifts, {"feature": "customers", "expected": "7", "until": until})
    outcome = outcomes(made, offices)[0]

    assert outcome.verdict == "unknown"
    assert outcome.sentence == f"Expected **7** by {until.day} {until:%b}. No data stand behind it yet."


def test_what_shall_fall_is_reached_from_above(
    shop: Segment, round: Round, erin: User, offices: Icp, gifts: Icp
) -> None:
    """Less of something is an aim too: from 50 % down to 40 %."""
    until = (AS_OF - timedelta(days=1)).date()
    rows = [{"feature": "share_of_revenue", "expected": "40", "until": until}]
    rows += [{"feature": "came_back", "expected": "55", "until": until}]
    made = decided(round, erin, offices, gifts, *rows)

    assert [outcome.verdict for outcome in outcomes(made, offices)] == ["missed", "missed"]
