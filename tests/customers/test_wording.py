"""How customers and figures are said."""

import doctest

import pytest

from accounts.models.workspace import Workspace
from customers import masking, money, wording
from customers.features.orders import HOW_OFTEN
from customers.features.spending import spending
from customers.models.customer import Customer
from customers.science.rfm import BANDS, Axis, Fit

FIT = Fit(Axis((14.8, 34.0, 73.0, 181.0)), Axis(BANDS, "bands", True), Axis((243.2, 475.0, 915.0, 2016.2)), 5, 4338)
SHOP = Workspace(name="Shop", currency="GBP", timezone="Europe/London")


def test_addresses_are_masked_as_the_examples_say() -> None:
    assert doctest.testmod(masking).failed == 0


@pytest.mark.parametrize(
    ("r", "said"),
    [(5, "bought within 14 days"), (4, "last order 15 to 33 days ago"), (1, "no order for 181 days or more")],
)
def test_limits_in_days(r: int, said: str) -> None:
    assert wording.days_said(FIT, r) == said


@pytest.mark.parametrize(
    ("f", "said"), [(1, "1 order"), (2, "2 orders"), (3, "3 to 4 orders"), (5, "10 orders or more")]
)
def test_limits_in_orders(f: int, said: str) -> None:
    assert wording.orders_said(FIT, f) == said


@pytest.mark.parametrize(
    ("m", "said"), [(1, "spent less than £243.20"), (4, "spent from £915 to £2,016"), (5, "spent £2,016 or more")]
)
def test_limits_in_money(m: int, said: str) -> None:
    assert wording.spent_said(FIT, m, "GBP") == said


def test_a_name_comes_before_an_address_and_that_before_a_number() -> None:
    told = {"name": "Pam Lee", "email": "pam@example.com", "external_id": "4711"}
    assert wording.called(Customer(**told), personal=True) == "Pam Lee"
    assert wording.called(Customer(**told | {"name": ""}), personal=True) == "pam@example.com"
    assert wording.called(Customer(**told | {"name": ""}), personal=False) == "p***@e***.com"
    assert wording.called(Customer(external_id="4711"), personal=True) == "4711"


def test_figures_have_their_unit_unless_a_header_says_it() -> None:
    orders, spent = HOW_OFTEN[0], spending("net")[0]
    assert wording.worded(1, orders, SHOP) == "1 order"
    assert wording.worded(1200, orders, SHOP) == "1,200 orders"
    assert wording.worded(1200, orders, SHOP, unit=False) == "1,200"
    assert wording.worded(12.5, spent, SHOP) == "£12.50"
    assert wording.worded(None, spent, SHOP) == wording.worded(float("nan"), spent, SHOP) == "unknown"


def test_quiet_for_over_twice_the_usual_gap_is_late() -> None:
    assert wording.rhythm({"days_between_orders": 10.0, "recency_days": 20}) == ("usually every 10 days", False)
    assert wording.rhythm({"days_between_orders": 10.0, "recency_days": 21})[1] is True
    assert wording.rhythm({"days_between_orders": None, "recency_days": 21})[1] is False


@pytest.mark.parametrize(("currency", "said"), [("EUR", "1234.50"), ("JPY", "1234"), ("KWD", "1234.500")])
def test_money_has_the_digits_of_its_currency(currency: str, said: str) -> None:
    assert money.in_words(1234.5, currency) == said
    assert money.minor_units(currency) == 10 ** len(said.partition(".")[2])
