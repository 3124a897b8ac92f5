from math import inf

import pytest

from segments.science import trials


def test_people_needed_are_those_of_power_prop_test() -> None:
    assert trials.people_needed(0.50, 0.75, wanted=0.9) == pytest.approx(76.7, abs=0.05)
    assert trials.people_needed(0.05, 0.06) == pytest.approx(8158, abs=1)


def test_power_agrees_with_the_people_needed() -> None:
    assert trials.power(0.75, 0.50, 77, 77) == pytest.approx(0.9, abs=0.003)


def test_power_is_what_a_simulation_finds() -> None:
    import numpy as np

    rng = np.random.default_rng(1)
    n, held, p, q = 954, 238, 0.40, 0.31
    got, not_got = rng.binomial(n, p, 20_000) / n, rng.binomial(held, q, 20_000) / held
    pooled = (got * n + not_got * held) / (n + held)
    seen = abs(got - not_got) > 1.959964 * np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / held))

    assert trials.power(p, q, n, held) == pytest.approx(seen.mean(), abs=0.015)


def test_the_smallest_difference_shows_with_the_wanted_power() -> None:
    found = trials.smallest_difference(0.31, 954, 238)

    assert trials.power(0.31 + found, 0.31, 954, 238) == pytest.approx(0.8, abs=1e-6)
    assert trials.in_points(found) == 10
    assert trials.in_points(0.07) == 7


@pytest.mark.parametrize(("base", "n", "held"), [(0.31, 100, 0), (0.31, 1, 1), (0.999, 50, 5), (0.5, 3, 2)])
def test_where_nothing_would_show_the_difference_is_endless(base: float, n: int, held: int) -> None:
    assert trials.smallest_difference(base, n, held) == inf


@pytest.mark.parametrize(
    ("base", "people", "share"),
    [(0.31, 1192, 0.2), (0.31, 100_000, 0.1), (0.31, 800, 0.5), (0.31, 300, 0.0), (0.02, 300, 0.0), (0.0, 50, 0.0)],
)
def test_long_lists_hold_back_a_tenth_short_ones_half_and_tiny_ones_nobody(
    base: float, people: int, share: float
) -> None:
    assert trials.share_to_hold_back(base, people) == share
