"""The pace of a goal: refuses when it is early, grows less sure with distance."""

import numpy as np
import pytest

from icp.science.pace import pace

WEEKS = [0.0, 7.0, 14.0, 21.0, 28.0]


def test_a_straight_line_goes_on_straight() -> None:
    found = pace(WEEKS, [26.0, 26.25, 26.5, 26.75, 27.0], until=56.0)

    assert found is not None
    assert found.value == pytest.approx(28.0)
    assert found.low == pytest.approx(28.0)


@pytest.mark.parametrize("days", [[0.0, 14.0, 28.0], [0.0, 1.0, 2.0, 3.0, 4.0]])
def test_three_measurements_or_four_days_are_too_early(days: list[float]) -> None:
    assert pace(days, [26.0 + day for day in days], until=100.0) is None


def test_the_range_grows_with_the_distance() -> None:
    values = [26.0, 26.4, 26.3, 26.8, 27.0]
    near, far = pace(WEEKS, values, until=35.0), pace(WEEKS, values, until=200.0)

    assert near is not None
    assert far is not None
    assert far.high - far.low > near.high - near.low > 0


def test_days_need_not_be_equally_far_apart() -> None:
    found = pace([0.0, 3.0, 20.0, 28.0], [10.0, 10.3, 12.0, 12.8], until=38.0)

    assert found is not None
    assert found.value == pytest.approx(13.8)


def test_days_that_fall_are_refused() -> None:
    with pytest.raises(ValueError, match="Days rise"):
        pace([0.0, 10.0, 9.0, 30.0], [1.0, 2.0, 3.0, 4.0], until=40.0)


def test_the_range_holds_what_it_promises() -> None:
    """Of 600 random walks with drift, about 80 % end inside their range."""
    rng = np.random.default_rng(3)
    steps = rng.normal(0.1, 0.5, (600, 20))
    walks = np.cumsum(steps, axis=1)
    days = [7.0 * week for week in range(12)]
    inside = [
        found.low <= walk[-1] <= found.high
        for walk in walks
        if (found := pace(days, walk[:12].tolist(), until=7.0 * 19))
    ]

    assert 0.75 < np.mean(inside) < 0.85
