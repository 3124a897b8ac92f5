"""A clustering said as conditions: a shallow tree that tells one group from the rest, and how well it does."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.tree import DecisionTreeClassifier

DEPTH = 3
FEWEST = 10


@dataclass(frozen=True)
class Bound:
    """One condition: `low` < figure <= `high`; None where a side is open."""

    feature: str
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Surrogate:
    """The best path of the tree, and how faithful it is to the group (F1: 1 = the same people)."""

    bounds: tuple[Bound, ...]
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def explain(frame: pd.DataFrame, belongs: npt.NDArray[np.bool_], *, depth: int = DEPTH) -> Surrogate:
    """The path of a tree of at most `depth` questions that comes closest to the group, in original units.

    Missing figures stand at the median. The answer has no bounds when no path beats "everybody".
    """
    values = frame.fillna(frame.median()).to_numpy(dtype=np.float64)
    tree = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=FEWEST, random_state=0, class_weight="balanced")
    tree.fit(values, belongs)
    best = Surrogate((), float(belongs.mean()), 1.0)
    for path in _paths(tree.tree_):
        bounds = _merged(path, list(frame.columns))
        found = _scored(bounds, values, belongs, list(frame.columns))
        best = max(best, found, key=lambda surrogate: (surrogate.f1, -len(surrogate.bounds)))
    return best


type _Step = tuple[int, float, bool]  # column, threshold, goes below


def _paths(tree: Any) -> list[list[_Step]]:
    """The way to every node, inner ones too: a shorter way is often as good."""
    ways: list[list[_Step]] = []

    def walk(node: int, way: list[_Step]) -> None:
        if way:
            ways.append(way)
        left, right = tree.children_left[node], tree.children_right[node]
        if left >= 0:
            column, threshold = int(tree.feature[node]), float(tree.threshold[node])
            walk(left, [*way, (column, threshold, True)])
            walk(right, [*way, (column, threshold, False)])

    walk(0, [])
    return ways


def _merged(way: list[_Step], names: list[str]) -> tuple[Bound, ...]:
    limits: dict[int, tuple[float | None, float | None]] = {}
    for column, threshold, below in way:
        low, high = limits.get(column, (None, None))
        if below:
            high = threshold if high is None else min(high, threshold)
        else:
            low = threshold if low is None else max(low, threshold)
        limits[column] = (low, high)
    return tuple(Bound(names[column], low, high) for column, (low, high) in limits.items())


def _scored(
    bounds: tuple[Bound, ...], values: npt.NDArray[np.float64], belongs: npt.NDArray[np.bool_], names: list[str]
) -> Surrogate:
    inside = np.ones(len(values), dtype=bool)
    for bound in bounds:
        column = values[:, names.index(bound.feature)]
        inside &= (column > (-np.inf if bound.low is None else bound.low)) & (
            column <= (np.inf if bound.high is None else bound.high)
        )
    both = int((inside & belongs).sum())
    return Surrogate(bounds, both / max(int(inside.sum()), 1), both / max(int(belongs.sum()), 1))
