"""Everything about ideal customers over the API."""

from typing import Any

import pytest

from accounts.models.user import User
from icp.models.definition import Icp
from icp.models.grading import Gap, Grade, Round
from tests.icp.conftest import at

QUESTIONS = 11


def everything(icps: list[str], dimensions: list[str], score: Any) -> list[dict[str, Any]]:
    return [
        {"icp": icp, "dimension": question, "score": score(number, question), "reason": ""}
        for number, icp in enumerate(icps)
        for question in dimensions
    ]


def test_a_name_alone_makes_a_candidate(api: Any, alice: Any) -> None:
    answer = api(alice).post(at("icps"), {"name": "Small offices"})

    assert answer.status_code == 201
    assert answer.data["name"] == "Small offices"
    assert answer.data["entity"] == "customer"
    assert answer.data["segments"] == []
    assert set(answer.data["parts"]) == {
        *("demographics", "buyer", "pain_points", "goals"),
        *("requirements", "buying_behaviour", "technology", "lifestyle"),
    }


def test_parts_come_back_as_they_were_sent(api: Any, alice: Any) -> None:
    parts = {"goals": [{"text": "Never without coffee", "kind": "answer", "evidence": [{"survey": "2026"}]}]}
    made = api(alice).post(at("icps"), {"name": "Small offices", "parts": parts}).data

    kept = api(alice).get(at("icps", made["id"])).data["parts"]["goals"]
    assert [{name: line[name] for name in parts["goals"][0]} for line in kept] == parts["goals"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x" * 81},
        {"name": "A", "parts": {"mood": [{"text": "sunny"}]}},
        {"name": "A", "parts": {"goals": [{"text": "x", "kind": "truth"}]}},
        {"name": "A", "parts": {"goals": [{"text": "x", "kind": "fact"}]}},
        {"name": "A", "segments": ["019f0000-0000-7000-8000-000000000000"]},
    ],
)
def test_a_candidate_that_makes_no_sense_is_refused_and_not_kept(api: Any, alice: Any, body: dict[str, Any]) -> None:
    answer = api(alice).post(at("icps"), body)

    assert answer.status_code == 400
    assert answer.data["message"].endswith(".")
    assert Icp.everywhere.count() == 0


def test_a_name_is_taken_once(api: Any, alice: Any, offices: Icp) -> None:
    answer = api(alice).post(at("icps"), {"name": "Small offices"})

    assert answer.status_code == 400
    assert "already" in answer.data["message"]


def test_a_candidate_is_changed_and_archived(api: Any, alice: Any, offices: Icp) -> None:
    client = api(alice)
    changed = client.patch(at("icps", offices.pk), {"sentence": "They order by the kilo."})
    gone = client.delete(at("icps", offices.pk))

    assert changed.data["sentence"] == "They order by the kilo."
    assert gone.status_code == 204
    assert client.get(at("icps")).data["count"] == 0


def test_both_scorecards_are_there_from_the_start(api: Any, alice: Any) -> None:
    rubrics = {rubric["name"]: rubric for rubric in api(alice).get(at("rubrics")).data["results"]}

    assert set(rubrics) == {"ICP 10", "ICP 11"}
    assert [q["counts"] for q in rubrics["ICP 10"]["dimensions"]] == [True] * 10 + [False]
    assert [q["counts"] for q in rubrics["ICP 11"]["dimensions"]] == [True] * 11
    assert all(set(q["words"]) == {"1", "4", "7", "10"} for q in rubrics["ICP 10"]["dimensions"])


def test_a_known_name_makes_the_next_version(api: Any, alice: Any) -> None:
    body = {"name": "Ours", "dimensions": [{"question": "Do we like them?"}]}
    client = api(alice)

    assert [client.post(at("rubrics"), body).data["version"] for _ in range(2)] == [1, 2]


@pytest.mark.parametrize(
    "dimensions",
    [[], [{"question": ""}], [{"question": "A?", "counts": False}], [{"id": "a", "question": "A?"}] * 2],
)
def test_a_scorecard_that_cannot_rank_is_refused(api: Any, alice: Any, dimensions: list[Any]) -> None:
    assert api(alice).post(at("rubrics"), {"name": "Ours", "dimensions": dimensions}).status_code == 400


