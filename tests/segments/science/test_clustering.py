"""Partitions: found again, in order of size, the same for everybody at any time."""

import numpy as np
import pytest
from sklearn.datasets import make_blobs

from segments.science import clustering


def planted(people: int = 600, seed: int = 4) -> tuple[np.ndarray, np.ndarray]:
    sizes = [people // 2, people // 3, people - people // 2 - people // 3]
    centers = np.array([[0.0, 0.0], [8.0, 0.0], [0.0, 8.0]])
    points, labels = make_blobs(sizes, 2, centers=centers, cluster_std=0.7, random_state=seed)
    return points, labels


@pytest.mark.parametrize("algorithm", clustering.ALGORITHMS)
def test_planted_groups_are_found_largest_first(algorithm: str) -> None:
    points, labels = planted()
    found = clustering.partition(points, 3, seed=0, algorithm=algorithm)
    assert (found.labels == labels).all()
    assert found.sizes.tolist() == [300, 200, 100]


def test_the_same_seed_gives_the_same_groups() -> None:
    points, _ = planted()
    one, two = (clustering.partition(points, 4, seed=9) for _ in range(2))
    assert (one.labels == two.labels).all()


def test_shuffling_the_people_changes_nobodys_group() -> None:
    points, _ = planted()
    order = np.random.default_rng(1).permutation(len(points))
    plain, shuffled = clustering.partition(points, 3, seed=0), clustering.partition(points[order], 3, seed=0)
    assert (shuffled.labels == plain.labels[order]).all()


def test_a_sample_is_enough_to_place_everybody() -> None:
    points, labels = planted(3000)
    found = clustering.partition(points, 3, seed=0, sample=300)
    assert (found.labels == labels).all()


def test_a_newcomer_joins_the_nearest_group() -> None:
    points, _ = planted()
    found = clustering.partition(points, 3, seed=0)
    assert clustering.assign(np.array([[0.2, 7.5], [7.0, 0.4]]), found.centres).tolist() == [2, 1]
