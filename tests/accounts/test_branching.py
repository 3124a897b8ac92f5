"""A guided survey: what earlier answers made pointless is not asked, not counted, and not lost."""

from datetime import UTC, datetime
from typing import Any

import pytest

from accounts import branching, posing, surveying
from accounts.models.user import User
from accounts.models.workspace import Workspace

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def asked(workspace: Workspace, by: User, **answers: Any) -> set[str]:
    survey = surveying.answer(workspace, answers=answers, by=by, at=NOON)
    return {question.id for question in branching.put(survey)}


@pytest.mark.parametrize(
    ("selling", "come", "stay_away"),
    [
        ("shop", {"price", "rhythm"}, {"deal_size", "sales_cycle", "deciders", "billing", "margin"}),
        ("subscription", {"price", "rhythm", "billing"}, {"deal_size", "sales_cycle", "deciders"}),
        ("companies", {"deal_size", "sales_cycle", "deciders"}, {"price", "rhythm", "billing"}),
        ("mixed", {"price", "rhythm", "billing", "deal_size", "sales_cycle", "deciders"}, {"margin"}),
    ],
)
def test_how_a_business_sells_decides_what_it_is_asked(
    acme: Workspace, alice: User, selling: str, come: set[str], stay_away: set[str]
) -> None:
    found = asked(acme, alice, selling=selling)
    assert come <= found
    assert not stay_away & found


def test_the_margin_is_asked_once_a_price_is_given_or_orders_tell_one(acme: Workspace, alice: User) -> None:
    assert "margin" not in asked(acme, alice, selling="shop", price={"unknown": True})
    assert "margin" in asked(acme, alice, price=40)
    assert "margin" not in asked(acme, alice, price=None)
    surveying.measured(acme, {"revenue_per_customer": 120.0}, as_of=NOON)
    assert "margin" in asked(acme, alice, stage="growing")


def test_an_answer_that_no_longer_applies_is_kept_uncounted_and_comes_back(acme: Workspace, alice: User) -> None:
    surveying.answer(acme, answers={"selling": "shop", "price": 40, "margin": 30}, by=alice, at=NOON)
    assert surveying.margin(acme) == 0.3
    before = surveying.progress(surveying.survey_of(acme)).answered
    companies = surveying.answer(acme, answers={"selling": "companies"}, by=alice, at=NOON)
    assert companies.value("price") == 40
    assert surveying.margin(acme) is None, "what hangs on an answer that does not count does not count either"
    assert surveying.progress(companies).answered == before - 2
    surveying.answer(acme, answers={"selling": "mixed"}, by=alice, at=NOON)
    assert surveying.margin(acme) == 0.3


def test_questions_come_by_section_and_own_ones_close_theirs(acme: Workspace, alice: User) -> None:
    own = posing.add(acme, text="Do you sell gift cards?", kind="yes_no", section="offer", by=alice)
    order = [question.id for question in branching.put(surveying.survey_of(acme))]
    assert order.index("price") < order.index(str(own.pk)) < order.index("current")
    assert surveying.next_question(surveying.survey_of(acme)).id == "selling"  # type: ignore[union-attr]
