"""The mails of a round: to whom, when, once, and what they never say."""

import re
from datetime import timedelta
from email.policy import SMTP
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test import Client
from django.utils.timezone import now

from accounts import mailing
from accounts.models.notification import Mailing
from accounts.models.user import User
from accounts.models.workspace import Membership, Role, Workspace
from icp import focusing, grading, inviting, posting
from icp.grading import Answer
from icp.models.definition import Icp
from icp.models.grading import Grade, Grader, Round
from icp.tasks import send_round_mails
from tests.conftest import a_person
from tests.icp.test_inviting import seat_of, twice_at_once

REASON = "The parrot told me so"


def tom(round: Round, by: User) -> Grader:
    """Somebody from outside, without an account."""
    return inviting.ask(round, emails=["tom@outside.example"], by=by).new[0]


def post() -> list[Any]:
    """What the beat sends, and nothing that left before."""
    before = len(mail.outbox)
    send_round_mails()
    return mail.outbox[before:]


def link_in(letter: Any) -> str:
    found = re.search(r"http://\S+?(/(?:w|room)/\S+)", letter.body)
    assert found is not None
    return found[1]


def grade_all(round: Round, by: Any, score: int = 5, reason: str | None = None) -> None:
    questions = [dimension["id"] for dimension in round.rubric.dimensions]
    answers = [Answer(icp.pk, question, score, reason) for icp in round.icps.all() for question in questions]
    grading.keep_answers(round, answers, by=by)


def close(round: Round, by: User) -> Round:
    return focusing.close_round(round, by=by, at=now(), as_of=now())


def test_whoever_is_asked_gets_one_mail_with_the_own_way_in(autumn: Round, erin: User, gina: User) -> None:
    outside = tom(autumn, erin)
    letters = {letter.to[0]: letter for letter in post()}

    assert sorted(letters) == ["gina@example.com", "tom@outside.example"]
    assert letters["gina@example.com"].subject == "Acme: Erin asks you to grade: Autumn"
    assert "2 candidates × 11 questions, about 3 minutes, alone, when you like." in letters[gina.email].body
    assert link_in(letters["gina@example.com"]) == f"/w/acme/ideal-customers/rounds/{autumn.pk}/grade/"
    assert inviting.behind(link_in(letters["tom@outside.example"]).split("/")[3]) == outside
    assert "You need no password" in letters["tom@outside.example"].body
    assert post() == []


def test_the_link_lets_somebody_in_without_a_password(autumn: Round, erin: User, offices: Icp, gifts: Icp) -> None:
    outside, browser = tom(autumn, erin), Client()
    page = browser.get(f"/room/in/{inviting.ticket(outside)}/", follow=True)

    assert page.status_code == 200
    assert page.redirect_chain[0][0] == f"/room/rounds/{autumn.pk}/"
    browser.post(page.redirect_chain[-1][0], {f"score-{offices.pk}": "8", f"score-{gifts.pk}": "dk"})
    assert sorted(grade.score or 0 for grade in Grade.everywhere.filter(grader=outside)) == [0, 8]


def test_a_ticket_of_one_round_opens_no_other(autumn: Round, erin: User, offices: Icp, gifts: Icp, acme: Any) -> None:
    from tests.icp.conftest import a_round

    other, browser = a_round(acme, erin, offices, gifts, graders=[]), Client()
    browser.get(f"/room/in/{inviting.ticket(tom(autumn, erin))}/")

    assert browser.get(f"/room/rounds/{other.pk}/").status_code == 404
    session = browser.session
    session["seats"] = {str(other.pk): inviting.ticket(Grader.everywhere.get(email="tom@outside.example"))}
    session.save()
    assert browser.get(f"/room/rounds/{other.pk}/").status_code == 404


def test_a_ticket_stops_when_its_owner_is_taken_out(autumn: Round, erin: User) -> None:
    outside, browser = tom(autumn, erin), Client()
    browser.get(f"/room/in/{inviting.ticket(outside)}/")
    inviting.remove(autumn, outside.pk, by=erin, at=now())

    assert browser.get(f"/room/rounds/{autumn.pk}/").status_code == 404
    assert browser.get(f"/room/in/{inviting.ticket(outside)}/").status_code == 404


def test_a_ticket_does_not_sign_a_member_in(autumn: Round, gina: User) -> None:
    answer = Client().get(f"/room/in/{inviting.ticket(seat_of(autumn, gina))}/", follow=True)

    assert "/account/login/" in answer.redirect_chain[-1][0] or "login" in answer.redirect_chain[-1][0]


def test_two_workers_at_once_send_each_mail_once(database_on_disk: None, autumn: Round, erin: User) -> None:
    tom(autumn, erin)
    problems = twice_at_once(lambda: posting.send(autumn, at=now()))

    assert problems == []
    assert sorted(letter.to[0] for letter in mail.outbox) == ["gina@example.com", "tom@outside.example"]


