"""The meeting goes on: a room is opened, the facilitator shows, talks, goes back, decides, and ends it.

Each verb holds the room's row, so that two facilitators do not go on at once, and raises `step`. `seen` is the place
the click was meant for (meeting.token): a click that comes too late changes nothing.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import auditing
from accounts.models.user import User
from icp import deciding, focusing, grading, meeting
from icp.grading import Person
from icp.meeting import Place
from icp.models.decision import Decision
from icp.models.grading import Round
from icp.models.room import Room, Stage
from icp.refusing import NotPossible, TooLate

LETTERS = "3479CDFHJKMNPRTVWXY"  # nothing that looks like another one, and no vowels, so no words
LENGTHS = (4, 4, 4, 5, 5, 5)  # a longer code where the short ones are taken


def room_of(round: Round) -> Room | None:
    """The round's meeting that runs now."""
    found: Room | None = rooms_of(round).filter(ended_at=None).first()
    return found


def rooms_of(round: Round) -> Any:
    rows = Room.objects.in_workspace(round.workspace).filter(round=round)
    return rows.select_related("round__rubric", "round__workspace", "workspace", "opened_by", "icp")


@transaction.atomic
def open_room(round: Round, *, by: User) -> Room:
    """Begin a meeting about the round, with a new code. Opening an open room changes nothing."""
    Round.objects.in_workspace(round.workspace).select_for_update().get(pk=round.pk)  # one room for each round
    known: Room | None = rooms_of(round).first()
    if known and known.ended_at is None:
        return known
    room = known or Room(workspace=round.workspace, round=round)
    room.code, room.opened_by, room.ended_at = _new_code(), by, None
    room.stage, room.dimension, room.icp, room.until, room.uncovered = Stage.LOBBY, "", None, None, 0
    room.step += 1
    room.save()
    auditing.record(round.workspace, by, "rooms.opened", f"Opened the room of {round.name}.", subject=round.pk)
    return room


def _new_code() -> str:
    for length in LENGTHS:
        code = "".join(secrets.choice(LETTERS) for _ in range(length))
        if not Room.everywhere.filter(code=code).exists():
            return code
    raise NotPossible("Too many rooms are open right now. Try again in a minute.")


def change_code(room: Room, *, by: User) -> Room:
    """Let nobody else in by the code that was shown so far."""
    with _held(room) as held:
        held.code = _new_code()
        auditing.record(held.workspace, by, "rooms.code-changed", f"Changed the code of {held}.", subject=held.round_id)
    return held


def go_on(room: Room, *, by: User, at: datetime, as_of: datetime, seen: str = "", leaving_out: bool = False) -> Room:
    """Go to what comes next; with `leaving_out`, past talking and second thoughts."""
    with _held(room, seen) as held:
        place = meeting.beyond(held) if leaving_out else meeting.ahead(held)
        if place is None:
            raise NotPossible(_why_not(held))
        if place.stage == Stage.RESULT:
            _settle(held, by=by, at=at, as_of=as_of)
        elif place.stage == Stage.GRADING and (place.icp or held.round.is_closed):
            cells = [(place.icp, place.dimension)] if place.icp else _cells(held)
            focusing.think_again(held.round, cells, by=by)
        _move(held, place, at)
    return held


def _cells(room: Room) -> list[tuple[UUID, str]]:
    return [(UUID(gap["icp"]), gap["dimension"]) for gap in meeting.widest_gaps(room)]


def _why_not(room: Room) -> str:
    if room.stage == Stage.GRADING:
        return "Answers are still coming in. Show them first, then go on."
    return "There is nothing after this. End the meeting when the moves are typed."


def _settle(room: Room, *, by: User, at: datetime, as_of: datetime) -> None:
    """The result that is shown next is that of a closed round."""
    if not room.round.is_closed:
        room.round = focusing.close_round(room.round, by=by, at=at, as_of=as_of)


def show(room: Room, *, by: User, at: datetime, as_of: datetime, seen: str = "") -> Room:
    """Take no more answers to what is graded now, and show everybody's."""
    with _held(room, seen) as held:
        if held.stage != Stage.GRADING:
            raise NotPossible("No question is being graded, so there is nothing to show. Go on to the next one.")
        if meeting.is_again(held):
            held.round = focusing.close_gaps(held.round, by=by, at=at, as_of=as_of)
        elif held.dimension and not held.round.shows(held.dimension):
            held.round = focusing.close_question(held.round, dimension=held.dimension, by=by)
        elif not held.dimension:
            _settle(held, by=by, at=at, as_of=as_of)
        _move(held, _shown(held), at)
    return held


def _shown(room: Room) -> Place:
    if room.dimension:
        return Place(Stage.REVEAL, room.dimension)
    half = meeting.half(room)
    return Place(Stage.RESULT, uncovered=half + 1 if meeting.thought_again(room) else half)


def finish(room: Room, *, by: User, at: datetime, as_of: datetime, seen: str = "") -> Room:
    """Leave out the questions that are left: close the round, and go to its ladder."""
    with _held(room, seen) as held:
        _settle(held, by=by, at=at, as_of=as_of)
        _move(held, Place(Stage.RESULT, uncovered=0 if meeting.is_live(held) else meeting.half(held)), at)
    return held