def test_a_question_says_how_much_it_counts(api: Any, alice: Any) -> None:
    body = {"name": "Ours", "dimensions": [{"question": "Do we like them?", "weight": 2}, {"question": "Do they pay?"}]}
    made = api(alice).post(at("rubrics"), body)

    assert [question["weight"] for question in made.data["dimensions"]] == [2, 1]


@pytest.mark.parametrize("weight", [0, -1, 11, "much"])
def test_a_weight_beyond_reason_is_refused(api: Any, alice: Any, weight: Any) -> None:
    body = {"name": "Ours", "dimensions": [{"question": "Do we like them?", "weight": weight}]}

    assert api(alice).post(at("rubrics"), body).status_code == 400
    assert api(alice).get(at("rubrics")).data["count"] == 2


def test_what_is_built_in_gets_no_other_version_by_a_program(api: Any, alice: Any) -> None:
    body = {"name": "ICP 10", "dimensions": [{"question": "Do we like them?"}]}
    refused = api(alice).post(at("rubrics"), body)

    assert refused.status_code == 400
    assert "built in" in str(refused.data)


def test_a_round_shaped_like_the_armorys_puts_91_and_85_into_the_focus(api: Any, alice: Any, erin: Any) -> None:
    client, other = api(alice), api(erin)
    icps = [client.post(at("icps"), {"name": f"Kind {n}"}).data["id"] for n in range(13)]
    rubric = client.get(at("rubrics")).data["results"][0]
    assert rubric["name"] == "ICP 10"
    body = {"name": "Whom first", "icps": icps, "rubric": rubric["id"], "graders": [alice.email, erin.email]}
    made = client.post(at("rounds"), body)
    questions = [dimension["id"] for dimension in rubric["dimensions"]]

    def score(number: int, question: str) -> int:
        place = questions.index(question)
        if number == 5:  # 91: one ten among nines
            return 10 if place == 0 else 9
        if number == 2:  # 85: five nines, five eights
            return 9 if place < 5 else 8
        return 5 + number % 3

    for person in (client, other):
        assert (
            person.post(at("rounds", made.data["id"], "grades"), everything(icps, questions, score)).status_code == 200
        )
    closed = client.post(at("rounds", made.data["id"], "close"))
    result = client.get(at("rounds", made.data["id"], "result")).data

    assert made.status_code == 201
    assert closed.status_code == 200
    assert [(row["total"], row["rank"], row["focus"]) for row in result["ranking"][:3]] == [
        (91, 1, True),
        (85, 2, True),
        (70, 3, False),
    ]
    assert result["ranking"][0]["icp"] == icps[5]
    assert {row["max"] for row in result["ranking"]} == {100}
    assert sum(row["focus"] for row in result["ranking"]) == 2
    assert [(row["icp"], row["percent"]) for row in result["allocation"]] == [
        (icps[5], 41),
        (icps[2], 39),
        (None, 20),
    ]
    assert result["agreement"]["word"] == "a lot"
    assert result["as_of"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"icps": []}, "2 to 20"),
        ({"graders": ["nobody"]}, "e-mail address"),
        ({"close": "never"}, ""),
        ({"graders": [f"p{n}@example.com" for n in range(51)]}, "up to 50"),
    ],
)
def test_a_round_that_cannot_be_held_is_refused(
    api: Any, alice: Any, offices: Icp, gifts: Icp, change: dict[str, Any], words: str
) -> None:
    body = {"name": "Autumn", "icps": [str(offices.pk), str(gifts.pk)], "graders": [alice.email]} | change
    answer = api(alice).post(at("rounds"), body)

    assert answer.status_code == 400
    assert words in answer.data["message"]
    assert Round.everywhere.count() == 0


def test_an_address_outside_is_answered_with_a_link(api: Any, alice: Any, offices: Icp, gifts: Icp) -> None:
    body = {"name": "Autumn", "icps": [str(offices.pk), str(gifts.pk)], "graders": ["ines@example.com"]}
    answer = api(alice).post(at("rounds"), body)

    assert answer.data["graders"] == ["ines@example.com"]
    assert [each["email"] for each in answer.data["invitations"]] == ["ines@example.com"]
    assert "/join/" in answer.data["invitations"][0]["link"]


