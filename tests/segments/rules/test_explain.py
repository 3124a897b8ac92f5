from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.models.workspace import Workspace
from segments.previewing import step_by_step
from segments.refreshing import members, preview
from segments.rules.explain import verdict, why
from segments.rules.tree import parse
from tests.customers.stage import AS_OF, a_customer, a_product, a_trait, bought, recorded
from tests.segments.stage import computed


@pytest.fixture
def shop(acme: Workspace) -> dict[str, Any]:
    """Pam ordered three times (last 3 days before the end), Tom once (200 days), Nia never."""
    a_trait(acme, "country")
    pam = a_customer(acme, "pam", traits={"country": "UK"})
    tom = a_customer(acme, "tom", traits={"country": "France"})
    nia = a_customer(acme, "nia")
    a_product(acme, 1, "Red mug")
    a_product(acme, 2, "Tea")
    recorded(
        acme,
        [
            bought(pam, 3, 1000, order=1),
            bought(pam, 30, 2000, order=2, product=2),
            bought(pam, 100, 500, order=3),
            bought(tom, 200, 9900, order=4, product=2),
        ],
    )
    computed(acme)
    return {"pam": pam, "tom": tom, "nia": nia}


def rule(*nodes: Any) -> dict[str, Any]:
    return {"v": 1, "entity": "customer", "where": {"all": list(nodes)}}


def names(shop: dict[str, Any], numbers: Any) -> set[str]:
    return {name for name, person in shop.items() if person.number in numbers}


@pytest.mark.parametrize(
    ("node", "who"),
    [
        ({"feature": "orders", "op": "gte", "value": 3}, {"pam"}),
        ({"feature": "revenue", "op": "gte", "value": "35.00"}, {"pam", "tom"}),
        ({"feature": "revenue", "op": "gt", "value": 35}, {"tom"}),
        ({"feature": "last_order_at", "op": "in_last", "value": "90d"}, {"pam"}),
        ({"feature": "last_order_at", "op": "not_in_last", "value": "90d", "missing": "include"}, {"tom", "nia"}),
        ({"trait": "country", "op": "neq", "value": "UK"}, {"tom"}),
        ({"event": "Order Completed", "count": {"op": "eq", "value": 0}, "in_last": "90d"}, {"tom", "nia"}),
        ({"event": "Order Completed", "where": {"field": "product", "op": "contains", "value": "MUG"}}, {"pam"}),
        ({"event": "Order Completed", "where": {"field": "product", "op": "neq", "value": "SKU-2"}}, {"pam"}),
        ({"event": "Order Completed", "sum": {"op": "gte", "value": 20}, "in_last": "90d"}, {"pam"}),
        ({"event": "Order Completed", "sum": {"op": "gte", "value": 40}}, {"tom"}),
    ],
)
def test_a_condition_finds_the_right_people_through_the_engine(
    acme: Workspace, shop: dict[str, Any], node: Any, who: set[str]
) -> None:
    assert names(shop, members(acme, rule(node), AS_OF)) == who


def test_counting_orders_as_events_agrees_with_the_figure(acme: Workspace, shop: dict[str, Any]) -> None:
    for times in (0, 1, 3):
        by_event = {"event": "Order Completed", "count": {"op": "eq", "value": times}}
        by_figure = {"feature": "orders", "op": "eq", "value": times}

        assert members(acme, rule(by_event), AS_OF) == members(acme, rule(by_figure), AS_OF)


def test_a_preview_counts_says_and_shows(acme: Workspace, shop: dict[str, Any]) -> None:
    seen = preview(acme, rule({"feature": "orders", "op": "gte", "value": 1}), AS_OF)

    assert (seen.count, seen.base, seen.share) == (2, 3, 2 / 3)
    assert seen.sample_numbers == [shop["pam"].number, shop["tom"].number]
    assert seen.sentence == "People who ordered at least 1 time."
    assert '"orders" >= 1' in seen.sql
    assert '"orders" >= %(p0)s' in seen.sql_postgres


