"""Signs of haste, sameness, one impression: what is seen, and what must not be."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from icp.science import scoring, signs

TEN = [f"q{n}" for n in range(10)]
RNG = np.random.default_rng(8)


def frame(answers: Mapping[str, Sequence[Sequence[float | None]]], seconds: float = 6) -> pd.DataFrame:
    """grader -> per candidate ten answers."""
    rows = [
        (f"c{icp}", question, grader, score, seconds)
        for grader, candidates in answers.items()
        for icp, scores in enumerate(candidates)
        for question, score in zip(TEN, scores, strict=True)
    ]
    return pd.DataFrame(rows, columns=["icp", "dimension", "grader", "score", "seconds"]).astype({"score": float})


def seen(answers: Mapping[str, Any], **options: Any) -> dict[str, list[signs.Sign]]:
    grades = frame(answers, **options)
    found = signs.found(grades, scoring.totals_by_grader(grades, TEN), TEN)
    return {grader: [sign for sign in found if sign.grader == grader] for grader in answers}


def kinds(found: list[signs.Sign]) -> set[str]:
    return {sign.kind for sign in found}


def thoughtful(candidates: int = 6, level: float = 5) -> list[list[float]]:
    """Somebody who tells questions apart, and candidates."""
    return [list(np.clip(RNG.permutation(np.arange(10)) * 0.7 + level - 2, 1, 10).round()) for _ in range(candidates)]


@pytest.fixture
def panel() -> dict[str, list[list[float]]]:
    return {name: thoughtful() for name in ("ann", "ben", "eva", "ida")}


def test_somebody_who_tells_things_apart_raises_no_sign() -> None:
    truth = thoughtful()
    panel = {name: [[min(10, max(1, s + RNG.integers(-1, 2))) for s in row] for row in truth] for name in "abcd"}

    assert all(not found for found in seen(panel).values())


def test_one_answer_to_all_candidates_in_most_questions_is_seen(panel: dict[str, Any]) -> None:
    tom = [[7.0] * 6 + row[6:] for row in thoughtful()]
    found = [sign for sign in seen(panel | {"tom": tom})["tom"] if sign.kind == "same"]

    assert found == [signs.Sign("same", "tom", {"score": 7, "times": 6, "of": 10})]


def test_different_answers_that_are_alike_within_a_question_are_counted_without_a_score(panel: dict[str, Any]) -> None:
    tom = [[3.0, 4, 5, 6, 7, 8, 9, 3, 4, 5]] * 6
    (found,) = [sign for sign in seen(panel | {"tom": tom})["tom"] if sign.kind == "same"]

    assert found.figures == {"score": None, "times": 10, "of": 10}


def test_two_candidates_that_are_alike_say_nothing() -> None:
    assert "same" not in kinds(seen({"tom": [[7.0] * 10] * 2, "ann": thoughtful(2)})["tom"])


def test_nine_of_ten_alike_about_a_candidate_is_a_straight_line(panel: dict[str, Any]) -> None:
    tom = [[8.0] * 9 + [2.0], [6.0] * 9 + [9.0], *thoughtful(4)]
    (found,) = [sign for sign in seen(panel | {"tom": tom})["tom"] if sign.kind == "straight"]

    assert found.figures == {"icps": ["c0", "c1"], "of": 6}


def test_eights_and_nines_with_hardly_any_spread_are_a_straight_line(panel: dict[str, Any]) -> None:
    tom = [[8.0, 9, 8, 9, 8, 8, 8, 9, 8, 8]] * 3 + thoughtful(3)

    assert "straight" in kinds(seen(panel | {"tom": tom})["tom"])


def test_one_straight_line_of_six_is_not_worth_a_word(panel: dict[str, Any]) -> None:
    assert "straight" not in kinds(seen(panel | {"tom": [[9.0] * 10, *thoughtful(5)]})["tom"])


def test_one_impression_over_all_questions_is_seen(panel: dict[str, Any]) -> None:
    tom = [[level + bump for bump in (0, 1, 0, 1, 0, 0, 1, 0, 1, 0)] for level in (9.0, 7, 5, 4, 3, 1)]
    (found,) = [sign for sign in seen(panel | {"tom": tom})["tom"] if sign.kind == "halo"]

    assert found.figures == {"value": 1, "share": 1}


def test_with_four_candidates_everything_seems_to_rise_together_and_nothing_is_said() -> None:
    tom = [[level] * 10 for level in (9.0, 7, 5, 3)]

    assert "halo" not in kinds(seen({"tom": tom, "ann": thoughtful(4)})["tom"])


def test_two_points_above_the_others_is_mild_and_below_is_strict() -> None:
    truth = [[5.0, 6, 4, 7, 5, 6, 4, 5, 6, 5] for _ in range(4)]
    above, below = ([[s + way for s in row] for row in truth] for way in (2, -2))
    found = seen({"ann": truth, "ben": truth, "eva": truth, "mild": above, "strict": below})

    assert [sign.figures["points"] for sign in found["mild"] if sign.kind == "mild"] == [2.5]
    assert [sign.figures["points"] for sign in found["strict"] if sign.kind == "strict"] == [2.5]
    assert not kinds(found["ann"]) & {"mild", "strict"}


def test_a_question_seen_differently_is_named_with_its_direction() -> None:
    truth = [[5.0, 6, 4, 7, 5, 6, 4, 5, 6, 5] for _ in range(4)]
    tom = [[s - 3 if n == 1 else s for n, s in enumerate(row)] for row in truth]
    (found,) = [s for s in seen({"a": truth, "b": truth, "c": truth, "tom": tom})["tom"] if s.kind == "apart"]

    assert found.figures == {"question": "q1", "points": -3}


def test_a_total_far_outside_the_others_is_seen_and_four_people_are_needed() -> None:
    levels = {"a": 70, "b": 72, "c": 71, "d": 69, "tom": 30}
    found = signs.outside("tom", pd.DataFrame([levels], index=["c0"], dtype=float))

    assert found == [signs.Sign("outside", "tom", {"icp": "c0", "total": 30, "middle": 70})]
    assert signs.outside("tom", pd.DataFrame([{"a": 70.0, "b": 71.0, "tom": 30.0}], index=["c0"])) == []


def test_under_two_seconds_for_half_of_the_answers_is_haste(panel: dict[str, Any]) -> None:
    hasty, calm = frame({"tom": thoughtful()}, seconds=1.4), frame({"tom": thoughtful()}, seconds=2.5)

    assert signs.haste("tom", hasty)[0].figures == {"seconds": 1.4, "times": 60}
    assert signs.haste("tom", calm) == []
    assert signs.haste("tom", hasty.assign(seconds=np.nan)) == []
    assert signs.haste("tom", hasty.head(9)) == []


def test_one_person_alone_is_compared_with_nobody() -> None:
    assert kinds(seen({"tom": thoughtful()})["tom"]) == set()


def test_answers_nobody_gave_raise_no_sign() -> None:
    assert seen({"tom": [[None] * 10] * 6, "ann": thoughtful()})["tom"] == []