def test_one_answer_and_a_list_are_both_taken(api: Any, gina: Any, autumn: Round, offices: Icp, gifts: Icp) -> None:
    client, address = api(gina), at("rounds", autumn.pk, "grades")
    one = client.post(address, {"icp": str(offices.pk), "dimension": "reach", "score": 9, "reason": "They pick up."})
    many = client.post(address, [{"icp": str(gifts.pk), "dimension": "reach", "score": None}])

    assert one.data["score"] == 9
    assert one.data["reason"] == "They pick up."
    assert many.data[0]["score"] is None
    assert len(client.get(address).data) == 2


@pytest.mark.parametrize("score", [0, 11, 5.5, "nine"])
def test_a_score_outside_one_to_ten_is_refused(api: Any, gina: Any, autumn: Round, offices: Icp, score: Any) -> None:
    body = {"icp": str(offices.pk), "dimension": "reach", "score": score}
    answer = api(gina).post(at("rounds", autumn.pk, "grades"), body)

    assert answer.status_code == 400
    assert Grade.everywhere.count() == 0


def test_the_result_of_an_open_round_is_a_conflict(api: Any, erin: Any, autumn: Round) -> None:
    assert api(erin).get(at("rounds", autumn.pk, "result")).status_code == 409


def test_after_the_close_an_answer_is_a_conflict(api: Any, erin: Any, gina: Any, autumn: Round, offices: Icp) -> None:
    body = {"icp": str(offices.pk), "dimension": "reach", "score": 9}
    api(gina).post(at("rounds", autumn.pk, "grades"), body)
    api(erin).post(at("rounds", autumn.pk, "close"))
    late = api(gina).post(at("rounds", autumn.pk, "grades"), body | {"score": 1})

    assert late.status_code == 409
    assert Grade.everywhere.get().score == 9


def test_a_round_without_answers_cannot_be_closed(api: Any, erin: Any, autumn: Round) -> None:
    answer = api(erin).post(at("rounds", autumn.pk, "close"))

    assert answer.status_code == 400
    assert "Nobody has graded yet" in answer.data["message"]


def test_a_question_cannot_be_closed_alone_where_all_close_together(api: Any, erin: Any, autumn: Round) -> None:
    answer = api(erin).post(at("rounds", autumn.pk, "questions", "reach", "close"))

    assert answer.status_code == 400
    autumn.refresh_from_db()
    assert autumn.closed_questions == []


def test_reopening_keeps_the_earlier_result(api: Any, erin: Any, gina: Any, autumn: Round, offices: Icp) -> None:
    client, body = api(erin), {"icp": str(offices.pk), "dimension": "reach", "score": 9}
    client.post(at("rounds", autumn.pk, "grades"), body)
    client.post(at("rounds", autumn.pk, "close"))
    first = client.get(at("rounds", autumn.pk, "result")).data
    reopened = client.post(at("rounds", autumn.pk, "reopen")).data
    client.post(at("rounds", autumn.pk, "grades"), body | {"score": 2})
    client.post(at("rounds", autumn.pk, "close"))

    (kept,) = reopened["history"]
    assert kept == {name: first[name] for name in kept}
    assert reopened["is_closed"] is False
    assert client.get(at("rounds", autumn.pk, "result")).data["ranking"] != first["ranking"]


def test_a_grader_reads_only_the_own_rounds_and_their_candidates(
    api: Any, erin: Any, gina: Any, bob: Any, autumn: Round, offices: Icp
) -> None:
    from tests.icp.conftest import a_round

    other = a_round(autumn.workspace, erin, *autumn.icps.all(), graders=[bob])
    hidden = api(erin).post(at("icps"), {"name": "Secret plan"}).data["id"]
    client = api(gina)

    assert [row["id"] for row in client.get(at("rounds")).data["results"]] == [str(autumn.pk)]
    assert client.get(at("rounds", other.pk)).status_code == 404
    assert client.get(at("icps", offices.pk)).status_code == 200
    assert client.get(at("icps", hidden)).status_code == 404
    assert client.get(at("icps")).status_code == 403


