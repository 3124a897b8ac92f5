"""The one-use link that `up` prints."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts import signing
from accounts.models.user import User
from accounts.models.workspace import Membership, Role, Workspace


def test_the_link_signs_its_person_in_after_a_click(client: Client, alice: User) -> None:
    path = signing.link(alice)

    assert client.get(path).status_code == 200
    assert "_auth_user_id" not in client.session
    answer = client.post(path)
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(alice.pk)


def test_the_link_works_once(client: Client, alice: User) -> None:
    path = signing.link(alice)
    client.post(path)

    other = Client()
    assert other.post(path).status_code == 410
    assert "_auth_user_id" not in other.session


def test_of_two_who_come_at_once_one_is_refused(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read the link before either uses it up."""
    token = signing.link(alice).split("/")[2]
    read = signing.read(token)
    monkeypatch.setattr(signing, "read", lambda token: read)

    assert signing.use(token) == alice
    with pytest.raises(signing.LinkRefused):
        signing.use(token)


def test_the_link_is_too_old_after_a_quarter_of_an_hour(client: Client, alice: User) -> None:
    path = signing.link(alice)

    with time_machine.travel(timedelta(minutes=15, seconds=2), tick=False):
        answer: Any = client.post(path)
    assert answer.status_code == 410
    assert "older than fifteen minutes" in answer.content.decode()


def test_a_link_that_was_changed_opens_nothing(client: Client, alice: User) -> None:
    assert client.post(signing.link(alice)[:-2] + "x/").status_code == 410
    assert "_auth_user_id" not in client.session


def test_a_person_who_was_closed_out_cannot_use_a_link(client: Client, alice: User) -> None:
    path = signing.link(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)

    assert client.post(path).status_code == 410


def test_the_first_start_makes_a_local_owner_with_a_workspace(db: None) -> None:
    owner = signing.local_owner("http://127.0.0.1:8000")

    assert owner is not None
    assert owner.email == "owner@localhost"
    assert not owner.has_usable_password()
    membership = Membership.everywhere.get(user=owner)
    assert (membership.role, membership.workspace.name) == (Role.OWNER, "My business")


def test_the_next_start_finds_the_same_owner(db: None) -> None:
    first = signing.local_owner("http://127.0.0.1:8000")

    assert signing.local_owner("http://localhost:8001") == first
    assert Workspace.objects.count() == 1


def test_where_people_signed_up_by_themselves_there_is_no_local_owner(alice: User) -> None:
    assert signing.local_owner("http://127.0.0.1:8000") is None
    assert not User.objects.filter(email="owner@localhost").exists()


def test_an_address_that_others_reach_has_no_local_owner(db: None) -> None:
    assert signing.local_owner("https://bestfit.example") is None
    assert User.objects.count() == 0
