"""The Monday mail: when, to whom, once, and the way out."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from accounts import mailing
from accounts.models.notification import Mailing, Notification
from accounts.models.user import User
from accounts.models.workspace import Membership, Workspace
from icp import mondays
from tests.customers.stage import AS_OF
from tests.icp.test_reviewing import brought
from tests.icp.weeks import counted, forty_buyers, quiet_weeks, three_segments

MONDAY = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


@pytest.fixture
def shop(acme: Workspace, alice: User) -> Workspace:
    """Twelve of forty fell from Loyal in the week before Monday, 2 March 2026."""
    forty_buyers(acme)
    segments = three_segments(acme)
    counted(segments, [[], range(40), []], weeks_ago=1)
    counted(segments, [[], range(12, 40), range(12)], weeks_ago=0)
    return acme


def place(workspace: Workspace, user: User) -> Membership:
    found: Membership = Membership.objects.in_workspace(workspace).select_related("workspace", "user").get(user=user)
    return found


def test_the_mail_says_what_home_says_with_a_link_each(shop: Workspace) -> None:
    assert mondays.send_monday(shop, at=MONDAY) == 1
    sent: Any = mail.outbox[0]

    assert sent.to == ["alice@example.com"]
    assert sent.subject == "Acme: since last Monday"
    assert "12 went from Loyal to Needs attention; they spent €1,200 last year." in sent.body
    assert "/w/acme/moved/?from=" in sent.body
    html = sent.alternatives[0][0]
    assert "<b>12</b> went from Loyal" in html
    assert html.count("See these customers") == sent.body.count("See these customers") <= 5


def test_a_quiet_week_is_one_line(acme: Workspace, alice: User) -> None:
    forty_buyers(acme)
    quiet_weeks(three_segments(acme), 9)
    mondays.send_monday(acme, at=MONDAY)

    assert "Nothing unusual happened." in mail.outbox[0].body
    assert mail.outbox[0].body.count("http") == 2  # one sentence, one way out


def test_a_week_without_new_data_says_only_that(shop: Workspace) -> None:
    mondays.send_monday(shop, at=MONDAY + timedelta(days=14))

    assert "No new data came: they end on 1 Mar 2026." in mail.outbox[0].body
    assert "went from" not in mail.outbox[0].body


def test_an_old_file_makes_no_mail(shop: Workspace) -> None:
    assert mondays.send_monday(shop, at=MONDAY + timedelta(days=63)) == 0


def test_nobody_who_can_tell_nothing_gets_a_mail(acme: Workspace, alice: User) -> None:
    assert mondays.send_monday(acme, at=MONDAY) == 0


def test_graders_strangers_and_those_who_turned_it_off_get_none(
    shop: Workspace, gina: User, bob: User, erin: User, charlie: User, frank: User
) -> None:
    mailing.choose(place(shop, erin), mailing.MONDAY, wanted=False)
    mondays.send_monday(shop, at=MONDAY)

    assert sorted(address for sent in mail.outbox for address in sent.to) == ["alice@example.com", "bob@example.com"]


def test_the_example_writes_to_nobody(shop: Workspace) -> None:
    Workspace.objects.update(is_example=True)
    shop.refresh_from_db()

    assert mondays.send_monday(shop, at=MONDAY) == 0


@pytest.mark.parametrize(
    ("zone", "at", "sent"),
    [
        ("UTC", "2026-03-02T06:59:59", 0),
        ("UTC", "2026-03-02T07:00:00", 1),
        ("Europe/Berlin", "2026-03-02T05:59:59", 0),
        ("Europe/Berlin", "2026-03-02T06:00:00", 1),
        ("Europe/Berlin", "2026-03-30T04:59:59", 0),  # the Monday after the clocks went forward
        ("Europe/Berlin", "2026-03-30T05:00:00", 1),
        ("America/New_York", "2026-03-09T10:59:59", 0),  # the clocks went forward the day before
        ("America/New_York", "2026-03-09T11:00:00", 1),
        ("Pacific/Auckland", "2026-03-01T18:00:00", 1),  # Sunday in London
        ("Pacific/Auckland", "2026-03-02T12:00:00", 0),  # Tuesday there
        ("UTC", "2026-03-03T07:00:00", 0),
    ],
)
def test_seven_o_clock_is_that_of_the_business(shop: Workspace, zone: str, at: str, sent: int) -> None:
    shop.timezone = zone
    shop.save()

    assert mondays.send_monday(shop, at=datetime.fromisoformat(at).replace(tzinfo=UTC)) == sent


def test_a_mail_leaves_once_a_week_however_often_the_clock_ticks(shop: Workspace) -> None:
    for minutes in (0, 15, 30, 600):
        mondays.send_monday(shop, at=MONDAY + timedelta(minutes=minutes))

    assert len(mail.outbox) == 1


class Killed(BaseException):
    """What a worker that is killed never catches."""


def _killed_after(self: EmailMultiAlternatives, *args: Any, **how: Any) -> int:
    mail.outbox.append(self)
    raise Killed


def test_a_worker_that_is_killed_with_the_mail_out_does_not_send_it_again(
    shop: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(EmailMultiAlternatives, "send", _killed_after)
        with pytest.raises(Killed):
            mondays.send_monday(shop, at=MONDAY)
    mondays.send_monday(shop, at=MONDAY + timedelta(minutes=15))

    assert len(mail.outbox) == 1


def test_without_the_guard_the_same_worker_sends_it_twice(shop: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail: this is what it would see."""
    monkeypatch.setattr(mailing, "_claim", lambda member, letter: True)
    with monkeypatch.context() as patch:
        patch.setattr(EmailMultiAlternatives, "send", _killed_after)
        with pytest.raises(Killed):
            mondays.send_monday(shop, at=MONDAY)
    mondays.send_monday(shop, at=MONDAY + timedelta(minutes=15))

    assert len(mail.outbox) == 2


