"""A meeting about a round: it goes on, it goes back, nobody runs ahead of anybody, and it ends."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models.audit import AuditEntry
from accounts.models.user import User
from accounts.models.workspace import Workspace
from icp import focusing, grading, meeting, projecting, rooming
from icp.grading import Answer
from icp.models.definition import Icp
from icp.models.grading import Gap, Grade, Round
from icp.models.room import Room, Stage
from icp.refusing import NotPossible, TooLate
from tests.icp.conftest import a_round

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TIMES = {"at": NOON, "as_of": NOON}


def answer(round: Round, by: User, *scores: tuple[Icp, str, int]) -> None:
    grading.keep_answers(round, [Answer(icp.pk, dimension, score) for icp, dimension, score in scores], by=by)


@pytest.fixture
def live(acme: Workspace, erin: User, gina: User, offices: Icp, gifts: Icp) -> Round:
    """Question by question; Erin and Gina are far apart on the reach of offices, and nowhere else."""
    round = a_round(acme, erin, offices, gifts, graders=[gina], close="question")
    answer(round, gina, (offices, "urgency", 9), (gifts, "urgency", 4))
    answer(round, erin, (offices, "urgency", 3), (gifts, "urgency", 5))
    return round


@pytest.fixture
def room(live: Round, erin: User) -> Room:
    return rooming.open_room(live, by=erin)


def go_on(room: Room, by: User, **more: Any) -> Room:
    return rooming.go_on(room, by=by, **TIMES, **more)


def show(room: Room, by: User) -> Room:
    return rooming.show(room, by=by, **TIMES)


@pytest.fixture
def beforehand(acme: Workspace, erin: User, gina: User, offices: Icp, gifts: Icp) -> Round:
    """Graded alone, all questions, by two people; six gaps on offices, none on gifts; not closed yet."""
    round = a_round(acme, erin, offices, gifts, graders=[gina])
    ids = [each["id"] for each in round.rubric.dimensions]
    answer(round, gina, *((offices, id, 9 if n < 6 else 5) for n, id in enumerate(ids)), *((gifts, i, 4) for i in ids))
    answer(round, erin, *((offices, id, 3 if n < 6 else 5) for n, id in enumerate(ids)), *((gifts, i, 4) for i in ids))
    return round


def where(room: Room) -> tuple[str, str]:
    return (str(room.stage), room.dimension)


def test_a_code_is_short_and_has_no_signs_that_look_alike(room: Room) -> None:
    assert room.code is not None
    assert len(room.code) == 4
    assert set(room.code) <= set(rooming.LETTERS)
    assert not set("01258BGILOQSZ6AEU") & set(rooming.LETTERS)


def test_opening_an_open_room_changes_nothing(room: Room, live: Round, alice: User) -> None:
    again = rooming.open_room(live, by=alice)

    assert (again.pk, again.code, again.step) == (room.pk, room.code, room.step)


def test_two_open_rooms_never_share_a_code(
    room: Room, acme: Workspace, erin: User, offices: Icp, gifts: Icp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the dice say: the first four throws repeat the code that is taken."""
    assert room.code
    throws = iter(room.code * 3 + "77777" * 3)
    monkeypatch.setattr("icp.rooming.secrets.choice", lambda letters: next(throws))
    other = rooming.open_room(a_round(acme, erin, offices, gifts, graders=[]), by=erin)

    assert other.code != room.code


def test_a_live_meeting_walks_question_by_question(room: Room, erin: User, offices: Icp) -> None:
    walked = [where(room)]
    for step in (go_on, show, go_on, go_on, show, go_on):
        room = step(room, erin)
        walked.append(where(room))

    assert walked == [
        ("lobby", ""),
        ("grading", "urgency"),
        ("reveal", "urgency"),
        ("talk", "urgency"),
        ("grading", "urgency"),  # once more, about offices only
        ("reveal", "urgency"),
        ("grading", "advantage"),
    ]


def test_showing_closes_the_question_for_everybody(room: Room, erin: User, gina: User, offices: Icp) -> None:
    room = show(go_on(room, erin), erin)

    assert room.round.closed_questions == ["urgency"]
    with pytest.raises(TooLate):
        answer(room.round, gina, (offices, "urgency", 2))


def test_going_on_does_not_close_what_is_being_graded(room: Room, erin: User) -> None:
    room = go_on(room, erin)

    with pytest.raises(NotPossible, match="Show them first"):
        go_on(room, erin)
    assert rooming.room_of(room.round).round.closed_questions == []  # type: ignore[union-attr]


def test_nothing_can_be_shown_where_nothing_is_graded(room: Room, erin: User) -> None:
    with pytest.raises(NotPossible, match="nothing to show"):
        show(room, erin)


