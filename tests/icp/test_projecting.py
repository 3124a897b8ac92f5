"""The projected screen and the remote: what stands on them, for whom, and what never does."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models.user import User
from accounts.models.workspace import Workspace
from icp import grading, knocking, meeting, painting, projecting, rooming
from icp.grading import Answer
from icp.models.decision import Decision
from icp.models.definition import Icp
from icp.models.grading import Round
from icp.models.plan import Action
from icp.models.room import Room
from tests.icp.conftest import a_round

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECRET = "Pssst, the blue parrot told me so"


@pytest.fixture
def live(acme: Workspace, erin: User, gina: User, offices: Icp, gifts: Icp) -> Round:
    round = a_round(acme, erin, offices, gifts, graders=[gina], close="question")
    grading.keep_answers(round, [Answer(i.pk, "urgency", s, SECRET) for i, s in ((offices, 9), (gifts, 4))], by=gina)
    grading.keep_answers(round, [Answer(offices.pk, "urgency", 3)], by=erin)
    return round


@pytest.fixture
def room(live: Round, erin: User) -> Room:
    return rooming.open_room(live, by=erin)


def of(round: Round, *parts: str) -> str:
    return f"/w/acme/ideal-customers/rounds/{round.pk}/room/" + "".join(f"{part}/" for part in parts)


def press(client: Any, room: Room, do: str, **more: str) -> Any:
    room.refresh_from_db()
    told = {"on": "screen", "seen": meeting.token(room)} | more
    return client.post(of(room.round, "do", do), told)


def screen(client: Any, round: Round) -> str:
    return str(client.get(of(round, "screen")).content.decode())


def test_the_lobby_shows_code_address_and_who_has_come(
    room: Room, live: Round, gina: User, erin: User, signed_in: Any
) -> None:
    knocking.come_in(room, gina, at=NOON)
    knocking.knock(room, name="<b>Stranger</b>", email="stranger@example.com")
    page = screen(signed_in(erin), live)

    assert " ".join(room.code or "") in page
    assert "testserver/room" in page
    assert 'aria-label="The address as a QR code"' in page
    assert "<li>Gina</li>" in page
    assert "1 at the door" in page
    assert "Stranger" not in page  # nobody's name before somebody knows them


def test_the_remote_shows_who_knocks_and_lets_them_in(room: Room, live: Round, erin: User, signed_in: Any) -> None:
    client = signed_in(erin)
    place = knocking.knock(room, name="Tom", email="tom@example.com").place
    page = client.get(of(live)).content.decode()
    client.post(of(live, "guests", str(place.pk)), {"decision": "yes"})

    assert "Let in Tom" in re.sub(r"<[^>]+>", "", page)
    assert knocking.inside(live) == [place]


def test_while_a_question_is_graded_screen_and_remote_hold_counts_only(
    room: Room, live: Round, erin: User, gina: User, signed_in: Any
) -> None:
    client = signed_in(erin)
    knocking.come_in(room, gina, at=NOON)
    press(client, room, "next")
    pages = [screen(client, live), client.get(of(live)).content.decode()]

    for page in pages:
        assert re.search(r"1 of 2</b>\s+are done", page) or "1 of 2 are done" in page
        assert SECRET not in page
        assert "medb" not in page
    assert "Gina" not in pages[0]


def test_the_reveal_shows_dots_the_widest_gap_and_the_fact(
    room: Room, live: Round, erin: User, offices: Icp, signed_in: Any
) -> None:
    live.facts = {str(offices.pk): {"urgency": {"score": 7.1, "n": 310, "sentence": "**212 of 310** can be called."}}}
    live.save()
    client = signed_in(erin)
    press(client, room, "next")
    press(client, room, "show")
    page = screen(client, live)

    assert "Small offices: one of you said 3, one said 9." in page
    assert "<b>212 of 310</b> can be called." in page
    assert page.count('class="ring big"') == 2
    assert "Gina" not in page
    assert SECRET not in page


def test_without_a_fact_the_screen_says_so(room: Room, live: Round, erin: User, signed_in: Any) -> None:
    client = signed_in(erin)
    press(client, room, "next")
    press(client, room, "show")

    assert "We have no figure for this." in screen(client, live)


def test_the_talk_counts_down_and_hides_names(room: Room, live: Round, erin: User, gina: User, signed_in: Any) -> None:
    client = signed_in(erin)
    for do in ("next", "show", "next"):
        press(client, room, do)
    page = screen(client, live)
    room.refresh_from_db()
    rooming.say_it_was_me(room, gina)

    assert "One of you said 3, one said 9." in page
    assert re.search(r'data-left="(90|89|88)"', page)
    assert "Gina" not in page
    assert "One of you said 3, Gina said 9." in screen(client, live)


def test_covered_rungs_hold_no_name(room: Room, live: Round, erin: User, signed_in: Any) -> None:
    client = signed_in(erin)
    press(client, room, "next")
    press(client, room, "show")
    press(client, room, "finish")
    covered = screen(client, live)
    press(client, room, "next")
    half = screen(client, live)

    assert "Small offices" not in covered
    assert "Gift buyers" not in covered
    assert "Gift buyers" in half
    assert "Small offices" not in half


def test_the_last_screen_says_who_decided_when_and_on_what(room: Room, live: Round, erin: User, signed_in: Any) -> None:
    client = signed_in(erin)
    for do in ("next", "show", "finish", "next", "next"):
        press(client, room, do)
    page = screen(client, live)

    assert "Small offices is the focus" in re.sub(r"<[^>]+>", "", page)
    assert re.search(r"Decided by 2 people on \d+ \w{3}, data until \d+ \w{3}", page)


@pytest.fixture
def at_moves(room: Room, live: Round, erin: User, signed_in: Any) -> Any:
    """Erin's browser, where the ladder is uncovered and the moves are to be typed."""
    client = signed_in(erin)
    for do in ("next", "show", "finish", "next", "next", "next"):
        press(client, room, do)
    return client


