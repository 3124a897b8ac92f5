"""Scores and groups of buying habits."""

import doctest
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from customers.science import rfm

COUNTS = arrays(np.int64, st.integers(1, 200), elements=st.integers(0, 400))


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(rfm) == (0, 4) or doctest.testmod(rfm).failed == 0


def test_a_value_on_a_cut_point_belongs_to_the_bin_above() -> None:
    assert rfm.score([9, 10, 19, 20, 21], (10.0, 20.0)).tolist() == [1, 2, 2, 3, 3]
    assert rfm.score([9, 10, 19, 20, 21], (10.0, 20.0), falling=True).tolist() == [3, 2, 2, 1, 1]


def test_quintiles_of_whole_numbers_put_the_quantile_itself_below() -> None:
    days = np.arange(1, 102)  # quantiles 21, 41, 61, 81
    assert rfm.cut_points(days, whole=True) == (22.0, 42.0, 62.0, 82.0)
    assert rfm.cut_points(days) == (21.0, 41.0, 61.0, 81.0)
    scores = rfm.score(days, rfm.cut_points(days, whole=True), falling=True)
    assert (scores[20], scores[21]) == (5, 4)


@given(COUNTS, st.randoms(use_true_random=False))
def test_equal_values_have_equal_scores_in_any_order(values: Any, random: Any) -> None:
    cuts = rfm.cut_points(values, whole=True)
    scores = dict(zip(values.tolist(), rfm.score(values, cuts).tolist(), strict=True))
    shuffled = values.tolist()
    random.shuffle(shuffled)
    assert rfm.cut_points(shuffled, whole=True) == pytest.approx(cuts)
    assert [scores[value] for value in shuffled] == rfm.score(shuffled, cuts).tolist()


@given(COUNTS)
def test_more_is_never_worse_and_scores_stay_in_range(values: Any) -> None:
    ordered = np.sort(values)
    scores = rfm.score(ordered, rfm.cut_points(ordered, whole=True))
    assert (np.diff(scores) >= 0).all()
    assert scores.min() >= 1
    assert scores.max() <= rfm.LEVELS


@given(arrays(np.int64, st.integers(2, 200), elements=st.integers(1, 10**6)), st.sampled_from([1, 2, 3]))
def test_another_currency_changes_no_score(cents: Any, power: int) -> None:
    rate = 2.0**power  # exact in binary, so that only the method is tested
    amounts = cents / 100
    before = rfm.score(amounts, rfm.cut_points(amounts))
    after = rfm.score(amounts * rate, rfm.cut_points(amounts * rate))
    assert before.tolist() == after.tolist()


def test_many_one_time_buyers_mean_fixed_bands_and_say_so() -> None:
    orders = [1] * 60 + [2] * 20 + [3] * 10 + [7] * 8 + [30] * 2
    fit = rfm.fit(np.arange(100), orders, np.linspace(1, 100, 100))
    assert (fit.f.kind, fit.f.tied, fit.f.cuts) == ("bands", True, rfm.BANDS)
    assert rfm.score([1, 2, 3, 4, 5, 9, 10, 30], fit.f.cuts).tolist() == [1, 2, 3, 3, 4, 4, 5, 5]
    assert (fit.r.kind, fit.r.tied) == ("quantiles", False)


def test_without_ties_orders_have_quantiles_too() -> None:
    fit = rfm.fit(np.arange(100), np.arange(100), np.arange(100.0))
    assert (fit.f.kind, fit.levels, fit.buyers) == ("quantiles", 5, 100)


def test_fewer_than_fifty_buyers_have_three_scores_and_three_segments() -> None:
    few = rfm.fit(np.arange(49), np.arange(49), np.arange(49.0))
    enough = rfm.fit(np.arange(50), np.arange(50), np.arange(50.0))
    assert (few.levels, len(few.r.cuts), list(few.segments)) == (3, 2, ["Loyal", "Promising", "Lapsed"])
    assert (enough.levels, len(enough.r.cuts), len(enough.segments)) == (5, 4, 6)


def test_one_buyer_is_enough_and_none_is_not() -> None:
    assert rfm.fit([3], [1], [9.5]).buyers == 1
    with pytest.raises(ValueError, match="at least one buyer"):
        rfm.fit([], [], [])


def test_with_three_scores_every_combination_has_a_segment() -> None:
    named = {rfm.group(r, f, m, levels=3) for r in (1, 2, 3) for f in (1, 2, 3) for m in (1, 2, 3)}
    assert named == {"Lost", "Loyal", "Promising"}
    assert {rfm.main_segment(name) for name in named} == set(rfm.FEW_SEGMENTS)


def test_the_limits_survive_being_kept() -> None:
    fit = rfm.fit(np.arange(100), [1] * 60 + list(range(40)), np.linspace(1, 9, 100))
    assert rfm.Fit.from_dict(fit.as_dict()) == fit


def test_limits_in_days_leave_no_gap_and_say_whole_days() -> None:
    fit = rfm.Fit(
        rfm.Axis((18.4, 35.0, 72.0, 180.2)), rfm.Axis(rfm.BANDS), rfm.Axis((1.0, 2.0, 3.0, 4.0)), levels=5, buyers=99
    )
    said = [rfm.within_days(fit, r) for r in (5, 4, 3, 2, 1)]
    assert said == [(None, 18), (19, 34), (35, 71), (72, 180), (181, None)]
    for r, (start, end) in zip((5, 4, 3, 2, 1), said, strict=True):
        for days in filter(None, (start, end)):
            assert rfm.score([days], fit.r.cuts, falling=True).tolist() == [r]
