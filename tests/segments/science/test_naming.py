"""Names say worth and difference, and are never twice the same."""

from segments.science.naming import Trait, distinct, suggest, tiers

QUIET = Trait("recency_days", 1.4, "long quiet", "recently active")
RANGE = Trait("distinct_products", -0.9, "wide range", "narrow range")
WEAK = Trait("orders", 0.1, "frequent", "infrequent")


def test_the_two_largest_differences_name_a_group() -> None:
    assert suggest([WEAK, RANGE, QUIET], tier="Low-spend") == "Low-spend, long quiet, narrow range"


def test_small_differences_name_nothing() -> None:
    assert suggest([WEAK]) == "Average"
    assert suggest([], tier="Mid-spend") == "Mid-spend"


def test_worth_is_ranked_not_measured() -> None:
    assert tiers({1: 5.0, 2: 6.0}) == {1: "Low-spend", 2: "High-spend"}
    assert tiers({0: 1.0, 1: 9.0, 2: 5.0, 3: 4.0, 4: 2.0})[1] == "High-spend"


def test_no_two_groups_share_a_name() -> None:
    assert distinct(["A", "A", "A", "B"]) == ["A", "A 2", "A 3", "B"]
