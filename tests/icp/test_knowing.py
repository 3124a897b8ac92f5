"""What the drawer How we know says of a result, and of one that was frozen before it knew as much."""

from typing import Any

from django.template.loader import render_to_string

from icp import knowing
from tests.house.words import read, unsaid
from tests.icp.test_concluding import a_rubric, concluded, making, named


def drawer(result: dict[str, Any]) -> str:
    return render_to_string("icp/know_round.html", {"know": knowing.know(result), "result": result})


def a_result(**weights: float) -> dict[str, Any]:
    icps = named("Offices", "Brewers", "Tryers")
    levels = {
        icp: [making(total - step) for step in (0, 4, -3, 2, 1)] for icp, total in zip(icps, (84, 78, 40), strict=True)
    }
    return concluded(levels, a_rubric(**weights), likely=6)


def test_each_figure_of_agreement_stands_with_its_range_and_its_meaning() -> None:
    know = knowing.know(a_result())

    assert [row["name"] for row in know["agreement"]] == [
        "Krippendorff’s alpha, ordinal", "Intraclass correlation, ICC(2,k)", "Kendall’s W",
    ]  # fmt: skip
    assert all(row["low"] <= row["value"] <= row["high"] for row in know["agreement"])
    assert know["agreement"][1]["means"].endswith("This is excellent.")


def test_other_ways_to_count_are_named_and_say_whether_they_agree() -> None:
    result = a_result()
    know = knowing.know(result)

    assert [name for name, _ in know["views"]] == [
        "Mean", "Trimmed mean", "Levelled", "Times likelihood", "Nearness (TOPSIS)",
    ]  # fmt: skip
    assert know["same_first"] == "Offices comes first in all of them."
    result["views"][0]["ranks"][result["ranking"][0]["icp"]] = 2
    assert knowing.know(result)["same_first"] == "Offices does not come first by: Mean."


def test_questions_that_count_more_are_said() -> None:
    page = drawer(a_result(loyalty=2, mission=0.5))

    assert "Loyalty counts <b>2 times</b>" in page
    assert "drawn around the chosen weights" in page
    assert "All questions that count do so alike" not in page


def test_equal_weights_are_said_too() -> None:
    page = drawer(a_result())

    assert "All questions that count do so alike" in page
    assert "each as likely as any other" in page


def test_words_of_the_field_stay_in_the_drawer() -> None:
    page = drawer(a_result())

    assert "Krippendorff" in page
    assert unsaid(read(f"<main>{page}</main>")) == []


def test_a_result_of_one_person_has_a_drawer_without_figures_of_agreement() -> None:
    a, b = named("A", "B")
    page = drawer(concluded({a: [making(80)], b: [making(60)]}))

    assert "no figure of agreement is worth its digits" in page
    assert "First, of 100" in page


def test_an_earlier_result_has_a_drawer_too() -> None:
    """As results were frozen before ways to weigh were kept with them."""
    result = a_result()
    for row in result["ranking"]:
        for key in ("top_in", "mean_rank", "first_again", "top_again", "interval"):
            del row[key]
    for key in ("ways", "not_apart", "flip_weight", "flip_score", "views", "weights"):
        del result[key]
    for key in ("icc_low", "icc_high", "w_low", "w_high"):
        del result["agreement"][key]
    for question in result["questions"]:
        del question["spread"], question["weight"]

    assert "This result was frozen before" in drawer(result)
    assert "Kendall’s W" in drawer(result)
