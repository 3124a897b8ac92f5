"""The chance to order in the next 90 days, read off from what people like these did in the last 90.

Everybody who had bought 90 days ago is sorted by how often they had ordered by then and how long ago the last order
was; the share of each cell that ordered since is the chance of those who stand in that cell today (recency and
frequency tables; Fader, Hardie and Lee, "RFM and CLV: Using Iso-Value Curves for Customer Base Analysis", Journal
of Marketing Research 42, 2005). Cells with few people are pulled towards the cells beside them (quiet a little
less long, a little fewer orders), and the first of these towards everybody.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

ORDERS = np.array([1, 2, 3, 5, 10])  # a cell begins at each of these
QUIET = np.array([0, 15, 30, 60, 90, 180, 365])  # days since the last order
WEIGHT = 20.0  # people's worth of its neighbours in each cell

type Numbers = npt.NDArray[Any]


@dataclass(frozen=True)
class Table:
    """Chances by cell, shape (len(ORDERS), len(QUIET)), 0 to 1; `people` says how many each was read from."""

    chances: Numbers
    people: Numbers
    did: int
    did_not: int

    def expected(self, orders: Numbers, quiet: Numbers) -> float:
        """The mean chance of people with so many orders and so many days since the last; 0 for nobody.

        >>> table = learn(np.array([1, 1, 9, 9]), np.array([400, 400, 5, 5]), np.array([False, False, True, True]))
        >>> table.expected(np.array([9]), np.array([3])) > table.expected(np.array([1]), np.array([500]))
        True
        """
        if not len(orders):
            return 0.0
        return float(self.chances[_cells(orders, quiet)].mean())


def learn(orders: Numbers, quiet: Numbers, ordered: Numbers) -> Table:
    """The table of those who had bought: orders and days since the last by then, and whether they ordered after."""
    shape = (len(ORDERS), len(QUIET))
    people, hits = np.zeros(shape), np.zeros(shape)
    cells = _cells(orders, quiet)
    np.add.at(people, cells, 1)
    np.add.at(hits, cells, ordered.astype(float))
    share = float(ordered.mean()) if len(ordered) else 0.0
    chances = np.zeros(shape)
    for row, column in np.ndindex(shape):
        near = [chances[row, column - 1]] if column else []  # quiet a little less long
        near += [chances[row - 1, column]] if row else []  # a little fewer orders
        expected = float(np.mean(near)) if near else share
        chances[row, column] = (hits[row, column] + WEIGHT * expected) / (people[row, column] + WEIGHT)
    did = int(ordered.sum())
    return Table(chances, people, did, len(ordered) - did)


def _cells(orders: Numbers, quiet: Numbers) -> tuple[Numbers, Numbers]:
    row = np.searchsorted(ORDERS, orders, side="right") - 1
    column = np.searchsorted(QUIET, quiet, side="right") - 1
    return np.clip(row, 0, len(ORDERS) - 1), np.clip(column, 0, len(QUIET) - 1)
