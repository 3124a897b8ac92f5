"""Home after the first days: what waits, how the moves stand, where the effort goes, how fresh the data are."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count

from accounts.models.workspace import Membership, Workspace
from accounts.templatetags.words import count, percent, short_day
from customers.models.source import Import
from icp import focusing, grading, moving, planning, preparing
from icp.models.definition import Evidence, Kind
from icp.models.grading import Round
from icp.models.plan import Action, State
from segments.telling import Told

SETTLED = timedelta(days=7)  # how old a move or a decision is before Home looks back
QUARTER = timedelta(days=91)
SHOWN = 5  # moves


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for this person."""

    title: str
    why: str
    button: str
    page: str
    about: Any
    minutes: int


@dataclass(frozen=True)
class Course:
    """One move as Home shows it: (class, word) of its pill, what there is to say, and when."""

    action: Action
    pill: tuple[str, str]
    said: str
    when: str


@dataclass(frozen=True)
class Effort:
    """Where the moves since the decision went, against what was planned. Shares are 0 to 1."""

    rows: list[dict[str, Any]]
    spent: float | None
    planned: float
    moves: int
    round: Round

    @property
    def sentence(self) -> str:
        wanted = f"You planned **{percent(self.planned)}**"
        if self.spent is None:
            return f"{wanted} of your effort for your focus. No move was made since the decision."
        return f"**{percent(self.spent)}** of your moves since the decision serve your focus. {wanted}."


def is_past_first_days(workspace: Workspace, at: datetime) -> bool:
    """Whether there is something to look back on: two counts a week apart, or a move or a decision a week old."""
    before = at - SETTLED
    moves = Action.objects.in_workspace(workspace).filter(created_at__lt=before)
    decided = Round.objects.in_workspace(workspace).decided().filter(closed_at__lt=before)
    return moves.exists() or decided.exists() or moving.has_moved(workspace)


def waiting(member: Membership, *, at_most: int = 4) -> list[Waiting]:
    """What waits for this person, the most pressing first."""
    return [*_grades(member), *_files(member), *_guesses(member)][:at_most]


def _grades(member: Membership) -> list[Waiting]:
    rounds = Round.objects.in_workspace(member.workspace).graded_by(member.user).seen_by(member.user)
    found = []
    for round in rounds.filter(closed_at=None).select_related("rubric").order_by("created_at"):
        left = grading.left_of(round, member.user)
        if left > 0:
            many = f"{left} {'gap' if left == 1 else 'gaps'}"
            minutes = preparing.minutes(candidates=left, questions=1)
            title, why = f"Grade {round.name}", f"{many}. Nobody sees your grades before the round closes."
            found.append(Waiting(title, why, "Grade now", "icp:grade", round.pk, minutes))
    return found


def _files(member: Membership) -> list[Waiting]:
    if not member.may("data.change"):
        return []
    files = Import.objects.in_workspace(member.workspace).filter(status=Import.Status.ASKED).order_by("-created_at")
    why = "It was read and waits for your answer."
    return [Waiting(f"Import {f.file_name}", why, "Go on", "customers:import", f.pk, 2) for f in files[:2]]


def _guesses(member: Membership) -> list[Waiting]:
    if not member.may("icps.change"):
        return []
    lines = Evidence.objects.in_workspace(member.workspace).filter(kind=Kind.GUESS, icp__archived_at=None)
    most = lines.values("icp", "icp__name").annotate(many=Count("pk")).order_by("-many", "icp__name")[:2]
    return [
        Waiting(
            f"Confirm {row['many']} {'guess' if row['many'] == 1 else 'guesses'}",
            f"on {row['icp__name']}",
            "Look at them",
            "icp:detail",
            row["icp"],
            max(1, round(row["many"] * 0.6)),
        )
        for row in most
    ]


def moves(workspace: Workspace, today: date) -> list[Course]:
    """Late first, then results that came in, then what runs."""
    rows = list(planning.moves(workspace).exclude(state=State.DROPPED).order_by("check_on"))
    late = [a for a in rows if a.state == State.OPEN and a.check_on < today and not _answer(a)]
    answered = sorted((a for a in rows if _answer(a)), key=lambda a: a.check_on, reverse=True)
    rest = [a for a in rows if a.state == State.OPEN and a not in late and not _answer(a)]
    return [_course(action, today) for action in [*answered[:2], *late, *rest][:SHOWN]]


def _answer(action: Action) -> Told | None:
    told = planning.told(action)
    return told if told and told.verdict not in ("", "too early") else None


def _course(action: Action, today: date) -> Course:
    told = planning.told(action)
    check = short_day(action.check_on)
    if answer := _answer(action):
        return Course(action, answer.pill, answer.sentence, "result in")
    said = told.sentence if told else ""
    if action.check_on < today:
        return Course(action, ("bad", "Late"), said, f"was {check}")
    return Course(action, ("", "Due" if (action.check_on - today).days < 7 else "Running"), said, f"check {check}")


def effort(workspace: Workspace) -> Effort | None:
    """The focus in force, and which moves since its decision serve it. Hours and money are not known."""
    decision = focusing.newest_decision(workspace)
    if decision is None or not decision.result:
        return None
    made = Action.objects.in_workspace(workspace).exclude(state=State.DROPPED).filter(
        created_at__gte=decision.closed_at
    )  # fmt: skip
    done = list(made.select_related("icp").values_list("icp_id", "segment_id"))
    icps = {str(icp.pk): {s.pk for s in icp.segments.all()} for icp in decision.icps.prefetch_related("segments")}
    rows = []
    for share in decision.result["allocation"]:
        if share.get("icp"):
            mine = icps.get(str(share["icp"]), set())
            many = sum(str(icp) == str(share["icp"]) or (icp is None and segment in mine) for icp, segment in done)
            rows.append(share | {"spent": many / len(done) if done else None})
    spent = sum(row["spent"] for row in rows) if done else None
    planned = sum(row["share"] for row in rows)
    rows.append({"name": "Everyone else", "share": 1 - planned, "spent": None if spent is None else 1 - spent})
    for row in rows:
        row |= {"planned_at": round(100 * row["share"], 1), "spent_at": round(100 * (row["spent"] or 0), 1)}
    return Effort(rows, spent, planned, len(done), decision)


def evaluation(workspace: Workspace, today: date) -> str:
    """How long until the quarterly evaluation of the focus."""
    decision = focusing.newest_decision(workspace)
    if decision is None or decision.closed_at is None:
        return ""
    due = (decision.closed_at + QUARTER).astimezone(ZoneInfo(workspace.timezone)).date()
    left = (due - today).days
    if left <= 0:
        return f"The quarterly evaluation is due since **{short_day(due)}**."
    return f"**{count(left)} {'day' if left == 1 else 'days'}** until the quarterly evaluation"
