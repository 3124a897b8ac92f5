"""What data suggest: between 1 and 10, modest where few people stand behind it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icp.science import prior

shares = st.floats(0, 1)
people = st.integers(0, 10**9)


def test_the_example_of_the_phone() -> None:
    """212 of 310 have an address we may write to: 1 + 9 x 0.684 = 7.15, drawn to 5.5 by 310 / 340."""
    assert prior.suggested(212 / 310, 310) == pytest.approx(5.5 + 310 / 340 * (1 + 9 * 212 / 310 - 5.5))
    assert round(prior.suggested(212 / 310, 310)) == 7


@given(shares, people)
def test_a_suggestion_is_a_grade(share: float, many: int) -> None:
    assert 1 <= prior.suggested(share, many) <= 10


@given(shares, shares, people)
def test_more_never_suggests_less(one: float, other: float, many: int) -> None:
    low, high = sorted((one, other))
    assert prior.suggested(low, many) <= prior.suggested(high, many) + 1e-9


@given(shares, people, people)
def test_fewer_people_lie_nearer_to_the_middle(share: float, one: int, other: int) -> None:
    few, many = sorted((one, other))
    assert abs(prior.suggested(share, few) - 5.5) <= abs(prior.suggested(share, many) - 5.5) + 1e-9


def test_nobody_suggests_nothing_but_the_middle() -> None:
    assert prior.suggested(1.0, 0) == prior.suggested(0.0, 0) == 5.5


@pytest.mark.parametrize(("share", "many"), [(-0.1, 5), (1.1, 5), (math.nan, 5), (0.5, -1)])
def test_nonsense_is_refused(share: float, many: int) -> None:
    with pytest.raises(ValueError, match=r"percentile|people"):
        prior.suggested(share, many)


def test_a_percentile_counts_ties_half() -> None:
    assert prior.percentile(2, [1, 2, 2, 3]) == 0.5
    assert prior.percentile(9, [1, 2, 3]) == 1.0
    assert prior.percentile(0, [1, 2, 3]) == 0.0
    assert prior.percentile(5, []) == 0.5
    assert prior.percentile(2, [1, math.nan]) == 1.0


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_growth_there_and_back_is_symmetric(now: float, before: float) -> None:
    assert prior.grown(now, before) + prior.grown(before, now) == pytest.approx(1)


def test_growth_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="two amounts"):
        prior.grown(-1, 2)


def test_three_apart_is_far() -> None:
    assert prior.is_far(10, 7.0)
    assert prior.is_far(4, 7.0)
    assert not prior.is_far(5, 7.9)
