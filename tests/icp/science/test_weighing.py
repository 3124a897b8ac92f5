"""Two classical ways to weigh, beyond the published examples (those stand in tests/reference)."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icp.science import weighing


@given(st.lists(st.floats(0.1, 9), min_size=2, max_size=8))
def test_judgements_without_contradiction_give_back_their_weights(weights: list[float]) -> None:
    true = np.array(weights) / sum(weights)
    found = weighing.pairwise(true[:, None] / true[None, :])

    np.testing.assert_allclose(found.weights, true, rtol=1e-6)
    assert found.ratio == pytest.approx(0, abs=1e-6)


def test_going_round_in_a_circle_is_inconsistent() -> None:
    found = weighing.pairwise([[1, 5, 1 / 5], [1 / 5, 1, 5], [5, 1 / 5, 1]])

    assert not found.is_consistent


@pytest.mark.parametrize("table", [[[1, 2]], [[1, 2], [2, 1]], [[1, -1], [-1, 1]], np.ones((11, 11))])
def test_what_is_no_table_of_judgements_is_refused(table: object) -> None:
    with pytest.raises(ValueError, match="Judgements are"):
        weighing.pairwise(table)


def test_the_best_of_all_columns_is_nearest_and_the_worst_furthest() -> None:
    assert weighing.nearness([[9, 9], [5, 5], [2, 2]], [1, 1])[[0, 2]].tolist() == [1, 0]


def test_less_is_better_where_it_costs() -> None:
    assert weighing.nearness([[9, 5], [2, 5]], [1, 1], costs=[0]).tolist() == [0, 1]


def test_rows_that_are_alike_cannot_be_ordered() -> None:
    assert all(math.isnan(value) for value in weighing.nearness([[5, 5], [5, 5]], [1, 1]))
