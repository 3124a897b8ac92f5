"""Who is in a round: asked, reminded, taken out, taken back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.utils.timezone import now

from accounts.models.notification import Notification
from accounts.models.user import User
from accounts.models.workspace import Membership, Role, Workspace
from icp import focusing, grading, inviting
from icp.grading import Answer
from icp.models.definition import Icp
from icp.models.grading import Grade, Grader, Round
from icp.refusing import NotPossible, TooLate
from tests.conftest import a_person
from tests.icp.conftest import at

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


def addresses(round: Round) -> list[str]:
    return [grader.email for grader in inviting.people(round)]


def seat_of(round: Round, user: User) -> Grader:
    place = grading.place_of(round, user)
    assert place is not None
    return place


def twice_at_once(verb: Callable[[], object]) -> list[Exception]:
    """The same call from two threads at the same moment; what went wrong."""
    start, problems = Barrier(2), []

    def call() -> None:
        try:
            start.wait()
            verb()
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [Thread(target=call) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


def test_more_people_are_asked_while_a_round_is_open(autumn: Round, erin: User, bob: User) -> None:
    asked = inviting.ask(autumn, emails=["Bob@example.com", "tom@outside.example", "tom@outside.example"], by=erin)

    assert [grader.email for grader in asked.new] == ["bob@example.com", "tom@outside.example"]
    assert addresses(autumn) == ["bob@example.com", "gina@example.com", "tom@outside.example"]
    assert [n.sentence for n in Notification.objects.in_workspace(autumn.workspace).filter(user=bob)] == [
        "Autumn is open. You have 22 gaps to grade."
    ]


def test_asking_again_changes_nothing_and_tells_nobody_twice(autumn: Round, erin: User, gina: User) -> None:
    asked = inviting.ask(autumn, emails=[gina.email], by=erin)

    assert (asked.came, [grader.email for grader in asked.known]) == ([], [gina.email])
    assert Notification.objects.in_workspace(autumn.workspace).filter(user=gina).count() == 1


def test_one_bad_address_asks_nobody(autumn: Round, erin: User) -> None:
    with pytest.raises(NotPossible, match="not an e-mail address"):
        inviting.ask(autumn, emails=["tom@outside.example", "no address"], by=erin)

    assert addresses(autumn) == ["gina@example.com"]


def test_a_round_has_up_to_fifty_people(autumn: Round, erin: User) -> None:
    inviting.ask(autumn, emails=[f"p{n}@outside.example" for n in range(49)], by=erin)
    with pytest.raises(NotPossible, match="up to 50 people; this would make 51"):
        inviting.ask(autumn, emails=["one@more.example"], by=erin)

    assert inviting.people(autumn).count() == 50


def test_two_who_ask_the_same_at_once_leave_one_place(database_on_disk: None, autumn: Round, erin: User) -> None:
    problems = twice_at_once(lambda: inviting.ask(autumn, emails=["tom@outside.example"], by=erin))

    assert problems == []
    assert addresses(autumn) == ["gina@example.com", "tom@outside.example"]


def test_whoever_is_taken_out_counts_no_more_and_comes_back_whole(
    autumn: Round, erin: User, gina: User, offices: Icp
) -> None:
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 9)], by=gina)
    place = seat_of(autumn, gina)

    assert inviting.remove(autumn, place.pk, by=erin, at=now())[1] == 1
    assert inviting.remove(autumn, place.pk, by=erin, at=now())[1] == 1
    assert (addresses(autumn), grading.answers_given(autumn)) == ([], {})
    assert not grading.may_grade(autumn, gina)
    with pytest.raises(NotPossible, match="not asked"):
        grading.keep_answers(autumn, [Answer(offices.pk, "reach", 2)], by=gina)

    inviting.take_back(autumn, place.pk, by=erin)
    assert [grade.score for grade in grading.visible(autumn, gina)] == [9]
    assert grading.answers_given(autumn) == {place.pk: 1}


def test_the_result_leaves_out_who_was_taken_out(
    autumn: Round, erin: User, gina: User, offices: Icp, gifts: Icp
) -> None:
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 10)], by=gina)
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 2)], by=erin)
    inviting.remove(autumn, seat_of(autumn, gina).pk, by=erin, at=now())
    closed = focusing.close_round(autumn, by=erin, at=now(), as_of=now())
    assert closed.result is not None
    reach = next(question for question in closed.result["questions"] if question["id"] == "reach")

    assert reach["rows"][0]["scores"] == [2]
    assert (closed.result["graded_by"], closed.result["taken_out"]) == (1, 1)
    assert [grade.score for grade in grading.visible(closed, erin)] == [2]


def test_a_closed_round_keeps_its_people(autumn: Round, erin: User, gina: User, offices: Icp) -> None:
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 7)], by=gina)
    closed = focusing.close_round(autumn, by=erin, at=now(), as_of=now())
    with pytest.raises(TooLate):
        inviting.remove(closed, seat_of(closed, gina).pk, by=erin, at=now())
    with pytest.raises(TooLate):
        inviting.ask(closed, emails=["tom@outside.example"], by=erin)

    assert addresses(closed) == ["gina@example.com"]


def test_whoever_opened_the_round_may_come_back_by_grading(autumn: Round, erin: User, offices: Icp) -> None:
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 7)], by=erin)
    inviting.remove(autumn, seat_of(autumn, erin).pk, by=erin, at=now())
    grading.keep_answers(autumn, [Answer(offices.pk, "value", 8)], by=erin)

    assert sorted(grading.own(autumn, erin).values_list("dimension", flat=True)) == ["reach", "value"]
    assert grading.answers_given(autumn) == {seat_of(autumn, erin).pk: 2}


def test_a_reminder_comes_once_a_day_to_whoever_has_gaps(autumn: Round, erin: User, gina: User, bob: User) -> None:
    inviting.ask(autumn, emails=[bob.email], by=erin)
    questions = [dimension["id"] for dimension in autumn.rubric.dimensions]
    grading.keep_answers(autumn, [Answer(icp.pk, q, 5) for icp in autumn.icps.all() for q in questions], by=bob)
    times = [MONDAY, MONDAY + timedelta(hours=8), MONDAY + timedelta(hours=20)]
    reminded = [[grader.email for grader in inviting.remind(autumn, by=erin, at=moment)] for moment in times]

    assert reminded == [[gina.email], [], [gina.email]]
    heard = [n.sentence for n in Notification.objects.in_workspace(autumn.workspace).filter(user=gina)]
    assert heard.count("Autumn waits for you: 22 gaps to grade.") == 2


def test_a_day_is_that_of_the_workspace(autumn: Round, erin: User, gina: User) -> None:
    """At 12:30 UTC another day begins in Auckland."""
    Workspace.objects.filter(pk=autumn.workspace_id).update(timezone="Pacific/Auckland")
    late = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)

    assert [len(inviting.remind(autumn, by=erin, at=late + timedelta(hours=h))) for h in (0, 1)] == [1, 1]


def test_two_taps_at_once_remind_once(database_on_disk: None, autumn: Round, erin: User, gina: User) -> None:
    counts: list[int] = []
    problems = twice_at_once(lambda: counts.append(len(inviting.remind(autumn, by=erin, at=MONDAY))))

    assert problems == []
    assert sorted(counts) == [0, 1]


def test_nobody_is_reminded_of_a_closed_round(autumn: Round, erin: User, gina: User, offices: Icp) -> None:
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 7)], by=gina)
    closed = focusing.close_round(autumn, by=erin, at=now(), as_of=now())
    with pytest.raises(TooLate):
        inviting.remind(closed, by=erin, at=MONDAY)


def test_a_link_opens_one_place_and_stops_with_it(autumn: Round, erin: User) -> None:
    tom = inviting.ask(autumn, emails=["tom@outside.example"], by=erin).new[0]
    token = inviting.ticket(tom)

    assert inviting.behind(token) == tom
    assert inviting.behind(token[:-2]) is None
    inviting.remove(autumn, tom.pk, by=erin, at=now())
    assert inviting.behind(token) is None


def test_the_page_takes_out_and_offers_the_way_back(
    autumn: Round, erin: User, gina: User, offices: Icp, signed_in: Any
) -> None:
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 9)], by=gina)
    page, place = f"/w/acme/ideal-customers/rounds/{autumn.pk}/", seat_of(autumn, gina)
    client = signed_in(erin)
    after = client.post(f"{page}people/{place.pk}/remove/", follow=True).content.decode()

    assert "is out of the round, and 1 answer counts no more." in after
    client.post(f"{page}people/{place.pk}/back/")
    assert Grade.everywhere.filter(grader=place).counting().count() == 1


@pytest.mark.parametrize("person", ["gina", "bob"])
@pytest.mark.parametrize("what", ["people/", "remind/", "links/", "delete/", "candidates/"])
def test_only_who_runs_rounds_may_change_one(
    request: Any, autumn: Round, signed_in: Any, person: str, what: str
) -> None:
    answer = signed_in(request.getfixturevalue(person)).post(
        f"/w/acme/ideal-customers/rounds/{autumn.pk}/{what}", {"emails": "tom@outside.example"}
    )

    assert answer.status_code == 403
    assert addresses(autumn) == ["gina@example.com"]


def test_people_by_api(autumn: Round, erin: User, gina: User, api: Any, offices: Icp) -> None:
    client = api(erin)
    grown = client.post(at("rounds", autumn.pk, "graders"), {"emails": ["tom@outside.example"]}).data
    assert grown["graders"] == ["gina@example.com", "tom@outside.example"]
    reminded = client.post(at("rounds", autumn.pk, "remind"), {}).data
    assert reminded == {"reminded": ["gina@example.com", "tom@outside.example"]}
    assert client.post(at("rounds", autumn.pk, "remind"), {}).data == {"reminded": []}

    tom = grown["progress"][1]["id"]
    assert client.delete(at("rounds", autumn.pk, "graders", tom)).data["graders"] == ["gina@example.com"]
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 7)], by=gina)
    client.post(at("rounds", autumn.pk, "close"))
    assert client.delete(at("rounds", autumn.pk, "graders", grown["progress"][0]["id"])).status_code == 409
    assert client.post(at("rounds", autumn.pk, "remind"), {}).status_code == 409


def test_a_member_who_was_an_address_is_recognised(autumn: Round, erin: User, acme: Workspace) -> None:
    tom = inviting.ask(autumn, emails=["tom@example.com"], by=erin).new[0]
    assert [grader.email for grader in inviting.uninvited(autumn)] == ["tom@example.com"]
    assert not inviting.is_member(tom)
    Membership.objects.create(workspace=acme, user=a_person("tom"), role=Role.GRADER)

    assert inviting.uninvited(autumn) == []
    assert inviting.is_member(tom)
