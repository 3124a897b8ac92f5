"""What a closed round comes to, as frozen figures. No database: answers in, result out."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from icp import scorecards, sentences
from icp.concluding import conclude
from icp.models.definition import Icp
from icp.models.grading import Rubric

TEN = [question["id"] for question in scorecards.TEN]


def a_rubric(name: str = "ICP 10", **weights: float) -> Rubric:
    asked = [each | {"weight": weights.get(each["id"], 1)} for each in scorecards.BUILT_IN[name]]
    return Rubric(name=name, dimensions=asked)


def given(answers: Mapping[Icp, Sequence[Sequence[float | None]]], *, likely: float | None = None) -> pd.DataFrame:
    """Per candidate one list of ten answers for each grader, in the order of the questions."""
    rows = [
        (str(icp.pk), question, f"g{grader}", score, "", 1, 3.0)
        for icp, graders in answers.items()
        for grader, scores in enumerate(graders)
        for question, score in zip([*TEN, "likelihood"], [*scores, likely], strict=True)
    ]
    columns = ["icp", "dimension", "grader", "score", "reason", "turn", "seconds"]
    return pd.DataFrame(rows, columns=columns).astype({"score": float})


def concluded(answers: Mapping[Icp, Any], rubric: Rubric | None = None, **options: Any) -> dict[str, Any]:
    result = conclude(given(answers, **options), rubric=rubric or a_rubric(), candidates=list(answers))
    assert json.loads(json.dumps(result)) == result  # frozen as it is answered
    return result


def named(*names: str) -> list[Icp]:
    return [Icp(name=name) for name in names]


def making(total: int) -> list[float]:
    """Ten answers that add up to a total."""
    return [float(total // 10 + (n < total % 10)) for n in range(10)]


def test_thirteen_candidates_led_by_91_and_85_are_two_in_the_focus_and_get_80_of_100() -> None:
    names = named("Enthusiasts", "Self-defence seekers", *(f"Candidate {n}" for n in range(3, 14)))
    totals = [91, 85, *range(71, 38, -3)]
    result = concluded({icp: [making(total)] * 3 for icp, total in zip(names, totals, strict=True)})

    assert result["places"] == 2
    assert [(row["name"], row["score"]) for row in result["ranking"] if row["focus"]] == [
        ("Enthusiasts", 91), ("Self-defence seekers", 85),
    ]  # fmt: skip
    assert [share["percent"] for share in result["allocation"]] == [41, 39, 20]
    assert result["ranking"][0]["first_in"] == 1
    assert result["ranking"][1]["top_in"] == pytest.approx(1, abs=0.005)
    assert sentences.stays_first(result) == "**100 of 100** ways to weigh the questions put **Enthusiasts** first."


def test_a_weighted_question_moves_the_total_and_a_hundred_stays_the_most() -> None:
    a, b = named("A", "B")
    answers = {a: [[10.0] + [5.0] * 9] * 2, b: [[10.0] * 10] * 2}
    result = concluded(answers, a_rubric(urgency=2))

    assert [(row["name"], row["total"], row["max"]) for row in result["ranking"]] == [
        ("B", 100, 100),
        ("A", pytest.approx(65 / 11 * 10, abs=0.01), 100),
    ]
    assert result["weights"]["urgency"] == 2
    assert result["questions"][0]["weight"] == 2
    assert result["questions"][10]["weight"] is None
    assert result["ways"]["around_chosen"] is True


def test_the_total_has_a_range_over_people_drawn_again_and_one_person_has_none() -> None:
    a, b = named("A", "B")
    result = concluded({a: [making(90), making(80), making(70)], b: [making(40)] * 3})
    first, second = result["ranking"]

    assert first["interval"] == [70, 90]
    assert second["interval"] == [40, 40]
    assert concluded({a: [making(90)], b: [making(40)]})["ranking"][0]["interval"] is None


def test_ranks_that_cannot_be_told_apart_are_named_and_the_cut_is_said_once() -> None:
    a, b, c, d = named("A", "B", "C", "D")
    apart = {
        a: [making(90), making(70), making(80)],
        b: [making(75), making(85), making(76)],
        c: [making(50), making(40), making(45)],
        d: [making(41), making(49), making(46)],
    }
    result = concluded(apart)

    assert [[*pair] for pair in result["not_apart"]] == [["A", "B"], ["D", "C"]]
    assert result["close_call"] == ["A", "B"]
    assert sentences.not_apart(result) == "3rd and 4th cannot be told apart."
    assert "A and B cannot be told apart" in sentences.close_call(result)


def test_a_chain_of_neighbours_is_one_sentence() -> None:
    rows = [{"name": name} for name in "ABCDEF"]
    pairs = [["A", "B"], ["C", "D"], ["D", "E"], ["E", "F"]]
    result = {"ranking": rows, "not_apart": pairs, "close_call": None}

    assert sentences.not_apart(result) == (
        "1st and 2nd cannot be told apart. From 3rd to 6th none can be told apart from the next."
    )


def test_one_persons_view_tells_nothing_apart_and_asks_nobody_again() -> None:
    a, b = named("A", "B")
    result = concluded({a: [making(75)], b: [making(74)]})

    assert result["not_apart"] == []
    assert result["close_call"] is None
    assert result["ranking"][0]["first_again"] is None


def test_what_would_change_it_is_said_in_a_sentence() -> None:
    a, b = named("Small offices", "Brewers")
    scores = [9, 8, 8, 8, 8, 8, 8, 8, 8, 8]
    result = concluded({a: [scores] * 2, b: [[7] * 4 + [8] * 6] * 2})
    flip = result["flip_score"]

    assert (flip["name"], flip["from"], flip["to"], flip["first"]) == ("Small offices", 9, 3.5, "Brewers")
    assert flip["sentence"] == "Need of Small offices at **3.5 or less** would put **Brewers** first."
    assert result["flip_weight"] is None
    assert sentences.would_change(result) == flip["sentence"]


def test_the_question_whose_weight_decides_is_named() -> None:
    a, b = named("A", "B")
    result = concluded({a: [[10, 5] + [7] * 8] * 2, b: [[7, 6] + [7] * 8] * 2})

    assert result["flip_weight"]["question"] == "Need"
    assert result["flip_weight"]["factor"] == pytest.approx(1 / 3, abs=0.005)
    assert (
        result["flip_weight"]["sentence"] == "If Need counted less than **a third of** what it does, B would be first."
    )


def test_where_nothing_would_change_it_that_is_said() -> None:
    a, b = named("A", "B")
    result = concluded({a: [[10] * 10] * 2, b: [[1] * 10] * 2})

    assert sentences.would_change(result).startswith("No single answer, and no change")


def test_a_shared_first_place_is_not_said_to_be_firm() -> None:
    a, b = named("A", "B")

    assert sentences.would_change(concluded({a: [[8] * 10] * 2, b: [[8] * 10] * 2})) == ""


def test_other_ways_to_count_stand_side_by_side() -> None:
    a, b = named("A", "B")
    result = concluded({a: [[9] * 10] * 4 + [[1] * 10], b: [[8] * 10] * 5}, likely=5)
    views = {view["id"]: view for view in result["views"]}

    assert set(views) == {"mean", "trimmed", "levelled", "likely", "nearness"}
    assert views["mean"]["scores"] == {str(a.pk): 74, str(b.pk): 80}
    assert views["mean"]["ranks"] == {str(a.pk): 2, str(b.pk): 1}
    assert views["trimmed"]["scores"] == {str(a.pk): 90, str(b.pk): 80}
    assert views["likely"]["scores"][str(a.pk)] == 45
    assert views["nearness"]["scores"] == {str(a.pk): 100, str(b.pk): 0}


def test_agreement_comes_with_its_ranges() -> None:
    icps = named("A", "B", "C", "D")
    rng = np.random.default_rng(3)
    answers = {
        icp: [list(np.clip(level + rng.integers(-1, 2, 10), 1, 10)) for _ in range(4)]
        for icp, level in zip(icps, (9, 7, 4, 2), strict=True)
    }
    said = concluded(answers)["agreement"]

    assert said["word"] == "a lot"
    for name in ("icc", "w"):
        assert said[f"{name}_low"] <= said[name] <= said[f"{name}_high"]
    assert said["low"] <= said["alpha"] <= said["high"]


def test_the_questions_people_differ_on_say_how_much() -> None:
    a, b = named("A", "B")
    result = concluded({a: [[3] + [8] * 9, [9] + [8] * 9], b: [[5] * 10] * 2})

    assert [question["spread"] for question in result["questions"][:2]] == [1.5, 0]


def test_nobody_could_judge_what_counts() -> None:
    a, b = named("A", "B")
    result = concluded({a: [[None] * 10] * 2, b: [[None] * 10] * 2}, likely=7)

    assert [row["first_in"] for row in result["ranking"]] == [None, None]
    assert sentences.would_change(result) == ""
    assert sentences.stays_first(result) == ""


def test_an_earlier_result_without_the_newer_figures_is_still_said() -> None:
    row = {"name": "A", "focus": True, "tied": False, "first_in": 0.9, "score": 80, "rank": 1}
    old = {"ranking": [row, row | {"name": "B", "focus": False, "rank": 2}], "close_call": None}

    assert sentences.not_apart(old) == sentences.would_change(old) == sentences.facts_first(old) == ""
    assert sentences.stays_first(old) == "**90 of 100** ways to weigh the questions put **A** first."


@pytest.mark.parametrize(
    ("share", "said"), [(1, "100"), (0.997, "more than 99"), (0.97, "97"), (0.002, "fewer than 1"), (0, "0")]
)
def test_all_and_none_are_said_only_where_it_is_all_and_none(share: float, said: str) -> None:
    assert sentences.of_100(share) == said


@pytest.mark.parametrize(
    ("place", "said"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd")]
)
def test_places_are_said_as_people_say_them(place: int, said: str) -> None:
    assert sentences.ordinal(place) == said
