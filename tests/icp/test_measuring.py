"""The business in figures: exact on a file small enough to count by hand, and on the real one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from accounts import surveying
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers.tasks import request_profile
from icp import measuring
from icp.figures import NEEDS, SAYINGS, said
from icp.measuring import Business
from tests.conftest import run_jobs
from tests.customers.stage import AS_OF, NOON, a_customer, bought, recorded


@pytest.fixture
def shop(acme: Workspace) -> Workspace:
    """Four buyers over 400 days, one who never bought, one line that nobody is known for.

    pam: 100 at -400, 50 at -40 and 30 (other order, same day), 20 back at -10. jim: 200 at -100.
    kev: 10 at -30, 10 at -20, 10 at -5. tom: 40 at -200, 60 at -170. ann: nothing.
    """
    pam, jim, kev, tom, _ = (a_customer(acme, name) for name in ("pam", "jim", "kev", "tom", "ann"))
    recorded(
        acme,
        [
            bought(pam, 400, 10_000, order=1),
            bought(pam, 40, 5_000, order=2, product=2),
            bought(pam, 40, 3_000, order=3),
            bought(pam, 10, -2_000, order=4),
            bought(jim, 100, 20_000, order=5),
            bought(kev, 30, 1_000, order=6),
            bought(kev, 20, 1_000, order=7),
            bought(kev, 5, 1_000, order=8),
            bought(tom, 200, 4_000, order=9),
            bought(tom, 170, 6_000, order=10),
            bought(None, 0, 9_900, order=11),
        ],
    )
    request_profile(acme, None)
    run_jobs(acme)
    return acme


@pytest.fixture
def found(shop: Workspace) -> Business:
    return measuring.business(shop, AS_OF)


def test_every_count_is_exact(found: Business) -> None:
    expected = {
        "buyers": 4, "never_bought": 1, "revenue": 490.0, "gross": 510.0, "returned": 20.0,
        "first_at": NOON - timedelta(days=400), "last_at": NOON - timedelta(days=5),
        "buyers_365d": 4, "repeat_365d": 3, "orders_365d": 8, "revenue_365d": 390.0, "returning_365d": 190.0,
        "buyers_90d": 2, "revenue_90d": 90.0, "new_90d": 1, "new_before_90d": 1, "new_revenue_90d": 30.0,
        "overdue": 0, "overdue_365d": None, "products": 1.0,
        "top_fifth": 200.0, "top_ten": 490.0, "biggest": 200.0, "beyond_ten": 0,
        "came_back": 3, "half_within": 30.0, "most_within": 360,
    }  # fmt: skip
    assert dict(found.values) == expected
    assert found.days == 400


def test_goals_are_measured_in_their_own_units(found: Business) -> None:
    assert measuring.goals(found) == {
        "repeat_purchase": 75.0,
        "fewer_leaving": 50.0,
        "better_product": 3.92,
        "revenue_per_customer": 97.5,
        "more_new": 1.0,
    }


def test_somebody_quiet_for_twice_the_usual_gap_is_overdue(acme: Workspace) -> None:
    quiet, fine, new = (a_customer(acme, name) for name in ("quiet", "fine", "new"))
    lines = [bought(quiet, days, 1_000, order=n) for n, days in enumerate((80, 60, 41))]
    lines += [bought(fine, days, 1_000, order=10 + n) for n, days in enumerate((80, 60, 39))]
    lines += [bought(new, days, 1_000, order=20 + n) for n, days in enumerate((330, 329))]
    recorded(acme, lines)
    request_profile(acme, None)
    run_jobs(acme)
    counted = measuring.business(acme, AS_OF)  # quiet: gap 19.5, silent for 42; fine: gap 20.5, silent for 40
    assert (counted["overdue"], counted["overdue_365d"]) == (1, 30.0)


def test_every_figure_can_be_said_but_the_ten_biggest_of_four(shop: Workspace, found: Business) -> None:
    figures = said(shop, found, list(SAYINGS), at_most=99)
    assert [figure.name for figure in figures] == [
        name for name in SAYINGS if name not in {"top_ten", "left_per_customer"}
    ]
    assert set(NEEDS) == set(SAYINGS)
    assert all(figure.sql.startswith(("SELECT", "WITH")) for figure in figures)


@pytest.mark.parametrize(
    ("name", "value", "small", "note"),
    [
        ("repeat_share", "75\u202f%", "", "3 of 4."),
        ("days_to_second", "30", "", "Half of the 3 who came back did by then, 9 in 10 within 360."),
        ("returning_revenue", "49\u202f%", "of €390", "Last 12 months, by people with at least two orders."),
        ("revenue_per_customer", "€97.50", "", "Last 12 months: €390 by 4 people."),
        ("order_value", "€48.75", "", "Last 12 months, 8 orders."),
        ("orders_per_buyer", "2.0", "", "Last 12 months: 8 orders by 4 people."),
        ("active_share", "50\u202f%", "", "2 of 4 ordered in the last 90 days."),
        ("new_customers", "1", "", "First order in the last 90 days; 1 in the 90 days before."),
        ("new_revenue", "33\u202f%", "of €90", "Last 90 days, by people whose first order fell into them."),
        ("returns_share", "3.9\u202f%", "", "€20 of the €510 sold."),
        ("products_per_buyer", "1", "", "Half of your 4 buyers bought fewer, half more."),
    ],
)
def test_a_figure_is_said_with_its_label_and_meaning(
    shop: Workspace, found: Business, name: str, value: str, small: str, note: str
) -> None:
    figure = said(shop, found, [name])[0]
    assert (figure.value, figure.small, figure.note) == (value, small, note)


def test_what_a_customer_leaves_is_said_with_the_margin_that_was_given_and_never_without(
    shop: Workspace, found: Business, alice: User
) -> None:
    assert said(shop, found, ["left_per_customer"]) == []
    surveying.measured(shop, {"revenue_per_customer": 97.5}, as_of=NOON)
    surveying.answer(shop, answers={"margin": 40}, by=alice, at=NOON)
    figure = said(shop, found, ["left_per_customer"])[0]
    assert figure.value == "€39"
    assert "with the margin you gave (40\u202f%)" in figure.note


def test_nothing_is_said_of_an_empty_business(acme: Workspace) -> None:
    empty = measuring.business(acme, AS_OF)
    assert said(acme, empty, list(SAYINGS), at_most=99) == []
    assert set(measuring.goals(empty).values()) == {None}
    assert empty.days == 0


def test_a_new_profile_tells_the_pinned_goal_where_it_stands(
    acme: Workspace, alice: User, shop: Workspace, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        request_profile(acme, None)
        run_jobs(acme)
    acme.refresh_from_db()
    assert acme.goal["now"]["repeat_purchase"] == 75.0
    wish: dict[str, Any] = {"metric": "repeat_purchase", "target": 80}
    surveying.answer(acme, answers={"goal": wish}, by=alice, at=NOON)
    assert acme.goal["sentence"] == "Repeat buyers **75\u202f%** to 80\u202f%"


def test_the_real_file_measures_as_pandas_does(retail: tuple[Workspace, pd.DataFrame]) -> None:
    workspace, lines = retail
    found = measuring.business(workspace, datetime(2011, 12, 10, tzinfo=UTC))
    bought_ = lines[lines["Quantity"] > 0]
    orders = bought_.groupby(["number", "receipt"])["InvoiceDate"].min().reset_index()
    year = orders[orders["InvoiceDate"] >= "2010-12-10"].groupby("number").size()
    net = lines.groupby("number")["cents"].sum() / 100
    days = bought_.assign(day=bought_["InvoiceDate"].dt.normalize()).drop_duplicates(["number", "day"])
    firsts = days.sort_values("day").groupby("number")["day"].agg(lambda day: list(day[:2]))
    gaps = firsts[firsts.map(len) == 2].map(lambda two: (two[1] - two[0]).days)
    best = net[net.index.isin(bought_["number"])].sort_values(ascending=False)

    assert (found["buyers"], found["never_bought"]) == (4338, 33), "and one who only got free lines, left out here"
    assert (round(found["gross"], 2), round(found["returned"], 2)) == (8_911_407.90, 611_342.09)
    assert round(found["revenue"], 2) == 8_300_065.81
    assert (found["buyers_365d"], found["repeat_365d"]) == (len(year), int((year >= 2).sum())) == (4264, 2764)
    assert found["orders_365d"] == year.sum()
    assert found["came_back"] == len(gaps) == 2790
    assert found["half_within"] == gaps.median()
    assert found["top_fifth"] == pytest.approx(best.iloc[:868].sum())
    assert found["top_ten"] == pytest.approx(best.iloc[:10].sum())
