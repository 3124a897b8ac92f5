"""How much graders agree: Krippendorff's alpha, the intraclass correlation, Kendall's W.

Figures that rest on too little are withheld: alpha is unstable for few candidates.
"""

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, fdtri

type Array = npt.NDArray[np.float64]
type Level = Literal["nominal", "ordinal", "interval", "ratio"]

FEWEST_CANDIDATES = 3
FEWEST_GRADERS = 2


def alpha(ratings: Any, *, level: Level = "ordinal") -> float:
    """Krippendorff's alpha of graders x units; NaN marks a missing rating.

    1 is perfect, 0 what chance would give. NaN when nothing can be compared.
    Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, section E.
    """
    values, pairs = _coincidences(np.asarray(ratings, dtype=float))
    return _alpha(values, pairs.sum(axis=0), level)


def alpha_between(ratings: Any, *, draws: int = 500, seed: int = 0) -> tuple[float, float]:
    """The 95 % bootstrap interval of the ordinal alpha, by drawing units again (percentile method)."""
    values, pairs = _coincidences(np.asarray(ratings, dtype=float))
    if not len(pairs):
        return (float("nan"), float("nan"))
    again = np.random.default_rng(seed).multinomial(len(pairs), np.full(len(pairs), 1 / len(pairs)), size=draws)
    drawn = np.array([_alpha(values, np.tensordot(times, pairs, axes=1), "ordinal") for times in again])
    low, high = np.nanpercentile(drawn, [2.5, 97.5]) if np.isfinite(drawn).any() else (np.nan, np.nan)
    return float(low), float(high)


def _coincidences(ratings: Array) -> tuple[Array, Array]:
    """The values that occur, and for each unit with two ratings its matrix of coinciding values."""
    values = np.unique(ratings[~np.isnan(ratings)])
    counts = np.array([(ratings == value).sum(axis=0) for value in values], dtype=float).reshape(len(values), -1).T
    counts = counts[counts.sum(axis=1) > 1]
    pairs = counts[:, :, None] * counts[:, None, :] - np.eye(len(values)) * counts[:, None, :]
    return values, pairs / (counts.sum(axis=1) - 1)[:, None, None]


def _alpha(values: Array, observed: Array, level: Level) -> float:
    marginals = observed.sum(axis=1)
    size = marginals.sum()
    if size <= 1:
        return float("nan")
    expected = (np.outer(marginals, marginals) - np.diag(marginals)) / (size - 1)
    distance = _distance(values, marginals, level)
    by_chance = (expected * distance).sum()
    return float(1 - (observed * distance).sum() / by_chance) if by_chance > 0 else float("nan")


def _distance(values: Array, marginals: Array, level: Level) -> Array:
    """How far two values are apart, squared, on the level of measurement."""
    first, second = values[:, None], values[None, :]
    if level == "nominal":
        return (first != second).astype(float)
    if level == "interval":
        return np.asarray((first - second) ** 2, dtype=float)
    if level == "ratio":
        return np.asarray(((first - second) / (first + second)) ** 2, dtype=float)
    middle = np.cumsum(marginals) - marginals / 2
    return np.asarray((middle[:, None] - middle[None, :]) ** 2, dtype=float)


def intraclass(ratings: Any) -> dict[str, float]:
    """The six intraclass correlations of targets x judges, complete cases only, with their mean squares.

    Shrout and Fleiss (1979). "2,k" is ours: how reliable the mean of this panel is, absolute agreement.
    """
    table = np.asarray(ratings, dtype=float)
    n, k = table.shape
    mean = table.mean()
    bms = k * ((table.mean(axis=1) - mean) ** 2).sum() / (n - 1)
    jms = n * ((table.mean(axis=0) - mean) ** 2).sum() / (k - 1)
    whole = ((table - mean) ** 2).sum()
    ems = (whole - bms * (n - 1) - jms * (k - 1)) / ((n - 1) * (k - 1))
    wms = (whole - bms * (n - 1)) / (n * (k - 1))
    found = {
        "1,1": _ratio(bms - wms, bms + (k - 1) * wms),
        "2,1": _ratio(bms - ems, bms + (k - 1) * ems + k * (jms - ems) / n),
        "3,1": _ratio(bms - ems, bms + (k - 1) * ems),
        "1,k": _ratio(bms - wms, bms),
        "2,k": _ratio(bms - ems, bms + (jms - ems) / n),
        "3,k": _ratio(bms - ems, bms),
    }
    return found | {"BMS": float(bms), "WMS": float(wms), "JMS": float(jms), "EMS": float(ems)}


