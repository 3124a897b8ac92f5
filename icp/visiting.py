"""Looking around the example: whoever asks comes in for a day, and finds a round with four gaps of one's own.

A guest is a throw-away person without an address or a password. Visitors may look and grade, and change nothing
that another visitor would see; the round that waits for them is theirs alone.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models.owned import new_id
from accounts.models.user import GUESTS, User
from accounts.models.workspace import Membership, Role, Workspace
from icp import focusing, grading, preparing, wording
from icp.models.definition import Icp
from icp.models.grading import Round, Rubric
from icp.models.visit import Visit
from icp.refusing import NotPossible
from icp.science.opinions import AGAIN, GRADERS
from icp.storytelling import answers_of

DAY = timedelta(days=1)
AGAIN_NAME, SCORECARD = "Second thoughts", "Two questions again"
MOST_GUESTS = 2_000


def come_in(workspace: Workspace, person: User | None, *, at: datetime) -> User:
    """Let somebody in for a day: the person, or a new guest. Coming again changes nothing but the end."""
    with transaction.atomic():
        visitor = person or _guest()
        places = Membership.objects.in_workspace(workspace)
        places.get_or_create(workspace=workspace, user=visitor, defaults={"role": Role.VIEWER})
        visit, _ = Visit.objects.in_workspace(workspace).get_or_create(
            workspace=workspace, user=visitor, defaults={"is_guest": visitor.is_guest, "ends_at": at + DAY}
        )
        Visit.objects.in_workspace(workspace).filter(pk=visit.pk).update(ends_at=at + DAY)
        if visit.round is None:
            visit.round = _four_gaps(workspace, visitor)
            visit.save(update_fields=["round"])
    return visitor


def _guest() -> User:
    if User.objects.filter(email__endswith=GUESTS).count() >= MOST_GUESTS:
        raise NotPossible("Many people look around right now. Come back in an hour.")
    return User.objects.create_user(f"{new_id().hex}{GUESTS}", None, name="Guest")


def _four_gaps(workspace: Workspace, visitor: User) -> Round | None:
    """Two candidates, two questions, five who have answered already, and the visitor who has not."""
    candidates = list(Icp.objects.in_workspace(workspace).filter(name__in=AGAIN[0], archived_at=None))
    team = _team(workspace)
    if len(candidates) < len(AGAIN[0]) or len(team) < len(GRADERS):
        return None
    leader = team[GRADERS[0]]
    emails = [*(person.email for person in team.values()), visitor.email]
    rubric = _two_questions(workspace, leader)
    round = preparing.prepare_round(
        workspace, name=AGAIN_NAME, icps=candidates, rubric=rubric, emails=emails, by=leader
    )
    for first, person in team.items():
        grading.keep_answers(round, answers_of(first, candidates, AGAIN[1]), by=person)
    return _with_the_facts_of_the_team(round)


def _with_the_facts_of_the_team(round: Round) -> Round:
    """What stood beside the questions when the five graded them stands there for the visitor, too."""
    decided = focusing.newest_decision(round.workspace)
    if decided:
        icps = {str(icp.pk) for icp in round.icps.all()}
        round.facts = {icp: facts for icp, facts in decided.facts.items() if icp in icps}
        round.save(update_fields=["facts"])
    return round


def _team(workspace: Workspace) -> dict[str, User]:
    """The five by first name."""
    members = Membership.objects.in_workspace(workspace).exclude(role=Role.VIEWER).select_related("user")
    people = {member.user.name.split()[0]: member.user for member in members if member.user.name}
    return {first: people[first] for first in GRADERS if first in people}


def _two_questions(workspace: Workspace, by: User) -> Rubric:
    """The part of the scorecard that is asked again."""
    known = Rubric.objects.in_workspace(workspace).filter(name=SCORECARD).first()
    if known:
        return known
    asked = [d for d in wording.default_rubric(workspace).dimensions if d["id"] in AGAIN[1]]
    return wording.keep_rubric(workspace, name=SCORECARD, dimensions=asked, by=by)


def reveal(visit: Visit, *, at: datetime, as_of: datetime) -> Round:
    """Close the visitor's own round, once every answer is given. Raises NotPossible."""
    round = visit.round
    if round is None:
        raise NotPossible("There is no round that waits for you here.")
    if grading.left_of(round, visit.user):
        raise NotPossible("Grade all four first. Then you see what the others said.")
    return focusing.close_round(round, by=visit.user, at=at, as_of=as_of)


def visit_of(workspace: Workspace | None, user: Any) -> Visit | None:
    """The person's visit of the example."""
    visits = Visit.objects.in_workspace(workspace).select_related("round__rubric", "user", "workspace")
    return visits.filter(user=user.pk).first() if workspace and user.pk else None


def move_over(before: Workspace, after: Workspace, *, at: datetime) -> None:
    """Whoever looks around the old example finds themselves in the new one."""
    for visit in Visit.objects.in_workspace(before).filter(ends_at__gt=at).select_related("user"):
        come_in(after, visit.user, at=visit.ends_at - DAY)


def leave(user: User) -> None:
    """A guest goes, and nothing of them stays; anybody else keeps the account."""
    for visit in Visit.everywhere.filter(user=user).select_related("round", "user", "workspace"):
        _end(visit)


def end_visits(*, at: datetime) -> int:
    """End the visits of yesterday; how many there were."""
    over = list(Visit.everywhere.filter(ends_at__lte=at).select_related("round", "user", "workspace"))
    for visit in over:
        _end(visit)
    lost = User.objects.filter(email__endswith=GUESTS).exclude(pk__in=Visit.everywhere.values("user"))
    lost.filter(Q(date_joined__lte=at - DAY)).delete()
    return len(over)


@transaction.atomic
def _end(visit: Visit) -> None:
    user, round = visit.user, visit.round
    Membership.objects.in_workspace(visit.workspace).filter(user=user, role=Role.VIEWER).delete()
    visit.delete()
    if round:
        round.delete()
    if user.is_guest:
        user.delete()