def test_a_worker_that_is_killed_before_loses_nothing(shop: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*args: Any) -> EmailMessage:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(mailing, "_written", killed)
        with pytest.raises(Killed):
            mondays.send_monday(shop, at=MONDAY)
    mondays.send_monday(shop, at=MONDAY + timedelta(minutes=15))

    assert len(mail.outbox) == 1


def test_a_mail_server_that_refuses_is_asked_again(shop: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*args: Any, **how: Any) -> int:
        raise OSError("no")

    with monkeypatch.context() as patch:
        patch.setattr(EmailMultiAlternatives, "send", refused)
        assert mondays.send_monday(shop, at=MONDAY) == 0
    assert not Mailing.objects.in_workspace(shop).exists()

    assert mondays.send_monday(shop, at=MONDAY + timedelta(minutes=15)) == 1


def test_the_way_out_works_with_one_click_and_without_signing_in(shop: Workspace, alice: User) -> None:
    mondays.send_monday(shop, at=MONDAY)
    headers = mail.outbox[0].extra_headers
    address = headers["List-Unsubscribe"].strip("<>").split("8000")[1]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    robot = Client(enforce_csrf_checks=True)

    assert "Turn this mail off?" in robot.get(address).content.decode()
    assert place(shop, alice).monday_mail, "a program that only looks turns nothing off"
    assert "Turned off" in robot.post(address, {"List-Unsubscribe": "One-Click"}).content.decode()
    assert not place(shop, alice).monday_mail
    assert place(shop, alice).data_old_mail


def test_a_link_that_was_changed_stops_nothing(shop: Workspace, alice: User) -> None:
    address = mailing.stop_link(place(shop, alice), mailing.MONDAY)

    assert Client().post(address[:-3] + "xx/").status_code == 404
    assert place(shop, alice).monday_mail


def test_the_switch_stands_on_the_page_of_oneself(shop: Workspace, alice: User, signed_in: Any) -> None:
    browser = signed_in(alice)
    browser.post("/w/acme/me/mails/", {"data-old": "on"})

    assert (place(shop, alice).monday_mail, place(shop, alice).data_old_mail) == (False, True)
    assert "On Mondays at seven" in browser.get("/w/acme/me/").content.decode()


def test_graders_have_no_such_switch(shop: Workspace, gina: User, signed_in: Any) -> None:
    assert "On Mondays at seven" not in signed_in(gina).get("/w/acme/me/").content.decode()


def test_data_that_are_old_are_told_once_to_those_who_bring_them(
    acme: Workspace, alice: User, erin: User, bob: User, gina: User
) -> None:
    brought(acme, 2, 9, 16)
    at = datetime(2026, 2, 27, 12, tzinfo=UTC)
    assert mondays.tell_old(acme, at=at - timedelta(days=1)) == 0
    assert [mondays.tell_old(acme, at=at + timedelta(days=day)) for day in range(3)] == [2, 0, 0]

    assert sorted(address for sent in mail.outbox for address in sent.to) == ["alice@example.com", "erin@example.com"]
    assert "You usually bring a file every 7 days; the last one came on 16 Feb." in mail.outbox[0].body
    assert Notification.objects.in_workspace(acme).count() == 2


def test_as_of_is_a_monday() -> None:
    """The stage of this file stands on it."""
    assert AS_OF.weekday() == 0