def test_strangers_find_nothing(api: Any, charlie: Any, autumn: Round) -> None:
    client = api(charlie, charlie.memberships.get().workspace)

    for address in (
        at("icps"),
        at("rubrics"),
        at("rounds"),
        at("rounds", autumn.pk),
        at("rounds", autumn.pk, "result"),
    ):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("person", ["gina", "bob"])
@pytest.mark.parametrize("verb", ["close", "reopen"])
def test_only_those_who_run_rounds_close_them(request: Any, api: Any, autumn: Round, person: str, verb: str) -> None:
    answer = api(request.getfixturevalue(person)).post(at("rounds", autumn.pk, verb))

    assert answer.status_code == 403


# Answers with their facts ------------------------------------------------------------------------

FACT = {"score": 7.01, "n": 310, "sentence": "**212 of 310** have an address.", "source": {"feature": "reachable"}}


def with_facts(round: Round, icp: Icp, **values: Any) -> None:
    facts = {str(icp.pk): {"reach": FACT, "value": FACT}}
    Round.objects.in_workspace(round.workspace).filter(pk=round.pk).update(facts=facts, **values)


def test_a_fact_comes_with_the_own_answer_and_not_before(autumn: Round, gina: User, offices: Icp, api: Any) -> None:
    with_facts(autumn, offices)
    client, grades, facts = api(gina), at("rounds", autumn.pk, "grades"), at("rounds", autumn.pk, "facts")
    assert client.get(facts).data == []

    kept = client.post(grades, {"icp": str(offices.pk), "dimension": "reach", "score": 4}).data
    assert (kept["turn"], kept["fact"]) == (1, FACT)
    assert client.get(grades).data[0]["fact"] == FACT
    assert [(row["dimension"], row["score"]) for row in client.get(facts).data] == [("reach", 7.01)]


def test_facts_first_are_there_before_any_answer(autumn: Round, gina: User, offices: Icp, api: Any) -> None:
    with_facts(autumn, offices, facts_first=True)

    assert {row["dimension"] for row in api(gina).get(at("rounds", autumn.pk, "facts")).data} == {"reach", "value"}


def test_an_answer_is_taken_back(autumn: Round, gina: User, offices: Icp, api: Any) -> None:
    client, address = api(gina), at("rounds", autumn.pk, "grades")
    client.post(address, {"icp": str(offices.pk), "dimension": "reach", "score": 4})
    wrong = client.delete(f"{address}?icp={offices.pk}")
    gone = client.delete(f"{address}?icp={offices.pk}&dimension=reach")

    assert (wrong.status_code, gone.status_code) == (400, 204)
    assert "dimension" in wrong.data["fields"]
    assert client.get(address).data == []


def test_an_older_answer_does_not_win_over_the_api(autumn: Round, gina: User, offices: Icp, api: Any) -> None:
    client, address = api(gina), at("rounds", autumn.pk, "grades")
    body = {"icp": str(offices.pk), "dimension": "reach", "score": 4}
    client.post(address, body | {"given_at": "2026-01-02T10:00:00Z"})
    late = client.post(address, body | {"score": 9, "given_at": "2026-01-01T10:00:00Z"})

    assert (late.status_code, late.data["score"]) == (200, 4)


def test_second_thoughts_are_turn_two(autumn: Round, gina: User, offices: Icp, api: Any) -> None:
    client, address = api(gina), at("rounds", autumn.pk, "grades")
    body = {"icp": str(offices.pk), "dimension": "reach", "score": 9}
    client.post(address, body)
    Gap.objects.create(workspace=autumn.workspace, round=autumn, icp=offices, dimension="reach", low=3, high=9)
    Round.objects.in_workspace(autumn.workspace).filter(pk=autumn.pk).update(turn=2)
    second = client.post(address, body | {"score": 6})
    other = client.post(address, body | {"dimension": "value"})

    assert (second.data["turn"], second.data["score"]) == (2, 6)
    assert [(row["turn"], row["score"]) for row in client.get(address).data] == [(1, 9), (2, 6)]
    assert (other.status_code, other.data["message"][:27]) == (409, "Only the gaps are open for ")
