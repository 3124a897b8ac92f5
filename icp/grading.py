"""Answers come in: whose place it is, which cells are open, what is kept, and what was kept before.

Nobody's answers leave the server for anybody else before the question is closed. The rule itself stands
in one place, GradeQuerySet.visible_to; this module adds that nothing changes after the close.

A cell is one question about one candidate. Phones send answers late, twice, and out of order: each carries the
moment it was given, and an older one never overwrites a newer one.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from threading import Lock
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils.timezone import now

from accounts import auditing
from accounts.models.audit import AuditEntry
from accounts.models.user import User
from icp.models.definition import Icp
from icp.models.grading import Gap, Grade, Grader, Round
from icp.refusing import NotPossible, TooLate

MOST_SECONDS = 3600.0  # a phone that was put away says nothing about haste
MOST_EARLIER = 20  # the first answer and the newest; nobody changes their mind more often in earnest

CLOSED = "This question is closed. Answers can no longer be changed, unless the round is opened again."
GAPS_ONLY = "Only the gaps are open for second thoughts. This first answer stays as it is."


@dataclass(frozen=True)
class Answer:
    """One answer as it came in. No score is "I don't know"; no reason leaves the kept one as it is.

    `given_at` is the moment of the tap; without it, the moment it came in. `seconds` is how long the tap took.
    """

    icp: UUID
    dimension: str
    score: int | None
    reason: str | None = None
    given_at: datetime | None = None
    seconds: float | None = None
    is_taken_back: bool = False

    @property
    def cell(self) -> "Cell":
        return (self.icp, self.dimension)


class Fate(StrEnum):
    """What became of an answer that came in."""

    KEPT = "kept"
    OLDER = "older"  # a newer one was there already
    CLOSED = "closed"
    REFUSED = "refused"


@dataclass(frozen=True)
class Verdict:
    """What became of one answer, why, and what is kept of its cell now."""

    answer: Answer
    fate: Fate
    sentence: str = ""
    grade: Grade | None = None


type Person = User | Grader  # somebody with an account, or the place of a guest without one
type Cell = tuple[UUID, str]  # a candidate and a question


# Places ----------------------------------------------------------------------------------------


def place_of(round: Round, person: Person) -> Grader | None:
    """The person's place in the round, by account or by address; None for somebody who was not asked."""
    return _place(round, person)


def _place(round: Round, person: Person, *, lock: bool = False) -> Grader | None:
    seats = Grader.objects.in_workspace(round.workspace_id).filter(round=round).seated().of(person)
    seats = seats.select_for_update() if lock else seats
    place: Grader | None = seats.order_by(F("user").asc(nulls_last=True)).first()
    return place


def may_grade(round: Round, person: Person) -> bool:
    """Who was asked, and whoever asked."""
    return _asked(round, person) or place_of(round, person) is not None


def _asked(round: Round, person: Person) -> bool:
    return isinstance(person, User) and round.created_by_id == person.pk


# Keeping ---------------------------------------------------------------------------------------


def keep_answers(round: Round, answers: Sequence[Answer], *, by: Person) -> list[Grade]:
    """Keep a person's answers, all or none. Saving the same twice, or twice at once, leaves one answer to each cell.

    Raises TooLate after the close, NotPossible for somebody who was not asked or an answer that makes no sense.
    """
    if len({answer.cell for answer in answers}) < len(answers):
        raise NotPossible("One question about one candidate is answered twice. Send one answer for each.")
    with _saving():
        verdicts = _keep(round, answers, by, at=now())
        for verdict in verdicts:
            if verdict.fate is Fate.REFUSED:
                raise NotPossible(verdict.sentence)
            if verdict.fate is Fate.CLOSED:
                raise TooLate(verdict.sentence)
    return [verdict.grade for verdict in verdicts if verdict.grade]


