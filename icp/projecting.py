"""What stands on the projected screen and on the facilitator's phone: before the close, counts without names."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.dateparse import parse_date

from accounts.models.user import User
from icp import deciding, drafting, knocking, meeting, suggesting
from icp.models.decision import Decision
from icp.models.grading import Gap, Grader, Round
from icp.models.room import Room, Stage

NUMBERS = ("nobody", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def progress(room: Room) -> dict[str, int]:
    """How many are done with what is graded now, of how many: whoever came in, or has answered in this round."""
    asked, wanted = _asked(room)
    people = Grader.objects.in_workspace(room.workspace).filter(round=room.round).seated()
    here = people.annotate(any=Count("grades"), now=Count("grades", filter=asked))
    given = [now for arrived, any_, now in here.values_list("admitted_at", "any", "now") if arrived or any_]
    return {"done": sum(now >= wanted for now in given), "people": len(given)}


def _asked(room: Room) -> tuple[Q, int]:
    """Which answers are asked for now, and how many of each person."""
    candidates, questions = room.round.icps.count(), len(room.round.rubric.dimensions)
    if not meeting.is_again(room):
        of_question = Q(grades__dimension=room.dimension) if room.dimension else Q()
        return of_question & Q(grades__turn=1), candidates * (1 if room.dimension else questions)
    cells = Q(pk=None)
    gaps = list(open_gaps(room.round))
    for gap in gaps:
        cells |= Q(grades__icp=gap.icp_id, grades__dimension=gap.dimension)
    return cells & Q(grades__turn=2), max(1, len(gaps))


def open_gaps(round: Round) -> Any:
    """The gaps whose second answers come in now."""
    gaps = Gap.objects.in_workspace(round.workspace).filter(round=round, closed_at=None)
    return gaps.select_related("icp").order_by("created_at", "pk")


def stage(room: Room) -> dict[str, Any]:
    """What the screen shows now, whatever the stage."""
    asked = room.question()
    ids = [each["id"] for each in room.round.rubric.dimensions]
    shown: dict[str, Any] = {
        "room": room,
        "round": room.round,
        "name": _name(room),
        "token": meeting.token(room),
        "asked": asked,
        "number": ids.index(room.dimension) + 1 if asked else None,
        "count": len(ids),
        "people": knocking.inside(room.round),
        "waiting": len(knocking.at_the_door(room.round)),
        "is_live": meeting.is_live(room),
        "is_again": meeting.is_again(room),
    }
    return shown | _of_stage(room)


def _name(room: Room) -> str:
    """The template of the stage; the moves and the end are two faces of the result."""
    if room.ended_at:
        return "over"
    return "moves" if meeting.is_at_moves(room) else str(room.stage)


def _of_stage(room: Room) -> dict[str, Any]:
    if room.ended_at or room.stage == Stage.RESULT:
        return _result(room)
    if room.stage == Stage.GRADING:
        return _grading(room)
    if room.stage in (Stage.REVEAL, Stage.TALK):
        return _revealed(room)
    return {}


def _grading(room: Room) -> dict[str, Any]:
    progress_ = progress(room)
    again = list(open_gaps(room.round)) if meeting.is_again(room) else []
    names = {each["id"]: each["name"] for each in room.round.rubric.dimensions}
    gaps = [{"icp": gap.icp, "question": names.get(gap.dimension, "")} for gap in again]
    dots = [number < progress_["done"] for number in range(progress_["people"])]
    return {"progress": progress_, "dots": dots, "gaps": gaps}


def _revealed(room: Room) -> dict[str, Any]:
    question = meeting.reveal(room, room.dimension)
    if question is None:  # opened again elsewhere: then nothing of it is shown
        return {"question": None}
    if room.stage == Stage.TALK:
        talked = next((row for row in question["rows"] if row["icp"] == str(room.icp_id)), None)
    else:
        talked = meeting.widest(question)
    return {
        "question": question,
        "talked": talked,
        "said": _said(room, talked),
        "fact": fact(room, talked or (question["rows"] or [None])[0]),
        "moved": _moved(room, question),
        "unknown": sum(row["unknown"] for row in question["rows"]),
        "progress": progress(room) if meeting.is_live(room) else None,
    }


def _said(room: Room, row: dict[str, Any] | None) -> str:
    """One of you said 3, one said 9; whoever tapped “It was me” is named."""
    if row is None or not row["scores"]:
        return ""
    low, high = row["scores"][0], row["scores"][-1]
    shown = meeting.seen_by_all(room.round).filter(icp=row["icp"], dimension=room.dimension, is_shown=True)
    names: dict[int, list[str]] = {}
    for grade in shown.select_related("grader__user").order_by("turn"):
        names.setdefault(grade.score, []).append(first_name(grade.grader))
    if low == high:
        return f"All of you said {low}."
    return f"{_who(row, low, names, start=True)} said {low}, {_who(row, high, names)} said {high}."


def _who(row: dict[str, Any], score: int, names: dict[int, list[str]], *, start: bool = False) -> str:
    """Tom and one other; one of you; two."""
    known = names.get(score, [])
    others = row["scores"].count(score) - len(known)
    if not known:
        number = NUMBERS[others] if others < len(NUMBERS) else str(others)
        return f"{number.capitalize()} of you" if start else number
    more = [] if others <= 0 else [f"{NUMBERS[others] if others < len(NUMBERS) else others} more"]
    return listed([*known, *more])


def listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def first_name(grader: Grader) -> str:
    """How somebody is called in a meeting: never by the whole address."""
    return str(grader).split("@")[0]


def fact(room: Room, row: dict[str, Any] | None) -> dict[str, Any] | None:
    """What data say of the candidate and the question, as it was frozen when the round was opened."""
    if row is None:
        return None
    return suggesting.facts_of(room.round).get(row["icp"], {}).get(room.dimension)


def _moved(room: Room, question: dict[str, Any]) -> list[str]:
    """What second thoughts on this question changed."""
    gaps = Gap.objects.in_workspace(room.workspace).filter(round=room.round, dimension=room.dimension)
    rows = {row["icp"]: row for row in question["rows"] if row["scores"]}
    again = [(gap, rows[str(gap.icp_id)]) for gap in gaps.exclude(closed_at=None) if str(gap.icp_id) in rows]
    return [f"{row['name']}: first {gap.low} to {gap.high}, now {_ends(row['scores'])}." for gap, row in again]


def _ends(scores: list[int]) -> str:
    return f"all {scores[0]}" if scores[0] == scores[-1] else f"{scores[0]} to {scores[-1]}"


def _result(room: Room) -> dict[str, Any]:
    result = meeting.result_of(room)
    if result is None:
        return {"result": None}
    rows = result["ranking"]
    first_shown = max(0, len(rows) - room.uncovered) if not room.ended_at else 0
    ladder = [{"row": row, "is_shown": number >= first_shown} for number, row in enumerate(rows)]
    decision = deciding.decision_of(room.round) if room.ended_at or meeting.is_at_moves(room) else None
    moves = moves_of(room, decision)
    return {
        "result": result,
        "decision": decision,
        "lacks": max(0, drafting.MOVES - len(moves)),
        "ladder": ladder,
        "focus": _focus(rows, decision),
        "is_uncovered": first_shown == 0,
        "covered": first_shown,
        "moves": moves,
        "gaps": meeting.widest_gaps(room),
    }


def _focus(rows: list[dict[str, Any]], decision: Decision | None) -> list[dict[str, Any]]:
    """As it was decided, else as the result proposes it."""
    if decision is None:
        return [row for row in rows if row["focus"]]
    return [row for row in rows if row["icp"] in decision.focus]


AGENDA = (
    ("The result without names, the ladder half covered", 3),
    ("The five widest gaps, four minutes each", 20),
    ("Second thoughts on exactly those", 5),
    ("The ladder, from the bottom up", 2),
    ("Three moves, with owner and date", 8),
    ("Close, and the sheet goes to all", 2),
)


def remote(room: Room) -> dict[str, Any]:
    """What the facilitator's phone says besides: where the meeting is, other gaps, and how long each part takes."""
    if room.ended_at:
        return {}
    may_finish = meeting.is_live(room) and not room.round.is_closed and bool(room.round.closed_questions)
    return {"where": _where(room), "gap_rows": _other_gaps(room), "agenda": _agenda(room), "can_finish": may_finish}


