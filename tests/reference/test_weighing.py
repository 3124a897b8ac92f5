"""R30 and R40: published results of two ways to weigh, which ours must reproduce."""

import numpy as np
import pytest

from icp.science.weighing import nearness, pairwise

DISTANCES = [  # Saaty (1980): how much further from Philadelphia; Cairo Tokyo Chicago San Francisco London Montreal
    [1, 1 / 3, 8, 3, 3, 7],
    [3, 1, 9, 3, 3, 9],
    [1 / 8, 1 / 9, 1, 1 / 6, 1 / 5, 2],
    [1 / 3, 1 / 3, 6, 1, 1 / 3, 6],
    [1 / 3, 1 / 3, 5, 3, 1, 6],
    [1 / 7, 1 / 9, 1 / 2, 1 / 6, 1 / 6, 1],
]
PHONES = [  # price, storage, camera, looks
    [250, 16, 12, 5],
    [200, 16, 8, 3],
    [300, 32, 16, 4],
    [275, 32, 8, 4],
    [225, 16, 16, 2],
]


def test_r30_weights_of_saatys_six_cities() -> None:
    found = pairwise(DISTANCES)

    np.testing.assert_allclose(found.weights, [0.262, 0.397, 0.033, 0.116, 0.164, 0.027], atol=0.0006)
    assert found.largest == pytest.approx(6.454, abs=0.0005)
    assert found.ratio == pytest.approx(0.073, abs=0.0005)
    assert found.is_consistent


def test_r40_nearness_of_five_phones() -> None:
    found = nearness(PHONES, [0.25] * 4, costs=[0])

    np.testing.assert_allclose(found, [0.534277, 0.308368, 0.691632, 0.534737, 0.401046], atol=5e-7)
