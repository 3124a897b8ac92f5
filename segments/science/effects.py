"""How large a difference is, with the range it may have.

Effect sizes stand beside every comparison; p-values only where the figure did not make the groups, because a
test on the figures that were clustered is circular (one pure Gaussian cut in three gives p under 1e-27).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

type Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True)
class VarianceEffect:
    """One-way analysis of variance. eta2: 0.01 small, 0.06 medium, 0.14 large; omega2 is the less biased."""

    f: float
    p: float
    eta2: float
    omega2: float


@dataclass(frozen=True)
class RankEffect:
    """Kruskal and Wallis; `epsilon2` = H / (n - 1), 0 to 1, for skewed figures."""

    h: float
    p: float
    epsilon2: float


@dataclass(frozen=True)
class TableEffect:
    """Chi-square of a table of counts; `corrected_v` is Cramer's V without its bias (Bergsma 2013)."""

    chi2: float
    dof: int
    p: float
    v: float
    corrected_v: float


def standardised_difference(inside: Floats, outside: Floats) -> float:
    """(mean inside - mean outside) / pooled standard deviation (Cohen's d); 0 where nothing varies.

    >>> standardised_difference(np.array([2.0, 4.0]), np.array([1.0, 3.0]))
    0.7071067811865475
    """
    if len(inside) == 0 or len(outside) == 0:
        return 0.0
    squares = ((inside - inside.mean()) ** 2).sum() + ((outside - outside.mean()) ** 2).sum()
    pooled = np.sqrt(squares / max(len(inside) + len(outside) - 2, 1))
    return float((inside.mean() - outside.mean()) / pooled) if pooled > 0 else 0.0


def difference_range(d: float, n_inside: int, n_outside: int, *, level: float = 0.95) -> Interval:
    """The large-sample interval of a standardised difference (Hedges and Olkin 1985)."""
    error = np.sqrt((n_inside + n_outside) / (n_inside * n_outside) + d**2 / (2 * (n_inside + n_outside)))
    z = special.ndtri((1 + level) / 2)
    return Interval(float(d - z * error), float(d + z * error))


def variance_effect(groups: Sequence[Floats]) -> VarianceEffect:
    """How much of a figure's variance the groups explain."""
    everyone = np.concatenate(groups)
    between = sum(len(group) * (group.mean() - everyone.mean()) ** 2 for group in groups)
    total = float(((everyone - everyone.mean()) ** 2).sum())
    dof, rest = len(groups) - 1, len(everyone) - len(groups)
    within = total - between
    f = (between / dof) / (within / rest)
    mean_square = within / rest
    omega2 = (between - dof * mean_square) / (total + mean_square)
    return VarianceEffect(float(f), float(special.fdtrc(dof, rest, f)), float(between / total), float(omega2))


def rank_effect(groups: Sequence[Floats]) -> RankEffect:
    """How far the groups' ranks lie apart."""
    from scipy.stats import kruskal  # imported late: it takes seconds, and pages that compare do not need it

    h, p = kruskal(*groups)
    return RankEffect(float(h), float(p), float(h / (sum(map(len, groups)) - 1)))


def table_effect(counts: npt.ArrayLike) -> TableEffect:
    """How strongly rows and columns of a table of counts go together."""
    from scipy.stats import chi2_contingency  # imported late, like above

    table = np.asarray(counts, dtype=float)
    chi2, p, dof, _ = chi2_contingency(table, correction=False)
    n, (rows, columns) = table.sum(), table.shape
    v = np.sqrt(chi2 / n / (min(rows, columns) - 1))
    phi2 = max(0.0, chi2 / n - (columns - 1) * (rows - 1) / (n - 1))
    r, c = rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)
    return TableEffect(float(chi2), int(dof), float(p), float(v), float(np.sqrt(phi2 / min(r - 1, c - 1))))


def wilson(hits: int, n: int, *, level: float = 0.95) -> Interval:
    """The range of a share (Wilson 1927); nothing counted gives 0 to 1."""
    if n == 0:
        return Interval(0.0, 1.0)
    z, share = special.ndtri((1 + level) / 2), hits / n
    middle = share + z**2 / (2 * n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    scale = 1 + z**2 / n
    low, high = (middle - half) / scale, (middle + half) / scale
    return Interval(max(0.0, float(low)), min(1.0, float(high)))


def newcombe(hits: int, n: int, other_hits: int, other_n: int, *, level: float = 0.95) -> Interval:
    """The range of a difference of two shares (Newcombe 1998, method 10)."""
    one, two = wilson(hits, n, level=level), wilson(other_hits, other_n, level=level)
    p, q = hits / n, other_hits / other_n
    low = p - q - np.hypot(p - one.low, two.high - q)
    high = p - q + np.hypot(one.high - p, q - two.low)
    return Interval(float(low), float(high))


def false_discoveries(p_values: Sequence[float], *, rate: float = 0.05) -> npt.NDArray[np.bool_]:
    """Which of many findings hold (Benjamini and Hochberg 1995), in the order given."""
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p, kind="stable")
    below = np.flatnonzero(p[order] <= rate * np.arange(1, len(p) + 1) / len(p))
    holds = np.zeros(len(p), dtype=bool)
    if len(below):
        holds[order[: below[-1] + 1]] = True
    return holds


def shrunken_index(hits: int, n: int, everyone_hits: int, everyone_n: int, *, weight: float = 50.0) -> float:
    """How much more often than everyone, 100 being as often, pulled towards 100 when few people speak.

    Empirical Bayes: a beta distribution around everyone's share, worth `weight` people, is updated by the
    group (Robbins 1956). Without it, three of eight customers make a headline.

    >>> round(shrunken_index(300, 1000, 100, 1000)), round(shrunken_index(3, 8, 100, 1000))
    (290, 138)
    """
    if everyone_n == 0 or everyone_hits == 0:
        return 100.0
    base = everyone_hits / everyone_n
    return float(100 * (hits + weight * base) / (n + weight) / base)


def shrunken_level(value: float, n: int, everyone: float, *, weight: float = 50.0) -> float:
    """A group's mean or median pulled towards everyone's, as if `weight` more ordinary people belonged."""
    return (n * value + weight * everyone) / (n + weight)


def prior_weight(hits: npt.ArrayLike, sizes: npt.ArrayLike) -> float:
    """What everyone's share is worth in people, learned from the groups themselves by moments; 2 to 1,000."""
    counts, n = np.asarray(hits, dtype=float), np.asarray(sizes, dtype=float)
    base = counts.sum() / n.sum()
    if not 0 < base < 1 or len(n) < 2:
        return 50.0
    noise = base * (1 - base) / n
    spread = float(np.average((counts / n - base) ** 2 - noise, weights=n))
    return float(np.clip(base * (1 - base) / spread - 1, 2, 1000)) if spread > 0 else 1000.0
