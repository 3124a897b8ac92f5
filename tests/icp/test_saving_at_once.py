"""Many people save at the same moment: no answer is lost or doubled, and none slips in behind a close."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.utils.timezone import now

from accounts.models.user import User
from accounts.models.workspace import Role, Workspace
from icp import defining, focusing, grading, preparing, wording
from icp.grading import Answer, Fate
from icp.models.grading import Grade, Round
from icp.refusing import TooLate
from tests.conftest import a_member


def crowd(workspace: Workspace, people: int, candidates: int, close: str = "round") -> tuple[Round, list[User]]:
    """A round with so many graders and candidates, and the eleven questions."""
    graders = [a_member(workspace, f"p{number}", Role.GRADER) for number in range(people)]
    icps = [defining.name_candidate(workspace, name=f"Kind {number}", by=graders[0]) for number in range(candidates)]
    rubric, emails = wording.default_rubric(workspace), [person.email for person in graders]
    round = preparing.prepare_round(
        workspace, name="Crowd", icps=icps, rubric=rubric, emails=emails, close=close, by=graders[0]
    )
    return round, graders


def together(work: Callable[[User], None], people: list[User]) -> list[Exception]:
    """Everybody at once, each on a connection of their own; what went wrong."""
    start, problems = Barrier(len(people)), list[Exception]()

    def one(person: User) -> None:
        try:
            start.wait()
            work(person)
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [Thread(target=one, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


def score(person: User, place: int) -> int:
    return 1 + (sum(person.email.encode()) + place) % 10


def by_question(round: Round) -> Callable[[User], None]:
    """One save for each question, about all candidates."""
    icps, questions = list(round.icps.order_by("name")), [each["id"] for each in round.rubric.dimensions]

    def grade(person: User) -> None:
        for question in questions:
            answers = [Answer(icp.pk, question, score(person, place)) for place, icp in enumerate(icps)]
            verdicts = grading.keep_each(round, answers, by=person)
            assert {verdict.fate for verdict in verdicts} == {Fate.KEPT}

    return grade


@pytest.mark.parametrize(
    ("people", "candidates"), [(6, 3), pytest.param(50, 20, marks=pytest.mark.long)], ids=["few", "all"]
)
def test_everybody_saves_everything_and_nothing_is_lost(
    database_on_disk: None, acme: Workspace, people: int, candidates: int
) -> None:
    round, graders = crowd(acme, people, candidates)
    problems = together(by_question(round), graders)
    kept = Grade.everywhere.select_related("grader", "icp").order_by("grader", "dimension", "icp__name")
    places = {icp.pk: place for place, icp in enumerate(round.icps.order_by("name"))}
    by_user = {person.pk: person for person in graders}

    assert problems == []
    assert kept.count() == people * candidates * 11
    assert all(row.score == score(by_user[row.grader.user_id], places[row.icp_id]) for row in kept)
    assert set(grading.left(round).values()) == {0}


def test_no_answer_slips_in_behind_a_close(database_on_disk: None, acme: Workspace) -> None:
    """Whatever was kept is in the frozen result; whoever came later was told so."""
    round, graders = crowd(acme, 6, 2)
    facilitator = graders[0]
    icp = round.icps.order_by("name").first()
    late: list[Any] = []

    def work(person: User) -> None:
        if person == facilitator:
            grading.keep_answers(round, [Answer(icp.pk, "reach", 5)], by=person)
            focusing.close_round(round, by=person, at=now(), as_of=now())
            return
        try:
            grading.keep_answers(round, [Answer(icp.pk, "reach", 5)], by=person)
        except TooLate:
            late.append(person)

    assert together(work, graders) == []
    result = Round.objects.in_workspace(acme).get(pk=round.pk).result
    reach = next(question for question in result["questions"] if question["id"] == "reach")
    shown = next(row for row in reach["rows"] if row["icp"] == str(icp.pk))
    assert Grade.everywhere.count() == len(graders) - len(late) == len(shown["scores"])


def test_one_person_on_two_phones_leaves_one_answer_and_its_history(database_on_disk: None, acme: Workspace) -> None:
    round, [person, *_] = crowd(acme, 2, 2)
    icp = round.icps.order_by("name").first()
    scores = iter(range(1, 9))

    def work(_: User) -> None:
        grading.keep_each(round, [Answer(icp.pk, "reach", next(scores))], by=person)

    assert together(work, [person] * 8) == []
    kept = Grade.everywhere.get()
    assert len({kept.score, *(before["score"] for before in kept.earlier)}) == 1 + len(kept.earlier)


def test_a_save_holds_the_own_place_and_shares_the_round(acme: Workspace, django_assert_max_num_queries: Any) -> None:
    """So that fifty people save side by side on PostgreSQL; how many questions a save asks is pinned."""
    round, [person, *_] = crowd(acme, 2, 3)
    icps = list(round.icps.all())
    grading.keep_each(round, [Answer(icps[0].pk, "reach", 5)], by=person)
    with django_assert_max_num_queries(13) as asked:
        grading.keep_each(round, [Answer(icps[1].pk, "reach", 5)], by=person)
    locking = [query["sql"] for query in asked.captured_queries if " FOR " in query["sql"]]

    if connection.vendor == "postgresql":
        assert len(locking) == 2
        assert "icp_grader" in locking[0]
        assert locking[0].endswith("FOR UPDATE")
        assert locking[1].endswith("FOR SHARE")
