"""Where a meeting is, what comes next, what can be left out, and what lies behind. Nothing is changed here.

Live, question by question: lobby, then for each question grading, reveal, talk about its widest gap and grade
that again; then the ladder. Graded beforehand: lobby, the ladder half covered, the five widest gaps, second
thoughts on them, the rest of the ladder. Both end with three moves.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from icp import concluding, frames, grading
from icp.models.grading import Gap, Grader, Round
from icp.models.room import Room, Stage

LIVE_TALK, GAP_TALK, MORE = 90, 240, 60  # seconds
GAPS = 5
APART = 3


@dataclass(frozen=True)
class Place:
    """A place in the meeting; `says` is what the button that leads there says."""

    stage: str
    dimension: str = ""
    icp: UUID | None = None
    uncovered: int = 0
    seconds: int = 0
    says: str = ""


def is_live(room: Room) -> bool:
    return bool(room.round.close == Round.Close.QUESTION)


def is_again(room: Room) -> bool:
    """Whether what is graded now are second thoughts."""
    return room.stage == Stage.GRADING and (room.icp_id is not None or room.round.turn > 1)


def token(room: Room) -> str:
    """Names the place, so that a click that was meant for another place can be told."""
    return f"{room.stage}:{room.dimension}:{room.icp_id or ''}:{room.uncovered}:{room.round.turn}"


def result_of(room: Room) -> dict[str, Any] | None:
    """What the round came to; while people think again, what it came to before."""
    round = room.round
    known: dict[str, Any] | None = round.result or (round.history[-1] if round.turn > 1 and round.history else None)
    return known


def rungs(room: Room) -> int:
    return len((result_of(room) or {}).get("ranking", []))


def half(room: Room) -> int:
    """How much of the ladder is shown at the beginning of a meeting about a round that was graded beforehand."""
    return rungs(room) // 2


def widest_gaps(room: Room) -> list[dict[str, Any]]:
    """The gaps that a meeting of 40 minutes has time for."""
    gaps: list[dict[str, Any]] = (result_of(room) or {}).get("gaps", [])
    return gaps[:GAPS]


def reveal(room: Room, dimension: str) -> dict[str, Any] | None:
    """Everybody's answers to one question without a name, once they may be seen; None before."""
    asked = next((each for each in room.round.rubric.dimensions if each["id"] == dimension), None)
    if asked is None or not (room.round.shows(dimension) or room.round.turn > 1):
        return None
    rows = frames.latest(frames.frame_of(seen_by_all(room.round).filter(dimension=dimension)))
    return concluding.one_question(rows, asked, list(room.round.icps.order_by("name")))


def seen_by_all(round: Round) -> Any:
    """The answers that stand on the screen: what somebody sees who has given none, never the facilitator's own."""
    return grading.visible(round, Grader(workspace=round.workspace, round=round))


def widest(question: dict[str, Any] | None) -> dict[str, Any] | None:
    """The candidate about whom the answers lie furthest apart, if three or more."""
    rows = [row for row in (question or {}).get("rows", []) if row["apart"]]
    return max(rows, key=lambda row: (row["scores"][-1] - row["scores"][0], row["name"]), default=None)


def open_questions(room: Room) -> list[str]:
    ids = [each["id"] for each in room.round.rubric.dimensions]
    return [id for id in ids if not room.round.shows(id)]


def thought_again(room: Room, **cell: Any) -> bool:
    """Whether second thoughts on this are over."""
    gaps = Gap.objects.in_workspace(room.workspace).filter(round=room.round, **cell)
    return bool(gaps.exclude(closed_at=None).exists())


def ahead(room: Room) -> Place | None:
    """What comes next by the book; None where the facilitator has to show or to end."""
    match room.stage:
        case Stage.LOBBY:
            return _first(room)
        case Stage.REVEAL:
            return _talk_of_reveal(room) or _next_question(room)
        case Stage.TALK:
            return _after_talk_live(room) if is_live(room) else _next_gap(room)
        case Stage.RESULT:
            return _next_rung(room)
    return None


def beyond(room: Room) -> Place | None:
    """What comes if talking or thinking again is left out; None where there is nothing to leave out."""
    if room.stage == Stage.REVEAL and _talk_of_reveal(room):
        return _next_question(room)
    if room.stage == Stage.TALK:
        return _next_question(room) if is_live(room) else _uncover(room)
    if room.stage == Stage.RESULT and (_next_rung(room) or Place("")).stage == Stage.TALK:
        return _uncover(room)
    return None


