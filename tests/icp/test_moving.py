"""Since last Monday: who moved, what they are worth, and when nothing is unusual."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models.workspace import Workspace
from customers.models.profile import RfmFit
from icp import moving
from icp.moving import Moved
from tests.customers.stage import AS_OF
from tests.icp.weeks import counted, forty_buyers, quiet_weeks, three_segments

MONDAY = AS_OF + timedelta(hours=7)


@pytest.fixture
def shop(acme: Workspace) -> Workspace:
    forty_buyers(acme)
    return acme


def moved(workspace: Workspace, today: datetime = MONDAY) -> Moved:
    found = moving.since_last_monday(workspace, today=today)
    assert found is not None
    return found


def test_one_count_says_nothing(shop: Workspace) -> None:
    counted(three_segments(shop), [[], range(40), []], weeks_ago=0)

    assert moving.since_last_monday(shop, today=MONDAY) is None
    assert not moving.has_moved(shop)


def test_who_went_from_where_to_where_and_what_they_spent(shop: Workspace) -> None:
    """Twelve of forty fall from Loyal; each has spent 100."""
    segments = three_segments(shop)
    counted(segments, [[], range(40), []], weeks_ago=1)
    counted(segments, [[], range(12, 40), range(12)], weeks_ago=0)
    found = moved(shop)

    assert [flow.moved for flow in found.told] == [
        "**12** went from Loyal to Needs attention; they spent **€1,200** last year."
    ]
    assert list(found.told[0].people) == list(range(12))
    assert found.heading == "Since last Monday"
    assert not found.is_judged


def test_newcomers_are_counted_with_what_they_ordered(shop: Workspace) -> None:
    segments = three_segments(shop)
    counted(segments, [[], range(30), []], weeks_ago=1)
    counted(segments, [range(30, 35), range(30), range(35, 40)], weeks_ago=0)

    assert [flow.moved for flow in moved(shop).told] == [
        "**10 new** customers; what they ordered so far came to **€1,000**."
    ]


def test_the_usual_coming_and_going_is_nothing_unusual(shop: Workspace) -> None:
    segments = three_segments(shop)
    quiet_weeks(segments, 9)
    found = moved(shop)

    assert found.is_judged
    assert found.is_quiet
    assert found.quiet.startswith("**Nothing unusual happened.** 12 people moved")


def test_a_wave_is_unusual_and_says_what_is_usual(shop: Workspace) -> None:
    """Six a week go each way; in the last one all twenty fall, so the sentence names the range."""
    segments = three_segments(shop)
    quiet_weeks(segments, 8)
    counted(segments, [[], [], range(40)], weeks_ago=0)
    found = moved(shop)

    assert [len(flow.people) for flow in found.told] == [20]
    assert "The most of any week so far. Usual in a week: " in found.told[0].sentence


def test_too_few_for_a_group_are_not_spoken_of(shop: Workspace) -> None:
    segments = three_segments(shop)
    counted(segments, [[], range(40), []], weeks_ago=1)
    counted(segments, [[], range(4, 40), range(4)], weeks_ago=0)

    assert moved(shop).is_quiet
    assert moved(shop).quiet == "**Nobody moved** between your main segments."


def test_an_old_file_says_until_and_calls_nothing_unusual(shop: Workspace) -> None:
    segments = three_segments(shop)
    quiet_weeks(segments, 8)
    counted(segments, [[], [], range(40)], weeks_ago=0)
    found = moved(shop, MONDAY + timedelta(days=60))

    assert found.is_old
    assert not found.is_judged
    assert found.heading == "From 22 Feb 2026 until 1 Mar 2026"
    assert "in the year until 1 Mar 2026" in found.told[0].sentence
    assert "Usual" not in found.told[0].sentence


def test_counts_under_other_limits_are_not_compared(shop: Workspace) -> None:
    """New limits move people who did nothing; their counts are another language."""
    segments = three_segments(shop)
    counted(segments, [[], range(40), []], weeks_ago=1)
    counted(segments, [[], [], range(40)], weeks_ago=0)
    RfmFit.objects.in_workspace(shop).update(fitted_as_of=AS_OF)

    assert moving.since_last_monday(shop, today=MONDAY) is None


def test_without_a_count_on_the_monday_the_heading_names_the_day(shop: Workspace) -> None:
    segments = three_segments(shop)
    counted(segments, [[], range(40), []], weeks_ago=10 / 7)
    counted(segments, [[], range(12, 40), range(12)], weeks_ago=0)

    assert moved(shop).heading == "Since 20 Feb"


@pytest.mark.parametrize(
    ("until", "zone", "monday"),
    [
        (datetime(2026, 3, 2, 0, tzinfo=UTC), "UTC", datetime(2026, 2, 23, tzinfo=UTC)),
        (datetime(2026, 3, 30, 5, tzinfo=UTC), "Europe/Berlin", datetime(2026, 3, 22, 23, tzinfo=UTC)),
        (datetime(2026, 3, 29, 22, tzinfo=UTC), "Europe/Berlin", datetime(2026, 3, 22, 23, tzinfo=UTC)),
        (datetime(2026, 11, 2, 12, tzinfo=UTC), "America/New_York", datetime(2026, 10, 26, 4, tzinfo=UTC)),
    ],
)
def test_monday_begins_where_the_business_is_whatever_the_clocks_do(
    until: datetime, zone: str, monday: datetime
) -> None:
    assert moving._monday(until, zone) == monday


def test_the_number_of_queries_does_not_grow_with_the_weeks(shop: Workspace) -> None:
    segments = three_segments(shop)
    quiet_weeks(segments, 9)
    with CaptureQueriesContext(connection) as seen:
        moved(shop)

    assert len(seen) <= 14
