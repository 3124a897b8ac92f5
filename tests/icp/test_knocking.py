"""At the door of a room: who comes in, who waits, who stays out, and what a guest sees meanwhile."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models.user import User
from accounts.models.workspace import Workspace
from icp import grading, inviting, knocking, rooming
from icp.knocking import TAKEN
from icp.models.definition import Icp
from icp.models.grading import Grader, Round
from icp.models.room import Room
from icp.refusing import NotPossible, TooLate
from tests.icp.conftest import a_round

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TOM = {"name": "Tom", "email": "tom@example.com"}


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def live(acme: Workspace, erin: User, gina: User, offices: Icp, gifts: Icp) -> Round:
    return a_round(acme, erin, offices, gifts, graders=[gina], close="question")


@pytest.fixture
def room(live: Round, erin: User) -> Room:
    return rooming.open_room(live, by=erin)


def wait(round: Round) -> str:
    return f"/room/rounds/{round.pk}/wait/"


def follow(round: Round, at: str = "") -> str:
    return f"/room/rounds/{round.pk}/follow/?at={at}"


def test_a_guest_knocks_and_is_not_in(room: Room, live: Round) -> None:
    knock = knocking.knock(room, **TOM)

    assert knock.place.admitted_at is None
    assert knock.secret not in knock.place.guest_key
    assert knocking.at_the_door(live) == [knock.place]
    assert knock.place not in Grader.objects.in_workspace(live.workspace).seated()
    assert not grading.may_grade(live, knock.place)


def test_an_admitted_guest_is_in(room: Room, live: Round, erin: User) -> None:
    place = knocking.knock(room, **TOM).place
    admitted = knocking.admit(room, place.pk, by=erin, at=NOON)

    assert knocking.at_the_door(live) == []
    assert knocking.inside(live) == [admitted]
    assert grading.may_grade(live, admitted)


def test_whoever_is_turned_away_stays_out(room: Room, live: Round, erin: User) -> None:
    place = knocking.knock(room, **TOM).place
    knocking.turn_away(room, place.pk, by=erin, at=NOON)

    assert knocking.at_the_door(live) == []
    with pytest.raises(NotPossible, match="did not let this address in"):
        knocking.knock(room, **TOM)


def test_turning_away_by_mistake_can_be_undone(room: Room, live: Round, erin: User) -> None:
    place = knocking.knock(room, **TOM).place
    knocking.turn_away(room, place.pk, by=erin, at=NOON)
    back = knocking.admit(room, place.pk, by=erin, at=NOON)

    assert (back.removed_at, knocking.inside(live)) == (None, [back])


def test_the_same_browser_knocks_once(room: Room, live: Round) -> None:
    first = knocking.knock(room, **TOM)
    again = knocking.knock(room, **TOM, secret=first.secret)

    assert again.place == first.place
    assert len(knocking.at_the_door(live)) == 1


def test_nobody_takes_the_place_of_another_guest(room: Room) -> None:
    knocking.knock(room, **TOM)

    with pytest.raises(NotPossible, match="on another phone"):
        knocking.knock(room, name="Not Tom", email="TOM@example.com", secret="seat_of_somebody_else")


@pytest.mark.parametrize("taken", ["gina@example.com", "GINA@example.com", "alice@example.com", "asked@example.com"])
def test_a_place_that_somebody_has_cannot_be_taken(
    room: Room, live: Round, alice: User, taken: str, acme: Workspace
) -> None:
    """Who was asked, with an account or without, and every member of the workspace."""
    Grader.objects.create(workspace=acme, round=live, email="asked@example.com")

    with pytest.raises(NotPossible) as refused:
        knocking.knock(room, name="Mallory", email=taken)
    assert str(refused.value) == TAKEN


@pytest.mark.parametrize(("name", "email"), [("", "tom@example.com"), ("  ", "tom@example.com"), ("Tom", "tom")])
def test_a_knock_needs_a_name_and_an_address(room: Room, live: Round, name: str, email: str) -> None:
    with pytest.raises(NotPossible):
        knocking.knock(room, name=name, email=email)
    assert knocking.at_the_door(live) == []


def test_a_member_is_simply_in(room: Room, live: Round, bob: User) -> None:
    place = knocking.come_in(room, bob, at=NOON)
    again = knocking.come_in(room, bob, at=NOON)

    assert place == again
    assert knocking.inside(live) == [place]
    assert grading.may_grade(live, bob)


def test_the_code_dies_with_the_meeting(room: Room, erin: User) -> None:
    code = room.code or ""
    rooming.end(room, by=erin, at=NOON)

    assert knocking.room_behind(code) is None
    with pytest.raises(TooLate):
        knocking.knock(room, **TOM)


def test_a_changed_code_opens_and_the_old_one_does_not(room: Room, erin: User) -> None:
    old = room.code or ""
    new = rooming.change_code(room, by=erin).code or ""

    assert knocking.room_behind(old) is None
    assert knocking.room_behind(new) == room


def test_a_code_may_be_typed_as_it_is_read_aloud(room: Room) -> None:
    code = room.code or ""

    assert knocking.room_behind(f" {' '.join(code.lower())} ") == room
    assert knocking.room_behind("") is None


# The pages --------------------------------------------------------------------------------------


def knock_at(client: Client, room: Room, **told: str) -> Any:
    return client.post(f"/room/{room.code}/", TOM | told)


def test_the_code_leads_to_the_room(client: Client, room: Room) -> None:
    answer = client.post("/room/", {"code": (room.code or "").lower()})

    assert answer.url == f"/room/{room.code}/"
    assert "Who are you?" in client.get(answer.url).content.decode()


def test_a_wrong_code_says_what_to_do_and_keeps_what_was_typed(client: Client, room: Room) -> None:
    answer = client.post("/room/", {"code": "XXXX7"})

    assert answer.status_code == 404
    assert "Look at the screen" in answer.content.decode()
    assert 'value="XXXX7"' in answer.content.decode()


def test_guessing_the_code_is_slowed_down(client: Client, room: Room) -> None:
    tries = [client.get(f"/room/77{n:02d}/").status_code for n in range(12)]
    right = client.get(f"/room/{room.code}/")

    assert tries == [404] * 10 + [429] * 2
    assert right.status_code == 429
    assert "Too many tries" in right.content.decode()
    assert client.get(f"/room/{room.code}/", REMOTE_ADDR="10.0.0.9").status_code == 200


def test_right_codes_are_not_counted(client: Client, room: Room) -> None:
    assert {client.get(f"/room/{room.code}/").status_code for _ in range(30)} == {200}


def test_a_guest_who_waits_sees_nothing_of_the_round(
    client: Client, room: Room, live: Round, offices: Icp, erin: User
) -> None:
    rooming.go_on(room, by=erin, at=NOON, as_of=NOON)
    answer = client.post(f"/room/{room.code}/", TOM, follow=True)
    pages = [answer.content.decode(), client.get(follow(live)).content.decode()]

    assert answer.redirect_chain == [(wait(live), 302)]
    assert "Erin lets you in" in pages[0]
    for secret in (offices.name, live.name, live.rubric.dimensions[0]["question"], "Gina"):
        assert not [page for page in pages if secret in page]


def test_once_admitted_the_phone_goes_in_by_itself(client: Client, room: Room, live: Round, erin: User) -> None:
    knock_at(client, room)
    still = client.get(follow(live, "door"), headers={"HX-Request": "true"})
    place = knocking.at_the_door(live)[0]
    knocking.admit(room, place.pk, by=erin, at=NOON)
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{wait(live)}"}
    after = client.get(follow(live, "door"), headers=headers)

    assert (still.status_code, "HX-Redirect" in still.headers) == (204, False)
    assert after.headers.get("HX-Refresh") == "true"
    assert "You are in as Tom" in client.get(wait(live)).content.decode()


def test_whoever_is_turned_away_is_told(client: Client, room: Room, live: Round, erin: User) -> None:
    knock_at(client, room)
    knocking.turn_away(room, knocking.at_the_door(live)[0].pk, by=erin, at=NOON)
    page = client.get(wait(live)).content.decode()

    assert "Erin did not let you in" in page
    assert live.name not in page


def test_a_refused_knock_keeps_what_was_typed(client: Client, room: Room, gina: User, live: Round) -> None:
    answer = knock_at(client, room, email="gina@example.com")

    assert answer.status_code == 422
    assert TAKEN in answer.content.decode()
    assert 'value="gina@example.com"' in answer.content.decode()
    assert "seats" not in client.session
    assert Grader.objects.in_workspace(live.workspace).filter(name="Tom").count() == 0


def test_a_signed_in_member_needs_no_form(room: Room, live: Round, gina: User, signed_in: Any) -> None:
    answer = signed_in(gina).get(f"/room/{room.code}/", follow=True)

    assert answer.redirect_chain == [(wait(live), 302)]
    assert "You are in as Gina" in answer.content.decode()


def test_whoever_was_asked_by_mail_is_simply_in_with_that_link(
    client: Client, room: Room, live: Round, acme: Workspace
) -> None:
    place = Grader.objects.create(workspace=acme, round=live, email="asked@example.com", name="Ada")
    session = client.session
    session["seats"] = {str(live.pk): inviting.ticket(place)}
    session.save()
    answer = client.get(f"/room/{room.code}/", follow=True)

    assert "You are in as Ada" in answer.content.decode()
    assert knocking.inside(live) == [place]


def test_a_late_member_starts_at_the_running_question(
    room: Room, live: Round, gina: User, erin: User, signed_in: Any
) -> None:
    rooming.go_on(room, by=erin, at=NOON, as_of=NOON)

    assert signed_in(gina).get(f"/room/{room.code}/").url.endswith(f"/rounds/{live.pk}/grade/urgency/")


def test_a_phone_is_moved_to_the_running_question(
    room: Room, live: Round, gina: User, erin: User, signed_in: Any
) -> None:
    client = signed_in(gina)
    client.get(f"/room/{room.code}/")
    at = re.findall(r"follow/\?at=([^\"]+)", client.get(wait(live)).content.decode())[0]
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{wait(live)}"}
    before = client.get(follow(live, at), headers=headers)
    rooming.go_on(room, by=erin, at=NOON, as_of=NOON)
    after = client.get(follow(live, at), headers=headers)

    assert (before.status_code, before.headers.get("HX-Redirect")) == (204, None)
    assert after.headers["HX-Redirect"].endswith("/grade/urgency/")


def test_after_the_reveal_the_phone_says_where_to_look(
    room: Room, live: Round, gina: User, erin: User, offices: Icp, signed_in: Any
) -> None:
    client = signed_in(gina)
    client.get(f"/room/{room.code}/")
    rooming.go_on(room, by=erin, at=NOON, as_of=NOON)
    question = f"/w/acme/ideal-customers/rounds/{live.pk}/grade/urgency/"
    grading.keep_answers(live, [grading.Answer(offices.pk, "urgency", 4)], by=gina)
    rooming.show(room, by=erin, at=NOON, as_of=NOON)
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{question}"}

    assert client.get(follow(live, "x"), headers=headers).headers["HX-Redirect"] == wait(live)
    assert "The question is closed" in client.get(wait(live)).content.decode()


@pytest.mark.parametrize("stranger", ["charlie", "frank"])
def test_strangers_find_no_round_behind_its_id(
    request: Any, room: Room, live: Round, signed_in: Any, stranger: str
) -> None:
    client = signed_in(request.getfixturevalue(stranger))

    assert client.get(wait(live)).status_code == 404
    assert client.get(follow(live)).status_code == 404
    assert client.post(f"/room/rounds/{live.pk}/it-was-me/").status_code == 404


def test_a_stranger_with_an_account_knocks_like_any_guest(room: Room, charlie: User, signed_in: Any) -> None:
    page = signed_in(charlie).get(f"/room/{room.code}/").content.decode()

    assert 'value="charlie@example.com"' in page
    assert "lets you in" in page


def test_another_browser_does_not_sit_in_my_place(client: Client, room: Room, live: Round, erin: User) -> None:
    knock_at(client, room)
    knocking.admit(room, knocking.at_the_door(live)[0].pk, by=erin, at=NOON)

    assert client.get(wait(live)).status_code == 200
    assert Client().get(wait(live)).status_code == 404