def talk(room: Room, *, icp: UUID, dimension: str, by: User, at: datetime, seen: str = "") -> Room:
    """Put one gap on the screen, with a countdown."""
    with _held(room, seen) as held:
        question = meeting.reveal(held, dimension)
        row = next((row for row in (question or {}).get("rows", []) if row["icp"] == str(icp)), None)
        if question is None or row is None:
            raise NotPossible("Only answers that were shown can be talked about. Show the question first.")
        if not row["apart"]:
            raise NotPossible(f"Your answers about {row['name']} lie close together. Choose one of the ringed ones.")
        seconds = meeting.LIVE_TALK if meeting.is_live(held) else meeting.GAP_TALK
        _move(held, Place(Stage.TALK, dimension, icp, seconds=seconds), at)
    return held


def more_time(room: Room, *, by: User, at: datetime) -> Room:
    """A minute more to talk."""
    with _held(room) as held:
        if held.stage != Stage.TALK:
            raise NotPossible("There is no countdown here. Time is counted while you talk about a gap.")
        held.until = max(held.until or at, at) + timedelta(seconds=meeting.MORE)
    return held


def go_back(room: Room, *, by: User, at: datetime, seen: str = "") -> Room:
    """To the place before this one. What was closed stays closed."""
    with _held(room, seen) as held:
        place = meeting.behind(held)
        if place is None:
            raise NotPossible("This is where the meeting begins. There is nothing before it.")
        _move(held, place, at)
    return held


def end(room: Room, *, by: User, at: datetime) -> Room:
    """The meeting is over, and its code opens nothing any more. Ending it twice changes nothing."""
    if room.ended_at:
        return room
    with _held(room) as held:
        held.code, held.ended_at, held.until = None, at, None
        auditing.record(
            held.workspace, by, "rooms.ended", f"Ended the meeting about {held.round.name}.", subject=held.round_id
        )
    return held


def add_move(room: Room, told: dict[str, Any], *, by: User, as_of: datetime) -> Decision:
    """Write one of the three moves into the draft of the decision, in front of everybody."""
    with _held(room) as held:
        _insist_on_moves(held)
        return deciding.keep_draft(held.round, by=by, as_of=as_of, moves=[*_drafted(held), told])


def drop_move(room: Room, number: int, *, by: User, as_of: datetime) -> Decision:
    """Take a move out of the draft again, counted from 1."""
    with _held(room) as held:
        _insist_on_moves(held)
        kept = [move for place, move in enumerate(_drafted(held), start=1) if place != number]
        return deciding.keep_draft(held.round, by=by, as_of=as_of, moves=kept)


def decide(room: Room, *, by: User, at: datetime, as_of: datetime, seen: str = "") -> Decision:
    """Make it the focus, with the moves that were typed. The sheet goes to all."""
    with _held(room, seen) as held:
        _insist_on_moves(held)
        return deciding.decide(held.round, by=by, at=at, as_of=as_of, moves=_drafted(held))


def _drafted(room: Room) -> list[dict[str, Any]]:
    draft = deciding.draft_of(room.round)
    return list(draft.moves) if draft else []


def _insist_on_moves(room: Room) -> None:
    if not meeting.is_at_moves(room):
        raise NotPossible("Moves are typed once the whole ladder is uncovered. Go on until it is.")


def say_it_was_me(room: Room, person: Person, *, is_shown: bool = True) -> Room:
    """Put one's own name to one's own answer at an end of the gap that is talked about, or take it back."""
    with _held(room) as held:
        answer = own_end(held, person)
        if answer is None:
            raise NotPossible("Only who gave one of these two answers can say so, and only while you talk about it.")
        grading.own(held.round, person).filter(pk=answer.pk).update(is_shown=is_shown)
    return held


def own_end(room: Room, person: Person) -> Any:
    """The person's own answer, where it is an end of the gap that is talked about."""
    if room.stage != Stage.TALK or not room.icp_id:
        return None
    rows = (meeting.reveal(room, room.dimension) or {}).get("rows", [])
    scores: list[int] = next((row["scores"] for row in rows if row["icp"] == str(room.icp_id)), [])
    own = grading.own(room.round, person).filter(icp=room.icp_id, dimension=room.dimension, score__isnull=False)
    answer = own.order_by("turn").last()
    return answer if answer and scores and answer.score in (scores[0], scores[-1]) else None


def _move(room: Room, place: Place, at: datetime) -> None:
    room.stage, room.dimension, room.icp_id = place.stage, place.dimension, place.icp
    room.uncovered = place.uncovered
    room.until = at + timedelta(seconds=place.seconds) if place.seconds else None


@contextmanager
def _held(room: Room, seen: str = "") -> Iterator[Room]:
    """The room as it is now, held until the change is kept."""
    with transaction.atomic():
        held = locked(room)
        if seen and seen != meeting.token(held):
            raise TooLate("Somebody else has gone on meanwhile. This is where the meeting is now.")
        yield held
        held.step += 1
        held.save()


def locked(room: Room) -> Room:
    """The room, held until the end of the transaction. Raises TooLate once the meeting is over."""
    rows = Room.objects.in_workspace(room.workspace).select_for_update(of=("self",))
    held: Room = rows.select_related("round__rubric", "round__workspace", "workspace").get(pk=room.pk)
    if held.ended_at:
        raise TooLate("This meeting is over. Open the room again to go on.")
    return held
