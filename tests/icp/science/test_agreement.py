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


def test_judges_who_say_the_same_leave_no_range() -> None:
    assert agreement.intraclass_between([[1, 1], [5, 5], [9, 9]]) == (1, 1)


def test_targets_that_are_all_alike_have_no_range() -> None:
    assert all(math.isnan(end) for end in agreement.intraclass_between([[1, 5], [1, 5], [1, 5]]))


def test_judges_of_one_order_on_different_levels_have_a_range() -> None:
    low, high = agreement.intraclass_between([[1, 3], [5, 7], [9, 11]])

    assert 0 <= low < agreement.intraclass([[1, 3], [5, 7], [9, 11]])["2,k"] < high <= 1


def test_the_interval_of_the_panel_holds_its_figure_in_95_of_100_panels() -> None:
    """20 targets, 4 judges; the true ICC(2,k) is 4 / (4 + 3/4) of variances 4 (targets), 1 (judges), 2 (error)."""
    rng, hits = np.random.default_rng(11), 0
    for _ in range(400):
        targets, judges = rng.normal(0, 2, (20, 1)), rng.normal(0, 1, (1, 4))
        low, high = agreement.intraclass_between(targets + judges + rng.normal(0, 2**0.5, (20, 4)))
        hits += low <= 4 / (4 + 3 / 4) <= high

    assert 0.92 <= hits / 400 <= 0.98


def test_the_interval_of_w_holds_the_figure_and_repeats_itself() -> None:
    ratings = np.random.default_rng(2).integers(1, 101, size=(5, 9)).astype(float)
    low, high = agreement.concordance_between(ratings, seed=3)

    assert 0 <= low <= agreement.concordance(ratings)[0] <= high <= 1
    assert (low, high) == agreement.concordance_between(ratings, seed=3)


def test_the_interval_of_one_common_order_is_the_figure() -> None:
    assert agreement.concordance_between([[1, 2, 3], [10, 20, 30]]) == (1, 1)


@pytest.mark.parametrize(
    ("value", "word"), [(0.8, "a lot"), (0.79, "somewhat"), (0.667, "somewhat"), (0.66, "hardly"), (-1, "hardly")]
)
def test_the_word_for_agreement(value: float, word: str) -> None:
    assert agreement.in_words(value) == word


def test_agreement_is_withheld_under_three_candidates_or_two_graders() -> None:
    assert agreement.is_withheld(2, 5)
    assert agreement.is_withheld(8, 1)
    assert not agreement.is_withheld(3, 2)
