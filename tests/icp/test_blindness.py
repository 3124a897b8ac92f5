"""Nobody's answers leave the server for anybody else before their question is closed: every door."""

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.models.audit import AuditEntry
from accounts.models.user import User
from icp import focusing, grading
from icp.grading import Answer
from icp.models.definition import Icp
from icp.models.grading import Grade, GradeQuerySet, Round
from tests.icp.conftest import a_round, at

SECRET = "Pssst, the blue parrot told me so"
PAGES = ["", "progress/", "grade/reach/", "result/", "focus/", "questions/reach/"]


@pytest.fixture
def graded(autumn: Round, gina: User, erin: User, offices: Icp, gifts: Icp) -> Round:
    """Gina gave a 9 with a reason; Erin, who asked, gave a 2."""
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 9, SECRET)], by=gina)
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 2, "Nobody picks up")], by=erin)
    return autumn


def doors(round: Round, client: Client, api: Any) -> Iterator[tuple[str, str]]:
    """What every page, part and endpoint answers."""
    home = "/w/acme/ideal-customers/"
    for page in [home, f"{home}rounds/", f"{home}focus/", *(f"{home}rounds/{round.pk}/{page}" for page in PAGES)]:
        for headers in ({}, {"HX-Request": "true"}):
            yield f"{page} {headers}", client.get(page, follow=True, headers=headers).content.decode()
    for icp in round.icps.all():
        yield str(icp), client.get(f"{home}{icp.pk}/").content.decode()
    for call in (
        at("rounds"),
        at("rounds", round.pk),
        at("rounds", round.pk, "grades"),
        at("rounds", round.pk, "result"),
        at("icps"),
        at("icps", offices_of(round)),
        at("audit"),
    ):
        yield call, api.get(call).content.decode()


def offices_of(round: Round) -> Any:
    return round.icps.get(name="Small offices").pk


@pytest.mark.parametrize("person", ["alice", "adam", "erin", "bob"])
def test_no_door_shows_ginas_answer_to_anybody_else(
    request: Any, graded: Round, signed_in: Any, api: Any, person: str
) -> None:
    reader = request.getfixturevalue(person)
    answers = dict(doors(graded, signed_in(reader), api(reader)))

    assert len(answers) == 27
    assert not [door for door, body in answers.items() if SECRET in body]
    assert not [door for door, body in answers.items() if re.search(r'"score": ?9', body)]


def test_the_owner_sees_no_answer_at_all_before_the_close(graded: Round, alice: User, api: Any) -> None:
    assert api(alice).get(at("rounds", graded.pk, "grades")).data == []


def test_one_sees_the_own_answer_and_nothing_else(graded: Round, erin: User, api: Any) -> None:
    rows = api(erin).get(at("rounds", graded.pk, "grades")).data

    assert [(row["score"], row["mine"]) for row in rows] == [(2, True)]


def test_the_own_page_marks_the_own_answer_only(graded: Round, erin: User, signed_in: Any) -> None:
    page = signed_in(erin).get(f"/w/acme/ideal-customers/rounds/{graded.pk}/grade/reach/").content.decode()

    assert re.findall(r'value="(\w+)"[^>]* checked', page) == ["2"]


def test_with_the_rule_taken_out_the_doors_would_show_it(
    graded: Round, erin: User, api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard guards: without it the same call shows Gina's answer."""
    monkeypatch.setattr(GradeQuerySet, "visible_to", lambda rows, user, round: rows.filter(round=round))

    assert SECRET in api(erin).get(at("rounds", graded.pk, "grades")).content.decode()


def test_audit_and_log_hold_no_answer(
    autumn: Round, gina: User, offices: Icp, api: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = api(gina)
    body = {"icp": str(offices.pk), "dimension": "reach", "score": 9, "reason": SECRET}
    client.post(at("rounds", autumn.pk, "grades"), body)
    client.post(at("rounds", autumn.pk, "grades"), body | {"score": 11})
    rows = AuditEntry.objects.in_workspace(autumn.workspace).values("action", "sentence", "details", "subject")

    assert SECRET not in json.dumps(list(rows))
    assert SECRET not in "".join(r.getMessage() for r in caplog.records if not r.name.startswith("django.db"))
    assert {row["action"] for row in rows} >= {"rounds.grading-begun"}
    assert all(row["details"] == {} for row in rows if row["action"].startswith("rounds.grad"))


def test_after_the_close_answers_are_shown_without_names(graded: Round, erin: User, api: Any) -> None:
    client = api(erin)
    client.post(at("rounds", graded.pk, "close"))
    rows = client.get(at("rounds", graded.pk, "grades"))

    assert sorted((row["score"], row["mine"]) for row in rows.data) == [(2, True), (9, False)]
    assert b"gina" not in rows.content


def test_closing_one_question_shows_that_one_only(
    acme: Any, erin: User, gina: User, offices: Icp, gifts: Icp, api: Any, signed_in: Any
) -> None:
    round = a_round(acme, erin, offices, gifts, graders=[gina], close="question")
    grading.keep_answers(
        round, [Answer(offices.pk, "reach", 9, SECRET), Answer(offices.pk, "value", 8, "Also")], by=gina
    )
    focusing.close_question(round, dimension="reach", by=erin)
    rows = api(erin).get(at("rounds", round.pk, "grades")).data
    pages = f"/w/acme/ideal-customers/rounds/{round.pk}/questions/"
    client = signed_in(erin)

    assert [(row["dimension"], row["score"]) for row in rows] == [("reach", 9)]
    assert SECRET in client.get(f"{pages}reach/").content.decode()
    assert client.get(f"{pages}value/").status_code == 302


def test_reopening_makes_answers_ones_own_again(graded: Round, erin: User, api: Any) -> None:
    client = api(erin)
    client.post(at("rounds", graded.pk, "close"))
    client.post(at("rounds", graded.pk, "reopen"))

    assert [row["mine"] for row in client.get(at("rounds", graded.pk, "grades")).data] == [True]


def test_only_the_rule_and_the_close_read_answers() -> None:
    """Doors ask `visible` or `own`; nobody else starts a query of grades."""
    from pathlib import Path

    allowed = {"icp/focusing.py", "icp/grading.py", "icp/frames.py", "icp/models/grading.py"}
    root = Path(__file__).resolve().parents[2]
    found = {
        str(path.relative_to(root))
        for path in (root / "icp").rglob("*.py")
        if "migrations" not in path.parts
        and re.search(r"Grade\.(objects|everywhere)|\.grades\b(?!_)", path.read_text())
    }

    assert found <= allowed | {"icp/api/rounds.py"}  # there `grades` is the name of the address
    assert "Grade." not in (root / "icp/api/rounds.py").read_text()
    assert Grade.objects.__class__.__name__.startswith("ScopedManager")
