"""Many grades become one Total Score."""

import math
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icp.science import scoring

TEN = [f"q{n}" for n in range(10)]


def grades(*rows: tuple[str, str, str, float | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["icp", "dimension", "grader", "score"])
    return frame.astype({"score": float})


def alike(icp: str, score: float, questions: list[str], grader: str = "ann") -> list[tuple[str, str, str, float]]:
    return [(icp, question, grader, score) for question in questions]


def totals_of(*rows: Any) -> pd.Series:
    return scoring.total(scoring.consensus(grades(*rows)), TEN)


def test_ten_tens_are_a_hundred() -> None:
    assert totals_of(*alike("offices", 10, TEN))["offices"] == 100


def test_ten_ones_are_ten() -> None:
    assert totals_of(*alike("offices", 1, TEN))["offices"] == 10


def test_the_consensus_is_the_median() -> None:
    found = scoring.consensus(grades(("a", "q0", "x", 2), ("a", "q0", "y", 9), ("a", "q0", "z", 8)))

    assert found.loc["a", "q0"] == 8


def test_an_even_panel_may_give_half_points() -> None:
    assert scoring.consensus(grades(("a", "q0", "x", 8), ("a", "q0", "y", 9))).loc["a", "q0"] == 8.5


def test_i_dont_know_is_missing_and_never_a_five() -> None:
    found = scoring.consensus(grades(("a", "q0", "x", 9), ("a", "q0", "y", None)))

    assert found.loc["a", "q0"] == 9


def test_an_unanswered_question_is_neither_a_one_nor_a_five() -> None:
    rows = alike("a", 8, TEN[:9])

    assert totals_of(*rows)["a"] == 80


def test_a_candidate_nobody_could_judge_has_no_total() -> None:
    rows = [*alike("a", 8, TEN), ("b", "q0", "ann", None)]
    table = scoring.consensus(grades(*rows)).reindex(["a", "b"])

    assert math.isnan(scoring.total(table, TEN)["b"])


def test_a_question_that_does_not_count_leaves_the_total_alone() -> None:
    rows = [*alike("a", 8, TEN), ("a", "likelihood", "ann", 1)]

    assert totals_of(*rows)["a"] == 80


def test_eleven_questions_reach_110_and_are_rescaled_to_100() -> None:
    eleven = [*TEN, "likelihood"]
    totals = scoring.total(scoring.consensus(grades(*alike("a", 10, eleven))), eleven)

    assert totals["a"] == 110
    assert scoring.of_hundred(totals, eleven)["a"] == 100


@pytest.mark.parametrize(
    ("answered", "graders", "expected"), [(10, 2, False), (8, 2, False), (7, 2, True), (10, 1, True)]
)
def test_final_needs_two_graders_and_eight_of_ten(answered: int, graders: int, expected: bool) -> None:
    assert scoring.is_provisional(answered, graders, questions=10) is expected


def test_eleven_questions_need_nine_answers() -> None:
    assert scoring.is_provisional(8, 2, questions=11)
    assert not scoring.is_provisional(9, 2, questions=11)


def test_the_spread_is_the_middle_half_of_the_graders_totals() -> None:
    rows = [row for i, score in enumerate((4, 6, 8)) for row in alike("a", score, TEN, grader=f"g{i}")]
    found = scoring.spread(scoring.totals_by_grader(grades(*rows), TEN))

    assert list(found.loc["a"]) == [50, 70]


def test_one_opinion_has_no_spread() -> None:
    found = scoring.spread(scoring.totals_by_grader(grades(*alike("a", 4, TEN)), TEN))

    assert found.loc["a"].isna().all()


def test_gaps_of_three_are_named_widest_first() -> None:
    rows = [("a", "q0", "x", 3), ("a", "q0", "y", 6), ("a", "q1", "x", 5), ("a", "q1", "y", 7)]
    found = scoring.gaps(grades(*rows, ("b", "q0", "x", 1), ("b", "q0", "y", 9)))

    assert found[["icp", "dimension", "width"]].values.tolist() == [["b", "q0", 8], ["a", "q0", 3]]


def test_a_question_that_counts_twice_moves_the_total_twice_as_far_and_ten_stays_the_most() -> None:
    table = pd.DataFrame({"q0": [10.0, 10], "q1": [4.0, 10]}, index=["a", "b"])

    assert scoring.total(table, ["q0", "q1"], {"q0": 2, "q1": 1}).tolist() == [16, 20]
    assert scoring.total(table, ["q0", "q1"], {"q0": 4, "q1": 2}).tolist() == [16, 20]


def test_equal_weights_are_the_plain_sum() -> None:
    table = pd.DataFrame({"q0": [7.5], "q1": [4.0], "q2": [9.0]})

    assert scoring.total(table, list(table), dict.fromkeys(table, 3.0)).tolist() == [20.5]


def test_the_weight_of_a_missing_answer_is_missing_too() -> None:
    table = pd.DataFrame({"q0": [math.nan], "q1": [4.0]})

    assert scoring.total(table, ["q0", "q1"], {"q0": 9}).tolist() == [8]


def test_one_wild_answer_of_five_leaves_the_trimmed_mean_alone() -> None:
    rows = [("a", "q0", str(n), score) for n, score in enumerate((8, 8, 9, 8, 1))]

    assert scoring.consensus(grades(*rows), way="trimmed").loc["a", "q0"] == 8
    assert scoring.consensus(grades(*rows[:4]), way="trimmed").loc["a", "q0"] == 8.25


def test_strict_and_mild_graders_are_brought_to_one_level() -> None:
    rows = [("a", "q0", "mild", 9), ("b", "q0", "mild", 7), ("a", "q0", "strict", 5), ("b", "q0", "strict", 3)]
    found = scoring.levelled(grades(*rows))

    assert found["score"].tolist() == [7, 5, 7, 5]


def test_the_question_people_are_furthest_apart_on() -> None:
    rows = [("a", "q0", str(n), score) for n, score in enumerate((3, 4, 8, 9))]
    found = scoring.apartness(grades(*rows, ("a", "q1", "0", 5), ("b", "q2", "0", 5), ("b", "q2", "1", 7)))

    assert found.drop("q1").to_dict() == {"q0": 4.5, "q2": 1}
    assert math.isnan(found["q1"])


def test_the_panel_drawn_again_is_what_sorting_each_draw_would_give() -> None:
    rng = np.random.default_rng(4)
    answers = rng.integers(1, 11, size=(5, 3, 4)).astype(float)
    answers[rng.random(answers.shape) < 0.2] = np.nan
    found = scoring.drawn_again(answers, draws=200, seed=7)
    times = np.random.default_rng(7).multinomial(5, np.full(5, 0.2), size=200)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a cell that nobody drawn has answered
        sorted_out = [np.nanmedian(np.repeat(answers, each, axis=0), axis=0) for each in times]

    np.testing.assert_array_equal(found, np.array(sorted_out))


def test_fifty_graders_of_twenty_candidates_are_drawn_again_in_a_moment() -> None:
    answers = np.random.default_rng(1).integers(1, 11, size=(50, 20, 11)).astype(float)
    panels = scoring.drawn_again(answers)

    assert panels.shape == (1000, 20, 11)
    assert scoring.totals_of(panels, np.ones(11)).shape == (1000, 20)


@given(st.lists(st.floats(0.1, 9), min_size=4, max_size=4), st.integers(0, 2**32 - 1))
def test_totals_of_panels_are_the_totals_of_frames(weights: list[float], seed: int) -> None:
    rng = np.random.default_rng(seed)
    answers = rng.integers(1, 11, size=(3, 4)).astype(float)
    answers[rng.random(answers.shape) < 0.3] = np.nan
    names = ["q0", "q1", "q2", "q3"]
    frame = pd.DataFrame(answers, columns=names)
    weight = dict(zip(names, weights, strict=True))

    found = scoring.totals_of(answers[None], scoring.weighed(names, weight))[0]
    np.testing.assert_allclose(found, scoring.total(frame, names, weight), atol=1e-5)


def test_the_cube_holds_each_answer_in_its_place() -> None:
    found = scoring.cube(grades(("a", "q0", "x", 3), ("b", "q1", "y", 9)), ["a", "b"], ["q0", "q1"])

    assert found[0, 0, 0] == 3
    assert found[1, 1, 1] == 9
    assert np.isnan(found).sum() == 6
