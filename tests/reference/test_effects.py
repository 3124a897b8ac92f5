"""Published effect sizes and intervals (research/science.md, R19 to R24)."""

import numpy as np
import pytest

from segments.science import effects

SIRSTV = [  # NIST StRD, certified
    [196.3052, 196.1240, 196.1890, 196.2569, 196.3403],
    [196.3042, 196.3825, 196.1669, 196.3257, 196.0422],
    [196.1303, 196.2005, 196.2889, 196.0343, 196.1811],
    [196.2795, 196.1748, 196.1494, 196.1485, 195.9885],
    [196.2119, 196.1051, 196.1850, 196.0052, 196.2090],
]
BH_1995 = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
    0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
]  # fmt: skip


def test_r19_one_way_anova_of_nist() -> None:
    effect = effects.variance_effect([np.array(row) for row in SIRSTV])
    assert effect.f == pytest.approx(1.18046237440255, rel=1e-9)
    assert effect.eta2 == pytest.approx(0.190999039051129, rel=1e-9)
    assert effect.omega2 == pytest.approx(0.02809, abs=1e-4)


def test_r20_kruskal_of_hollander_and_wolfe() -> None:
    groups = [[2.9, 3.0, 2.5, 2.6, 3.2], [3.8, 2.7, 4.0, 2.4], [2.8, 3.4, 3.7, 2.2, 2.0]]
    effect = effects.rank_effect([np.array(group) for group in groups])
    assert (round(effect.h, 5), round(effect.p, 2), round(effect.epsilon2, 5)) == (0.77143, 0.68, 0.05934)


def test_r21_chi_square_of_agresti() -> None:
    effect = effects.table_effect([[762, 327, 468], [484, 239, 477]])
    assert (round(effect.chi2, 2), effect.dof, round(effect.v, 4)) == (30.07, 2, 0.1044)
    assert effect.p == pytest.approx(2.954e-07, rel=1e-3)
    assert effect.corrected_v == pytest.approx(0.1009, abs=5e-5)


def test_r22_benjamini_and_hochberg_reject_four() -> None:
    holds = effects.false_discoveries(BH_1995)
    assert holds.tolist() == [True] * 4 + [False] * 11
    shuffled = np.random.default_rng(1).permutation(15)
    assert (effects.false_discoveries(np.array(BH_1995)[shuffled]) == holds[shuffled]).all()


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_r23_wilson_of_newcombe(hits: int, n: int, low: float, high: float) -> None:
    interval = effects.wilson(hits, n)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-4)


def test_r24_newcombe_difference() -> None:
    interval = effects.newcombe(56, 70, 48, 80)
    assert (interval.low, interval.high) == pytest.approx((0.0524, 0.3339), abs=1e-4)