def keep_each(round: Round, answers: Sequence[Answer], *, by: Person) -> list[Verdict]:
    """Keep what can be kept of a phone's queue, and say of each answer what became of it; in the order given.

    Raises NotPossible for somebody who was not asked.
    """
    newest = {answer.cell: answer for answer in sorted(answers, key=lambda answer: _moment(answer, now()))}
    with _saving():
        return _keep(round, list(newest.values()), by, at=now())


_one_writer = Lock()


@contextmanager
def _saving() -> Iterator[None]:
    """One save, whole or not at all. On SQLite, which has one writer at a time, the threads of a process queue here.

    Without that they ask the file again and again for its lock, and whoever holds it waits for the interpreter.
    """
    queues = connection.vendor == "sqlite" and not connection.in_atomic_block
    with _one_writer if queues else nullcontext(), transaction.atomic():
        yield


def _keep(round: Round, answers: Sequence[Answer], by: Person, *, at: datetime) -> list[Verdict]:
    place = _take_place(round, by)
    sheet = _sheet(round)
    verdicts = [_judged(sheet, answer) for answer in answers]
    pad = _Pad(sheet, place, at, {v.answer.cell for v in verdicts if v.fate is Fate.KEPT})
    written = [pad.write(verdict) if verdict.fate is Fate.KEPT else pad.show(verdict) for verdict in verdicts]
    begun = pad.save()
    if begun is not None and isinstance(by, User):
        _tell(sheet, place, by, is_first=begun)
    return written


def _take_place(round: Round, by: Person) -> Grader:
    """The person's place, held until the end of the transaction: one person saves one thing at a time.

    Different people hold different rows, so that fifty of them save side by side.
    """
    place = _place(round, by, lock=True)
    if place is None and not _asked(round, by):
        raise NotPossible("You were not asked to grade this round. Ask whoever opened it to add your address.")
    if isinstance(by, Grader):
        return by if place is None else place
    if place is None:
        return _first_place(round, by)
    if place.user_id is None:
        Grader.objects.in_workspace(round.workspace_id).filter(pk=place.pk).update(user=by)
    return place


def _first_place(round: Round, by: User) -> Grader:
    """Whoever opened the round, for the first time or after leaving it."""
    told = {"user": by, "removed_at": None, "guest_key": ""}
    mine = Grader.objects.in_workspace(round.workspace_id)
    place, _ = mine.update_or_create(
        round=round, email=by.email.lower(), defaults=told, create_defaults=told | {"workspace_id": round.workspace_id}
    )
    held: Grader = mine.select_for_update().get(pk=place.pk)
    return held


# What is open ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """A round as it stands now: its questions and candidates, and the gaps that are open for second thoughts."""

    round: Round
    questions: frozenset[str]
    candidates: frozenset[UUID]
    gaps: frozenset[Cell]

    def turn(self, cell: Cell) -> int | None:
        """Which answer the cell takes now: 1 the first, 2 a second thought, None neither."""
        if self.round.is_closed:
            return None
        if cell in self.gaps:
            return 2
        return None if self.round.turn > 1 or self.round.shows(cell[1]) else 1

    @property
    def wanted(self) -> int:
        """How many answers one person is asked for now."""
        return len(self.gaps) if self.round.turn > 1 else len(self.questions) * len(self.candidates)

    def fact(self, cell: Cell) -> dict[str, Any] | None:
        """What the data suggest for the cell."""
        return (self.round.facts or {}).get(str(cell[0]), {}).get(cell[1])


def _sheet(round: Round) -> Sheet:
    """The round as it stands, kept from being closed until the end of the transaction."""
    rows = Round.objects.in_workspace(round.workspace_id).select_related("rubric", "workspace")
    _share(round)
    current = rows.get(pk=round.pk)
    return Sheet(
        current,
        frozenset(dimension["id"] for dimension in current.rubric.dimensions),
        frozenset(current.icps.values_list("pk", flat=True)),
        frozenset(open_gaps(current)),
    )


