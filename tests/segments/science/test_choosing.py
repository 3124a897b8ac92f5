"""The choice: no sliver, no unstable group, and "one group" is an answer."""

import numpy as np
import pytest

from segments.science import choosing, clustering, validity
from segments.science.choosing import Candidate, Verdict
from segments.science.validity import Indices


def tried(
    k: int, *, smallest: int = 200, jaccard: float = 0.9, silhouette: float = 0.4, ch: float = 900.0
) -> Candidate:
    return Candidate(k, smallest, 1000, jaccard, Indices(silhouette, ch, 1.0))


def test_everyone_and_a_sliver_never_wins_by_its_silhouette() -> None:
    sliver = tried(3, smallest=4, silhouette=0.95, ch=5000)
    assert choosing.choose([sliver, tried(4)]) == tried(4)


def test_an_unstable_division_is_not_admissible() -> None:
    assert choosing.choose([tried(3, jaccard=0.74, silhouette=0.9), tried(5)]) == tried(5)


def test_three_to_seven_come_before_two() -> None:
    assert choosing.choose([tried(2, silhouette=0.9, ch=9000), tried(6)]) == tried(6)
    assert choosing.choose([tried(2), tried(6, jaccard=0.5)]) == tried(2)


def test_a_tie_goes_to_fewer_groups() -> None:
    assert choosing.choose([tried(5), tried(4), tried(6)]) == tried(4)


def test_the_indices_vote_by_rank() -> None:
    best_by_one = tried(3, silhouette=0.41, ch=100)
    best_by_two = Candidate(4, 200, 1000, 0.9, Indices(0.40, 900.0, 0.5))
    assert choosing.choose([best_by_one, best_by_two]) == best_by_two


def test_a_pattern_is_better_than_nothing_and_noise_is_not() -> None:
    assert choosing.choose([tried(3, jaccard=0.65), tried(4, jaccard=0.7)]) == tried(4, jaccard=0.7)
    assert choosing.choose([tried(3, jaccard=0.59), tried(4, jaccard=0.3)]) is None


def test_the_smallest_admissible_size() -> None:
    assert [choosing.admissible_size(n) for n in (100, 1500, 4338, 100_000)] == [30, 30, 87, 2000]


@pytest.mark.parametrize(
    ("chosen", "gap_best", "strength", "people", "verdict"),
    [
        (tried(3, silhouette=0.6), 3, 0.9, 1000, Verdict.CLEAR),
        (tried(3, silhouette=0.4), 3, 0.9, 1000, Verdict.CARE),
        (tried(3, silhouette=0.6), 3, 0.7, 1000, Verdict.CARE),
        (tried(3, silhouette=0.6, jaccard=0.7), 3, 0.9, 1000, Verdict.CARE),
        (tried(3, silhouette=0.6), 1, 0.9, 1000, Verdict.NOT_REAL),
        (None, 3, 0.9, 1000, Verdict.NOT_REAL),
        (tried(3, silhouette=0.6), 3, 0.9, 99, Verdict.CANNOT_TELL),
    ],
)
def test_the_verdict(chosen: Candidate | None, gap_best: int, strength: float, people: int, verdict: Verdict) -> None:
    judged = choosing.judge(chosen, gap_best=gap_best, strength=strength, people=people)
    assert judged.verdict == verdict
    assert judged.reasons
    assert all(reason.endswith(".") for reason in judged.reasons)


def test_one_gaussian_cut_in_three_is_refused_though_each_cut_looks_significant() -> None:
    cloud = np.random.default_rng(0).normal(size=(900, 4))
    cut = clustering.partition(cloud, 3, seed=0)
    jaccard = validity.bootstrapped_jaccard(cloud, cut, seed=0, times=5).min()
    looked = Candidate(3, int(cut.sizes.min()), 900, jaccard, validity.indices(cloud, cut.labels, seed=0))
    best = validity.gap(cloud, range(1, 4), seed=0).best
    assert choosing.judge(looked, gap_best=best, strength=0.4, people=900).verdict == Verdict.NOT_REAL