def a_move(offices: Icp, erin: User, name: str) -> dict[str, Any]:
    told = {"icp": offices.pk, "owner": erin.pk, "check_on": "2026-12-09", "target": "Six of them order"}
    return told | {"name": name, "on": "screen"}


def test_three_moves_are_typed_on_the_screen_and_make_it_the_focus(
    at_moves: Any, room: Room, live: Round, erin: User, offices: Icp
) -> None:
    for name in ("Call the ten largest", "Kilo bags", "A page for offices"):
        at_moves.post(of(live, "moves"), a_move(offices, erin, name))
    drafted = screen(at_moves, live)
    on_plan = Action.everywhere.count()
    press(at_moves, room, "decide")
    page = screen(at_moves, live)

    assert "Erin, until 9 Dec" in drafted
    assert "Make it the focus" in drafted
    assert (on_plan, Action.everywhere.count()) == (0, 3)
    assert Decision.everywhere.get().decided_by == erin
    assert re.search(r"Decided by 2 people on \d+ \w{3}, data until", page)
    assert "Add the move" not in page


def test_the_focus_needs_three_moves(at_moves: Any, room: Room, live: Round, erin: User, offices: Icp) -> None:
    at_moves.post(of(live, "moves"), a_move(offices, erin, "Call the ten largest"))
    room.refresh_from_db()
    told = {"on": "screen", "seen": meeting.token(room)}
    refused = at_moves.post(of(live, "do", "decide"), told, headers={"HX-Request": "true"})

    assert refused.status_code == 422
    assert "begins with three moves" in refused.content.decode()
    assert Decision.everywhere.get().decided_at is None
    assert "2 more are needed" in screen(at_moves, live)


def test_a_move_without_an_owner_or_a_day_comes_back_as_it_was_typed(
    at_moves: Any, live: Round, erin: User, offices: Icp
) -> None:
    wrong = at_moves.post(of(live, "moves"), a_move(offices, erin, "Call them") | {"check_on": ""})

    assert wrong.status_code == 422
    assert 'value="Call them"' in wrong.content.decode()
    assert Decision.everywhere.count() == 0


