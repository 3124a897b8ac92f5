"""Home after the first days: what waits, how the moves stand, where the effort goes, how fresh the data are."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.utils.timezone import now

from accounts.models.workspace import Membership, Workspace
from accounts.templatetags.words import count, percent, short_day
from customers.models.source import Import
from icp import checking, deciding, focusing, grading, moving, planning, preparing, recounting
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
    """What goes to the focus, against what was planned: as people said last, or counted in moves. Shares are 0 to 1."""

    rows: list[dict[str, Any]]
    spent: float | None
    planned: float
    moves: int
    round: Round
    is_decided: bool
    told: str = ""  # who said it, and when

    @property
    def sentence(self) -> str:
        if not self.is_decided:
            return f"**{percent(self.planned)}** of your effort is proposed for the focus. It is not decided yet."
        wanted = f"You planned **{percent(self.planned)}**"
        if self.spent is None:
            return f"{wanted} of your effort for your focus. No move was made since the decision."
        if self.told:
            return f"**{percent(self.spent)}** of your effort goes to your focus, {self.told}. {wanted}."
        return f"**{percent(self.spent)}** of your moves since the decision serve your focus. {wanted}."

    @property
    def how(self) -> str:
        if self.told:
            return "Time, budget and attention, as people said. The line marks the plan."
        counted = f"Counted in moves since {'the decision' if self.is_decided else 'the close'} ({self.moves})"
        return f"{counted}; hours and money are not known here. The line marks the plan."


def is_past_first_days(workspace: Workspace, at: datetime) -> bool:
    """Whether there is something to look back on: two counts a week apart, or a move or a decision a week old."""
    before = at - SETTLED
    moves = Action.objects.in_workspace(workspace).filter(created_at__lt=before)
    decided = Round.objects.in_workspace(workspace).decided().filter(closed_at__lt=before)
    return moves.exists() or decided.exists() or moving.has_moved(workspace)


def waiting(member: Membership, *, at_most: int = 4) -> list[Waiting]:
    """What waits for this person, the most pressing first."""
    found = [*_grades(member), *_files(member), *_undecided(member), *_look_again(member), *_guesses(member)]
    return found[:at_most]


def _undecided(member: Membership) -> list[Waiting]:
    """A round whose result waits for a decision."""
    round = deciding.undecided(member.workspace) if member.may("rounds.run") else None
    if round is None:
        return []
    why = "Its result is there: where the effort goes, what stops, and three moves."
    return [Waiting(f"Decide the focus after {round.name}", why, "Decide", "icp:focus", round.pk, 10)]


def _look_again(member: Membership) -> list[Waiting]:
    """What was left out of the focus until a day that has come."""
    decision = deciding.in_force(member.workspace) if member.may("rounds.run") else None
    result = deciding.result_of(decision) if decision else None
    if decision is None or result is None:
        return []
    today = now().astimezone(ZoneInfo(member.workspace.timezone)).date()
    due = [row for row in recounting.left_out(decision, result, today) if row["is_due"]]
    return [
        Waiting(f"Look again at {row['name']}", row["text"], "Look", "icp:decision", decision.pk, 5) for row in due
    ][:2]


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
    found = checking.standing(member.workspace)
    if found and (found.holds or found.fails):
        title, why = found.sentence.replace("**", "").rstrip("."), found.outcome.replace("**", "")
        return [Waiting(title, why, "Check them", "icp:guesses", None, 3)]
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
    """The focus in force, or the one that is proposed, and what goes to it."""
    decision = deciding.in_force(workspace)
    if decision is None or not (result := deciding.result_of(decision)):
        return _proposed(workspace)
    told = recounting.effort(decision, result)
    inside = [part for part in told.parts if part.in_focus]
    rows = [{"icp": part.icp, "name": part.name, "slot": part.slot, "share": part.plan / 100} for part in inside]
    said = f"as {told.by} said on {short_day(told.on)}" if told.on else ""
    spent = {part.icp: (part.spent or 0) / 100 for part in inside} if told.on else None
    return _laid_out(decision.round, rows, decision.decided_at, spent=spent, is_decided=True, told=said)


def _proposed(workspace: Workspace) -> Effort | None:
    """What the result of the round that was closed last suggests, until somebody decides."""
    round = focusing.newest_decision(workspace)
    if round is None or not round.result:
        return None
    rows = [dict(share) for share in round.result["allocation"] if share.get("icp")]
    return _laid_out(round, rows, round.closed_at, spent=None, is_decided=False)


def _laid_out(
    round: Round,
    rows: list[dict[str, Any]],
    since: datetime | None,
    *,
    spent: dict[str | None, float] | None,
    is_decided: bool,
    told: str = "",
) -> Effort:
    made = Action.objects.in_workspace(round.workspace).exclude(state=State.DROPPED).filter(created_at__gte=since)
    done = list(made.values_list("icp_id", "segment_id"))
    icps = {str(icp.pk): {s.pk for s in icp.segments.all()} for icp in round.icps.prefetch_related("segments")}
    for row in rows:
        if spent is not None:
            row["spent"] = spent.get(row["icp"], 0.0)
        else:
            behind = icps.get(str(row["icp"]), set())
            many = sum(str(icp) == str(row["icp"]) or (icp is None and segment in behind) for icp, segment in done)
            row["spent"] = many / len(done) if done else None
    known = [row["spent"] for row in rows if row["spent"] is not None]
    all_spent, planned = (sum(known) if known else None), sum(row["share"] for row in rows)
    rest = None if all_spent is None else 1 - all_spent
    rows = [*rows, {"name": "Everyone else", "share": 1 - planned, "spent": rest}]
    for row in rows:
        row |= {"planned_at": round_(100 * row["share"]), "spent_at": round_(100 * (row["spent"] or 0))}
    return Effort(rows, all_spent, planned, len(done), round, is_decided, told)


def round_(value: float) -> float:
    return float(f"{value:.1f}")


def evaluation(workspace: Workspace, today: date) -> str:
    """How long until the quarterly evaluation of the focus."""
    decision, closed = deciding.in_force(workspace), focusing.newest_decision(workspace)
    since = decision.decided_at if decision else closed.closed_at if closed else None
    if since is None:
        return ""
    due = (since + QUARTER).astimezone(ZoneInfo(workspace.timezone)).date()
    left = (due - today).days
    if left <= 0:
        return f"The quarterly evaluation is due since **{short_day(due)}**."
    return f"**{count(left)} {'day' if left == 1 else 'days'}** until the quarterly evaluation"