def _share(round: Round) -> None:
    """Nobody closes the round meanwhile, and everybody else may save: a lock that many hold at once.

    SQLite has one writer at a time anyhow.
    """
    if connection.features.has_select_for_update:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM icp_round WHERE id = %s FOR SHARE", [round.pk])


def open_gaps(round: Round) -> list[Cell]:
    """The cells that are open for a second answer."""
    if round.is_closed or not (round.turn > 1 or round.closed_questions):
        return []
    gaps = Gap.objects.in_workspace(round.workspace_id).filter(round=round, closed_at=None)
    return list(gaps.order_by("created_at").values_list("icp_id", "dimension"))


def _judged(sheet: Sheet, answer: Answer) -> Verdict:
    """Whether the answer may be kept at all."""
    if answer.dimension not in sheet.questions:
        known = ", ".join(sorted(sheet.questions))
        return Verdict(answer, Fate.REFUSED, f"There is no question “{answer.dimension}” in this round: {known}.")
    if answer.icp not in sheet.candidates:
        return Verdict(answer, Fate.REFUSED, "This candidate is not part of the round.")
    if answer.score is not None and not 1 <= answer.score <= 10:
        accepted = "A score is a whole number from 1 to 10, or nothing for “I don’t know”."
        return Verdict(answer, Fate.REFUSED, accepted)
    if sheet.turn(answer.cell) is None:
        is_second = sheet.round.turn > 1 and not sheet.round.is_closed
        return Verdict(answer, Fate.CLOSED, GAPS_ONLY if is_second else CLOSED)
    return Verdict(answer, Fate.KEPT)


# Writing ---------------------------------------------------------------------------------------


class _Pad:
    """What one person has written so far, and what is added, changed and taken back in one save."""

    def __init__(self, sheet: Sheet, place: Grader, at: datetime, cells: set[Cell]) -> None:
        self.sheet, self.place, self.at = sheet, place, at
        self.rows = Grade.objects.in_workspace(sheet.round.workspace_id).filter(round=sheet.round, grader=place)
        asked = self.rows.filter(dimension__in={dimension for _, dimension in cells}) if cells else self.rows.none()
        self.kept = {(row.icp_id, row.dimension, row.turn): row for row in asked}
        self.taken_back = dict(place.taken_back)
        self.new: dict[tuple[UUID, str, int], Grade] = {}
        self.changed: dict[Any, Grade] = {}
        self.gone: list[Any] = []

    def show(self, verdict: Verdict) -> Verdict:
        """What is kept of a cell that takes no answer."""
        row = self.rows.filter(icp=verdict.answer.icp, dimension=verdict.answer.dimension).order_by("turn").last()
        return replace(verdict, grade=row)

    def write(self, verdict: Verdict) -> Verdict:
        answer, turn = verdict.answer, self.sheet.turn(verdict.answer.cell) or 1
        key, moment = (*answer.cell, turn), _moment(answer, self.at)
        row, mark = self.kept.get(key), f"{answer.icp}:{answer.dimension}:{turn}"
        last = _of_milliseconds(self.taken_back.get(mark)) if row is None else row.given_at
        if last is not None and moment < last:
            return replace(verdict, fate=Fate.OLDER, sentence="A newer answer is kept.", grade=row)
        if answer.is_taken_back:
            self.taken_back[mark] = _milliseconds(moment)
            if row is not None:
                self.gone.append(row.pk)
            return verdict
        return replace(
            verdict, grade=self._add(answer, turn, moment) if row is None else self._change(row, answer, moment)
        )

    def _add(self, answer: Answer, turn: int, moment: datetime) -> Grade:
        row = Grade(
            workspace_id=self.sheet.round.workspace_id, round=self.sheet.round, grader=self.place,
            icp_id=answer.icp, dimension=answer.dimension, turn=turn, score=answer.score,
            reason=_reason(answer) or "", seconds=_seconds(answer.seconds), given_at=moment,
        )  # fmt: skip
        self.new[(*answer.cell, turn)] = row
        return row

    def _change(self, row: Grade, answer: Answer, moment: datetime) -> Grade:
        reason = row.reason if answer.reason is None else _reason(answer) or ""
        if (row.score, row.reason, row.given_at) == (answer.score, reason, moment):
            return row
        if row.score != answer.score:
            row.earlier = [*row.earlier[: MOST_EARLIER - 1], self._as_it_was(row)]
            row.seconds = _seconds((row.seconds or 0) + (answer.seconds or 0)) or row.seconds
        row.score, row.reason, row.given_at, row.updated_at = answer.score, reason, moment, self.at
        self.changed[row.pk] = row
        return row

    def _as_it_was(self, row: Grade) -> dict[str, Any]:
        """The answer before it is changed, and whether the person had seen what the data suggest."""
        given = row.given_at or row.updated_at
        seen = self.sheet.fact((row.icp_id, row.dimension)) is not None
        return {"score": row.score, "reason": row.reason, "at": given.isoformat(), "fact_seen": seen}

    def save(self) -> bool | None:
        """Write it all down. Whether these are the person's first answers; None where no answer was added."""
        had = bool(self.kept) or (self.rows.exists() if self.new else True)
        Grade.objects.bulk_create(self.new.values())
        if self.changed:
            fields = ["score", "reason", "earlier", "seconds", "given_at", "updated_at"]
            self.rows.bulk_update(self.changed.values(), fields)
        if self.gone:
            self.rows.filter(pk__in=self.gone).delete()
        if self.taken_back != self.place.taken_back:
            places = Grader.objects.in_workspace(self.place.workspace_id).filter(pk=self.place.pk)
            places.update(taken_back=self.taken_back)
        return not had if self.new else None