def test_a_move_is_taken_away_again(at_moves: Any, room: Room, live: Round, erin: User, offices: Icp) -> None:
    for name in ("First", "Second"):
        at_moves.post(of(live, "moves"), a_move(offices, erin, name))
    press(at_moves, room, "drop", number="1", on="remote")

    assert [move["name"] for move in Decision.everywhere.get().moves] == ["Second"]


def test_no_move_is_typed_before_the_ladder_is_uncovered(
    room: Room, live: Round, erin: User, offices: Icp, signed_in: Any
) -> None:
    client = signed_in(erin)
    client.post(of(live, "moves"), a_move(offices, erin, "Too early"))

    assert Decision.everywhere.count() == 0


def test_the_end_says_what_was_decided(at_moves: Any, room: Room, live: Round, erin: User, offices: Icp) -> None:
    for name in ("One", "Two", "Three"):
        at_moves.post(of(live, "moves"), a_move(offices, erin, name))
    press(at_moves, room, "decide")
    press(at_moves, room, "end")
    page = screen(at_moves, live)

    assert "The sheet goes to all." in page
    assert "Decided by 2 people" in page


def test_an_unchanged_screen_costs_no_page(room: Room, live: Round, erin: User, gina: User, signed_in: Any) -> None:
    client = signed_in(erin)
    seen = f"{of(live, 'screen')}?seen={projecting.pulse(room)}"
    same = client.get(seen, headers={"HX-Request": "true"})
    knocking.come_in(room, gina, at=NOON)
    other = client.get(seen, headers={"HX-Request": "true"})

    assert same.status_code == 204
    assert other.status_code == 200
    assert "<html" not in other.content.decode()
    assert "Gina" in other.content.decode()


def test_looking_again_asks_the_database_little(room: Room, live: Round, erin: User, signed_in: Any) -> None:
    client = signed_in(erin)
    seen = f"{of(live, 'screen')}?seen={projecting.pulse(room)}"
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(seen, headers={"HX-Request": "true"})

    assert len(asked) <= 6


def test_a_press_that_came_too_late_says_so(room: Room, live: Round, erin: User, signed_in: Any) -> None:
    client = signed_in(erin)
    seen = meeting.token(room)
    press(client, room, "next")
    late = client.post(of(live, "do", "next"), {"seen": seen, "on": "remote"}, headers={"HX-Request": "true"})

    assert late.status_code == 422
    assert "Somebody else has gone on meanwhile" in late.content.decode()


def test_a_press_without_scripts_leads_back_to_where_it_was_pressed(
    room: Room, live: Round, erin: User, signed_in: Any
) -> None:
    client = signed_in(erin)

    assert press(client, room, "next").url == of(live, "screen")
    assert press(client, room, "show", on="remote").url == of(live)


@pytest.mark.parametrize("stranger", ["charlie", "frank"])
def test_strangers_find_neither_screen_nor_remote(
    request: Any, room: Room, live: Round, signed_in: Any, stranger: str
) -> None:
    client = signed_in(request.getfixturevalue(stranger))

    assert [client.get(of(live, *part)).status_code for part in ((), ("screen",))] == [404, 404]
    assert client.post(of(live, "do", "end")).status_code == 404
    assert Room.everywhere.get().ended_at is None


@pytest.mark.parametrize("person", ["bob", "gina"])
def test_only_who_runs_rounds_holds_the_remote(
    request: Any, room: Room, live: Round, signed_in: Any, person: str
) -> None:
    client = signed_in(request.getfixturevalue(person))

    assert client.get(of(live)).status_code == 403
    assert client.post(of(live, "do", "next")).status_code == 403


def test_twenty_candidates_and_fifty_people_fit_on_the_screen() -> None:
    scores = sorted([1] * 12 + [5] * 26 + [10] * 12)
    row = {"slot": 3, "scores": scores, "median": 5.0, "apart": True, "unknown": 0}
    rows = [row | {"icp": str(n), "name": f"A kind of customers with a long name, number {n}"} for n in range(20)]
    drawn = painting.reveal({"rows": rows}, rows[0])

    assert int(drawn.split('viewBox="0 0 1176 ')[1].split('"')[0]) <= 432
    assert ">26</text>" in drawn
    assert "fz16" in drawn  # nothing is set smaller
