"""How much the order rests on weights and on single answers."""

import time
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from icp.science import scoring, sensitivity

EQUAL = np.ones(10)


def table(**answers: list[float]) -> pd.DataFrame:
    frame = pd.DataFrame.from_dict(answers, orient="index", dtype=float)
    frame.columns = pd.Index([f"q{n}" for n in range(frame.shape[1])])
    return frame


def standing(answers: pd.DataFrame, *, places: int = 1, spread: float = 1.0) -> pd.DataFrame:
    ways = sensitivity.weightings(np.ones(answers.shape[1]), spread=spread)
    return sensitivity.acceptability(answers.to_numpy(), ways, places=places).set_index(answers.index)


CLOSE = table(
    even=[7, 8, 7.5, 7, 8, 7.5, 7, 8, 7.5, 7.5],  # 75, much the same everywhere
    sharp=[8, 5, 5, 10, 5, 10, 10, 10, 5, 7],  # 75, brilliant here and weak there
    third=[4, 9, 9, 7, 9, 5, 8, 6, 10, 5],  # 72
)


def test_the_best_in_every_question_is_first_in_every_weighting() -> None:
    assert standing(table(a=[9] * 10, b=[8] * 10))["first"].tolist() == [1, 0]


def test_two_that_are_equal_share_the_first_place() -> None:
    found = standing(table(a=[9] * 10, b=[9] * 10))

    assert found["first"].tolist() == [0.5, 0.5]
    assert found["top"].tolist() == [1, 1]
    assert found["mean_rank"].tolist() == [1.5, 1.5]


def test_two_mirrored_candidates_each_win_half_of_the_ways() -> None:
    found = standing(table(a=[9, 6], b=[6, 9]))

    assert found["first"].tolist() == pytest.approx([0.5, 0.5], abs=0.01)


def test_75_75_and_72_under_any_weights_and_under_nearly_equal_ones() -> None:
    assert CLOSE.sum(axis=1).tolist() == [75, 75, 72]
    assert standing(CLOSE)["first"].tolist() == pytest.approx([0.26, 0.50, 0.24], abs=0.02)
    assert standing(CLOSE, spread=0.0005)["first"].tolist() == pytest.approx([0.5, 0.5, 0], abs=0.03)


def test_91_85_and_71_stay_where_they_are() -> None:
    answers = table(
        enthusiasts=[9, 9, 9, 9, 10, 9, 9, 9, 9, 9],
        seekers=[9, 8, 8, 9, 9, 8, 9, 8, 8, 9],
        others=[7, 8, 6, 7, 7, 8, 6, 9, 6, 7],
    )
    found = standing(answers, places=2)

    assert answers.sum(axis=1).tolist() == [91, 85, 71]
    assert found["first"].tolist() == pytest.approx([1, 0, 0], abs=0.005)
    assert found["top"].tolist()[:2] == pytest.approx([1, 0.998], abs=0.005)


def test_ways_are_drawn_around_the_chosen_weights() -> None:
    weight = scoring.weighed(["a", "b", "c"], {"a": 2, "b": 1, "c": 0.5})
    ways = sensitivity.weightings(weight)

    np.testing.assert_allclose(ways.sum(axis=1), 1)
    np.testing.assert_allclose(ways.mean(axis=0), weight / 3, atol=0.005)


def test_without_a_choice_every_way_has_the_same_chance() -> None:
    """Of a flat Dirichlet of n shares each has the variance (n - 1) / (n^2 (n + 1))."""
    ways = sensitivity.weightings(np.ones(5))

    np.testing.assert_allclose(ways.var(axis=0), 4 / (25 * 6), rtol=0.03)


def test_whoever_nobody_could_judge_is_never_first() -> None:
    found = standing(table(a=[3, 3], b=[np.nan, np.nan]), places=2)

    assert found["first"].tolist() == [1, 0]
    assert found["top"].tolist() == [1, 0]
    assert np.isnan(found["mean_rank"].iloc[1])


def test_people_drawn_again_make_a_close_first_place_less_sure() -> None:
    answers = np.array([[[9.0] * 4, [5.0] * 4], [[9.0] * 4, [5.0] * 4], [[2.0] * 4, [6.0] * 4]])
    ways = sensitivity.weightings(np.ones(4))
    alone = sensitivity.acceptability(np.median(answers, axis=0), ways, places=1)
    again = sensitivity.acceptability_of_panels(scoring.drawn_again(answers), ways, places=1)

    assert alone["first"].tolist() == [1, 0]
    assert again["first"].iloc[0] == pytest.approx(20 / 27, abs=0.05)  # at least two of three draws are fond of it


def test_panels_without_differences_say_what_their_median_says() -> None:
    panels = np.repeat(CLOSE.to_numpy()[None], 1000, axis=0)
    ways = sensitivity.weightings(EQUAL)

    again = sensitivity.acceptability_of_panels(panels, ways, places=1)
    np.testing.assert_allclose(again, sensitivity.acceptability(CLOSE.to_numpy(), ways, places=1))