def test_each_step_says_how_many_are_left(acme: Workspace, shop: dict[str, Any]) -> None:
    asked = rule(
        {"feature": "orders", "op": "gte", "value": 1},
        {"any": [{"trait": "country", "op": "eq", "value": "UK"}, {"feature": "orders", "op": "eq", "value": 0}]},
    )

    found = step_by_step(acme, parse(asked, acme), AS_OF)

    assert found.left == {(0,): 2, (1, 0): 1, (1, 1): 0, (1,): 1}
    assert (found.spent, found.spent_by_all) == (35.0, 134.0)


def test_each_condition_is_told_with_value_threshold_and_verdict(acme: Workspace, shop: dict[str, Any]) -> None:
    asked = parse(
        rule({"feature": "orders", "op": "gte", "value": 2}, {"trait": "country", "op": "in", "value": ["UK"]}), acme
    )

    one, two = why(acme, asked, shop["tom"].number, AS_OF)

    assert (one.sentence, one.value, one.threshold, one.verdict) == ("Ordered at least 2 times", 1, {"gte": 2}, False)
    assert (two.value_in_words, two.threshold, two.verdict) == ("France", {"in": ["UK"]}, False)


def test_somebody_recent_is_told_when_they_leave(acme: Workspace, shop: dict[str, Any]) -> None:
    by_days = parse(rule({"feature": "recency_days", "op": "lte", "value": 30}), acme)

    found = verdict(acme, by_days, shop["pam"].number, AS_OF)

    assert found.is_in
    assert found.reasons[0].value == 4  # 26 Feb to 2 Mar
    assert found.reasons[0].until == date(2026, 3, 29)
    assert found.outlook == "They will leave on **29 Mar 2026** unless they order again."
    the_day_before = datetime(2026, 3, 28, tzinfo=UTC)
    for as_of, inside in ((the_day_before, True), (the_day_before + timedelta(days=1), False)):
        assert (shop["pam"].number in members(acme, by_days.definition, as_of)) is inside


def test_the_day_of_leaving_holds_for_a_moment_in_the_last_days(acme: Workspace, shop: dict[str, Any]) -> None:
    asked = parse(rule({"feature": "last_order_at", "op": "in_last", "value": "30d"}), acme)

    until = verdict(acme, asked, shop["pam"].number, AS_OF).reasons[0].until

    assert until == date(2026, 3, 29)
    for day, inside in ((28, True), (29, False)):
        assert (shop["pam"].number in members(acme, asked.definition, datetime(2026, 3, day, tzinfo=UTC))) is inside


def test_the_quiet_leave_with_their_next_order(acme: Workspace, shop: dict[str, Any]) -> None:
    asked = parse(rule({"feature": "recency_days", "op": "gt", "value": 90}), acme)

    assert verdict(acme, asked, shop["tom"].number, AS_OF).outlook == "They would leave with their **next order**."
    assert verdict(acme, asked, shop["pam"].number, AS_OF).outlook == ""


def test_a_stranger_has_no_reasons(acme: Workspace, shop: dict[str, Any]) -> None:
    asked = parse(rule({"feature": "orders", "op": "gte", "value": 0}), acme)

    assert why(acme, asked, 4_000_000, AS_OF) == []


def test_what_must_not_be_is_told_as_such(acme: Workspace, shop: dict[str, Any]) -> None:
    asked = parse(rule({"none": [{"trait": "country", "op": "eq", "value": "France"}]}), acme)

    (pam,) = why(acme, asked, shop["pam"].number, AS_OF)
    (tom,) = why(acme, asked, shop["tom"].number, AS_OF)

    assert (pam.sentence, pam.value, pam.verdict) == ("Do not live in France", "UK", True)
    assert (tom.sentence, tom.value, tom.verdict) == ("Do not live in France", "France", False)
