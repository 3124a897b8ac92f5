"""How much of something there is, with the range it may have."""

import numpy as np
import pytest

from icp.science import ranges


def test_wilsons_range_is_that_of_the_books() -> None:
    found = ranges.share(81, 263)  # Newcombe (1998), table I: 0.2553 to 0.3662

    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)


@pytest.mark.parametrize(("hits", "n"), [(0, 30), (30, 30)])
def test_a_share_of_none_or_all_keeps_a_range_within_0_and_1(hits: int, n: int) -> None:
    found = ranges.share(hits, n)

    assert 0 <= found.low < found.high <= 1
    assert found.high - found.low > 0.05


def test_one_big_spender_widens_the_share_of_money() -> None:
    belongs = np.arange(1_000) < 100
    even = np.full(1_000, 10.0)
    uneven = even.copy()
    uneven[0] = 1_000.0
    narrow, wide = (ranges.share_of_money(spent, belongs) for spent in (even, uneven))

    assert narrow is not None
    assert wide is not None
    assert narrow.value == pytest.approx(0.1)
    assert wide.high - wide.low > 3 * (narrow.high - narrow.low)
    assert ranges.share_of_money(np.zeros(10), np.arange(10) < 5) is None


def test_the_range_of_growth_covers_the_planted_growth_in_about_95_of_100_worlds() -> None:
    rng = np.random.default_rng(4)
    covered = 0
    for _ in range(60):
        before = rng.lognormal(3, 0.8, 200)
        found = ranges.growth(before * 1.3 * rng.lognormal(-0.08, 0.4, 200), before)
        covered += found is not None and found.low <= 0.3 <= found.high

    assert covered >= 50
    assert ranges.growth(np.array([1.0, 2.0]), np.zeros(2)) is None
