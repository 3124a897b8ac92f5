"""What became of a focus: where the effort goes, how its moves stand, and what was left out."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.templatetags.words import NARROW, short_day
from icp import planning, sentences
from icp.models.decision import Decision
from icp.models.plan import Action, State

type Result = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """One line of the effort, in percent: as planned, as it was when decided, and as it is now, where people said."""

    icp: str | None
    name: str
    slot: int
    plan: int
    today: int | None
    spent: int | None
    in_focus: bool

    @property
    def last(self) -> int | None:
        """The newest that people said."""
        return self.today if self.spent is None else self.spent

    @property
    def tick(self) -> float | None:
        return None if self.last is None else min(99.0, max(0.0, self.last - 0.5))


@dataclass(frozen=True)
class Effort:
    """Where the effort goes: the focus, what else was named, and everyone else."""

    parts: list[Part]
    on: date | None = None
    by: str = ""

    def _focus(self, values: list[int | None]) -> int | None:
        known = [value for value in values if value is not None]
        return sum(known) if known else None

    @property
    def plan(self) -> int:
        return sum(part.plan for part in self.parts if part.in_focus)

    @property
    def was(self) -> int | None:
        return self._focus([part.today for part in self.parts if part.in_focus])

    @property
    def now(self) -> int | None:
        return self._focus([part.spent for part in self.parts if part.in_focus])

    @property
    def sentence(self) -> str:
        """80 % to the focus. It was 15 %, now it is 41 %."""
        said = f"**{self.plan}{NARROW}%** to the focus."
        if self.was is None and self.now is None:
            return said
        if self.was is None:
            return f"{said} Now it is **{self.now}{NARROW}%**."
        was = f"{said} It was {self.was}{NARROW}%"
        return f"{was}." if self.now is None else f"{was}, now it is **{self.now}{NARROW}%**."


@dataclass(frozen=True)
class Course:
    """One move of the focus: what was decided, and how it stands."""

    name: str
    icp: str | None
    target: str
    who: str
    check_on: date
    pill: tuple[str, str]
    said: str = ""
    action: Action | None = None
    slot: int = 0
    segment: Any = field(default=None)


def planned(decision: Decision, result: Result) -> Effort:
    """The plan alone, of a draft or a proposal."""
    return Effort(_parts(decision, result, {}))


def effort(decision: Decision, result: Result) -> Effort:
    """The plan against what was spent when it was decided, and what people said last."""
    last = decision.spent[-1] if decision.spent else None
    parts = _parts(decision, result, {row["icp"]: row["percent"] for row in last["shares"]} if last else {})
    return Effort(parts, date.fromisoformat(last["on"]) if last else None, last["by"] if last else "")


def _parts(decision: Decision, result: Result, spent: dict[str | None, int]) -> list[Part]:
    """Focus first, then whoever has a share in the plan, before it, or now; the rest is everyone else."""
    plan = {row["icp"]: row["percent"] for row in decision.effort}
    today = {row["icp"]: row["percent"] for row in decision.today}
    rows = [row for row in result["ranking"] if row["icp"] in {*decision.focus, *plan, *today, *spent}]
    rows.sort(key=lambda row: row["icp"] not in decision.focus)
    parts = [(row["icp"], row["name"], row["slot"]) for row in rows]
    return [
        Part(
            icp,
            name,
            slot,
            plan.get(icp, 0),
            today.get(icp, 0) if today else None,
            spent.get(icp, 0) if spent else None,
            icp in decision.focus,
        )
        for icp, name, slot in [*parts, (None, "Everyone else", 0)]
    ]


def moves(decision: Decision, today: date) -> list[Course]:
    """The moves as they were decided, with how they stand now; then those that were added for the focus since."""
    rows = planning.moves(decision.workspace)
    first = {str(row.pk): row for row in rows.filter(pk__in=[move["action"] for move in decision.moves])}
    courses = [_course(move, first.get(move["action"]), today) for move in decision.moves]
    since = rows.filter(icp__in=decision.focus, created_at__gt=decision.decided_at).exclude(pk__in=list(first))
    return courses + [_course(_told(row), row, today) for row in since.exclude(state=State.DROPPED)[:5]]


def _told(action: Action) -> dict[str, Any]:
    told = {"name": action.name, "icp": str(action.icp_id), "target": action.target}
    return told | {"check_on": action.check_on.isoformat()}


def _course(move: dict[str, Any], action: Action | None, today: date) -> Course:
    told = planning.told(action) if action else None
    check_on = action.check_on if action else date.fromisoformat(move["check_on"])
    who = sentences.first_names([str(action.owner)])[0] if action and action.owner else "Nobody owns it"
    icp = action.icp if action else None
    return Course(
        name=move["name"],
        icp=icp.name if icp else None,
        target=move["target"],
        who=who,
        check_on=check_on,
        pill=_pill(action, today, told),
        said=told.sentence if told else "",
        action=action,
        slot=icp.slot if icp else 0,
    )


def _pill(action: Action | None, today: date, told: Any) -> tuple[str, str]:
    if action is None:
        return "", "Taken off the plan"
    if told and told.verdict not in ("", "too early"):
        pill: tuple[str, str] = told.pill
        return pill
    if action.state != State.OPEN:
        return ("good", "Done") if action.state == State.DONE else ("", "Dropped")
    return ("bad", "Late") if action.check_on < today else ("", "Running")


def left_out(decision: Decision, result: Result, today: date) -> list[dict[str, Any]]:
    """What was decided not to do, by candidate, the best first; `is_due` where it is time to look again."""
    told = {row["icp"]: row for row in decision.left_out}
    rows = [row | told[row["icp"]] for row in result["ranking"] if row["icp"] in told]
    return [row | _look(row["look_again_on"], today) for row in rows]


def _look(said: str | None, today: date) -> dict[str, Any]:
    day = date.fromisoformat(said) if said else None
    return {"look": f"Look again on {short_day(day)}." if day else "", "is_due": bool(day and day <= today)}
