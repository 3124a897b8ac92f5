"""What one person has in front of them: a question with all candidates, a candidate with all questions, the gaps.

Nothing of anybody else is in it, but how far apart the answers to an open gap are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects

from accounts import surveying
from icp import defining, grading, preparing, suggesting
from icp.grading import Cell, Person
from icp.models.definition import Evidence, Icp, Part
from icp.models.grading import Gap, Grade, Round
from icp.science import prior

type Question = dict[str, Any]

SCORES = range(1, 11)
ADVANTAGE = "advantage"  # the question that compares with others


def asks_why(score: int | None) -> bool:
    """A reason is asked for the ends of the scale, and offered in between."""
    return score is not None and (score <= 3 or score >= 9)


@dataclass(frozen=True)
class Row:
    """One cell as one person sees it: the own answer, the fact beside it, and the gap it is part of."""

    key: str
    icp: Icp
    question: Question
    answer: Grade | None
    first: Grade | None
    gap: Gap | None
    fact: dict[str, Any] | None
    is_open: bool

    @property
    def is_answered(self) -> bool:
        return self.answer is not None

    @property
    def score(self) -> int | None:
        return self.answer.score if self.answer else None

    @property
    def reason(self) -> str:
        return self.answer.reason if self.answer else ""

    @property
    def chosen(self) -> str:
        """The value of the strip: a number, dk for "I don't know", nothing."""
        if self.answer is None:
            return ""
        return "dk" if self.answer.score is None else str(self.answer.score)

    @property
    def wants_reason(self) -> bool:
        return asks_why(self.score) and not self.reason

    @property
    def before(self) -> str:
        """What stands above the strip of a gap: the own first answer, and how far apart they all are."""
        if self.gap is None:
            return ""
        return f"{_said(self.first)} The answers lie between **{self.gap.low}** and **{self.gap.high}**."

    @property
    def is_far(self) -> bool:
        """Whether the answer lies three or more from what the data suggest."""
        return bool(self.fact and self.score is not None and prior.is_far(self.score, self.fact["score"]))


def _said(first: Grade | None) -> str:
    if first is None:
        return "You gave no answer the first time."
    return "You said “I don’t know”." if first.score is None else f"You said **{first.score}**."


class Board:
    """A whole round as one person sees it; read once, whatever is shown of it."""

    def __init__(self, round: Round, person: Person) -> None:
        self.round, self.person = round, person
        self.questions: list[Question] = [_with_others(round, question) for question in round.rubric.dimensions]

    @cached_property
    def icps(self) -> list[Icp]:
        return grading.in_own_order(self.round, self.person)

    @cached_property
    def answers(self) -> dict[tuple[UUID, str, int], Grade]:
        rows = grading.own(self.round, self.person)
        return {(row.icp_id, row.dimension, row.turn): row for row in rows}

    @cached_property
    def open_gaps(self) -> dict[Cell, Gap]:
        """Gaps that wait for second thoughts, in the order in which they were opened."""
        cells = set(grading.open_gaps(self.round))
        if not cells:
            return {}
        rows = Gap.objects.in_workspace(self.round.workspace_id).filter(round=self.round, closed_at=None)
        return {(row.icp_id, row.dimension): row for row in rows.order_by("created_at")}

    def is_open(self, dimension: str) -> bool:
        """Whether the question takes first answers."""
        return not self.round.shows(dimension) and self.round.turn == 1

    @cached_property
    def sheets(self) -> list[tuple[Icp, list[tuple[Part, list[Evidence]]]]]:
        """What is known of each candidate, one tap away: parts in which somebody said something."""
        prefetch_related_objects(self.icps, "lines")
        return [(icp, [(part, lines) for part, lines in defining.lines_by_part(icp) if lines]) for icp in self.icps]

    def is_silent(self, dimension: str) -> bool:
        """Whether the data say nothing of anybody to this question; that tells nothing of any answer."""
        return not any(dimension in facts for facts in suggesting.facts_of(self.round).values())

    @cached_property
    def facts(self) -> dict[Cell, dict[str, Any]]:
        """The facts that this person may see now: beside the own answers, or everywhere if they come first."""
        rows = (self.row(icp, question) for question in self.questions for icp in self.icps)
        return {(row.icp.pk, row.question["id"]): row.fact for row in rows if row.fact}

    @property
    def open_questions(self) -> list[Question]:
        return [question for question in self.questions if self.is_open(question["id"])]

    def question(self, dimension: str) -> Question | None:
        return next((each for each in self.questions if each["id"] == dimension), None)

    # Sheets ------------------------------------------------------------------------------------

    def row(self, icp: Icp, question: Question, *, key: str = "") -> Row:
        cell = (icp.pk, question["id"])
        gap, first = self.open_gaps.get(cell), self.answers.get((*cell, 1))
        second = self.answers.get((*cell, 2))
        answer = second if gap or second else first
        shows_fact = self.round.facts_first or self.round.is_closed or first is not None or second is not None
        fact = suggesting.facts_of(self.round).get(str(icp.pk), {}).get(question["id"]) if shows_fact else None
        is_open = gap is not None or self.is_open(question["id"])
        return Row(key or f"{icp.pk}:{question['id']}", icp, question, answer, first, gap, fact, is_open)

    def of_question(self, question: Question) -> list[Row]:
        """One question, all candidates: comparing is faster and fairer than one candidate at a time."""
        return [self.row(icp, question, key=str(icp.pk)) for icp in self.icps]

    def of_candidate(self, icp: Icp) -> list[Row]:
        """One candidate, all questions that are open."""
        return [self.row(icp, question, key=question["id"]) for question in self.open_questions]

    def of_gaps(self) -> list[Row]:
        """What is graded again, once."""
        icps = {icp.pk: icp for icp in self.icps}
        cells = ((icps.get(icp), self.question(dimension)) for icp, dimension in self.open_gaps)
        return [self.row(icp, question) for icp, question in cells if icp and question]

    def without_reason(self) -> list[Row]:
        """The reasons that were asked for and may follow later."""
        rows = (self.row(icp, question) for question in self.questions for icp in self.icps)
        return [row for row in rows if row.is_open and row.wants_reason]

    # How far -----------------------------------------------------------------------------------

    @property
    def left(self) -> int:
        first = sum(len(self.icps) - self.answered(question) for question in self.open_questions)
        return first + self.gaps_left

    @property
    def gaps_left(self) -> int:
        return sum((*cell, 2) not in self.answers for cell in self.open_gaps)

    @property
    def minutes(self) -> int:
        """About how long what is left takes."""
        return preparing.minutes(candidates=self.left, questions=1) if self.left else 0

    def answered(self, question: Question) -> int:
        return sum((icp.pk, question["id"], 1) in self.answers for icp in self.icps)

    def first_missing(self) -> Question | None:
        """The first open question that is not answered about everybody."""
        return next((each for each in self.open_questions if self.answered(each) < len(self.icps)), None)


def all_alike(rows: Iterable[Row]) -> str | None:
    """The one answer that was given to all of at least three; the person alone is asked about it."""
    chosen = [row.chosen for row in rows]
    alike = len(chosen) > 2 and chosen[0] and len(set(chosen)) == 1
    if not alike:
        return None
    said = "“I don’t know”" if chosen[0] == "dk" else f"**{chosen[0]}**"
    return f"You gave {said} to all. Is that what you mean?"


def _with_others(round: Round, question: Question) -> Question:
    """Better than others: the question says than whom, as far as the Intake survey tells."""
    others = surveying.alternatives_in_words(round.workspace) if question["id"] == ADVANTAGE else ""
    return question | {"why": f"{question.get('why', '')} {others}".strip()} if others else question
