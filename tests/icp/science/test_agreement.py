"""Agreement beyond the published examples (those stand in tests/reference)."""

import math

import numpy as np
import pytest

from icp.science import agreement


def test_graders_who_agree_on_everything_reach_one() -> None:
    assert agreement.alpha([[1, 5, 9], [1, 5, 9]]) == pytest.approx(1)


def test_opposite_graders_are_below_chance() -> None:
    assert agreement.alpha([[1, 5, 9], [9, 5, 1]]) < 0


def test_everybody_the_same_everywhere_cannot_be_measured() -> None:
    assert math.isnan(agreement.alpha([[7, 7, 7], [7, 7, 7]]))


def test_one_rating_per_unit_cannot_be_compared() -> None:
    assert math.isnan(agreement.alpha([[1, np.nan], [np.nan, 9]]))


def test_the_interval_holds_the_figure_and_repeats_itself() -> None:
    ratings = np.random.default_rng(1).integers(1, 11, size=(4, 60)).astype(float)
    low, high = agreement.alpha_between(ratings, seed=5)

    assert low <= agreement.alpha(ratings) <= high
    assert (low, high) == agreement.alpha_between(ratings, seed=5)


def test_one_common_order_is_full_concordance() -> None:
    assert agreement.concordance([[1, 2, 3], [10, 20, 30]])[0] == pytest.approx(1)


@pytest.mark.parametrize(
    ("value", "word"), [(0.8, "a lot"), (0.79, "somewhat"), (0.667, "somewhat"), (0.66, "hardly"), (-1, "hardly")]
)
def test_the_word_for_agreement(value: float, word: str) -> None:
    assert agreement.in_words(value) == word


def test_agreement_is_withheld_under_three_candidates_or_two_graders() -> None:
    assert agreement.is_withheld(2, 5)
    assert agreement.is_withheld(8, 1)
    assert not agreement.is_withheld(3, 2)