def test_of_two_facilitators_at_once_only_the_first_goes_on(room: Room, erin: User, alice: User) -> None:
    seen = meeting.token(room)
    after = go_on(room, erin, seen=seen)

    with pytest.raises(TooLate, match="Somebody else"):
        go_on(room, alice, seen=seen)
    now = rooming.room_of(room.round)
    assert now is not None
    assert (where(now), now.step) == (("grading", "urgency"), after.step)


def test_every_change_raises_the_step(room: Room, erin: User) -> None:
    steps = [room.step]
    for change in (
        lambda: go_on(room, erin),
        lambda: rooming.change_code(room, by=erin),
        lambda: show(room, erin),
        lambda: rooming.go_back(room, by=erin, at=NOON),
    ):
        steps.append(change().step)  # type: ignore[no-untyped-call]

    assert steps == list(range(steps[0], steps[0] + 5))


def test_a_talk_counts_ninety_seconds_and_gets_a_minute_more(room: Room, erin: User) -> None:
    room = go_on(show(go_on(room, erin), erin), erin)
    longer = rooming.more_time(room, by=erin, at=NOON + timedelta(seconds=30))

    assert projecting.seconds_left(room, NOON) == 90
    assert projecting.seconds_left(longer, NOON) == 150


def test_more_time_after_the_end_is_a_whole_minute(room: Room, erin: User) -> None:
    room = go_on(show(go_on(room, erin), erin), erin)
    late = NOON + timedelta(minutes=10)

    assert projecting.seconds_left(rooming.more_time(room, by=erin, at=late), late) == 60


def test_only_what_was_shown_and_lies_apart_is_talked_about(room: Room, erin: User, offices: Icp, gifts: Icp) -> None:
    room = show(go_on(room, erin), erin)

    with pytest.raises(NotPossible, match="close together"):
        rooming.talk(room, icp=gifts.pk, dimension="urgency", by=erin, at=NOON)
    with pytest.raises(NotPossible, match="Show the question first"):
        rooming.talk(room, icp=offices.pk, dimension="reach", by=erin, at=NOON)


def test_talking_can_be_left_out(room: Room, erin: User) -> None:
    room = go_on(show(go_on(room, erin), erin), erin, leaving_out=True)

    assert where(room) == ("grading", "advantage")
    assert Gap.everywhere.count() == 0


def test_going_back_opens_nothing_again(room: Room, erin: User) -> None:
    room = go_on(show(go_on(room, erin), erin), erin, leaving_out=True)
    back = rooming.go_back(room, by=erin, at=NOON)
    first = rooming.go_back(back, by=erin, at=NOON)

    assert [where(back), where(first)] == [("reveal", "urgency"), ("lobby", "")]
    assert first.round.closed_questions == ["urgency"]
    with pytest.raises(NotPossible, match="nothing before"):
        rooming.go_back(first, by=erin, at=NOON)


def test_second_thoughts_are_graded_once_and_both_answers_stay(
    room: Room, erin: User, gina: User, offices: Icp
) -> None:
    room = go_on(go_on(show(go_on(room, erin), erin), erin), erin)
    answer(room.round, gina, (offices, "urgency", 6))
    hidden = meeting.reveal(room, "urgency")
    room = show(room, erin)
    shown = meeting.reveal(room, "urgency")

    scores = [next(r["scores"] for r in q["rows"] if r["name"] == "Small offices") for q in (hidden, shown) if q]
    assert scores == [[3, 9], [3, 6]]
    assert projecting.stage(room)["moved"] == ["Small offices: first 3 to 9, now 3 to 6."]
    assert Grade.everywhere.filter(icp=offices, dimension="urgency").count() == 3
    assert where(go_on(room, erin)) == ("grading", "advantage")


def test_after_the_last_question_the_round_is_closed_and_its_ladder_covered(
    room: Room, live: Round, erin: User
) -> None:
    for each in live.rubric.dimensions:
        focusing.close_question(live, dimension=each["id"], by=erin)
    room = go_on(room, erin)

    assert (room.stage, room.uncovered, room.round.is_closed) == (Stage.RESULT, 0, True)
    assert [rung["is_shown"] for rung in projecting.stage(room)["ladder"]] == [False, False]


def test_the_ladder_is_uncovered_from_the_bottom_and_then_come_the_moves(room: Room, erin: User) -> None:
    room = rooming.finish(room, by=erin, **TIMES)
    shown = []
    for _ in range(3):
        room = go_on(room, erin)
        shown.append([rung["is_shown"] for rung in projecting.stage(room)["ladder"]])

    assert shown == [[False, True], [True, True], [True, True]]
    assert meeting.is_at_moves(room)
    with pytest.raises(NotPossible, match="End the meeting"):
        go_on(room, erin)


def test_graded_beforehand_all_questions_close_together(beforehand: Round, erin: User) -> None:
    room = show(go_on(rooming.open_room(beforehand, by=erin), erin), erin)

    assert (room.stage, room.uncovered, room.round.is_closed) == (Stage.RESULT, 1, True)