def _where(room: Room) -> str:
    asked = room.question()
    if meeting.is_at_moves(room):
        return "Three moves"
    if room.stage == Stage.RESULT:
        return "The ladder"
    if room.stage == Stage.GRADING and meeting.is_again(room):
        return "Second thoughts"
    if room.stage == Stage.GRADING:
        return str(asked["question"]) if asked else "Everybody grades alone"
    return {Stage.LOBBY: "Who is here", Stage.REVEAL: "The answers", Stage.TALK: "Talk"}[Stage(room.stage)]


def _other_gaps(room: Room) -> list[dict[str, Any]]:
    """What else could be talked about, the widest first."""
    if room.stage == Stage.REVEAL:
        question = meeting.reveal(room, room.dimension) or {"rows": [], "name": ""}
        rows = [row | {"low": row["scores"][0], "high": row["scores"][-1]} for row in question["rows"] if row["apart"]]
        rows.sort(key=lambda row: row["low"] - row["high"])
        return [row | {"dimension": room.dimension, "question": question["name"]} for row in rows[1:]]
    if room.stage in (Stage.TALK, Stage.RESULT) and not meeting.is_live(room) and not meeting.is_at_moves(room):
        gaps = (meeting.result_of(room) or {}).get("gaps", [])[: 2 * meeting.GAPS]
        return [gap for gap in gaps if (gap["icp"], gap["dimension"]) != (str(room.icp_id), room.dimension)]
    return []


