"""How much the order rests on the weights and on single answers.

Stochastic multicriteria acceptability analysis: Lahdelma, Hokkanen and Salminen (1998), SMAA. Weights are drawn
from a Dirichlet distribution whose mean are the chosen weights and whose total is the number of questions: with
equal weights that is every weighting with the same chance, with chosen ones it is ways around what was chosen.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from icp.science.scoring import HIGHEST

type Array = npt.NDArray[np.float64]

DRAWS = 50_000
CHUNK = 2_000  # ways that fit into the processor's memory together
ALIKE = 1e-9  # totals closer than this are the same
STEP = 0.5  # medians of whole answers lie on whole and half points


@dataclass(frozen=True)
class HeavierOrLighter:
    """Beyond `factor` times its weight, the question puts another candidate first."""

    question: str
    factor: float
    first: str


@dataclass(frozen=True)
class AnotherAnswer:
    """The least change of one answer that all agreed on which puts another candidate first."""

    icp: str
    question: str
    before: float
    after: float
    first: str


def weightings(weight: Array, *, draws: int = DRAWS, seed: int = 0, spread: float = 1.0) -> Array:
    """Ways to weigh the questions: draws x questions, each adding up to 1. A smaller spread stays nearer."""
    middle = weight / weight.sum()
    return np.random.default_rng(seed).dirichlet(middle * len(weight) / spread, size=draws)


def acceptability(answers: Array, ways: Array, *, places: int) -> pd.DataFrame:
    """For each candidate of candidates x questions: first, top (shares of the ways, 0 to 1) and mean_rank.

    Candidates that come first together share the way; top counts whoever has one of the `places`, ties at the
    cut included. A candidate without answers is never first and has no rank.
    """
    known = ~np.isnan(answers)
    sums = ways @ np.where(known, answers, 0).T
    weights = ways @ known.T.astype(float)
    return _standings(np.divide(sums, weights, out=np.full(sums.shape, -np.inf), where=weights > 0), places)


def acceptability_of_panels(panels: Array, ways: Array, *, places: int) -> pd.DataFrame:
    """The same where people are drawn again as well: each of the panels (panels x candidates x questions) is
    looked at with an equal share of the ways."""
    each = ways[: len(ways) // len(panels) * len(panels)].reshape(len(panels), -1, ways.shape[1])
    known = ~np.isnan(panels)
    sums = each @ np.where(known, panels, 0).swapaxes(1, 2)
    weights = each @ known.swapaxes(1, 2).astype(float)
    scores = np.divide(sums, weights, out=np.full(sums.shape, -np.inf), where=weights > 0)
    return _standings(scores.reshape(-1, panels.shape[1]), places)


def _standings(scores: Array, places: int) -> pd.DataFrame:
    """From ways x candidates: who is first, who is among the first `places`, and the mean place."""
    parts = [_sums(scores[start : start + CHUNK], places) for start in range(0, len(scores), CHUNK)]
    first, top, ranks, judged = np.sum(parts, axis=0)
    mean = np.divide(ranks, judged, out=np.full(len(ranks), np.nan), where=judged > 0)
    return pd.DataFrame({"first": first / len(scores), "top": top / len(scores), "mean_rank": mean})


def _sums(scores: Array, places: int) -> Array:
    """For each candidate: shares of first places, times among the first, sum of the places, times judged."""
    judged = np.isfinite(scores)
    best = (scores >= scores.max(axis=1, keepdims=True) - ALIKE) & judged
    better = np.stack([(scores > one[:, None] + ALIKE).sum(axis=1) for one in scores.T], axis=1)
    not_worse = np.stack([(scores >= one[:, None] - ALIKE).sum(axis=1) for one in scores.T], axis=1)
    first = best / np.maximum(best.sum(axis=1, keepdims=True), 1)
    places_held = np.where(judged, (better + not_worse + 1) / 2, 0)
    return np.stack(
        [first.sum(axis=0), ((better < places) & judged).sum(axis=0), places_held.sum(axis=0), judged.sum(axis=0)]
    )


def flip_weight(answers: pd.DataFrame, weight: Array) -> HeavierOrLighter | None:
    """The smallest change of one question's weight that changes who is first, exactly; None if there is none.

    With t as the weight of one question and all others as they are, each total is (a + x t) / (b + t). Two are
    equal where a polynomial of second degree is zero, so the nearest root is the answer. Nearest means the
    smallest change in units of the mean weight. None also while the first place is shared.
    """
    table, leader = answers.to_numpy(float), _leader(answers, weight)
    if leader is None:
        return None
    found = [
        (abs(root - weight[question]), question, root, other)
        for question in range(table.shape[1])
        for other in range(len(table))
        if other != leader
        for root in _meetings(table[leader], table[other], weight, question)
    ]
    if not found:
        return None
    _, question, root, other = min(found)
    factor = float(root / weight[question])
    return HeavierOrLighter(str(answers.columns[question]), factor, str(answers.index[other]))


def _meetings(leader: Array, other: Array, weight: Array, question: int) -> Iterator[float]:
    """The weights of the question, above 0, at which the other candidate draws level and then goes ahead."""
    if np.isnan(other).all():
        return
    rest = np.arange(len(weight)) != question
    (a, b, x, known), (c, d, y, there) = (_parts(row, weight, rest, question) for row in (leader, other))
    terms = np.array([x * there - y * known, a * there + x * d - c * known - y * b, a * d - c * b])
    for root in np.roots(terms):
        if abs(root.imag) < ALIKE and root.real > ALIKE and b + known * root.real > 0 and d + there * root.real > 0:
            yield float(root.real)


def _parts(row: Array, weight: Array, rest: npt.NDArray[np.bool_], question: int) -> tuple[float, float, float, float]:
    """Of one candidate: weighted answers and weights of all other questions, its answer to this one, if known."""
    known = ~np.isnan(row)
    others = known & rest
    answer = float(row[question]) if known[question] else 0.0
    return float((row * weight)[others].sum()), float(weight[others].sum()), answer, float(known[question])


def flip_score(answers: pd.DataFrame, weight: Array) -> AnotherAnswer | None:
    """The smallest change of one answer that all agreed on, in half points from 1 to 10, which puts another
    candidate strictly first; None if no single answer does. Of equal changes the leader's own comes first."""
    table, leader = answers.to_numpy(float), _leader(answers, weight)
    if leader is None:
        return None
    totals = _means(table, weight)
    others = [i for i in range(len(table)) if i != leader and not np.isnan(totals[i])]
    if not others:
        return None
    second = max(others, key=lambda i: totals[i])
    changed = [(leader, second, totals[leader] - totals[second], -1)]
    changed += [(i, i, totals[leader] - totals[i], 1) for i in others]
    found = [
        (round(abs(after - table[who, question]), 6), place, -weight[question], who, question, after, first)
        for place, (who, first, margin, way) in enumerate(changed)
        for question in range(table.shape[1])
        if (after := _beyond(table[who], weight, question, margin, way)) is not None
    ]
    if not found:
        return None
    _, _, _, who, question, after, first = min(found)
    names, questions = answers.index, answers.columns
    return AnotherAnswer(
        str(names[who]), str(questions[question]), float(table[who, question]), after, str(names[first])
    )


def _beyond(row: Array, weight: Array, question: int, margin: float, way: int) -> float | None:
    """The nearest half point at which the row's total has moved by more than the margin; None outside 1 to 10."""
    if np.isnan(row[question]):
        return None
    needed = margin * weight[~np.isnan(row)].sum() / weight[question]
    if way > 0:
        after = (np.floor((row[question] + needed + ALIKE) / STEP) + 1) * STEP
    else:
        after = (np.ceil((row[question] - needed - ALIKE) / STEP) - 1) * STEP
    return float(after) if 1 <= after <= HIGHEST else None


def _means(table: Array, weight: Array) -> Array:
    known = ~np.isnan(table)
    weights = known @ weight
    sums = np.where(known, table, 0) @ weight
    return np.divide(sums, weights, out=np.full(len(table), np.nan), where=weights > 0)


def _leader(answers: pd.DataFrame, weight: Array) -> int | None:
    """Who is first, alone; None while the first place is shared, or where nobody was judged."""
    totals = _means(answers.to_numpy(float), weight)
    if np.isnan(totals).all():
        return None
    best = np.flatnonzero(totals >= np.nanmax(totals) - ALIKE)
    return int(best[0]) if len(best) == 1 else None
