"""Conditions tried out before they are saved: how many, step by step, where they belong, why somebody is in."""

from dataclasses import dataclass, field
from datetime import date

import sqlglot.expressions as exp
from pyroaring import BitMap

from accounts.models.workspace import Workspace
from customers import clock, engine, profiling
from customers.models.customer import Customer
from segments import composing
from segments.composing import Row
from segments.models.segment import Segment
from segments.previewing import Preview, Steps, preview_of, step_by_step
from segments.remembering import newest_members
from segments.rules import english, explain
from segments.rules.compile import members_query
from segments.rules.nodes import Rule
from segments.rules.tree import InvalidRule, parse
from segments.rules.vocabulary import Vocabulary

MOST_CHOICES = 60
BAR = 312  # width of the bar of main segments


@dataclass(frozen=True)
class Place:
    """How many of them are in one main segment, and where its piece of the bar stands."""

    segment: Segment | None
    count: int
    x: float
    width: float


@dataclass(frozen=True)
class Person:
    """Somebody, and whether they are in."""

    customer: Customer
    verdict: explain.Verdict

    @property
    def initials(self) -> str:
        """Two letters for the round picture."""
        words = str(self.customer).split()
        return ("".join(word[0] for word in words[:2]) if len(words) > 1 else str(self.customer)[:2]).upper()


@dataclass
class Trial:
    """What the page shows beside the controls; `problem` where the conditions are not finished."""

    problem: str = ""
    preview: Preview | None = None
    steps: Steps | None = None
    places: list[Place] = field(default_factory=list)
    person: Person | None = None
    not_found: str = ""
    values: list[tuple[str, str]] = field(default_factory=list)

    @property
    def spent(self) -> float:
        """What they spent in a year."""
        return self.steps.spent if self.steps else 0.0

    @property
    def spent_share(self) -> float:
        return self.spent / self.steps.spent_by_all if self.steps and self.steps.spent_by_all else 0.0

    @property
    def spent_each(self) -> float:
        return self.spent / self.preview.count if self.preview and self.preview.count else 0.0

    @property
    def spent_each_all(self) -> float:
        everybody = self.preview.base if self.preview else 0
        return self.steps.spent_by_all / everybody if self.steps and everybody else 0.0


def try_out(workspace: Workspace, rows: list[Row], *, who: str, known: Vocabulary) -> Trial:
    """Count what the rows say, if they say a rule."""
    as_of = clock.as_of(workspace)
    choices(workspace, rows, known)
    try:
        rule = parse(composing.definition_of(rows), workspace, vocabulary=known)
    except InvalidRule as reason:
        return Trial(problem=str(reason))
    seen = preview_of(workspace, rule, as_of)
    trial = Trial(preview=seen, steps=step_by_step(workspace, rule, as_of), places=places(workspace, seen.members))
    _tell_steps(rows, trial.steps)
    trial.values = _values(rule, seen)
    _add_person(workspace, rule, trial, who)
    return trial


def choices(workspace: Workspace, rows: list[Row], known: Vocabulary) -> None:
    """The values that a text figure really has, for the rows that ask about one."""
    for row in rows:
        choices(workspace, row.rows, known)
        if row.column is None or row.type != "text":
            continue
        column = engine.column(row.column.name, "profile")
        tree = exp.select(exp.alias_(column, "value"), exp.alias_(exp.Count(this=exp.Star()), "people"))
        tree = tree.from_("profile").group_by(column.copy()).order_by("people DESC").limit(MOST_CHOICES)
        found = engine.query(workspace, tree, relations=profiling.relations(workspace, clock.as_of(workspace)))
        row.choices = [value for value in found.column("value").to_pylist() if value]


def places(workspace: Workspace, members: BitMap) -> list[Place]:
    """The members by main segment, the largest first, then everyone else."""
    found = [(segment, len(newest_members(segment) & members)) for segment in _main(workspace)]
    shown = sorted([pair for pair in found if pair[1]], key=lambda pair: -pair[1])
    rest = len(members) - sum(count for _, count in shown)
    pieces: list[tuple[Segment | None, int]] = [*shown, *([(None, rest)] if rest > 0 and shown else [])]
    x, laid = 0.0, []
    for segment, count in pieces:
        width = BAR * count / len(members)
        laid.append(Place(segment, count, round(x, 1), round(max(1.0, width - 2), 1)))
        x += width
    return laid


def named(segment: Segment) -> str:
    """Who is in a segment, as a sentence."""
    try:
        return english.sentence(parse(segment.definition, segment.workspace))
    except InvalidRule as reason:
        return str(reason)


def _main(workspace: Workspace) -> list[Segment]:
    return list(Segment.objects.in_workspace(workspace).main())


def _tell_steps(rows: list[Row], steps: Steps | None) -> None:
    for row in rows:
        row.left = steps.left.get(row.path) if steps else None
        _tell_steps(row.rows, steps)


def _values(rule: Rule, seen: Preview) -> list[tuple[str, str]]:
    """What stands behind the placeholders of the SQL, as one would write it there."""
    values = members_query(rule, seen.as_of)[1]
    return [(name, v.isoformat() if isinstance(v, date) else str(v)) for name, v in values.items()]


def _add_person(workspace: Workspace, rule: Rule, trial: Trial, who: str) -> None:
    """The person asked for, or the first one who is in."""
    customers = Customer.objects.in_workspace(workspace).known()
    if who.strip():
        customer = customers.found_by(who).order_by("number").first()
        trial.not_found = "" if customer else f"Nobody called “{who.strip()[:60]}” is known."
    else:
        numbers = trial.preview.sample_numbers[:1] if trial.preview else []
        customer = customers.filter(number__in=numbers).first()
    if customer and trial.preview:
        verdict = explain.verdict(workspace, rule, customer.number, trial.preview.as_of)
        trial.person = Person(customer, verdict)
