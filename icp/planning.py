"""Moves: add one, change it, close it; the plan by week."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.timezone import now

from accounts import auditing, surveying
from accounts.models.user import User
from accounts.models.workspace import Membership, Workspace
from icp.models.definition import Icp
from icp.models.plan import Action, State
from icp.refusing import NotPossible
from segments.models.delivery import Delivery
from segments.models.segment import Segment
from segments.telling import Told

CHANGES = ("name", "segment", "icp", "owner", "check_on", "target")


@dataclass(frozen=True)
class Move:
    """What somebody says of a move."""

    name: str
    check_on: date
    owner: User | None = None
    segment: Segment | None = None
    icp: Icp | None = None
    target: str = ""


def first_look(workspace: Workspace, moment: datetime) -> date | None:
    """The day on which a move of today can first show something, as far as the Intake survey tells the rhythm."""
    days = surveying.days_to_look(workspace)
    today = moment.astimezone(ZoneInfo(workspace.timezone)).date()
    return None if days is None else today + timedelta(days=days)


@dataclass(frozen=True)
class Week:
    """A heading and its moves."""

    name: str
    moves: list[Action]
    is_late: bool = False


@transaction.atomic
def add(workspace: Workspace, move: Move, *, by: User, delivery: Delivery | None = None) -> Action:
    """Put a move on the plan. Raises NotPossible."""
    _check(workspace, move.name, move.owner)
    made = Action.objects.create(
        workspace=workspace,
        name=move.name.strip(),
        segment=move.segment,
        icp=move.icp,
        owner=move.owner,
        check_on=move.check_on,
        target=move.target.strip(),
        delivery=delivery,
        created_by=by,
    )
    auditing.record(workspace, by, "actions.added", f"Added the move “{made.name}”.", subject=made.pk)
    return made


@transaction.atomic
def change(action: Action, *, by: User, **told: Any) -> Action:
    """Change what is told of a move: name, segment, icp, owner, check_on, target. Raises NotPossible."""
    _check(action.workspace, told.get("name", action.name), told.get("owner", action.owner))
    changed = [name for name in CHANGES if name in told and getattr(action, name) != told[name]]
    for name in changed:
        setattr(action, name, told[name])
    if changed:
        action.save(update_fields=changed)
        sentence = f"Changed the move “{action.name}”."
        auditing.record(action.workspace, by, "actions.changed", sentence, subject=action.pk, changed=changed)
    return action


def _check(workspace: Workspace, name: str, owner: User | None) -> None:
    if not name.strip():
        raise NotPossible("Say in a few words what you will do.")
    if owner and not Membership.objects.in_workspace(workspace).filter(user=owner).exists():
        raise NotPossible("The owner of a move is a member of the workspace.")


@transaction.atomic
def settle(action: Action, state: str, *, by: User) -> Action:
    """Say that a move is done, dropped, or open again. Repeating it changes nothing."""
    if state not in State.values:
        raise NotPossible(f"A move is one of: {', '.join(State.values)}.")
    if action.state != state:
        action.state, action.closed_at = state, None if state == State.OPEN else now()
        action.save(update_fields=["state", "closed_at"])
        sentence = f"Said that the move “{action.name}” is {State(state).label.lower()}."
        auditing.record(action.workspace, by, f"actions.{state}", sentence, subject=action.pk)
    return action


def follow_list(delivery: Delivery, by: User) -> Action:
    """A list that was sent is a move, with its owner and the day of its check."""
    move = Move(delivery.purpose, delivery.check_on, owner=delivery.owner, segment=delivery.segment)
    return add(delivery.workspace, move, by=by, delivery=delivery)


def moves(workspace: Workspace) -> Any:
    rows = Action.objects.in_workspace(workspace).select_related("segment", "icp", "owner", "workspace")
    return rows.select_related("delivery__segment", "delivery__workspace").defer(
        "delivery__sent", "delivery__held_back"
    )


@dataclass
class Plan:
    """The moves by the week of their check, as of a day."""

    open: list[Action]
    closed: list[Action]
    today: date
    week_start: int = 0
    weeks: list[Week] = field(init=False)

    def __post_init__(self) -> None:
        start = self.today - timedelta(days=(self.today.weekday() - self.week_start) % 7)
        ends = [self.today, start + timedelta(7), start + timedelta(14), date.max]
        names, left, self.weeks = ["Late", "This week", "Next week", "Later"], self.open, []
        for name, end in zip(names, ends, strict=True):
            here, left = [a for a in left if a.check_on < end], [a for a in left if a.check_on >= end]
            if here:
                self.weeks.append(Week(name, here, is_late=name == "Late"))

    @property
    def sentence(self) -> str:
        late = sum(len(week.moves) for week in self.weeks if week.is_late)
        if not self.open:
            return "No move is open."
        said = f"**{len(self.open)} {'move' if len(self.open) == 1 else 'moves'}** open"
        return f"{said}, **{late}** of them late." if late else f"{said}, none late."


def plan(workspace: Workspace, today: date) -> Plan:
    """What is to be done, and the last twenty that are over."""
    closed = moves(workspace).exclude(state=State.OPEN).order_by("-closed_at")[:20]
    return Plan(list(moves(workspace).filter(state=State.OPEN)), list(closed), today, workspace.week_start)


def told(action: Action) -> Told | None:
    """What the orders say of the list behind the move."""
    return Told(action.delivery) if action.delivery else None
