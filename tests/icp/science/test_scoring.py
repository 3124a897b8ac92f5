"""Many grades become one Total Score."""

import math
from typing import Any

import pandas as pd
import pytest

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


def test_the_best_in_every_question_stays_first_in_every_weighting() -> None:
    table = scoring.consensus(grades(*alike("a", 9, TEN), *alike("b", 8, TEN)))

    assert scoring.stays_first(table, TEN).tolist() == [1, 0]


def test_two_that_are_equal_share_the_first_place() -> None:
    table = scoring.consensus(grades(*alike("a", 9, TEN), *alike("b", 9, TEN)))

    assert scoring.stays_first(table, TEN).tolist() == [0.5, 0.5]


def test_two_mirrored_candidates_each_win_about_half_the_weightings() -> None:
    rows = [("a", "q0", "x", 9), ("a", "q1", "x", 6), ("b", "q0", "x", 6), ("b", "q1", "x", 9)]
    found = scoring.stays_first(scoring.consensus(grades(*rows)), ["q0", "q1"])

    assert found["a"] == pytest.approx(0.5, abs=0.03)


def test_the_same_seed_gives_the_same_share() -> None:
    rows = [("a", "q0", "x", 9), ("a", "q1", "x", 6), ("b", "q0", "x", 7), ("b", "q1", "x", 8)]
    table = scoring.consensus(grades(*rows))

    assert scoring.stays_first(table, ["q0", "q1"], seed=3).equals(scoring.stays_first(table, ["q0", "q1"], seed=3))
