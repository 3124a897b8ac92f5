"""What happened: the page and the bell."""

from typing import Any

from accounts import notifying
from accounts.models.notification import Notification
from accounts.models.user import User
from accounts.models.workspace import Workspace

HERE = "/w/acme/notifications/"


def a_note(workspace: Workspace, user: User) -> Notification:
    notifying.tell(workspace, user, kind="job", key="1", sentence="orders.csv is in.", link="/w/acme/jobs/")
    note: Notification = Notification.objects.in_workspace(workspace).get(user=user)
    return note


def test_the_bell_counts_and_the_list_says_it(acme: Workspace, alice: User, signed_in: Any) -> None:
    a_note(acme, alice)
    page = signed_in(alice).get(HERE).content.decode()

    assert "orders.csv is in." in page
    assert "1 unread" in page


def test_opening_one_reads_it_and_goes_where_it_leads(acme: Workspace, alice: User, signed_in: Any) -> None:
    note = a_note(acme, alice)
    answer = signed_in(alice).post(f"{HERE}{note.pk}/open/")

    assert answer.headers["Location"] == "/w/acme/jobs/"
    note.refresh_from_db()
    assert note.read_at is not None


def test_all_can_be_read_at_once(acme: Workspace, alice: User, signed_in: Any) -> None:
    a_note(acme, alice)
    browser = signed_in(alice)
    browser.post(f"{HERE}read/")

    assert "You have read everything." in browser.get(HERE).content.decode()


def test_nobody_opens_what_was_said_to_somebody_else(acme: Workspace, alice: User, erin: User, signed_in: Any) -> None:
    note = a_note(acme, alice)

    assert signed_in(erin).post(f"{HERE}{note.pk}/open/").status_code == 404


def test_an_empty_list_says_what_will_stand_here(acme: Workspace, gina: User, signed_in: Any) -> None:
    assert "Nothing yet. Here you hear when" in signed_in(gina).get(HERE).content.decode()
