"""Shapes of candidates across the questions, and answers that facts contradict."""

from typing import Any

from icp import contrasting, drawing

RESULT: dict[str, Any] = {
    "ranking": [
        {"icp": "a", "name": "Offices", "slot": 1, "focus": True},
        {"icp": "b", "name": "Gifts", "slot": 4, "focus": False},
        {"icp": "c", "name": "Readers", "slot": 8, "focus": False},
    ],
    "questions": [
        {
            "id": "loyalty",
            "name": "Loyalty",
            "question": "Do they stay?",
            "counts": True,
            "rows": [
                {"icp": "b", "name": "Gifts", "slot": 4, "median": 8.5},
                {"icp": "a", "name": "Offices", "slot": 1, "median": 7.0},
                {"icp": "c", "name": "Readers", "slot": 8, "median": None},
            ],
        },
        {
            "id": "likelihood",
            "name": "Likely",
            "question": "Will they buy?",
            "counts": False,
            "rows": [
                {"icp": "a", "name": "Offices", "slot": 1, "median": 9.0},
                {"icp": "b", "name": "Gifts", "slot": 4, "median": 2.0},
                {"icp": "c", "name": "Readers", "slot": 8, "median": 3.0},
            ],
        },
    ],
    "facts": {
        "a": {"loyalty": {"score": 9.9, "n": 300, "sentence": "98 % came back."}},
        "b": {"loyalty": {"score": 2.1, "n": 900, "sentence": "4 % came back."}},
        "c": {"loyalty": {"score": 1.0, "n": 5, "sentence": "Nobody came back."}},
    },
}


def test_middle_answers_stand_in_the_order_of_the_ranking() -> None:
    shapes = contrasting.shapes(RESULT)

    assert [line["values"] for line in shapes["lines"]] == [[7.0, 8.5, None], [9.0, 2.0, 3.0]]
    assert [row["middles"] for row in shapes["rows"]] == [[7.0, 9.0], [8.5, 2.0], [None, 3.0]]
    assert shapes["usual"] == [7.75, 3.0]


def test_three_points_between_answer_and_fact_are_named_the_widest_first() -> None:
    """Offices lie 2.9 apart: not enough. Nobody could judge the readers: nothing to contradict."""
    found = contrasting.against_facts(RESULT)

    assert [(each["name"], each["question"], each["sentence"], each["fact"]) for each in found] == [
        ("Gifts", "Loyalty", "You say **8.5**, the data suggest about **2**.", "4 % came back.")
    ]


def test_older_results_know_no_facts() -> None:
    assert contrasting.against_facts(RESULT | {"facts": None}) == []
    assert contrasting.against_facts({key: RESULT[key] for key in RESULT if key != "facts"}) == []


def test_a_shape_is_drawn_with_what_is_known() -> None:
    shapes = contrasting.shapes(RESULT)
    drawn = drawing.shape(shapes["rows"][2], shapes["usual"])

    assert drawn.count("<path") == 5
    assert drawn.count("<text") == 2