def _moment(answer: Answer, at: datetime) -> datetime:
    """When it was given; a phone whose clock is ahead cannot answer in the future. To the millisecond."""
    given = min(answer.given_at or at, at)
    return given.replace(microsecond=given.microsecond // 1000 * 1000)


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _of_milliseconds(value: int | None) -> datetime | None:
    return None if value is None else datetime.fromtimestamp(value / 1000, UTC)


def _reason(answer: Answer) -> str | None:
    return None if answer.reason is None else answer.reason.strip()[:500]


def _seconds(value: float | None) -> float | None:
    return None if not value or value < 0 else round(min(value, MOST_SECONDS), 1)


def _tell(sheet: Sheet, place: Grader, by: User, *, is_first: bool) -> None:
    """Write down that somebody began, and that somebody is done: never what was answered."""
    round = sheet.round
    if is_first:
        _record_once(round, by, "rounds.grading-begun", f"Began to grade {round.name}.")
    if given(round, place) >= sheet.wanted:
        _record_once(round, by, "rounds.graded", f"Finished grading {round.name}.")


def _record_once(round: Round, by: User, action: str, sentence: str) -> None:
    known = AuditEntry.objects.in_workspace(round.workspace).filter(actor=by, action=action, subject=str(round.pk))
    if not known.exists():
        auditing.record(round.workspace, by, action, sentence, subject=round.pk)


# Reading ---------------------------------------------------------------------------------------


def own(round: Round, person: Person) -> Any:
    """The person's own answers in the round, first and second."""
    return Grade.objects.in_workspace(round.workspace_id).filter(round=round).of(person)


def visible(round: Round, person: Person) -> Any:
    """What the person may see of everybody's answers in the round. Every door comes through here."""
    return Grade.objects.in_workspace(round.workspace_id).visible_to(person, round=round)


def wanted(round: Round) -> int:
    """How many answers one person is asked for the first time."""
    return len(round.rubric.dimensions) * round.icps.count()


def given(round: Round, person: Person) -> int:
    """How many answers the person gave of those that the round asks for now."""
    return int(own(round, person).of_turn(round).count())


def left_of(round: Round, person: Person) -> int:
    """How many the person still has to give: what a closed question asked is not missing any more."""
    if round.is_closed:
        return 0
    gaps = set(open_gaps(round))
    second = set(own(round, person).filter(turn=2).values_list("icp_id", "dimension")) if gaps else set()
    if round.turn > 1:
        return len(gaps - second)
    asked = [dimension["id"] for dimension in round.rubric.dimensions if not round.shows(dimension["id"])]
    first = own(round, person).filter(turn=1, dimension__in=asked).count()
    return len(asked) * round.icps.count() - int(first) + len(gaps - second)


def answers_given(round: Round) -> dict[Any, int]:
    """How many answers each grader gave, by the grader's id."""
    return Grade.objects.in_workspace(round.workspace_id).counted_by_grader(round)


def left(round: Round) -> dict[Any, int]:
    """How many answers each person in the round has left to give, by the place's id: left_of for all at once."""
    seats = Grader.objects.in_workspace(round.workspace_id).filter(round=round).seated().values_list("pk", flat=True)
    if round.is_closed:
        return dict.fromkeys(seats, 0)
    grades = Grade.objects.in_workspace(round.workspace_id)
    gaps, second = len(open_gaps(round)), grades.second_by_grader(round)
    shown = [dimension["id"] for dimension in round.rubric.dimensions if round.turn > 1 or round.shows(dimension["id"])]
    asked = (len(round.rubric.dimensions) - len(shown)) * round.icps.count() + gaps
    first = grades.filter(turn=1).exclude(dimension__in=shown).counted_by_grader(round)
    return {pk: asked - first.get(pk, 0) - second.get(pk, 0) for pk in seats}


def progress(round: Round) -> dict[Any, tuple[int, bool]]:
    """How many answers each person gave of those that are asked for now, and whether that is all."""
    open_left, wanted = left(round), wanted_now(round)
    given = Grade.objects.in_workspace(round.workspace_id).of_turn(round).counted_by_grader(round)
    return {
        pk: (given.get(pk, 0), given.get(pk, 0) >= wanted if round.is_closed else not missing)
        for pk, missing in open_left.items()
    }


def wanted_now(round: Round) -> int:
    """How many answers one person is asked for: all, or those on the gaps while people think again."""
    return round.second_thoughts.filter(closed_at=None).count() if round.turn > 1 else wanted(round)


def given_by(grader: Grader) -> int:
    """How many answers the person gave."""
    return int(Grade.objects.in_workspace(grader.workspace_id).filter(grader=grader).count())


def taken_out(round: Round) -> int:
    """How many people were taken out after they had answered."""
    grades = Grade.objects.in_workspace(round.workspace).filter(round=round).exclude(grader__removed_at=None)
    return int(grades.values("grader").distinct().count())


def is_begun(round: Round) -> bool:
    """Whether anybody has answered anything."""
    return bool(Grade.objects.in_workspace(round.workspace).filter(round=round).exists())


def answers_about(round: Round, icp: Icp) -> int:
    """How many answers were given about the candidate in this round, by everybody."""
    return int(Grade.objects.in_workspace(round.workspace).filter(round=round, icp=icp).count())


def forget_candidate(round: Round, icp: Icp) -> int:
    """Delete what was answered about the candidate in this round; how many answers that were."""
    round.second_thoughts.filter(icp=icp).delete()
    about = Grade.objects.in_workspace(round.workspace).filter(round=round, icp=icp)
    return int(about.delete()[0])


def in_own_order(round: Round, person: Person) -> list[Icp]:
    """The candidates, shuffled for each person and always the same way, so that nobody is first for all."""
    candidates = list(round.icps.order_by("name"))
    random.Random(f"{round.pk}:{person.pk}").shuffle(candidates)  # noqa: S311 - an order, not a secret
    return candidates


def cells_of(rows: Iterable[Grade]) -> dict[Cell, Grade]:
    """Answers by their cell; of two answers to one cell the second."""
    return {(row.icp_id, row.dimension): row for row in sorted(rows, key=lambda row: row.turn)}