def behind(room: Room) -> Place | None:
    """The place before this one. Going back opens nothing again."""
    match room.stage:
        case Stage.GRADING if room.icp_id:
            return Place(Stage.TALK, room.dimension, room.icp_id, seconds=LIVE_TALK)
        case Stage.GRADING if is_again(room):
            return _gap_place(room, len(widest_gaps(room)) - 1)
        case Stage.GRADING | Stage.REVEAL:
            return _before_question(room)
        case Stage.TALK:
            return Place(Stage.REVEAL, room.dimension) if is_live(room) else _gap_place(room, _gap_number(room) - 1)
        case Stage.RESULT:
            return _before_rung(room)
    return None


def _first(room: Room) -> Place:
    if room.round.is_closed or room.round.turn > 1:
        return Place(Stage.RESULT, uncovered=0 if is_live(room) else half(room), says="Show the result")
    if not is_live(room):
        return Place(Stage.GRADING, says="Let everybody grade")
    return _next_question(room)


def _next_question(room: Room) -> Place:
    left, ids = open_questions(room), [each["id"] for each in room.round.rubric.dimensions]
    if not left:
        return Place(Stage.RESULT, says="To the result")
    after = ids.index(room.dimension) if room.dimension in ids else -1
    following = next((id for id in left if ids.index(id) > after), left[0])
    number = f"question {ids.index(following) + 1} of {len(ids)}"
    return Place(Stage.GRADING, following, says=f"{'Begin with' if room.stage == Stage.LOBBY else 'Go to'} {number}")


def _talk_of_reveal(room: Room) -> Place | None:
    gap = widest(reveal(room, room.dimension))
    if gap is None or thought_again(room, dimension=room.dimension):
        return None
    return Place(Stage.TALK, room.dimension, UUID(gap["icp"]), seconds=LIVE_TALK, says=f"Talk about {gap['name']}")


def _after_talk_live(room: Room) -> Place:
    if thought_again(room, dimension=room.dimension, icp=room.icp_id):
        return _next_question(room)
    return Place(Stage.GRADING, room.dimension, room.icp_id, says="Grade this one again")


def _gap_number(room: Room) -> int:
    """Which of the widest gaps is talked about; -1 for another one."""
    gaps = [(gap["icp"], gap["dimension"]) for gap in widest_gaps(room)]
    here = (str(room.icp_id), room.dimension)
    return gaps.index(here) if here in gaps else -1


def _gap_place(room: Room, number: int) -> Place:
    gaps = widest_gaps(room)
    if not 0 <= number < len(gaps):
        return Place(Stage.RESULT, uncovered=half(room))
    gap = gaps[number]
    says = f"Gap {number + 1} of {len(gaps)}: {gap['name']}"
    return Place(Stage.TALK, gap["dimension"], UUID(gap["icp"]), seconds=GAP_TALK, says=says)


def _next_gap(room: Room) -> Place:
    following = _gap_number(room) + 1
    if following < len(widest_gaps(room)):
        return _gap_place(room, following)
    if thought_again(room):
        return _uncover(room)
    return Place(Stage.GRADING, says="Second thoughts on these gaps")


def _uncover(room: Room) -> Place:
    return Place(Stage.RESULT, uncovered=min(rungs(room), half(room) + 1), says="Uncover the ladder")


def _next_rung(room: Room) -> Place | None:
    shown, whole = room.uncovered, rungs(room)
    if not is_live(room) and shown <= half(room) and widest_gaps(room) and not thought_again(room):
        return _gap_place(room, 0)
    if shown < whole:
        return Place(Stage.RESULT, uncovered=shown + 1, says="Uncover the next")
    return Place(Stage.RESULT, uncovered=whole + 1, says="Three moves") if shown == whole else None


def is_at_moves(room: Room) -> bool:
    """Whether the ladder is uncovered and the moves are typed."""
    return bool(room.stage == Stage.RESULT and room.uncovered > rungs(room) > 0)


def _before_question(room: Room) -> Place:
    closed: list[str] = [id for id in room.round.closed_questions if id != room.dimension]
    if room.stage == Stage.REVEAL and room.dimension in room.round.closed_questions:
        closed = room.round.closed_questions[: room.round.closed_questions.index(room.dimension)]
    return Place(Stage.REVEAL, closed[-1]) if closed and is_live(room) else Place(Stage.LOBBY)


def _before_rung(room: Room) -> Place:
    least = 0 if is_live(room) else half(room)
    if room.uncovered > least:
        return Place(Stage.RESULT, uncovered=room.uncovered - 1)
    if is_live(room) and room.round.closed_questions:
        return Place(Stage.REVEAL, room.round.closed_questions[-1])
    return Place(Stage.LOBBY)
