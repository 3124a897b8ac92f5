"""What we cannot tell yet: only what really is unknown."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts import surveying
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers.models.source import Import, Source
from customers.models.trait import Trait
from icp.doubting import Unknown, unknowns
from icp.measuring import Business

AS_OF = datetime(2026, 3, 2, tzinfo=UTC)
ALWAYS = ["Why people leave.", "What a customer earns you.", "Whether you may write to them."]


def a_business(*, days: int = 800, buyers: int = 900) -> Business:
    first, last = AS_OF - timedelta(days=days), AS_OF - timedelta(hours=9)
    return Business(AS_OF, {"buyers": buyers, "first_at": first, "last_at": last})


def told(workspace: Workspace, found: Business, *, today: datetime = AS_OF) -> list[Unknown]:
    return unknowns(workspace, found, today=today, at_most=99)


def whats(found: list[Unknown]) -> list[str]:
    return [unknown.what for unknown in found]


def test_orders_alone_never_tell_why_people_leave_what_they_earn_and_whether_one_may_write(acme: Workspace) -> None:
    assert whats(told(acme, a_business())) == ALWAYS


def test_a_margin_that_is_given_says_what_a_customer_leaves_and_what_it_still_does_not(
    acme: Workspace, alice: User
) -> None:
    business = a_business()
    business = Business(AS_OF, {**business.values, "revenue_365d": 9000.0, "buyers_365d": 90})
    unknown = next(one for one in told(acme, business) if one.what == "What a customer earns you.")
    assert (unknown.page, unknown.about, unknown.way_out) == (
        "accounts:intake-question", "margin", "Enter a margin (1 min)",
    )  # fmt: skip
    surveying.answer(acme, answers={"price": 40, "margin": 32}, by=alice, at=AS_OF)
    assert "What a customer earns you." not in whats(told(acme, business))
    costs = next(one for one in told(acme, business) if one.what == "What a customer costs you.")
    assert costs.why == (
        "With the margin you gave (32\u202f%), a customer leaves you about €32 in 12 months, "
        "before what it costs to win and serve them."
    )


@pytest.mark.parametrize(("later", "is_old"), [(45, False), (46, True)])
def test_data_that_ended_more_than_45_days_ago_are_called_old(acme: Workspace, later: int, is_old: bool) -> None:
    today = AS_OF - timedelta(hours=9) + timedelta(days=later)
    found = told(acme, a_business(), today=today)
    assert (found[0].what == "What happened since 1 Mar 2026.") == is_old
    assert (found[0].page == "customers:sources") == is_old


@pytest.mark.parametrize(("buyers", "few"), [(0, False), (49, True), (50, False)])
def test_below_fifty_buyers_the_three_segments_are_explained(acme: Workspace, buyers: int, few: bool) -> None:
    said = whats(told(acme, a_business(buyers=buyers)))
    assert ("What sets your customers apart in detail." in said) == few


def test_season_and_trend_need_thirteen_months_and_the_day_is_named(acme: Workspace) -> None:
    found = told(acme, a_business(days=60))[0]  # the first order is of 1 Jan 2026
    assert (found.what, found.when) == ("What is season and what is trend.", "with data until 1 Feb 2027")
    assert "What is season and what is trend." not in whats(told(acme, a_business(days=397)))


def test_lines_without_a_customer_are_counted_over_all_imports_in_force(acme: Workspace) -> None:
    source = Source.objects.create(workspace=acme, name="Files", kind="files")
    for status, nobody in (("done", 3), ("done", 4), ("undone", 100)):
        counts = {"lines": 50, "lines_without_customer": nobody}
        Import.objects.create(workspace=acme, source=source, status=status, counts=counts, file_name="orders.csv")
    found = told(acme, a_business())[0]
    assert (found.what, found.page) == ("Who bought 7 of 100 lines.", "customers:books")


def test_at_most_four_are_shown(acme: Workspace) -> None:
    found = unknowns(acme, a_business(days=20, buyers=9), today=AS_OF + timedelta(days=99))
    assert len(found) == 4
    assert found[-1].what == "Why people leave."


def test_once_a_file_told_who_agreed_nobody_asks_for_it_any_more(acme: Workspace) -> None:
    Trait.objects.create(workspace=acme, name="accepts_marketing", label="Accepts marketing")

    assert "Whether you may write to them." not in whats(told(acme, a_business()))
