"""The Intake survey over the API says the same as the page, and refuses with the same sentences."""

from datetime import UTC, datetime
from typing import Any

import pytest

from accounts import surveying
from accounts.models.intake import IntakeChange, IntakeSurvey
from accounts.models.user import User
from accounts.models.workspace import Workspace
from accounts.questions import QUESTIONS

ACME = "/api/v1/workspaces/acme/"


def patch(program: Any, answers: Any) -> Any:
    return program.patch(f"{ACME}intake/", {"answers": answers}, format="json")


def test_an_untouched_survey_lists_its_questions(acme: Workspace, alice: User, call: Any) -> None:
    told = call(alice).get("intake/").json()
    assert (told["answers"], told["next"]) == ({}, "selling")
    assert told["progress"] == {"answered": 0, "total": 17, "percent": 0, "minutes": 8}
    assert [question["id"] for question in told["questions"]] == [question.id for question in QUESTIONS]
    margin = next(question for question in told["questions"] if question["id"] == "margin")
    assert (margin["applies"], margin["kind"], margin["section"]) == (False, "percent", "offer")
    assert margin["condition"]["when"] == {"price": [], "deal_size": []}
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
    assert (told["progress"]["answered"], told["progress"]["total"]) == (3, 18)
    assert told["goal"]["sentence"] == "New customers to **50**"
    assert told["figures"][:3] == ["new_customers", "new_revenue", "top_ten"]
    assert told["steps"] == ["see_best", "name_candidates"]
    assert {"question": "stage", "sentence": "Your best customers move up in Next for you."} in told["follows"]
    assert told.pop("overtaken") == []
    assert program.get("intake/").json() == told
    assert told["weights"] == [
        {"dimension": "reach", "weight": 2.0, "why": "You want more new customers: Reach counts more."},
        {"dimension": "growth", "weight": 2.0, "why": "You grow: Growth counts more."},
    ]
    assert [kpi["id"] for kpi in told["kpis"]] == ["new_customers"]


def test_what_was_read_may_be_sent_back_without_changing_anything(acme: Workspace, alice: User, call: Any) -> None:
    surveying.measured(acme, {"repeat_purchase": 26.4}, as_of=datetime(2026, 11, 21, tzinfo=UTC))
    program = call(alice)
    said = {"goal": {"metric": "repeat_purchase", "target": 32}, "price": 40, "margin": 30, "current": ["Offices"]}
    told = patch(program, said).json()
    assert told["answers"]["goal"]["baseline"] == 26.4
    patch(program, told["answers"])
    assert IntakeChange.objects.in_workspace(acme).count() == 4


def test_a_program_is_told_whose_answer_it_replaced(acme: Workspace, alice: User, erin: User, call: Any) -> None:
    surveying.answer(acme, answers={"price": 40}, by=erin, at=datetime(2026, 11, 21, 12, tzinfo=UTC))
    body = {"answers": {"price": 45}, "seen": {"price": ""}}
    told = call(alice).patch("intake/", body, format="json").json()
    assert [(one["question"], one["by"], one["said"]) for one in told["overtaken"]] == [("price", "Erin", "€40")]


def test_the_history_is_listed_and_an_earlier_answer_given_again(
    acme: Workspace, alice: User, bob: User, call: Any
) -> None:
    program = call(alice)
    patch(program, {"stage": "growing"})
    patch(program, {"stage": "shrinking", "offer": "Coffee"})
    lines = program.get("intake/history/?question=stage").json()
    assert [(line["value"], line["said"]) for line in lines["results"]] == [
        ("shrinking", "Shrinking"), ("growing", "Growing"),
    ]  # fmt: skip
    assert lines["results"][0]["by"] == "alice@example.com"
    assert program.get("intake/history/").json()["count"] == 3
    earlier = lines["results"][1]["id"]
    assert program.post(f"intake/history/{earlier}/restore/").json()["answers"]["stage"] == "growing"
    assert call(bob).post(f"intake/history/{earlier}/restore/").status_code == 403


def test_own_questions_are_added_renamed_archived_and_answered(
    acme: Workspace, alice: User, bob: User, call: Any
) -> None:
    program = call(alice)
    asked = {"text": "Which city first?", "kind": "one", "section": "market", "choices": ["Berlin", "Vienna"]}
    made = program.post("intake/questions/", asked, format="json")
    own = made.json()
    assert (made.status_code, own["answers"][0]) == (201, {"id": "answer-1", "label": "Berlin"})
    told = patch(program, {own["id"]: "answer-2"}).json()
    kept = next(question for question in told["questions"] if question["id"] == own["id"])
    assert (kept["said"], kept["own"], kept["section"]) == ("Vienna", True, "market")
    one = f"intake/questions/{own['id']}/"
    assert program.patch(one, {"text": "Which town first?"}, format="json").json()["text"] == "Which town first?"
    assert program.get("intake/").json()["kept"][own["id"]]["asked_as"] == "Which city first?"
    assert program.patch(one, {"archived": True}, format="json").json()["archived"] is True
    assert own["id"] not in program.get("intake/").json()["answers"]
    refused = patch(program, {own["id"]: "answer-1"})
    assert refused.json()["fields"][own["id"]][0].startswith("“Which town first?” is archived.")
    program.patch(one, {"archived": False}, format="json")
    assert program.get("intake/").json()["answers"][own["id"]] == "answer-2"
    few = program.post("intake/questions/", asked | {"text": "And then?", "choices": ["Graz"]}, format="json")
    assert few.json()["message"] == "Give from 2 to 12 answers to choose from; there are 1."
    assert call(bob).post("intake/questions/", asked, format="json").status_code == 403


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
