"""From many people's grades to one Total Score per candidate.

A grade frame has one row per answer: icp, dimension, grader, score (1 to 10, NaN for "I don't know").
"""

import numpy as np
import pandas as pd

HIGHEST = 10  # the best answer to one question


def consensus(grades: pd.DataFrame) -> pd.DataFrame:
    """The median over graders for each candidate and question; NaN where nobody knows.

    Half points are legitimate when the number of graders is even.
    """
    known = grades.dropna(subset=["score"])
    return known.pivot_table(index="icp", columns="dimension", values="score", aggfunc="median", dropna=False)


def total(answers: pd.DataFrame, counting: list[str]) -> pd.Series:
    """The Total Score of each row: the sum of the counting questions, `10 * len(counting)` at most.

    A missing answer is missing, neither a 1 nor a 5: the mean of the answered questions stands in for it.

    >>> total(pd.DataFrame({"a": [9.0, 4.0], "b": [7.0, np.nan]}), ["a", "b"]).tolist()
    [16.0, 8.0]
    """
    counted = answers.reindex(columns=counting).astype(float)
    return (counted.mean(axis=1) * len(counting)).round(6)


def of_hundred(totals: pd.Series, counting: list[str]) -> pd.Series:
    """The same on a scale that ends at 100, so that scorecards of any length compare."""
    return (totals * 100 / (HIGHEST * len(counting))).round(6)


def answered(answers: pd.DataFrame, counting: list[str]) -> pd.Series:
    """How many counting questions somebody could answer, for each candidate."""
    return answers.reindex(columns=counting).notna().sum(axis=1)


def is_provisional(answered_questions: int, graders: int, *, questions: int) -> bool:
    """Final only with two graders and eight answers in ten questions (in the same proportion for others)."""
    return graders < 2 or answered_questions < -(-8 * questions // 10)


def totals_by_grader(grades: pd.DataFrame, counting: list[str]) -> pd.DataFrame:
    """The Total Score each grader alone would give: candidates x graders."""
    table = grades[grades["dimension"].isin(counting)].pivot_table(
        index=["icp", "grader"], columns="dimension", values="score", dropna=True
    )
    if table.empty:
        return pd.DataFrame()
    return total(table, counting).unstack("grader")


def spread(totals: pd.DataFrame) -> pd.DataFrame:
    """Where the middle half of the graders lies: low and high for each row of candidates x graders.

    NaN for a candidate with fewer than two graders: one opinion has no spread.
    """
    quartiles = totals.quantile([0.25, 0.75], axis=1).T
    quartiles.columns = pd.Index(["low", "high"])
    return quartiles.where(totals.notna().sum(axis=1) > 1)


def gaps(grades: pd.DataFrame, *, least: int = 3) -> pd.DataFrame:
    """Where the lowest and the highest answer lie `least` or more apart; the widest first."""
    ends = grades.groupby(["icp", "dimension"], sort=True)["score"].agg(["min", "max"]).dropna().reset_index()
    ends["width"] = ends["max"] - ends["min"]
    return ends[ends["width"] >= least].sort_values("width", ascending=False, kind="stable", ignore_index=True)


def stays_first(answers: pd.DataFrame, counting: list[str], *, draws: int = 2000, seed: int = 0) -> pd.Series:
    """The share of all ways to weigh the questions in which each candidate comes first.

    Weights are drawn evenly from the simplex (Dirichlet with ones), as in SMAA (Lahdelma and others 1998).
    Candidates that come first together share the draw.
    """
    counted = answers.reindex(columns=counting).astype(float)
    known = counted.notna().to_numpy()
    weights = np.random.default_rng(seed).dirichlet(np.ones(len(counting)), size=draws)
    scores = (weights @ counted.fillna(0).to_numpy().T) / np.maximum(weights @ known.T.astype(float), 1e-12)
    first = scores >= scores.max(axis=1, keepdims=True) - 1e-9
    return pd.Series((first / first.sum(axis=1, keepdims=True)).mean(axis=0), index=counted.index)
