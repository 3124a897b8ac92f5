"""What people hear of rounds and moves: asked to grade, closed, late."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from accounts import notifying
from accounts.models.workspace import Workspace
from accounts.templatetags.words import short_day
from icp import grading
from icp.models.grading import Grader, Round
from icp.models.plan import Action, State


def round_opened(round: Round) -> None:
    """Everybody who was asked and is a member hears what there is to grade; once, also if more are asked later."""
    link = reverse("icp:grade", args=[round.workspace.slug, round.pk])
    left = grading.left(round)
    for grader in _members_of(round):
        gaps = left.get(grader.pk, 0)
        key, again = f"round:{round.pk}:open:{len(round.history)}", " again" if round.history else ""
        todo = f"You have {_gaps(gaps)} to grade." if gaps else "You may change your answers."
        if gaps or again:
            _tell(grader, key=key, sentence=f"{round.name} is open{again}. {todo}{_due(round)}", link=link)


def reminded(grader: Grader) -> None:
    """One person hears what is left to grade: whoever runs the round asked for it."""
    round = grader.round
    if gaps := grading.left(round).get(grader.pk):
        link = reverse("icp:grade", args=[round.workspace.slug, round.pk])
        sentence = f"{round.name} waits for you: {_gaps(gaps)} to grade.{_due(round)}"
        _tell(grader, key=f"round:{round.pk}:reminded:{grader.reminded_at:%Y-%m-%d}", sentence=sentence, link=link)


def gaps_opened(round: Round) -> None:
    """Second thoughts: everybody hears how many questions are graded once more."""
    link = reverse("icp:grade", args=[round.workspace.slug, round.pk])
    left = grading.left(round)
    for grader in _members_of(round):
        if gaps := left.get(grader.pk):
            sentence = f"You have {_gaps(gaps)} to grade once more in {round.name}. Your first answers are kept."
            _tell(grader, key=f"round:{round.pk}:gaps:{len(round.history)}", sentence=sentence, link=link)


def _gaps(many: int) -> str:
    return f"{many} {'gap' if many == 1 else 'gaps'}"


def _due(round: Round) -> str:
    return f" Please grade by {short_day(round.due_on)}." if round.due_on else ""


def round_closed(round: Round) -> None:
    """Everybody who was asked hears that the result is there."""
    link = reverse("icp:result", args=[round.workspace.slug, round.pk])
    for grader in _members_of(round):
        key, sentence = f"round:{round.pk}:closed:{len(round.history)}", f"{round.name} is closed. See its result."
        _tell(grader, key=key, sentence=sentence, link=link)


def focus_decided(round: Round, *, key: str, names: str, verb: str) -> None:
    """Everybody who graded hears what was made of it."""
    link = reverse("icp:focus", args=[round.workspace.slug, round.pk])
    for grader in _members_of(round):
        _tell(grader, key=key, sentence=f"{names} {verb} the focus, after {round.name}.", link=link)


def _members_of(round: Round) -> list[Grader]:
    graders = Grader.objects.in_workspace(round.workspace).filter(round=round).seated().exclude(user=None)
    return list(graders.select_related("user", "workspace"))


def _tell(grader: Grader, *, key: str, sentence: str, link: str) -> None:
    notifying.tell(grader.workspace, grader.user, kind=notifying.ROUND, key=key, sentence=sentence, link=link)


def late_moves(workspace: Workspace, at: datetime) -> int:
    """The owners of open moves whose day has passed hear it, once for each day that was promised."""
    today = at.astimezone(ZoneInfo(workspace.timezone)).date()
    late = Action.objects.in_workspace(workspace).filter(state=State.OPEN, check_on__lt=today).exclude(owner=None)
    return sum(_late(action, today) for action in late.select_related("owner", "workspace"))


def _late(action: Action, today: date) -> bool:
    days = (today - action.check_on).days
    when = f"It was due on {short_day(action.check_on)}, {days} {'day' if days == 1 else 'days'} ago."
    link = reverse("icp:plan", args=[action.workspace.slug])
    sentence, key = f"Your move “{action.name[:150]}” is late. {when}", f"move:{action.pk}:{action.check_on}"
    return notifying.tell(action.workspace, action.owner, kind="move", key=key, sentence=sentence, link=link)
