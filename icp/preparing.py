"""Scorecards and rounds: what is asked, about whom, of whom."""

import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max

from accounts import auditing, joining
from accounts.joining import Invited
from accounts.models.user import User
from accounts.models.workspace import Membership, Role, Workspace
from icp import announcing, scorecards
from icp.models.definition import Icp
from icp.models.grading import Grader, Round, Rubric
from icp.refusing import NotPossible

CANDIDATES = (2, 20)
PEOPLE = (1, 50)
SECONDS_PER_ANSWER = 8


def rubrics(workspace: Workspace) -> Any:
    """The scorecards of the workspace, newest version first; the built-in two exist from the first look on."""
    for name, dimensions in scorecards.BUILT_IN.items():
        Rubric.objects.in_workspace(workspace).get_or_create(
            workspace=workspace, name=name, version=scorecards.VERSION, defaults={"dimensions": dimensions}
        )
    return Rubric.objects.in_workspace(workspace).order_by("name", "-version")


def default_rubric(workspace: Workspace) -> Rubric:
    return rubrics(workspace).filter(name="ICP 10").first()


@transaction.atomic
def keep_rubric(workspace: Workspace, *, name: str, dimensions: list[dict[str, Any]], by: User) -> Rubric:
    """Keep a scorecard. A known name makes its next version; rounds keep the version they were graded with."""
    name = name.strip()
    rubrics(workspace)
    Workspace.objects.select_for_update().get(pk=workspace.pk)  # one new version at a time
    newest = Rubric.objects.in_workspace(workspace).filter(name=name).aggregate(Max("version"))["version__max"]
    rubric = Rubric.objects.create(
        workspace=workspace, name=name, version=(newest or 0) + 1, dimensions=checked(dimensions)
    )
    auditing.record(workspace, by, "rubrics.kept", f"Kept the scorecard {rubric}.", subject=rubric.pk)
    return rubric


def checked(dimensions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The questions as they are kept: each with an id of its own; at least one of them counts."""
    kept = [_dimension(dimension, number) for number, dimension in enumerate(dimensions, start=1)]
    ids = [dimension["id"] for dimension in kept]
    if len(set(ids)) < len(ids):
        raise NotPossible("Two questions have the same id. Each question needs an id of its own.")
    if not 1 <= len(kept) <= 20:
        raise NotPossible("A scorecard has 1 to 20 questions.")
    if not any(dimension["counts"] for dimension in kept):
        raise NotPossible("At least one question must count, or there is no Total Score.")
    return kept


def _dimension(dimension: dict[str, Any], number: int) -> dict[str, Any]:
    question = str(dimension.get("question", "")).strip()
    if not question:
        raise NotPossible(f"Question {number} has no words. Write the question in full.")
    name = str(dimension.get("name") or question)[:80]
    id = re.sub(r"[^a-z0-9_]+", "_", str(dimension.get("id") or name).lower()).strip("_")[:40] or f"question_{number}"
    words = {str(mark): str(said)[:80] for mark, said in (dimension.get("words") or {}).items()}
    kept = {"id": id, "name": name, "question": question[:200], "why": str(dimension.get("why", ""))[:200]}
    return kept | {"words": words, "counts": bool(dimension.get("counts", True))}


@transaction.atomic
def prepare_round(
    workspace: Workspace,
    *,
    name: str,
    icps: Iterable[Icp],
    rubric: Rubric,
    emails: Iterable[str],
    close: str = Round.Close.ROUND,
    by: User,
) -> Round:
    """Open a round. Whoever asks may grade too, and takes a place with the first answer."""
    candidates = _candidates(icps)
    people = _addresses(emails)
    if close not in Round.Close.values:
        raise NotPossible("Close is “round” (all questions together) or “question” (one question at a time).")
    if not name.strip():
        raise NotPossible("The round needs a name, such as “Autumn 2026”.")
    round = Round.objects.create(
        workspace=workspace, name=name.strip()[:120], rubric=rubric, close=close, created_by=by
    )
    round.icps.set(candidates)
    ask(round, emails=people)
    sentence = f"Asked {len(people)} people to grade {len(candidates)} candidates in {round.name}."
    auditing.record(workspace, by, "rounds.opened", sentence, subject=round.pk)
    announcing.round_opened(round)
    return round


def _candidates(icps: Iterable[Icp]) -> list[Icp]:
    candidates = list({icp.pk: icp for icp in icps}.values())
    fewest, most = CANDIDATES
    if not fewest <= len(candidates) <= most:
        raise NotPossible(
            f"A round compares {fewest} to {most} candidates; this one has {len(candidates)}. 5 to 9 work best."
        )
    if any(icp.archived_at for icp in candidates):
        raise NotPossible("One of these candidates is archived. Choose candidates that are in use.")
    return candidates


def _addresses(emails: Iterable[str]) -> list[str]:
    people = list(dict.fromkeys(email.strip().lower() for email in emails if email.strip()))
    for email in people:
        try:
            validate_email(email)
        except ValidationError:
            raise NotPossible(f"“{email}” is not an e-mail address. Write one address on each line.") from None
    if len(people) > PEOPLE[1]:
        raise NotPossible(f"A round has up to {PEOPLE[1]} people; this one has {len(people)}. 3 to 7 work best.")
    return people


def ask(round: Round, *, emails: Iterable[str]) -> list[Grader]:
    """Give each address a place in the round; members are recognised by theirs."""
    return [_place(round, email) for email in emails]


def _place(round: Round, email: str) -> Grader:
    member = Membership.objects.in_workspace(round.workspace).filter(user__email__iexact=email).first()
    grader, _ = Grader.objects.in_workspace(round.workspace).get_or_create(
        workspace=round.workspace, round=round, email=email, defaults={"user": member.user if member else None}
    )
    return grader


def uninvited(round: Round) -> list[Grader]:
    """Who was asked and is not a member yet."""
    members = Membership.objects.in_workspace(round.workspace).values_list("user__email", flat=True)
    inside = {email.lower() for email in members}
    graders = Grader.objects.in_workspace(round.workspace).filter(round=round).order_by("email")
    return [grader for grader in graders if grader.email.lower() not in inside]


def let_in(round: Round, *, by: Membership) -> list[Invited]:
    """An invitation as grader for everybody who was asked and is not a member. Older links stop."""
    return [joining.invite(round.workspace, email=grader.email, role=Role.GRADER, by=by) for grader in uninvited(round)]


def readable_rounds(workspace: Workspace, *, user: User, sees_all: bool) -> Any:
    """All rounds for the team; for a grader only those in which that person was asked."""
    rounds = Round.objects.in_workspace(workspace).select_related("rubric", "workspace", "created_by")
    return (rounds if sees_all else rounds.graded_by(user)).seen_by(user).order_by("-created_at")


def minutes(*, candidates: int, questions: int) -> int:
    """About how long one person needs."""
    return max(1, round(candidates * questions * SECONDS_PER_ANSWER / 60))
