"""One person's sheets of a round, by whatever door they came: a member's workspace, or a guest's seat."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now

from icp import answering, grading, preparing, suggesting
from icp.answering import Board, Question, Row
from icp.grading import Answer, Fate, Person, Verdict
from icp.models.definition import Icp
from icp.models.grading import Round
from icp.models.room import Room
from icp.refusing import NotPossible, TooLate

MOST_AT_ONCE = 500  # answers; a whole round of 20 candidates and 20 questions has 400
TOO_MANY = f"One request carries up to {MOST_AT_ONCE} answers. Send the rest in the next one."
NOT_READ = "These answers could not be read. Send JSON: {“answers”: [{icp, dimension, score, given_at}]}."


@dataclass(frozen=True)
class Door:
    """Whose sheets they are, and where they stand: below the workspace, or below the room for a guest."""

    request: Any
    round: Round
    person: Person
    is_guest: bool = False

    def page(self, name: str = "", *args: Any) -> str:
        """The address of one of the person's own pages of the round."""
        if self.is_guest:
            return reverse(f"icp:seat-{name or 'grade'}", args=[self.round.pk, *args])
        slug = self.round.workspace.slug
        return reverse(f"icp:grade-{name}" if name else "icp:grade", args=[slug, self.round.pk, *args])

    @property
    def way_out(self) -> str:
        """Where the mark in the corner leads: the round, or for a guest the overview."""
        if self.is_guest:
            return self.page("overview")
        return reverse("icp:round", args=[self.round.workspace.slug, self.round.pk])

    @property
    def result(self) -> str:
        if self.is_guest:
            return reverse("icp:seat-result", args=[self.round.pk])
        return reverse("icp:result", args=[self.round.workspace.slug, self.round.pk])


# Where to go -----------------------------------------------------------------------------------


def go_on(door: Door) -> HttpResponse:
    """To the question that runs in the room, to the gaps, or to where this person stopped."""
    if door.round.is_closed:
        return redirect(door.result)
    board = Board(door.round, door.person)
    running = running_question(door.round)
    if board.gaps_left or (door.round.turn > 1 and board.open_gaps):
        return redirect(door.page("gaps"))
    if running and board.is_open(running):
        return redirect(door.page("question", running))
    missing = board.first_missing()
    return redirect(door.page("question", missing["id"]) if missing else door.page("overview"))


def running_question(round: Round) -> str:
    """The question that the meeting grades now; empty where no meeting runs."""
    room = Room.objects.in_workspace(round.workspace_id).filter(round=round, ended_at=None).first()
    return room.dimension if room else ""


def question(door: Door, dimension: str) -> HttpResponse:
    """One question, all candidates below it."""
    board = Board(door.round, door.person)
    asked = board.question(dimension)
    if asked is None:
        raise Http404("There is no such question in this round.")
    rows, here = board.of_question(asked), {"kind": "question", "id": dimension}
    if door.request.method == "POST":
        return _save(door, board, rows, here)
    return _show(door, board, rows, here)


def candidate(door: Door, icp_id: UUID) -> HttpResponse:
    """One candidate, all open questions below it: the other way round."""
    board = Board(door.round, door.person)
    icp = next((each for each in board.icps if each.pk == icp_id), None)
    if icp is None:
        raise Http404("There is no such candidate in this round.")
    rows, here = board.of_candidate(icp), {"kind": "candidate", "id": str(icp_id)}
    if door.request.method == "POST":
        return _save(door, board, rows, here)
    return _show(door, board, rows, here)


def gaps(door: Door) -> HttpResponse:
    """Second thoughts: only where the answers were far apart."""
    board = Board(door.round, door.person)
    rows, here = board.of_gaps(), {"kind": "gaps", "id": ""}
    if door.request.method == "POST":
        return _save(door, board, rows, here)
    if not rows:
        return redirect(door.page("overview"))
    return _show(door, board, rows, here)


def overview(door: Door) -> HttpResponse:
    """How far this person is, and the reasons that may still follow."""
    board = Board(door.round, door.person)
    rows, here = board.without_reason(), {"kind": "overview", "id": ""}
    if door.request.method == "POST":
        return _save(door, board, rows, here)
    return _show(door, board, rows, here)


# The page --------------------------------------------------------------------------------------


def _show(door: Door, board: Board, rows: list[Row], here: dict[str, str]) -> HttpResponse:
    return render(door.request, "icp/grade.html", sheet(door, board, rows, here))


