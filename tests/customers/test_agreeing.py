"""One person: until when, what may be sent, what is odd."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import profiling
from customers.agreeing import may_send
from customers.doubting import oddities
from customers.features import catalogue
from customers.lapsing import turn
from tests.customers.stage import AS_OF, a_customer, a_trait
from tests.segments.shop import Kind, a_shop

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("email", "traits", "said"),
    [
        ("a@example.com", {"Accepts Marketing": "yes"}, "**Mail.** They agreed."),
        ("a@example.com", {"Accepts Marketing": "no"}, "**Nothing by mail.** They did not agree."),
        ("a@example.com", {"Accepts Marketing": "yes", "Unsubscribed": "yes"}, "**Nothing.** They asked us to stop."),
        ("a@example.com", {}, "**We don’t know.** Nothing says whether they agreed, so lists leave them out."),
        ("", {"Accepts Marketing": "yes"}, "**Nothing by mail:** we know no address."),
    ],
)
def test_what_we_may_send_is_said_of_one_person(acme: Workspace, email: str, traits: Any, said: str) -> None:
    a_trait(acme, "Accepts Marketing")
    a_trait(acme, "Unsubscribed")
    assert may_send(a_customer(acme, "pam", email=email, traits=traits)) == said


def test_without_a_detail_of_consent_the_way_out_is_named(acme: Workspace) -> None:
    assert "Accepts Marketing" in may_send(a_customer(acme, "pam", email="pam@example.com"))


def test_until_when_somebody_stays_comes_true_to_the_day(acme: Workspace) -> None:
    """Counted as of the day after, everybody is where we said, and a day before where they were."""
    kinds = {"often": Kind(60, orders=6, last=20, gap=12, cents=5_000), "once": Kind(60, 1, last=200, gap=1, cents=900)}
    a_shop(acme, kinds)
    fit = catalogue.habit_limits(acme)
    found = {f["number"]: f for f in _everybody(acme, AS_OF)}
    turns = {number: told for number, f in found.items() if (told := turn(f, fit, acme))}
    assert len(turns) > 20

    for number, told in list(turns.items())[::12]:
        day = AS_OF.replace(year=told.until.year, month=told.until.month, day=told.until.day)
        assert _main(acme, number, day) == found[number]["main_segment"]
        assert _main(acme, number, day + timedelta(days=1)) == told.then


def _everybody(workspace: Workspace, as_of: Any) -> list[dict[str, Any]]:
    names = ["main_segment", "r", "f", "m", "last_order_at", "recency_days"]
    return profiling.frame(workspace, names, as_of).reset_index().to_dict("records")  # type: ignore[return-value]


def _main(workspace: Workspace, number: int, as_of: Any) -> str:
    return next(str(f["main_segment"]) for f in _everybody(workspace, as_of) if f["number"] == number)


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({"orders": 60, "order_days": 12}, "**60 orders** on **12 days**"),
        ({"orders": 4, "order_days": 1}, ""),
        ({"returns_value": 90.0, "gross_revenue": 40.0}, "Sent back **€90**, more than the **€40**"),
        ({"returns_value": 10.0, "gross_revenue": 40.0}, ""),
    ],
)
def test_what_is_odd_is_said(acme: Workspace, figures: dict[str, Any], said: str) -> None:
    found = oddities(acme, a_customer(acme, "pam"), figures)
    assert len(found) == bool(said)
    assert said in "".join(found)


def test_two_people_of_one_address_are_named(acme: Workspace, alice: User, signed_in: Any) -> None:
    one, _ = (a_customer(acme, name, email="us@example.com") for name in ("pam", "jim"))
    page = signed_in(alice).get(f"/w/acme/customers/{one.pk}/").content.decode()
    assert "<b>1 other customer</b> with the same address" in page
    assert "What we may send" in page
