"""R27 to R29: published results on agreement that ours must reproduce."""

import numpy as np
import pytest

from icp.science.agreement import Level, alpha, concordance, intraclass, intraclass_between

N = np.nan
KRIPPENDORFF = [  # Krippendorff (2011), 4 observers x 12 units
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
ANXIETY = [  # irr::anxiety, 3 raters x 20 subjects
    [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
    [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
    [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
]


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_r27_alpha_of_krippendorffs_example(level: Level, published: float) -> None:
    assert alpha(KRIPPENDORFF, level=level) == pytest.approx(published, abs=0.0005)


@pytest.mark.parametrize(
    ("form", "published"),
    [
        ("1,1", 0.17),
        ("2,1", 0.29),
        ("3,1", 0.71),
        ("1,k", 0.44),
        ("2,k", 0.62),
        ("3,k", 0.91),
        ("BMS", 11.24),
        ("WMS", 6.26),
        ("JMS", 32.49),
        ("EMS", 1.02),
    ],
)
def test_r28_intraclass_correlations_of_shrout_and_fleiss(form: str, published: float) -> None:
    assert intraclass(SHROUT_FLEISS)[form] == pytest.approx(published, abs=0.005)


def test_r28_the_range_of_the_panels_mean() -> None:
    """R's psych::ICC on the same table prints ICC2k 0.62, lower 0.071, upper 0.93."""
    low, high = intraclass_between(SHROUT_FLEISS)

    assert low == pytest.approx(0.071, abs=0.0005)
    assert high == pytest.approx(0.93, abs=0.005)


def test_r29_kendalls_w_of_anxiety() -> None:
    w, statistic, p = concordance(ANXIETY)

    assert w == pytest.approx(0.5397, abs=0.00005)
    assert statistic == pytest.approx(30.76, abs=0.005)
    assert p == pytest.approx(0.0429, abs=0.00005)


def test_r29_w_is_friedmans_statistic_on_another_scale() -> None:
    from scipy.stats import friedmanchisquare

    w, _, _ = concordance(ANXIETY)

    assert w == pytest.approx(friedmanchisquare(*np.array(ANXIETY).T).statistic / (3 * 19))
