"""Are these groups there, or did we draw lines through a cloud?

Rousseeuw 1987 (silhouette), Calinski and Harabasz 1974, Davies and Bouldin 1979 compare one number of groups
with another; only the gap statistic (Tibshirani, Walther and Hastie 2001) can say that there is one group.
Prediction strength (Tibshirani and Walther 2005) and the bootstrapped Jaccard (Hennig 2007) ask whether the
groups are found again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn import metrics
from sklearn.cluster import KMeans

from segments.science.clustering import Partition, assign

type Floats = npt.NDArray[np.float64]
type Labels = npt.NDArray[np.intp]

BOOTSTRAPS = 20
SAMPLE = 3_000


@dataclass(frozen=True)
class Indices:
    silhouette: float  # -1 to 1; nearness to the own group against the next one
    calinski_harabasz: float  # 0 up; spread between against spread within
    davies_bouldin: float  # 0 is best


@dataclass(frozen=True)
class Gap:
    """`best` is 1 when the figures hold no groups at all."""

    best: int
    gaps: tuple[float, ...]
    errors: tuple[float, ...]


def indices(points: Floats, labels: Labels, *, seed: int, sample: int = SAMPLE) -> Indices:
    """The three indices; the silhouette on at most `sample` people, because it costs the square of them."""
    few = sample if len(points) > sample else None
    return Indices(
        float(metrics.silhouette_score(points, labels, sample_size=few, random_state=seed)),
        float(metrics.calinski_harabasz_score(points, labels)),
        float(metrics.davies_bouldin_score(points, labels)),
    )


def gap(points: Floats, ks: Sequence[int], *, seed: int, references: int = 10, sample: int = SAMPLE) -> Gap:
    """The gap statistic: the first k with Gap(k) >= Gap(k+1) - s(k+1), or the last k.

    The reference is uniform in a box along the principal axes (variant b of the paper), so that figures which
    go together are not mistaken for groups. `ks` starts at 1 and rises by 1.
    """
    rng = np.random.default_rng(seed)
    points = _some(points, sample, rng)
    _, _, axes = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
    turned = points @ axes.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    boxes = [rng.uniform(low, high, turned.shape) for _ in range(references)]
    gaps, errors = [], []
    for k in ks:
        expected = np.array([_log_within(box, k, seed) for box in boxes])
        gaps.append(float(expected.mean() - _log_within(turned, k, seed)))
        errors.append(float(expected.std() * np.sqrt(1 + 1 / references)))
    steps = zip(ks, gaps, gaps[1:], errors[1:], strict=False)
    best = next((k for k, here, after, error in steps if here >= after - error), ks[-1])
    return Gap(best, tuple(gaps), tuple(errors))


def prediction_strength(points: Floats, k: int, *, seed: int, halvings: int = 5, sample: int = SAMPLE) -> float:
    """How often two people grouped together by one half of the data are grouped together by the other.

    The worst group decides; the mean over `halvings`. 1 is perfect; above 0.8 the groups count as real.
    """
    if k == 1:
        return 1.0
    rng = np.random.default_rng(seed)
    points = _some(points, sample, rng)
    return float(np.mean([_halved(points[rng.permutation(len(points))], k, seed + r) for r in range(halvings)]))


def bootstrapped_jaccard(
    points: Floats, found: Partition, *, seed: int, times: int = BOOTSTRAPS, sample: int = SAMPLE
) -> Floats:
    """For each group the mean likeness (Jaccard) to the most similar group of a redrawn sample.

    Under 0.5 a group dissolves, 0.6 to 0.75 shows a pattern, from 0.75 it is stable, from 0.85 highly stable.
    """
    rng = np.random.default_rng(seed)
    likeness = np.zeros((times, found.k))
    for time in range(times):
        drawn = rng.choice(len(points), min(len(points), sample), replace=True)
        again = KMeans(found.k, n_init=3, random_state=seed + time).fit(points[drawn])
        people = np.unique(drawn)
        likeness[time] = _jaccard(found.labels[people], assign(points[people], again.cluster_centers_), found.k)
    return likeness.mean(axis=0)


def _jaccard(ours: Labels, theirs: Labels, k: int) -> Floats:
    """The best Jaccard of each of our k groups among theirs; 0 for a group that was not drawn."""
    both = np.zeros((k, k))
    np.add.at(both, (ours, theirs), 1)
    either = both.sum(axis=1)[:, None] + both.sum(axis=0)[None, :] - both
    return np.asarray((both / np.maximum(either, 1)).max(axis=1))


def _halved(shuffled: Floats, k: int, seed: int) -> float:
    first, second = np.array_split(shuffled, 2)
    teacher = KMeans(k, n_init=5, random_state=seed).fit(first)
    labels = KMeans(k, n_init=5, random_state=seed).fit(second).labels_
    taught = assign(second, teacher.cluster_centers_)
    return min(_together(taught[labels == group], k) for group in range(k))


def _together(taught: Labels, k: int) -> float:
    """The share of pairs within a group that the other half puts together as well."""
    size = len(taught)
    counts = np.bincount(taught, minlength=k)
    return float((counts * (counts - 1)).sum() / (size * (size - 1))) if size > 1 else 1.0


def _log_within(points: Floats, k: int, seed: int) -> float:
    if k == 1:
        return float(np.log(((points - points.mean(axis=0)) ** 2).sum()))
    return float(np.log(KMeans(k, n_init=3, random_state=seed).fit(points).inertia_))


def _some(points: Floats, sample: int, rng: np.random.Generator) -> Floats:
    return points[rng.choice(len(points), sample, replace=False)] if len(points) > sample else points
