"""Published clustering results (research/science.md, R15, R17, R35, R38)."""

from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris, make_blobs
from sklearn.metrics import adjusted_rand_score

from segments.science import clustering, matching, validity


@pytest.fixture(scope="module")
def iris() -> Any:
    return load_iris()


@pytest.mark.parametrize(("k", "within"), [(2, 152.34795), (3, 78.85144)])
def test_r15_k_means_on_iris(iris: Any, k: int, within: float) -> None:
    assert clustering.partition(iris.data, k, seed=0).inertia == pytest.approx(within, abs=1e-5)


@pytest.mark.parametrize(
    ("k", "silhouette", "ch", "db", "ari"), [(2, 0.6810, 513.925, 0.4043, 0.5399), (3, 0.5528, 561.628, 0.6620, 0.7302)]
)
def test_r17_indices_on_iris(iris: Any, k: int, silhouette: float, ch: float, db: float, ari: float) -> None:
    found = clustering.partition(iris.data, k, seed=0)
    indices = validity.indices(iris.data, found.labels, seed=0)
    assert indices.silhouette == pytest.approx(silhouette, abs=1e-4)
    assert indices.calinski_harabasz == pytest.approx(ch, abs=1e-3)
    assert indices.davies_bouldin == pytest.approx(db, abs=1e-4)
    assert adjusted_rand_score(iris.target, found.labels) == pytest.approx(ari, abs=1e-4)


@pytest.fixture(scope="module")
def four_blobs() -> Any:
    return make_blobs(900, 4, centers=4, cluster_std=1.0, random_state=5)[0]


@pytest.fixture(scope="module")
def one_gaussian() -> Any:
    return np.random.default_rng(0).normal(size=(900, 4))


@pytest.mark.slow
def test_r35_the_gap_sees_four_blobs_and_one_gaussian(four_blobs: Any, one_gaussian: Any) -> None:
    assert validity.gap(four_blobs, range(1, 8), seed=0).best == 4
    assert validity.gap(one_gaussian, range(1, 6), seed=0).best == 1


@pytest.mark.slow
def test_r35_prediction_strength_falls_after_the_fourth_blob(four_blobs: Any, one_gaussian: Any) -> None:
    strengths = [validity.prediction_strength(four_blobs, k, seed=0) for k in (2, 3, 4, 5)]
    assert strengths[:3] == [1.0, 1.0, 1.0]
    assert strengths[3] == pytest.approx(0.51, abs=0.03)
    assert validity.prediction_strength(one_gaussian, 3, seed=0) <= 0.5


def test_r38_stability_index() -> None:
    assert matching.stability_index([0.2] * 5, [0.1, 0.2, 0.2, 0.2, 0.3]) == pytest.approx(0.109861, abs=1e-6)
