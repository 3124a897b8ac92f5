"""Doubt: groups that are there are found again, lines through a cloud are not."""

import numpy as np
import pytest

from segments.science import clustering, validity
from tests.segments.science.test_clustering import planted


def test_real_groups_are_found_again_and_invented_ones_are_not() -> None:
    points, _ = planted()
    assert validity.bootstrapped_jaccard(points, clustering.partition(points, 3, seed=0), seed=0).min() > 0.95
    assert validity.bootstrapped_jaccard(points, clustering.partition(points, 6, seed=0), seed=0).min() < 0.75


def test_each_real_group_keeps_its_own_likeness_when_one_is_cut_in_two() -> None:
    points, _ = planted()
    cut = clustering.partition(points, 4, seed=0)
    likeness = validity.bootstrapped_jaccard(points, cut, seed=0)
    assert sum(likeness > 0.95) >= 2
    assert len(likeness) == 4


def test_figures_that_go_together_are_not_mistaken_for_groups() -> None:
    together = np.array([[1, 0.8, 0.6], [0.8, 1, 0.5], [0.6, 0.5, 1]])
    cloud = np.random.default_rng(1).multivariate_normal([0, 0, 0], together, 2000)
    assert validity.gap(cloud, range(1, 6), seed=0).best == 1


def test_a_sample_judges_like_everybody() -> None:
    points, _ = planted(2400)
    assert validity.gap(points, range(1, 6), seed=0, sample=600).best == 3
    assert validity.prediction_strength(points, 3, seed=0, sample=600) == 1.0


def test_one_group_is_always_predicted() -> None:
    assert validity.prediction_strength(np.zeros((10, 2)), 1, seed=0) == 1.0


def test_the_silhouette_of_two_tight_pairs_by_hand() -> None:
    points = np.array([[0.0], [1.0], [10.0], [11.0]])
    told = validity.indices(points, np.array([0, 0, 1, 1]), seed=0)
    expected = np.mean([1 - 1 / 10.5, 1 - 1 / 9.5, 1 - 1 / 9.5, 1 - 1 / 10.5])
    assert told.silhouette == pytest.approx(expected)