def test_fifty_graders_twenty_candidates_and_fifty_thousand_ways_take_less_than_a_second() -> None:
    answers = np.random.default_rng(0).integers(1, 11, size=(50, 20, 11)).astype(float)
    started = time.process_time()
    ways = sensitivity.weightings(np.ones(11))
    sensitivity.acceptability(np.median(answers, axis=0), ways, places=3)
    sensitivity.acceptability_of_panels(scoring.drawn_again(answers), ways, places=3)

    assert len(ways) == 50_000
    assert time.process_time() - started < 2  # about 0.5 s when nothing else runs


# What would change it --------------------------------------------------------------------------


def scored(answers: pd.DataFrame, weight: Any) -> pd.Series:
    names = list(answers.columns)
    return scoring.total(answers, names, dict(zip(names, weight, strict=True)))


def test_the_weight_that_would_put_another_first() -> None:
    answers = table(a=[9, 5, 5], b=[5, 6, 6])  # 19 to 17; the first question counts less, and b is first
    found = sensitivity.flip_weight(answers, np.ones(3))

    assert found is not None
    assert (found.question, found.first) == ("q0", "b")
    assert found.factor == pytest.approx(0.5)


def test_no_weight_helps_who_is_better_nowhere() -> None:
    assert sensitivity.flip_weight(table(a=[9, 9], b=[8, 8]), np.ones(2)) is None
    assert sensitivity.flip_score(table(a=[10] * 10, b=[1] * 10), EQUAL) is None


def test_while_two_are_first_nothing_needs_to_change() -> None:
    assert sensitivity.flip_weight(table(a=[9, 8], b=[8, 9]), np.ones(2)) is None
    assert sensitivity.flip_score(table(a=[9, 8], b=[8, 9]), np.ones(2)) is None


def test_the_answer_that_would_put_another_first() -> None:
    answers = table(a=[8, 8, 9], b=[7, 8, 7])  # 25 to 22
    found = sensitivity.flip_score(answers, np.ones(3))

    assert found == sensitivity.AnotherAnswer("a", "q0", 8, 4.5, "b")


def test_where_the_leader_cannot_fall_far_enough_another_may_rise() -> None:
    answers = table(a=[3, 3, 3], b=[1, 1, 1])
    found = sensitivity.flip_score(answers, np.ones(3))

    assert found == sensitivity.AnotherAnswer("b", "q0", 1, 7.5, "b")


def test_in_a_question_that_counts_twice_a_smaller_change_is_enough() -> None:
    answers = table(a=[8, 8, 9], b=[7, 8, 7])
    found = sensitivity.flip_score(answers, np.array([0.75, 1.5, 0.75]))

    assert found is not None
    assert found.question == "q1"


def a_round(seed: int, candidates: int, questions: int, missing: float) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    answers = rng.integers(2, 21, size=(candidates, questions)) / 2
    answers[rng.random(answers.shape) < missing] = np.nan
    return table(**{f"c{n}": list(row) for n, row in enumerate(answers)})


ROUNDS = {
    "seed": st.integers(0, 10_000),
    "candidates": st.integers(2, 5),
    "questions": st.integers(2, 5),
    "missing": st.sampled_from([0.0, 0.2]),
}


@settings(max_examples=25, deadline=None)
@given(**ROUNDS)
def test_nothing_changes_before_the_weight_that_is_named_and_everything_after(
    seed: int, candidates: int, questions: int, missing: float
) -> None:
    answers = a_round(seed, candidates, questions, missing)
    weight = scoring.weighed(list(answers), {"q0": 2})
    found = sensitivity.flip_weight(answers, weight)
    before = scored(answers, weight)
    assume(before.notna().any() and (before == before.max()).sum() == 1)

    def first_with(question: int, value: float) -> Any:
        return scored(answers, [value if n == question else w for n, w in enumerate(weight)]).idxmax()

    if found is not None:
        q = list(answers).index(found.question)
        size = abs(found.factor - 1) * weight[q]
        beyond = weight[q] * (found.factor + (1e-3 if found.factor > 1 else -1e-3 * found.factor))
        assert first_with(q, beyond) != before.idxmax()
    else:
        size = 30.0
    for question in range(questions):
        for step in np.linspace(-0.98, 0.98, 12) * size:
            if weight[question] + step > 0:
                assert first_with(question, weight[question] + step) == before.idxmax()


@settings(max_examples=25, deadline=None)
@given(**ROUNDS)
def test_no_smaller_change_of_an_answer_puts_another_first(
    seed: int, candidates: int, questions: int, missing: float
) -> None:
    answers = a_round(seed, candidates, questions, missing)
    weight = scoring.weighed(list(answers), {"q0": 2})
    before = scored(answers, weight)
    assume(before.notna().any() and (before == before.max()).sum() == 1)
    leader = before.idxmax()
    changes: dict[float, set[Any]] = {}
    for icp in answers.index:
        for question in answers.columns[answers.loc[icp].notna()]:
            for after in np.arange(1, 10.5, 0.5):
                changed = answers.copy()
                changed.loc[icp, question] = after
                totals = scored(changed, weight)
                if totals.drop(leader).max() > totals.loc[[leader]].max() + 1e-5:
                    changes.setdefault(abs(after - answers.loc[icp, question]), set()).add(totals.idxmax())

    found = sensitivity.flip_score(answers, weight)
    if not changes:
        assert found is None
        return
    assert found is not None
    assert abs(found.after - found.before) == pytest.approx(min(changes))
    assert found.first in changes[min(changes)]