def _agenda(room: Room) -> list[dict[str, Any]]:
    """The 40 minutes of a meeting about a round that was graded beforehand, and where it is."""
    if meeting.is_live(room) or not (room.round.is_closed or room.round.turn > 1):
        return []
    now = -1
    if room.stage == Stage.RESULT:
        now = 4 if meeting.is_at_moves(room) else 3 if room.uncovered > meeting.half(room) else 0
    elif room.stage in (Stage.TALK, Stage.GRADING):
        now = 1 if room.stage == Stage.TALK else 2
    return [
        {"says": says, "minutes": minutes, "is_now": number == now} for number, (says, minutes) in enumerate(AGENDA)
    ]


def moves_of(room: Room, decision: Decision | None) -> list[dict[str, Any]]:
    """The moves that were typed or decided, with who does each and until when."""
    moves = decision.moves if decision else []
    owners = User.objects.in_bulk([move["owner"] for move in moves if move["owner"]])
    names = {str(pk): str(owner).split("@")[0] for pk, owner in owners.items()}
    return [
        {
            "name": move["name"],
            "owner": names.get(move["owner"], "Nobody yet"),
            "check_on": parse_date(move["check_on"]) if move["check_on"] else None,
            "target": move["target"],
        }
        for move in moves
    ]


def pulse(room: Room) -> str:
    """Differs whenever the screen has something else to show."""
    counted = progress(room) if room.stage == Stage.GRADING and not room.ended_at else {}
    return "-".join(str(part) for part in (room.step, *counted.values()))


def seconds_left(room: Room, at: datetime) -> int | None:
    """Of the countdown; None where nothing counts down."""
    return None if room.until is None else max(0, round((room.until - at).total_seconds()))
