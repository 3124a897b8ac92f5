"""The Intake survey over the API says the same as the page, and refuses with the same sentences."""

from typing import Any

import pytest

from accounts import surveying
from accounts.models.intake import IntakeSurvey
from accounts.models.user import User
from accounts.models.workspace import Workspace

ACME = "/api/v1/workspaces/acme/"


def patch(program: Any, answers: Any) -> Any:
    return program.patch(f"{ACME}intake/", {"answers": answers}, format="json")


def test_an_untouched_survey_lists_its_questions(acme: Workspace, alice: User, call: Any) -> None:
    told = call(alice).get("intake/").json()
    assert (told["answers"], told["progress"]) == ({}, {"answered": 0, "total": 6, "percent": 0})
    assert [question["id"] for question in told["questions"]] == [
        "selling", "goal", "have", "stage", "goals", "challenges",
    ]  # fmt: skip
    assert told["questions"][0]["choices"][0]["changes"] == "Home shows how much returning customers bring."
    assert not IntakeSurvey.objects.in_workspace(acme).exists()


def test_some_answers_are_kept_and_what_follows_is_told(acme: Workspace, alice: User, call: Any) -> None:
    program = call(alice)
    patch(program, {"stage": "growing"})
    answer = patch(program, {"selling": "companies", "goal": {"metric": "more_new", "target": "50"}})
    told = answer.json()
    assert answer.status_code == 200
    assert told["answers"] == {
        "stage": "growing",
        "selling": "companies",
        "goal": {"metric": "more_new", "target": 50, "due_on": None},
    }
    assert told["kept"]["stage"]["by"] == "Alice"
    assert told["progress"] == {"answered": 3, "total": 6, "percent": 50}
    assert told["goal"]["sentence"] == "New customers to **50**"
    assert told["figures"][:3] == ["new_customers", "new_revenue", "top_ten"]
    assert told["steps"] == ["see_best", "name_candidates"]
    assert {"question": "stage", "sentence": "Your best customers move up in Next for you."} in told["follows"]
    assert program.get("intake/").json() == told


def test_null_takes_an_answer_back(acme: Workspace, alice: User, call: Any) -> None:
    program = call(alice)
    patch(program, {"stage": "growing"})
    assert patch(program, {"stage": None}).json()["answers"] == {}


@pytest.mark.parametrize(
    ("answers", "field", "sentence"),
    [
        ({"stage": "growing", "selling": "barter"}, "selling", "“barter” is not one of the answers."),
        ({"stage": "growing", "mood": 1}, "mood", "There is no question “mood”."),
        ({"stage": "growing", "goal": {"metric": "more_new", "due_on": "soon"}}, "goal", "“soon” is not a day."),
        ({"stage": {"a": 1}}, "stage", "“{'a': 1}” is not one of the answers."),
    ],
)
def test_a_refusal_names_the_question_and_keeps_nothing(
    acme: Workspace, alice: User, call: Any, answers: Any, field: str, sentence: str
) -> None:
    answer = patch(call(alice), answers)
    assert answer.status_code == 400
    assert answer.json()["fields"][field][0].startswith(sentence)
    assert surveying.survey_of(acme).answers == {}


@pytest.mark.parametrize("body", [{"selling": "shop"}, {"answers": "shop"}, []])
def test_a_body_of_another_shape_is_refused(acme: Workspace, alice: User, call: Any, body: Any) -> None:
    answer = call(alice).patch("intake/", body, format="json")
    assert answer.status_code == 400
    assert surveying.survey_of(acme).answers == {}


@pytest.mark.parametrize(
    ("person", "read", "write"), [("erin", 200, 200), ("bob", 200, 403), ("gina", 403, 403), ("charlie", 404, 404)]
)
def test_who_may_over_the_api(
    request: pytest.FixtureRequest, acme: Workspace, call: Any, person: str, read: int, write: int
) -> None:
    program = call(request.getfixturevalue(person))
    assert program.get(f"{ACME}intake/").status_code == read
    assert patch(program, {"selling": "shop"}).status_code == write
    assert IntakeSurvey.objects.in_workspace(acme).exists() == (write == 200)