def intraclass_between(ratings: Any, *, level: float = 0.95) -> tuple[float, float]:
    """Between which limits ICC(2,k) of targets x judges lies, from the distribution of F.

    McGraw and Wong (1996), table 7, case 2 (absolute agreement, mean of k judges), with Satterthwaite's degrees
    of freedom. (1, 1) where all judges said the same; NaN where there is nothing to tell apart.
    """
    table = np.asarray(ratings, dtype=float)
    n, k = table.shape
    found = intraclass(table)
    bms, jms, ems = found["BMS"], found["JMS"], found["EMS"]
    if bms <= 0 or min(n, k) < 2:
        return float("nan"), float("nan")
    if ems <= 0 and jms <= 0:
        return 1.0, 1.0
    freedom = _freedom(found["2,k"], n, k, jms, ems)
    below = fdtri(n - 1, freedom, (1 + level) / 2)
    above = fdtri(freedom, n - 1, (1 + level) / 2)
    low = _ratio(n * (bms - below * ems), below * (jms - ems) + n * bms)
    high = _ratio(n * (above * bms - ems), jms - ems + n * above * bms)
    return low, high


def _freedom(icc: float, n: int, k: int, jms: float, ems: float) -> float:
    """How many degrees of freedom the two sources of error have together (Satterthwaite 1946)."""
    if icc >= 1:
        return float(k - 1)
    c = icc / (n * (1 - icc))
    d = 1 + icc * (n - 1) / (n * (1 - icc))
    whole = (c * jms) ** 2 / (k - 1) + (d * ems) ** 2 / ((n - 1) * (k - 1))
    return float((c * jms + d * ems) ** 2 / whole) if whole else float(k - 1)


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")


def concordance(ratings: Any) -> tuple[float, float, float]:
    """Kendall's W of judges x items, corrected for ties, with chi-squared and its p (Kendall and Smith 1939).

    1 is one common order. NaN when every judge gave everything the same.
    """
    table = np.asarray(ratings, dtype=float)
    m, n = table.shape
    w = float(_concordances(table))
    statistic = m * (n - 1) * w
    return w, statistic, float(chdtrc(n - 1, statistic))


def _concordances(tables: Array) -> Array:
    """W of each table of judges x items in the last two dimensions, corrected for ties."""
    m, n = tables.shape[-2:]
    below = (tables[..., :, None] > tables[..., None, :]).sum(axis=-1)
    alike = (tables[..., :, None] == tables[..., None, :]).sum(axis=-1)
    sums = (below + (alike + 1) / 2).sum(axis=-2)  # of mid-ranks: equal values share the mean of theirs
    deviation = ((sums - sums.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)
    ties = (alike**2 - 1).sum(axis=(-2, -1))  # for each group of t equal values t^3 - t
    whole = np.asarray(m**2 * (n**3 - n) - m * ties, dtype=float)
    return np.divide(12 * deviation, whole, out=np.full(whole.shape, np.nan), where=whole > 0)


def concordance_between(ratings: Any, *, draws: int = 1000, seed: int = 0) -> tuple[float, float]:
    """The 95 % bootstrap interval of W of judges x items, by drawing items again (percentile method).

    Not judges: one who is drawn twice agrees with oneself, which would lift every draw.
    """
    table = np.asarray(ratings, dtype=float)
    items = np.random.default_rng(seed).integers(0, table.shape[1], size=(draws, table.shape[1]))
    parts = [_concordances(table[:, some].swapaxes(0, 1)) for some in np.array_split(items, max(1, draws // 100))]
    drawn = np.concatenate(parts)
    if not np.isfinite(drawn).any():
        return float("nan"), float("nan")
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def in_words(value: float) -> str:
    """a lot (0.8 and more: reliable), somewhat (0.667 and more: tentative), hardly (talk about it)."""
    if np.isnan(value):
        return "cannot tell"
    return "a lot" if value >= 0.8 else "somewhat" if value >= 0.667 else "hardly"


def is_withheld(candidates: int, graders: int) -> bool:
    """Whether there is too little to measure agreement at all."""
    return candidates < FEWEST_CANDIDATES or graders < FEWEST_GRADERS
