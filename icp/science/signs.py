"""Signs that somebody graded in haste, or gave one impression everywhere: a reason to ask, never a verdict.

A grade frame has one row per answer: icp, dimension, grader, score (1 to 10, NaN for "I don't know") and seconds.
Straight lines and haste: Leiner (2019), Too Fast, Too Straight, Too Weird. One impression over all questions:
Thorndike (1920), A Constant Error in Psychological Ratings. Robust distance: Iglewicz and Hoaglin (1993).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

OF_TEN = 9  # so many of ten answers alike are a straight line
STEADY = 0.5  # standard deviation of somebody's answers about one candidate below which they are one
OFTEN = 3  # one in so many questions (or candidates), before it is worth a word
TOGETHER = 0.8  # mean correlation between questions, or share of the first eigenvalue
FEWEST_ROWS = 5  # candidates (or questions), below which everything seems to rise and fall together
STRICT = 1.0  # points and standard deviations from the others
ROBUST = 3.0  # distance from the median in robust standard deviations
FAR = 2.5  # points from the median on a question, on average over the candidates
HASTE = 2.0  # seconds
FEWEST_TIMES = 10  # answers whose time was taken


@dataclass(frozen=True)
class Sign:
    """What was seen of one grader. `kind` says which figures it carries:

    same (score, times, of: one answer to all candidates), straight (icps: one answer about a candidate),
    halo (value: mean correlation, share: of the first eigenvalue), strict and mild (points), apart (question,
    points), outside (icp, total, middle), haste (seconds, times).
    """

    kind: str
    grader: str
    figures: dict[str, Any]


def found(grades: pd.DataFrame, totals: pd.DataFrame, counting: list[str]) -> list[Sign]:
    """All signs, by grader. `totals` are candidates x graders."""
    signs: list[Sign] = []
    for grader, own in grades.groupby("grader", sort=True):
        name = str(grader)
        signs += [*same(name, own), *straight(name, own, counting), *halo(name, own, counting), *haste(name, own)]
        signs += [*leniency(name, grades, counting), *apart(name, grades), *outside(name, totals)]
    return signs


def same(grader: str, own: pd.DataFrame) -> list[Sign]:
    """One answer for all candidates, in a third of the questions or more."""
    known = own.dropna(subset=["score"]).groupby("dimension")["score"]
    told = known.agg(["size", "nunique", "first"])
    told = told[told["size"] > 2]
    alike = told[told["nunique"] == 1]
    if not len(alike) or len(alike) * OFTEN < len(told):
        return []
    score = alike["first"].mode().iloc[0]
    with_it = int((alike["first"] == score).sum())
    if with_it * OFTEN < len(told):
        return [Sign("same", grader, {"score": None, "times": len(alike), "of": len(told)})]
    return [Sign("same", grader, {"score": int(score), "times": with_it, "of": len(told)})]


def straight(grader: str, own: pd.DataFrame, counting: list[str]) -> list[Sign]:
    """One answer about a candidate whatever was asked, for a third of the candidates or more."""
    if len(counting) < FEWEST_ROWS:
        return []
    known = own[own["dimension"].isin(counting)].dropna(subset=["score"])
    told = [(icp, scores) for icp, scores in known.groupby("icp")["score"] if len(scores) * 10 >= 8 * len(counting)]
    lines = [str(icp) for icp, scores in told if _is_straight(scores)]
    if not lines or len(lines) * OFTEN < len(told):
        return []
    return [Sign("straight", grader, {"icps": lines, "of": len(told)})]


def _is_straight(scores: "pd.Series[float]") -> bool:
    most = int(scores.value_counts().iloc[0])
    return most * 10 >= OF_TEN * len(scores) or float(scores.std(ddof=0)) < STEADY


def halo(grader: str, own: pd.DataFrame, counting: list[str]) -> list[Sign]:
    """Answers to all questions rise and fall together over the candidates."""
    table = own[own["dimension"].isin(counting)].pivot_table(index="icp", columns="dimension", values="score")
    table = table.dropna(axis=1, thresh=FEWEST_ROWS).dropna()
    table = table.loc[:, table.nunique() > 1]
    if len(table) < FEWEST_ROWS or table.shape[1] < 3:
        return []
    together = np.corrcoef(table.to_numpy(float), rowvar=False)
    size = len(together)
    value = float((together.sum() - size) / (size * (size - 1)))
    share = float(np.linalg.eigvalsh(together)[-1] / size)
    if value <= TOGETHER and share <= TOGETHER:
        return []
    return [Sign("halo", grader, {"value": round(value, 2), "share": round(share, 2)})]


def leniency(grader: str, grades: pd.DataFrame, counting: list[str]) -> list[Sign]:
    """Higher or lower than the others on the same candidates and questions, by a point and a standard deviation."""
    known = grades[grades["dimension"].isin(counting)].dropna(subset=["score"])
    mine = known["grader"] == grader
    cells = ["icp", "dimension"]
    others = known[~mine].groupby(cells)["score"].mean().rename("others")
    pairs = known[mine].merge(others.reset_index(), on=cells)
    if pairs.empty:
        return []
    points = float((pairs["score"] - pairs["others"]).mean())
    spread = float((known["score"] - known.groupby(cells)["score"].transform("mean")).std(ddof=0))
    if abs(points) < STRICT or abs(points) < STRICT * spread:
        return []
    figures = {"points": round(abs(points), 1), "deviations": round(points / spread, 1) if spread else None}
    return [Sign("mild" if points > 0 else "strict", grader, figures)]


def apart(grader: str, grades: pd.DataFrame) -> list[Sign]:
    """Far from the middle answer on a question, on average over the candidates, in one direction."""
    known = grades.dropna(subset=["score"])
    cells = known.groupby(["icp", "dimension"])["score"]
    away = (known["score"] - cells.transform("median"))[(known["grader"] == grader) & (cells.transform("size") > 2)]
    by_question = away.groupby(known["dimension"]).mean()
    far = by_question[by_question.abs() > FAR]
    return [Sign("apart", grader, {"question": str(q), "points": round(float(p), 1)}) for q, p in far.items()]


def outside(grader: str, totals: pd.DataFrame) -> list[Sign]:
    """A total far outside those of the others: more than three robust standard deviations from their middle."""
    signs: list[Sign] = []
    if grader not in totals or totals.shape[1] < 4:
        return signs
    middle = totals.median(axis=1)
    scale = 1.4826 * totals.sub(middle, axis=0).abs().median(axis=1)
    distance = (totals[grader] - middle).abs() / scale.where(scale > 0)
    for icp in totals.index[distance > ROBUST]:
        figures = {"total": round(float(totals.loc[icp, grader]), 1), "middle": round(float(middle[icp]), 1)}
        signs.append(Sign("outside", grader, {"icp": str(icp)} | figures))
    return signs


def haste(grader: str, own: pd.DataFrame) -> list[Sign]:
    """Half of the answers took less than two seconds each."""
    times = own["seconds"].dropna() if "seconds" in own else pd.Series(dtype=float)
    if len(times) < FEWEST_TIMES or float(times.median()) >= HASTE:
        return []
    return [Sign("haste", grader, {"seconds": round(float(times.median()), 1), "times": int((times < HASTE).sum())})]