def test_a_meeting_of_forty_minutes(beforehand: Round, erin: User, gina: User, offices: Icp) -> None:
    """The ladder half covered, the five widest gaps four minutes each, second thoughts on them, the rest, the moves."""
    room = show(go_on(rooming.open_room(beforehand, by=erin), erin), erin)
    talked, left = [], []
    for _ in range(5):
        room = go_on(room, erin)
        talked.append(room.dimension)
        left.append(projecting.seconds_left(room, NOON))
    room = go_on(room, erin)
    again = [gap.dimension for gap in projecting.open_gaps(room.round)]
    answer(room.round, gina, *((offices, dimension, 4) for dimension in again))
    room = show(room, erin)
    narrowed = [gap["dimension"] for gap in room.round.result["gaps"]]
    room = go_on(room, erin)

    assert len(set(talked)) == 5
    assert left == [240] * 5
    assert sorted(again) == sorted(talked)
    assert len(narrowed) == 1  # the sixth, which nobody talked about
    assert meeting.is_at_moves(room)


def test_the_gaps_can_be_left_out(beforehand: Round, erin: User) -> None:
    room = show(go_on(rooming.open_room(beforehand, by=erin), erin), erin)
    room = go_on(room, erin, leaving_out=True)

    assert (room.stage, room.uncovered) == (Stage.RESULT, 2)


def test_counts_say_how_far_people_are_and_nothing_else(room: Room, erin: User, gina: User) -> None:
    room = go_on(room, erin)

    assert projecting.progress(room) == {"done": 2, "people": 2}
    room = go_on(show(room, erin), erin, leaving_out=True)
    assert projecting.progress(room) == {"done": 0, "people": 2}


def test_it_was_me_puts_the_own_name_to_the_own_answer(room: Room, erin: User, gina: User) -> None:
    room = go_on(show(go_on(room, erin), erin), erin)
    before = projecting.stage(room)["said"]
    room = rooming.say_it_was_me(room, gina)
    named = projecting.stage(room)["said"]
    room = rooming.say_it_was_me(room, gina, is_shown=False)

    assert before == "One of you said 3, one said 9."
    assert named == "One of you said 3, Gina said 9."
    assert projecting.stage(room)["said"] == before


def test_nobody_else_can_say_it(room: Room, erin: User, alice: User) -> None:
    talking = go_on(show(go_on(room, erin), erin), erin)

    with pytest.raises(NotPossible, match="Only who gave"):
        rooming.say_it_was_me(talking, alice)
    assert Grade.everywhere.filter(is_shown=True).count() == 0


def test_it_was_me_needs_a_talk(room: Room, erin: User, gina: User) -> None:
    revealed = show(go_on(room, erin), erin)

    with pytest.raises(NotPossible, match="while you talk"):
        rooming.say_it_was_me(revealed, gina)


def test_the_screen_shows_nothing_of_an_open_question_to_the_facilitator_either(room: Room, erin: User) -> None:
    room = go_on(room, erin)

    assert meeting.reveal(room, "urgency") is None


def test_without_the_rule_the_screen_would_show_it(room: Room, erin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard guards."""
    room = go_on(room, erin)
    monkeypatch.setattr(Round, "shows", lambda round, dimension: True)
    monkeypatch.setattr(grading, "visible", lambda round, person: Grade.everywhere.filter(round=round))

    question = meeting.reveal(room, "urgency")
    assert question is not None
    assert question["rows"][0]["scores"] == [3, 9]


def test_a_meeting_that_is_over_takes_no_more_presses(room: Room, erin: User) -> None:
    over = rooming.end(room, by=erin, at=NOON)

    assert over.code is None
    for press in (go_on, show):
        with pytest.raises(TooLate, match="over"):
            press(room, erin)
    assert rooming.end(over, by=erin, at=NOON).ended_at == NOON


def test_an_ended_room_opens_again_with_another_code(room: Room, live: Round, erin: User) -> None:
    rooming.end(go_on(room, erin), by=erin, at=NOON)
    again = rooming.open_room(live, by=erin)

    assert (again.pk, where(again), again.ended_at) == (room.pk, ("lobby", ""), None)
    assert again.code
    assert again.code != room.code


def test_what_was_done_is_written_down_without_answers(room: Room, live: Round, erin: User) -> None:
    rooming.end(rooming.change_code(room, by=erin), by=erin, at=NOON)
    deeds = AuditEntry.objects.in_workspace(live.workspace).filter(action__startswith="rooms.")

    assert list(deeds.order_by("created_at").values_list("action", flat=True)) == [
        "rooms.opened",
        "rooms.code-changed",
        "rooms.ended",
    ]
    assert all(deed.details == {} for deed in deeds)
