"""Effects: few people never make a headline."""

import numpy as np
import pytest

from segments.science import effects


def test_three_of_eight_is_no_headline() -> None:
    assert effects.shrunken_index(3, 8, 100, 1000) == pytest.approx(137.9, abs=0.1)


def test_many_people_keep_their_index() -> None:
    assert effects.shrunken_index(30_000, 100_000, 10_000, 100_000) == pytest.approx(300, abs=0.2)


def test_nobody_at_all_is_like_everyone() -> None:
    assert effects.shrunken_index(0, 0, 10, 100) == 100
    assert effects.shrunken_index(0, 10, 0, 100) == 100


def test_the_prior_is_heavy_when_groups_are_alike_and_light_when_they_differ() -> None:
    alike = effects.prior_weight([10, 11, 9], [100, 100, 100])
    apart = effects.prior_weight([2, 90, 40], [100, 100, 100])
    assert alike == 1000
    assert 2 <= apart < 10


def test_a_level_is_pulled_towards_everyone() -> None:
    assert effects.shrunken_level(100, 50, 20) == 60
    assert effects.shrunken_level(100, 0, 20) == 20


def test_a_difference_of_one_deviation_and_its_range() -> None:
    rng = np.random.default_rng(0)
    inside, outside = rng.normal(1, 1, 4000), rng.normal(0, 1, 4000)
    d = effects.standardised_difference(inside, outside)
    interval = effects.difference_range(d, 4000, 4000)
    assert d == pytest.approx(1, abs=0.05)
    assert interval.low < d < interval.high
    assert interval.high - interval.low == pytest.approx(0.093, abs=0.005)


def test_swapping_the_sides_swaps_the_sign() -> None:
    one, other = np.array([1.0, 2.0, 4.0]), np.array([3.0, 7.0])
    assert effects.standardised_difference(one, other) == -effects.standardised_difference(other, one)


def test_what_does_not_vary_makes_no_difference() -> None:
    assert effects.standardised_difference(np.ones(5), np.ones(9)) == 0
    assert effects.standardised_difference(np.array([]), np.ones(9)) == 0


def test_no_count_gives_every_share() -> None:
    assert effects.wilson(0, 0) == effects.Interval(0.0, 1.0)