def test_without_the_guard_two_workers_send_it_twice(
    database_on_disk: None, autumn: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above can fail: this is what it would see."""
    monkeypatch.setattr(mailing, "_claim", lambda reader, letter: True)
    monkeypatch.setattr(mailing, "already_sent", lambda *args: set())
    twice_at_once(lambda: posting.send(autumn, at=now()))

    assert len(mail.outbox) == 2


def test_a_mail_server_that_refuses_is_asked_again(autumn: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*args: Any, **how: Any) -> int:
        raise OSError("no")

    with monkeypatch.context() as patch:
        patch.setattr(EmailMultiAlternatives, "send", refused)
        assert post() == []
    assert not Mailing.everywhere.exists()
    assert len(post()) == 1


def test_a_reminder_says_how_much_is_left(autumn: Round, erin: User, gina: User, offices: Icp) -> None:
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 9, REASON)], by=gina)
    post()
    inviting.remind(autumn, by=erin, at=now())
    letters = post()

    assert [letter.subject for letter in letters] == ["Acme: Autumn waits for you"]
    assert "You have 21 gaps to grade, about 3 minutes." in letters[0].body
    assert post() == []


def test_who_is_done_hears_nothing_more_before_the_close(autumn: Round, erin: User, gina: User) -> None:
    grade_all(autumn, gina)
    inviting.remind(autumn, by=erin, at=now())

    assert post() == []


def test_no_mail_before_the_close_says_anything_of_an_answer(
    autumn: Round, erin: User, gina: User, offices: Icp
) -> None:
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 9, REASON)], by=gina)
    tom(autumn, erin)
    post()
    inviting.remind(autumn, by=erin, at=now())
    post()
    said = "".join(letter.body + letter.alternatives[0][0] for letter in mail.outbox)

    assert len(mail.outbox) == 4
    assert REASON not in said
    assert "Small offices" not in said
    assert not re.search(r"\b9\b(?! gaps)", re.sub(r"http\S+|#[0-9a-f]{6}|<style>.*?</style>", "", said, flags=re.S))


def test_the_result_goes_to_all_once(autumn: Round, erin: User, gina: User, offices: Icp, gifts: Icp) -> None:
    outside = tom(autumn, erin)
    post()
    for person, score in ((erin, 8), (gina, 9), (outside, 8)):
        questions = [dimension["id"] for dimension in autumn.rubric.dimensions]
        grading.keep_answers(autumn, [Answer(offices.pk, question, score) for question in questions], by=person)
        grading.keep_answers(autumn, [Answer(gifts.pk, question, 2) for question in questions], by=person)
    close(autumn, erin)
    letters = {letter.to[0]: letter for letter in post()}

    assert sorted(letters) == ["erin@example.com", "gina@example.com", "tom@outside.example"]
    assert "Of 2 candidates, 1 is the focus: Small offices 80." in letters[gina.email].body
    assert "Decided by 3 people on" in letters[gina.email].body
    assert "data until" not in letters[gina.email].body, "there are none here"
    assert link_in(letters[gina.email]).endswith("/result/")
    browser = Client()
    page = browser.get(link_in(letters["tom@outside.example"]), follow=True).content.decode()
    assert "Small offices" in page
    assert post() == []


def test_gaps_are_told_with_their_number(autumn: Round, erin: User, gina: User, offices: Icp, gifts: Icp) -> None:
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 9), Answer(gifts.pk, "reach", 2)], by=gina)
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 3), Answer(gifts.pk, "reach", 8)], by=erin)
    close(autumn, erin)
    post()
    focusing.think_again(autumn, by=erin)
    letters = post()

    assert {letter.to[0]: letter.subject for letter in letters} == {
        "erin@example.com": "Acme: you have 2 gaps to grade once more",
        "gina@example.com": "Acme: you have 2 gaps to grade once more",
    }
    assert post() == []


def test_who_was_an_address_and_joined_is_not_asked_twice(autumn: Round, erin: User, acme: Workspace) -> None:
    inviting.ask(autumn, emails=["tom@example.com"], by=erin)
    assert len(post()) == 2
    Membership.objects.create(workspace=acme, user=a_person("tom"), role=Role.GRADER)

    assert post() == []


def test_the_example_and_old_rounds_write_to_nobody(autumn: Round, acme: Workspace) -> None:
    assert posting.send(autumn, at=now() + timedelta(days=4)) == 0
    Workspace.objects.update(is_example=True)

    assert post() == []


@pytest.mark.parametrize("outside", [True, False])
def test_the_way_out_works_for_members_and_for_others(autumn: Round, erin: User, gina: User, outside: bool) -> None:
    tom(autumn, erin)
    letters = {letter.to[0]: letter for letter in post()}
    letter = letters["tom@outside.example" if outside else "gina@example.com"]
    stop = letter.extra_headers["List-Unsubscribe"].strip("<>").split("8000")[1]
    assert b"List-Unsubscribe: <http" in letter.message(policy=SMTP).as_bytes(), "programs read it as it is"
    robot = Client(enforce_csrf_checks=True)

    assert "Turn this mail off?" in robot.get(stop).content.decode()
    assert "Turned off" in robot.post(stop, {"List-Unsubscribe": "One-Click"}).content.decode()
    inviting.remind(autumn, by=erin, at=now())
    assert [sent.to[0] for sent in post()] == ["gina@example.com" if outside else "tom@outside.example"]


def test_a_grader_chooses_the_mails_about_rounds_and_no_others(acme: Workspace, gina: User, signed_in: Any) -> None:
    client = signed_in(gina)
    page = client.get("/w/acme/me/").content.decode()
    assert 'name="round"' in page
    assert 'name="monday"' not in page
    client.post("/w/acme/me/mails/", {})
    member = Membership.objects.in_workspace(acme).get(user=gina)

    assert (member.round_mail, member.monday_mail) == (False, True)


def test_the_beat_asks_little_when_nothing_is_new(autumn: Round, django_assert_max_num_queries: Any) -> None:
    post()
    with django_assert_max_num_queries(12):
        post()
    assert connection.vendor
