"""What is usual in a week: robust, and honest about small counts."""

import numpy as np
import pytest

from icp.science.usual import usual


def test_three_weeks_say_nothing() -> None:
    assert usual([5, 6, 7]) is None


def test_the_range_is_median_and_twice_the_spread() -> None:
    """Median 80; deviations 10, 5, 0, 5, 10: 1.4826 * 5 = 7.4, under sqrt(80) = 8.94."""
    found = usual([70, 75, 80, 85, 90])

    assert found is not None
    assert (found.low, found.high, found.most) == (62, 98, 90)
    assert 98 in found
    assert 99 not in found


def test_one_wild_week_does_not_make_everything_usual() -> None:
    found = usual([10, 11, 9, 10, 10, 400])

    assert found is not None
    assert found.high < 20


def test_a_quiet_history_does_not_make_a_ripple_a_wave() -> None:
    found = usual([0, 0, 0, 0, 0])

    assert found is not None
    assert (found.low, found.high) == (0, 2)


@pytest.mark.parametrize("rate", [2, 20, 200])
def test_counts_by_chance_alone_are_hardly_ever_unusual(rate: int) -> None:
    """Of weeks drawn from a Poisson, fewer than one in seven falls outside the range of the twelve before."""
    rng = np.random.default_rng(7)
    weeks = rng.poisson(rate, (400, 13))
    outside = [float(week[-1]) not in (usual(week[:-1].tolist()) or ()) for week in weeks]

    assert np.mean(outside) < 1 / 7
