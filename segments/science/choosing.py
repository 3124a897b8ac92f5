"""How many groups, and whether to believe them.

No single index decides. A number of groups is admissible only when every group is big enough to be worth a
plan and is found again in redrawn samples; among the admissible ones the three indices vote by rank, and a tie
goes to fewer groups. Where the gap statistic sees one group only, there is nothing to choose.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.stats import rankdata

from segments.science.validity import Indices

SMALLEST_SHARE = 0.02
SMALLEST = 30
STABLE = 0.75  # Hennig 2007
PATTERN = 0.6
STRONG = 0.8  # Tibshirani and Walther 2005
APART = 0.5  # Kaufman and Rousseeuw 1990: above it "a reasonable structure", below it a weak one
NO_STRUCTURE = 0.2
MAIN = range(3, 8)  # three to seven segments can be remembered
FEWEST_PEOPLE = 100


class Verdict(StrEnum):
    CLEAR = "clear segments"
    CARE = "usable with care"
    NOT_REAL = "not real segments"
    CANNOT_TELL = "cannot tell yet"


@dataclass(frozen=True)
class Candidate:
    """One number of groups that was tried. `jaccard` is that of the worst group."""

    k: int
    smallest: int
    people: int
    jaccard: float
    indices: Indices

    @property
    def is_big_enough(self) -> bool:
        return self.smallest >= admissible_size(self.people)

    @property
    def is_admissible(self) -> bool:
        return self.is_big_enough and self.jaccard >= STABLE


@dataclass(frozen=True)
class Judgement:
    verdict: Verdict
    reasons: tuple[str, ...]


def admissible_size(people: int) -> int:
    """The fewest members a group needs: 2 % of all, and never under 30.

    >>> admissible_size(4338), admissible_size(500)
    (87, 30)
    """
    return max(SMALLEST, int(np.ceil(SMALLEST_SHARE * people)))


def choose(candidates: Sequence[Candidate], *, preferred: range = MAIN) -> Candidate | None:
    """The best admissible candidate, those of a preferred size before others; None where there is none."""
    admissible = [candidate for candidate in candidates if candidate.is_admissible]
    pool = [candidate for candidate in admissible if candidate.k in preferred] or admissible
    if not pool:
        return _best_pattern(candidates)
    votes = _votes(pool)
    return min(zip(votes, pool, strict=True), key=lambda pair: (pair[0], pair[1].k))[1]


def judge(chosen: Candidate | None, *, gap_best: int, strength: float, people: int) -> Judgement:
    """The verdict in the product's four words, with its reasons as sentences."""
    if people < FEWEST_PEOPLE:
        return Judgement(Verdict.CANNOT_TELL, (f"{people} people are too few to say; it takes {FEWEST_PEOPLE}.",))
    if gap_best == 1:
        return Judgement(
            Verdict.NOT_REAL, ("People differ gradually: no number of groups explains more than chance would.",)
        )
    if chosen is None:
        return Judgement(Verdict.NOT_REAL, ("Each new try drew the lines somewhere else.",))
    doubts = _doubts(chosen, strength)
    return Judgement(Verdict.CARE if doubts else Verdict.CLEAR, tuple(doubts) or _grounds(chosen))


def _votes(pool: Sequence[Candidate]) -> list[float]:
    """The mean rank over the three indices, 1 being best."""
    ranks = [
        rankdata([-candidate.indices.silhouette for candidate in pool]),
        rankdata([-candidate.indices.calinski_harabasz for candidate in pool]),
        rankdata([candidate.indices.davies_bouldin for candidate in pool]),
    ]
    return [float(vote) for vote in np.mean(ranks, axis=0)]


def _best_pattern(candidates: Sequence[Candidate]) -> Candidate | None:
    """Nothing is stable: the most stable of what at least shows a pattern."""
    patterns = [
        c for c in candidates if c.is_big_enough and c.jaccard >= PATTERN and c.indices.silhouette >= NO_STRUCTURE
    ]
    return max(patterns, key=lambda candidate: (candidate.jaccard, -candidate.k), default=None)


def _doubts(chosen: Candidate, strength: float) -> list[str]:
    doubts = []
    if not chosen.is_big_enough:
        doubts.append(f"The smallest group has only {chosen.smallest} people.")
    if chosen.jaccard < STABLE:
        doubts.append(f"The least stable group is found again only to {100 * chosen.jaccard:.0f} %.")
    if strength < STRONG:
        doubts.append("Two halves of the data do not agree on where the lines are.")
    if chosen.indices.silhouette < APART:
        doubts.append("The groups touch one another: people near a line could stand on either side.")
    return doubts


def _grounds(chosen: Candidate) -> tuple[str, ...]:
    return (f"Found again in redrawn data to {100 * chosen.jaccard:.0f} % or more, and well apart from one another.",)
