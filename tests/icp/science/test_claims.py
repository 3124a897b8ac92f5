"""Whether a guess holds, does not hold, or cannot be told."""

import numpy as np
import pytest

from icp.science import claims


@pytest.mark.parametrize(
    ("hits", "n", "verdict"),
    [(70, 100, "holds"), (30, 100, "fails"), (55, 100, "open"), (29, 29, "open"), (0, 0, "open")],
)
def test_more_than_half_of_them(hits: int, n: int, verdict: str) -> None:
    assert claims.most(hits, n).verdict == verdict


def test_a_planted_difference_holds_and_its_opposite_does_not() -> None:
    rng = np.random.default_rng(1)
    mine, theirs = rng.normal(1, 1, 200), rng.normal(0, 1, 900)

    assert claims.above(mine, theirs).verdict == "holds"
    assert claims.below(mine, theirs).verdict == "fails"


def test_no_difference_is_told_as_none_with_many_and_not_at_all_with_few() -> None:
    rng = np.random.default_rng(2)
    many, few = rng.normal(0, 1, 8_000), rng.normal(0.2, 1, 35)

    assert claims.above(many[:4_000], many[4_000:]).verdict == "fails"
    assert claims.above(few, many).verdict == "open"
    assert claims.above(few[:29], many).verdict == "open"


def test_a_difference_that_nobody_would_act_on_is_no_difference_however_many_there_are() -> None:
    rng = np.random.default_rng(3)
    found = claims.above(rng.normal(0.05, 1, 40_000), rng.normal(0, 1, 40_000))

    assert found.found is not None
    assert found.found.low > 0.5  # surely above, and far too little
    assert found.verdict == "fails"


def test_how_often_one_lies_above_the_other_is_what_scipy_counts() -> None:
    from scipy.stats import mannwhitneyu

    rng = np.random.default_rng(5)
    mine, theirs = rng.poisson(3, 80).astype(float), rng.poisson(2, 120).astype(float)

    assert claims.superiority(mine, theirs).value == pytest.approx(mannwhitneyu(mine, theirs).statistic / (80 * 120))
