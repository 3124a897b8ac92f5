"""The order, the cut of the focus, the split of the effort."""

from fractions import Fraction
from math import ceil

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icp.science import ranking


@pytest.mark.parametrize(
    ("candidates", "expected"), [(1, 1), (2, 1), (6, 1), (7, 2), (13, 2), (14, 3), (20, 3), (21, 4), (40, 6)]
)
def test_the_focus_has_fifteen_percent_of_the_places_rounded_up(candidates: int, expected: int) -> None:
    assert ranking.places(candidates) == expected


@given(st.integers(1, 20_000))
def test_places_agree_with_exact_fractions(candidates: int) -> None:
    assert ranking.places(candidates) == max(1, ceil(Fraction(15, 100) * candidates))


def table(**totals: float) -> pd.DataFrame:
    return ranking.ranked(pd.Series(totals, dtype=float), pd.Series(dtype=float))


def test_thirteen_candidates_led_by_91_and_85_have_these_two_as_focus() -> None:
    others = {f"c{n}": 80.0 - n for n in range(11)}
    found = table(enthusiasts=91, seekers=85, **others)

    assert found.index[found["focus"]].tolist() == ["enthusiasts", "seekers"]


def test_a_tie_at_the_cut_is_included_and_shown() -> None:
    found = table(a=70, b=70, c=60)

    assert found["focus"].to_dict() == {"a": True, "b": True, "c": False}
    assert found["tied"].to_dict() == {"a": True, "b": True, "c": False}
    assert found["rank"].tolist() == [1, 1, 3]


def test_the_likelier_buyer_stands_first_among_equals_but_has_no_better_rank() -> None:
    found = ranking.ranked(pd.Series({"a": 70.0, "b": 70.0}), pd.Series({"a": 3.0, "b": 9.0}))

    assert found.index.tolist() == ["b", "a"]
    assert found["rank"].tolist() == [1, 1]


def test_likelihood_never_beats_the_total() -> None:
    found = ranking.ranked(pd.Series({"a": 71.0, "b": 70.0}), pd.Series({"a": 1.0, "b": 10.0}))

    assert found.index.tolist() == ["a", "b"]


def test_a_candidate_without_a_total_stands_last_and_out_of_the_focus() -> None:
    found = table(a=float("nan"), b=20)

    assert found.index.tolist() == ["b", "a"]
    assert not found.loc["a", "focus"]
    assert not found.loc["a", "tied"]


@given(st.lists(st.floats(0, 110), min_size=1, max_size=20))
def test_whoever_scores_as_much_as_a_member_of_the_focus_belongs_to_it(totals: list[float]) -> None:
    found = ranking.ranked(pd.Series(totals), pd.Series(dtype=float))
    least = found.loc[found["focus"], "total"].min()

    assert (found["focus"] == (found["total"] >= least)).all()


def test_effort_follows_the_score_in_whole_percents() -> None:
    assert ranking.allocated(pd.Series({"a": 91.0, "b": 85.0})).to_dict() == {"a": 41, "b": 39}


@given(st.lists(st.floats(1, 100), min_size=1, max_size=20))
def test_the_focus_gets_exactly_eighty_percent(scores: list[float]) -> None:
    assert ranking.allocated(pd.Series(scores)).sum() == 80


def test_who_leads_in_nearly_every_draw_is_told_apart() -> None:
    assert ranking.told_apart([3.0] * 98 + [-1.0] * 2)
    assert ranking.told_apart([-3.0] * 100)
    assert not ranking.told_apart([3.0] * 96 + [-1.0] * 4)
    assert not ranking.told_apart([0.0] * 100)
    assert not ranking.told_apart([float("nan")])


def test_neighbours_that_cannot_be_told_apart_are_named_in_order() -> None:
    drawn = pd.DataFrame({"a": [90.0, 91, 92], "b": [70.0, 71, 69], "c": [69.0, 72, 70], "d": [20.0, 21, 20]})

    assert ranking.not_apart(drawn, ["a", "b", "c", "d"]) == [("b", "c")]


def test_a_strict_panel_moves_both_and_tells_them_apart_all_the_same() -> None:
    moods = pd.Series(range(-20, 20), dtype=float)

    assert ranking.not_apart(pd.DataFrame({"a": 75 + moods, "b": 72 + moods}), ["a", "b"]) == []
