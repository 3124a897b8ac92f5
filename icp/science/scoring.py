"""From many people's grades to one Total Score per candidate.

A grade frame has one row per answer: icp, dimension, grader, score (1 to 10, NaN for "I don't know").
Weights say how much each counting question counts beside the others; only their proportions matter, and the best
possible total stays the same.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

type Array = npt.NDArray[np.float64]
type Weights = Mapping[str, float]
type Way = Literal["median", "mean", "trimmed"]

HIGHEST = 10  # the best answer to one question
ENOUGH_TO_TRIM = 5  # graders: with fewer a trimmed mean leaves too little


def consensus(grades: pd.DataFrame, *, way: Way = "median") -> pd.DataFrame:
    """One answer for each candidate and question, over all graders; NaN where nobody knows.

    The median by default: half points are legitimate when the number of graders is even. "trimmed" leaves out
    the highest and the lowest fifth, and is the plain mean under five answers.
    """
    known = grades.dropna(subset=["score"])
    how: Any = _trimmed if way == "trimmed" else way
    return known.pivot_table(index="icp", columns="dimension", values="score", aggfunc=how, dropna=False)


def _trimmed(scores: "pd.Series[float]") -> float:
    """The mean without the highest and the lowest fifth (Wilcox 2012, section 3.3: 20 % from each end)."""
    values = np.sort(scores.to_numpy(float))
    off = len(values) // 5 if len(values) >= ENOUGH_TO_TRIM else 0
    return float(values[off : len(values) - off].mean()) if len(values) else float("nan")


def levelled(grades: pd.DataFrame) -> pd.DataFrame:
    """The same answers with strict and mild graders brought to one level.

    From each answer goes how far its grader lies from the others on the same candidates and questions (the
    grader's effect in a two-way layout of answers, by one step of least squares); the scale is left as it comes.
    """
    cells = grades.groupby(["icp", "dimension"])["score"].transform("mean")
    effect = (grades["score"] - cells).groupby(grades["grader"]).transform("mean")
    return grades.assign(score=grades["score"] - effect)


def total(answers: pd.DataFrame, counting: list[str], weights: Weights | None = None) -> pd.Series:
    """The Total Score of each row: the weighted sum of the counting questions, `10 * len(counting)` at most.

    A missing answer is missing, neither a 1 nor a 5: the mean of the answered questions stands in for it.

    >>> total(pd.DataFrame({"a": [9.0, 4.0], "b": [7.0, np.nan]}), ["a", "b"]).tolist()
    [16.0, 8.0]
    >>> total(pd.DataFrame({"a": [9.0], "b": [6.0]}), ["a", "b"], {"a": 2}).tolist()
    [16.0]
    """
    counted = answers.reindex(columns=counting).astype(float)
    weight = weighed(counting, weights)
    known = counted.notna().to_numpy() @ weight
    sums = counted.fillna(0).to_numpy() @ weight
    means = np.divide(sums, known, out=np.full(len(counted), np.nan), where=known > 0)
    return pd.Series(means * len(counting), index=counted.index).round(6)


def weighed(counting: Sequence[str], weights: Weights | None) -> Array:
    """A weight for each counting question, their mean is 1. A question without a weight counts as the others."""
    raw = np.array([(weights or {}).get(question, 1.0) for question in counting], dtype=float)
    return raw / raw.mean()


def of_hundred(totals: pd.Series, counting: list[str]) -> pd.Series:
    """The same on a scale that ends at 100, so that scorecards of any length compare."""
    return (totals * 100 / (HIGHEST * len(counting))).round(6)


def answered(answers: pd.DataFrame, counting: list[str]) -> pd.Series:
    """How many counting questions somebody could answer, for each candidate."""
    return answers.reindex(columns=counting).notna().sum(axis=1)


def is_provisional(answered_questions: int, graders: int, *, questions: int) -> bool:
    """Final only with two graders and eight answers in ten questions (in the same proportion for others)."""
    return graders < 2 or answered_questions < -(-8 * questions // 10)


def totals_by_grader(grades: pd.DataFrame, counting: list[str], weights: Weights | None = None) -> pd.DataFrame:
    """The Total Score each grader alone would give: candidates x graders."""
    table = grades[grades["dimension"].isin(counting)].pivot_table(
        index=["icp", "grader"], columns="dimension", values="score", dropna=True
    )
    if table.empty:
        return pd.DataFrame()
    return total(table, counting, weights).unstack("grader")


def spread(totals: pd.DataFrame) -> pd.DataFrame:
    """Where the middle half of the graders lies: low and high for each row of candidates x graders.

    NaN for a candidate with fewer than two graders: one opinion has no spread.
    """
    quartiles = totals.quantile([0.25, 0.75], axis=1).T
    quartiles.columns = pd.Index(["low", "high"])
    return quartiles.where(totals.notna().sum(axis=1) > 1)


def apartness(grades: pd.DataFrame) -> pd.Series:
    """How far apart people are on each question: the width of the middle half of the answers about one
    candidate, averaged over the candidates that two or more could answer. NaN where nobody can be compared."""
    cells = grades.dropna(subset=["score"]).groupby(["dimension", "icp"])["score"]
    widths = (cells.quantile(0.75) - cells.quantile(0.25)).where(cells.size() > 1)
    return widths.groupby("dimension").mean()


def gaps(grades: pd.DataFrame, *, least: int = 3) -> pd.DataFrame:
    """Where the lowest and the highest answer lie `least` or more apart; the widest first."""
    ends = grades.groupby(["icp", "dimension"], sort=True)["score"].agg(["min", "max"]).dropna().reset_index()
    ends["width"] = ends["max"] - ends["min"]
    return ends[ends["width"] >= least].sort_values("width", ascending=False, kind="stable", ignore_index=True)


def cube(grades: pd.DataFrame, candidates: Sequence[str], questions: Sequence[str]) -> Array:
    """All answers as graders x candidates x questions; NaN where somebody gave none."""
    graders = sorted(grades["grader"].unique())
    found = np.full((len(graders), len(candidates), len(questions)), np.nan)
    place = [{name: number for number, name in enumerate(names)} for names in (graders, candidates, questions)]
    for grader, icp, question, score in grades[["grader", "icp", "dimension", "score"]].itertuples(index=False):
        if icp in place[1] and question in place[2]:
            found[place[0][grader], place[1][icp], place[2][question]] = score
    return found


def drawn_again(answers: Array, *, draws: int = 1000, seed: int = 0) -> Array:
    """What the panel would have said if people like these had been asked again: draws x candidates x questions.

    Graders are drawn with replacement, as many as there are (Efron 1979), and the median is taken of each
    cell's answers, whole numbers from 1 to 10. As counts by score, so that no draw has to be sorted.
    """
    people = len(answers)
    times = np.random.default_rng(seed).multinomial(people, np.full(people, 1 / people), size=draws)
    marks = np.arange(1, HIGHEST + 1)
    given = (answers[..., None] == marks).reshape(people, -1).astype(np.float32)
    counts = (times.astype(np.float32) @ given).reshape(draws, *answers.shape[1:], HIGHEST)
    until = np.cumsum(counts, axis=-1)
    size = until[..., -1]
    lower = (until < np.ceil(size / 2)[..., None]).sum(axis=-1) + 1
    upper = (until < (np.floor(size / 2) + 1)[..., None]).sum(axis=-1) + 1
    return np.where(size > 0, (lower + upper) / 2, np.nan)


def totals_of(panels: Array, weight: Array) -> Array:
    """Totals of panels x candidates x questions under one weighting: panels x candidates, as `total` counts them."""
    known = ~np.isnan(panels)
    weights = known @ weight
    sums = np.where(known, panels, 0) @ weight
    return np.divide(sums, weights, out=np.full(sums.shape, np.nan), where=weights > 0) * len(weight)
