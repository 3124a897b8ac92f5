"""Recency, frequency, monetary: three scores by stored cut points, and the groups they name.

Scores compare with cut points that are kept, so equal values always get equal scores and a score means
the same tomorrow. A bin is [lower, upper). The map of 125 codes to eleven groups is a partition
(research: R2); the six main segments are made of whole groups.
"""

from dataclasses import asdict, dataclass
from math import ceil
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEVELS = 5
FEW = 50  # below so many buyers there are three scores and three segments
FEW_LEVELS = 3
BANDS = (2.0, 3.0, 5.0, 10.0)  # orders: 1, 2, 3-4, 5-9, 10 and more
NEVER = "Never bought"

GROUPS: dict[str, str] = {
    "Champions": "555 554 544 545 454 455 445",
    "Loyal": "543 444 435 355 354 345 344 335",
    "Potential loyalists": "553 551 552 541 542 533 532 531 452 451 442 441 431 453 433 432 423 353 352 351 342 341 "
    "333 323",
    "New customers": "512 511 422 421 412 411 311",
    "Promising": "525 524 523 522 521 515 514 513 425 424 413 414 415 315 314 313",
    "Need attention": "535 534 443 434 343 334 325 324",
    "About to sleep": "331 321 312 221 213 231 241 251",
    "At risk": "255 254 245 244 253 252 243 242 235 234 225 224 153 152 145 143 142 135 134 133 125 124",
    "Cannot lose them": "155 154 144 214 215 115 114 113",
    "Hibernating": "332 322 233 232 223 222 132 123 122 212 211",
    "Lost": "111 112 121 131 141 151",
}
CODES: dict[str, tuple[int, ...]] = {name: tuple(int(code) for code in text.split()) for name, text in GROUPS.items()}
MAIN_SEGMENTS: dict[str, tuple[str, ...]] = {
    "Champions": ("Champions",),
    "Loyal": ("Loyal",),
    "Promising": ("Potential loyalists", "Promising", "New customers"),
    "Needs attention": ("Need attention", "About to sleep"),
    "At risk": ("At risk", "Cannot lose them"),
    "Lapsed": ("Hibernating", "Lost"),
}
FEW_SEGMENTS: dict[str, tuple[str, ...]] = {"Loyal": ("Loyal",), "Promising": ("Promising",), "Lapsed": ("Lost",)}


@dataclass(frozen=True)
class Axis:
    """The cut points of one score, ascending. `kind` is quantiles or bands; `tied`: some points coincide."""

    cuts: tuple[float, ...]
    kind: str = "quantiles"
    tied: bool = False


@dataclass(frozen=True)
class Fit:
    """The cut points of all three scores: days, orders, money in major units."""

    r: Axis
    f: Axis
    m: Axis
    levels: int
    buyers: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> Self:
        axes = {name: Axis(tuple(kept[name]["cuts"]), kept[name]["kind"], kept[name]["tied"]) for name in "rfm"}
        return cls(**axes, levels=kept["levels"], buyers=kept["buyers"])

    @property
    def segments(self) -> dict[str, tuple[str, ...]]:
        """The main segments and the groups nested in each."""
        return MAIN_SEGMENTS if self.levels == LEVELS else FEW_SEGMENTS


def cut_points(values: ArrayLike, *, levels: int = LEVELS, whole: bool = False) -> tuple[float, ...]:
    """The interior quantiles; one more for whole numbers, so that a value at the quantile lies below (R1)."""
    quantiles = np.quantile(np.asarray(values, dtype=float), np.arange(1, levels) / levels)
    return tuple(float(point) for point in quantiles + (1 if whole else 0))


def fit(recency: ArrayLike, frequency: ArrayLike, monetary: ArrayLike) -> Fit:
    """Cut points for buyers: recency in whole days, frequency in orders, monetary in money; one value per buyer.

    Raises ValueError without a buyer.
    """
    buyers = np.asarray(recency).size
    if not buyers:
        raise ValueError("Scores need at least one buyer.")
    levels = LEVELS if buyers >= FEW else FEW_LEVELS
    f = _axis(frequency, levels, whole=True)
    if f.tied and levels == LEVELS:
        f = Axis(BANDS, "bands", tied=True)
    r, m = _axis(recency, levels, whole=True), _axis(monetary, levels, whole=False)
    return Fit(r=r, f=f, m=m, levels=levels, buyers=buyers)


def _axis(values: ArrayLike, levels: int, *, whole: bool) -> Axis:
    cuts = cut_points(values, levels=levels, whole=whole)
    return Axis(cuts, tied=len(set(cuts)) < len(cuts))


def score(values: ArrayLike, cuts: tuple[float, ...], *, falling: bool = False) -> NDArray[np.int64]:
    """1 (worst) to len(cuts) + 1 (best); `falling` where small values are good, as with recency.

    >>> score([1, 5, 9], (5.0,)).tolist(), score([1, 5, 9], (5.0,), falling=True).tolist()
    ([1, 2, 2], [2, 1, 1])
    """
    bins = np.searchsorted(np.asarray(cuts), np.asarray(values, dtype=float), side="right")
    return np.asarray(len(cuts) + 1 - bins if falling else bins + 1, dtype=np.int64)


def group(r: int, f: int, m: int, *, levels: int = LEVELS) -> str:
    """The group that three scores name.

    >>> group(5, 5, 5), group(1, 5, 5), group(1, 1, 1), group(3, 1, 1, levels=3)
    ('Champions', 'Cannot lose them', 'Lost', 'Promising')
    """
    if levels == FEW_LEVELS:
        return "Lost" if r == 1 else "Loyal" if f + m >= 4 else "Promising"
    code = 100 * r + 10 * f + m
    return next(name for name, codes in CODES.items() if code in codes)


def main_segment(name: str) -> str:
    """The main segment in which a group is nested.

    >>> main_segment("New customers"), main_segment("Lost"), main_segment("Never bought")
    ('Promising', 'Lapsed', 'Never bought')
    """
    return next((main for main, groups in MAIN_SEGMENTS.items() if name in groups), NEVER)


def within_days(fit: Fit, r: int) -> tuple[int | None, int | None]:
    """The days since the last order that score `r` stands for: (from, to), None where it is open."""
    bounds = [None, *(ceil(cut) for cut in fit.r.cuts), None]  # the first whole day at or above each cut
    place = fit.levels - r
    upper = bounds[place + 1]
    return bounds[place], None if upper is None else upper - 1
