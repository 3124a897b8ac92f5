"""Whether a guess about people holds, does not hold, or cannot be told.

Two kinds of guesses. About most of them: the share for whom it is true, against one half (Wilson's interval).
About them and everybody else: how often one of them lies above one of the others, against one half, which is the
area under the curve of Mann and Whitney (1947); its standard error after Hanley and McNeil (1982), The Meaning and
Use of the Area under a Receiver Operating Characteristic Curve. A difference below MATTERS (0.2 standard deviations,
Cohen's small effect) is no difference that anybody would act on, however many people there are.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from icp.science.ranges import Ranged, Z, share

FEWEST = 30  # people on either side
MATTERS = 0.556  # how often one lies above the other at 0.2 standard deviations
HOLDS, FAILS, OPEN = "holds", "fails", "open"

type Floats = npt.NDArray[Any]


@dataclass(frozen=True)
class Tested:
    """A verdict, and the share it was read from."""

    verdict: str
    found: Ranged | None


def most(hits: int, n: int) -> Tested:
    """Whether it is true of more than half of them.

    >>> most(70, 100).verdict, most(39, 100).verdict, most(55, 100).verdict, most(9, 10).verdict
    ('holds', 'fails', 'open', 'open')
    """
    if n < FEWEST:
        return Tested(OPEN, share(hits, n) if n else None)
    found = share(hits, n)
    return Tested(HOLDS if found.low > 0.5 else FAILS if found.high < 0.5 else OPEN, found)


def above(inside: Floats, outside: Floats) -> Tested:
    """Whether the members lie above the others. Values that are not known are left out."""
    mine, theirs = inside[~np.isnan(inside)], outside[~np.isnan(outside)]
    if min(len(mine), len(theirs)) < FEWEST:
        return Tested(OPEN, None)
    found = superiority(mine, theirs)
    if found.low > 0.5 and found.value >= MATTERS:
        return Tested(HOLDS, found)
    return Tested(FAILS if found.high < MATTERS else OPEN, found)


def below(inside: Floats, outside: Floats) -> Tested:
    """Whether the members lie below the others."""
    return above(-inside, -outside)


def superiority(inside: Floats, outside: Floats) -> Ranged:
    """How often one of the members lies above one of the others, ties counted half: 0.5 is no difference.

    >>> superiority(np.array([2.0, 3.0]), np.array([1.0, 2.0])).value
    0.875
    """
    ordered = np.sort(outside)
    under = np.searchsorted(ordered, inside, side="left")
    until = np.searchsorted(ordered, inside, side="right")
    m, n = len(inside), len(outside)
    area = float(((under + until) / 2).sum() / (m * n))
    pairs_in, pairs_out = area / (2 - area), 2 * area * area / (1 + area)
    spread = area * (1 - area) + (m - 1) * (pairs_in - area**2) + (n - 1) * (pairs_out - area**2)
    reach = Z * float(np.sqrt(max(spread, 0.0) / (m * n)))
    return Ranged(area, max(0.0, area - reach), min(1.0, area + reach), m)