def sheet(door: Door, board: Board, rows: list[Row], here: dict[str, str]) -> dict[str, Any]:
    """What the page shows, and what its script needs to go on without network."""
    before, after = _neighbours(door, board, here)
    live = running_question(door.round)
    return {
        "round": door.round,
        "board": board,
        "door": door,
        "here": here,
        "rows": rows,
        "blank": Row("", Icp(pk=UUID(int=0)), {"id": "", "name": ""}, None, None, None, None, True),
        "scores": answering.SCORES,
        "asked": board.question(here["id"]),
        "icp": next((icp for icp in board.icps if str(icp.pk) == here["id"]), None),
        "number": _number(board, here),
        "alike": answering.all_alike(rows) if here["kind"] == "question" else None,
        "answered": sum(row.is_answered for row in rows),
        "share": _share(board, here, rows),
        "before": before,
        "last": after == door.page("overview"),
        "is_live": bool(live),
        "other_way": _other_way(door, board, here),
        "questions": [(each, board.answered(each), board.is_open(each["id"])) for each in board.questions],
        "is_silent": here["kind"] == "question" and board.is_silent(here["id"]),
        "model": model(door, board, here, is_live=bool(live)),
    }


def _number(board: Board, here: dict[str, str]) -> int:
    ids = [each["id"] for each in board.questions] if here["kind"] == "question" else [str(i.pk) for i in board.icps]
    return ids.index(here["id"]) + 1 if here["id"] in ids else 0


def _share(board: Board, here: dict[str, str], rows: list[Row]) -> float:
    """How far the bar goes, of 100: which question of how many, or how many answers of all."""
    if here["kind"] == "question":
        return 100 * _number(board, here) / len(board.questions)
    if here["kind"] == "gaps":
        return 100 * sum(row.is_answered for row in rows) / len(rows)
    asked = len(board.open_questions) * len(board.icps)
    return 100 * (1 - board.left / asked) if asked else 100.0


def _neighbours(door: Door, board: Board, here: dict[str, str]) -> tuple[str, str]:
    """The addresses of the sheet before and of the one after; at the end the overview."""
    if here["kind"] == "question":
        ids = [each["id"] for each in board.questions]
        is_open: Callable[[str], bool] = board.is_open
    elif here["kind"] == "candidate":
        ids = [str(icp.pk) for icp in board.icps]
        is_open = bool
    else:
        return "", door.page("overview") if here["kind"] == "gaps" else ""
    place = ids.index(here["id"])
    before = next((id for id in reversed(ids[:place]) if is_open(id)), None)
    after = next((id for id in ids[place + 1 :] if is_open(id)), None)
    return (
        door.page(here["kind"], before) if before else "",
        door.page(here["kind"], after) if after else door.page("overview"),
    )


def _other_way(door: Door, board: Board, here: dict[str, str]) -> str:
    """All candidates for one question, or all questions for one candidate."""
    if here["kind"] == "question" and board.icps:
        return door.page("candidate", board.icps[0].pk)
    first = board.first_missing() or next(iter(board.open_questions), None)
    return door.page("question", first["id"]) if here["kind"] == "candidate" and first else ""


# What the script holds -------------------------------------------------------------------------


def model(door: Door, board: Board, here: dict[str, str], *, is_live: bool) -> dict[str, Any]:
    """The whole round as this person may see it: enough to go on to any question without network."""
    rows = [board.row(icp, each) for each in board.questions for icp in board.icps]
    place = door.person if door.is_guest else grading.place_of(door.round, door.person)
    return {
        "round": str(door.round.pk),
        "name": door.round.name,
        "place": str(place.pk if place else door.person.pk),
        "now": _milliseconds(now()),
        "here": here,
        "save": door.page("answers"),
        "addresses": {
            "question": door.page("question", "QUESTION"),
            "candidate": door.page("candidate", UUID(int=0)),
            "gaps": door.page("gaps"),
            "overview": door.page("overview"),
        },
        "questions": [_question(each, board) for each in board.questions],
        "candidates": [{"id": str(icp.pk), "name": icp.name} for icp in board.icps],
        "cells": {f"{row.icp.pk}:{row.question['id']}": _cell(row, door) for row in rows},
        "gaps": [f"{icp}:{dimension}" for icp, dimension in board.open_gaps],
        "factsFirst": door.round.facts_first,
        "isLive": is_live,
        "isClosed": door.round.is_closed,
        "secondsEach": preparing.SECONDS_PER_ANSWER,
    }


def _question(question: Question, board: Board) -> dict[str, Any]:
    told = {key: question.get(key, "") for key in ("id", "name", "question", "why")}
    words = list((question.get("words") or {}).items())
    is_silent = board.is_silent(question["id"])
    return told | {
        "words": words,
        "counts": question["counts"],
        "isOpen": board.is_open(question["id"]),
        "isSilent": is_silent,
    }


def _cell(row: Row, door: Door) -> dict[str, Any]:
    """One cell for the script: nothing in it that the page would not show to this person."""
    found: dict[str, Any] = {"isOpen": row.is_open}
    if row.answer:
        found |= {"score": row.score, "reason": row.reason, "isAnswered": True}
    if row.before:
        found["before"] = row.before
    if row.fact:
        found["fact"] = _fact(row.fact, door)
    return found


def _fact(fact: dict[str, Any], door: Door) -> dict[str, Any]:
    """A fact for the script; members also find the segment that it was counted in."""
    said = {"score": fact["score"], "about": round(fact["score"]), "sentence": fact["sentence"]}
    segment = (fact.get("source") or {}).get("segment")
    if segment and not door.is_guest and door.request.membership.may("segments.view"):
        said["segment"] = reverse("segments:detail", args=[door.round.workspace.slug, segment])
    return said


# Saving by form --------------------------------------------------------------------------------


def _save(door: Door, board: Board, rows: list[Row], here: dict[str, str]) -> HttpResponse:
    """Without a script: keep the whole form, all or none, and go on."""
    try:
        grading.keep_answers(door.round, _answers(door.request.POST, rows), by=door.person)
    except NotPossible as reason:
        context = {"problem": str(reason), "round": door.round, "door": door}
        status = 409 if isinstance(reason, TooLate) else 422
        return render(door.request, "icp/grade_refused.html", context, status=status)
    if door.request.POST.get("take-back"):
        return redirect(door.request.path)
    _, after = _neighbours(door, board, here)
    return redirect(after or door.way_out)


def _answers(told: Any, rows: Sequence[Row]) -> list[Answer]:
    """What the form says that is not kept already."""
    back = told.get("take-back", "")
    return [
        Answer(row.icp.pk, row.question["id"], _score(said), reason, is_taken_back=row.key == back)
        for row in rows
        if (said := told.get(f"score-{row.key}") or row.chosen)
        and (
            (reason := told.get(f"reason-{row.key}")) not in (None, row.reason) or said != row.chosen or row.key == back
        )
    ]


def _score(said: str) -> int | None:
    """7, or None for "I don't know". Anything else is no score at all, and the verb says so."""
    if said == "dk":
        return None
    return int(said) if said.isascii() and said.isdigit() else 0


# Saving by script ------------------------------------------------------------------------------


def take_in(door: Door) -> JsonResponse:
    """Keep what a phone sends, and say of each answer what became of it. Repeating it changes nothing."""
    try:
        verdicts = grading.keep_each(door.round, _read(door.request.body), by=door.person)
    except NotPossible as reason:
        return JsonResponse({"message": str(reason)}, status=422)
    return JsonResponse({"answers": [_told(verdict, door) for verdict in verdicts]})


def _read(body: bytes) -> list[Answer]:
    try:
        sent = json.loads(body)["answers"]
        answers = [_answer(each) for each in sent]
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as problem:
        raise NotPossible(NOT_READ) from problem
    if len(answers) > MOST_AT_ONCE:
        raise NotPossible(TOO_MANY)
    return answers


def _answer(sent: dict[str, Any]) -> Answer:
    score, seconds, given = sent.get("score"), sent.get("seconds"), sent.get("given_at")
    return Answer(
        UUID(str(sent["icp"])),
        str(sent["dimension"]),
        None if score is None else _whole(score),
        None if sent.get("reason") is None else str(sent["reason"]),
        None if given is None else datetime.fromtimestamp(_whole(given) / 1000, UTC),
        None if seconds is None else float(seconds),
        is_taken_back=sent.get("taken_back") is True,
    )


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r} is no whole number.")
    return value


def _told(verdict: Verdict, door: Door) -> dict[str, Any]:
    """One answer's fate, with what is kept of its cell and the fact that may be seen now."""
    answer, kept = verdict.answer, verdict.grade
    cell: dict[str, Any] = {"isOpen": verdict.fate is not Fate.CLOSED}
    if kept:
        cell |= {"score": kept.score, "reason": kept.reason, "isAnswered": True}
    fact = suggesting.facts_of(door.round).get(str(answer.icp), {}).get(answer.dimension)
    if fact and (kept or door.round.facts_first):
        cell["fact"] = _fact(fact, door)
    return {
        "icp": str(answer.icp),
        "dimension": answer.dimension,
        "given_at": _milliseconds(answer.given_at) if answer.given_at else None,
        "fate": verdict.fate,
        "sentence": verdict.sentence,
        "cell": None if verdict.fate is Fate.REFUSED else cell,
    }


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
