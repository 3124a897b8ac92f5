"""Rounds: what is asked, about whom, of whom."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts import auditing
from accounts.models.user import User
from accounts.models.workspace import Workspace
from icp import announcing, grading, inviting, suggesting
from icp.models.definition import Icp
from icp.models.grading import Round, Rubric
from icp.refusing import NotPossible, TooLate

CANDIDATES = (2, 20)
ADVISED = (5, 9)
SECONDS_PER_ANSWER = 8


def prepare_round(
    workspace: Workspace,
    *,
    name: str,
    icps: Iterable[Icp],
    rubric: Rubric,
    emails: Iterable[str],
    close: str = Round.Close.ROUND,
    facts_first: bool = False,
    due_on: date | None = None,
    as_of: datetime | None = None,
    by: User,
) -> Round:
    """Open a round. Whoever asks may grade too, and takes a place with the first answer.

    What the data suggest as of the moment is frozen with it; without a moment nothing stands beside the questions.
    """
    candidates = _candidates(icps)
    people = inviting.addresses(emails)
    if close not in Round.Close.values:
        raise NotPossible("Close is “round” (all questions together) or “question” (one question at a time).")
    how = {"close": close, "facts_first": facts_first, "due_on": due_on}
    facts = suggesting.suggest(workspace, candidates, as_of) if as_of else {}  # before anything is held
    with transaction.atomic():
        round = Round.objects.create(
            workspace=workspace, name=_name(name), rubric=rubric, created_by=by, facts=facts, **how
        )
        round.icps.set(candidates)
        inviting.seat(round, people)
        sentence = f"Asked {inviting.counted(people)} to grade {len(candidates)} candidates in {round.name}."
        auditing.record(workspace, by, "rounds.opened", sentence, subject=round.pk)
        announcing.round_opened(round)
    return round


def _name(name: str) -> str:
    if not name.strip():
        raise NotPossible("The round needs a name, such as “Autumn 2026”.")
    return name.strip()[:120]


def _candidates(icps: Iterable[Icp]) -> list[Icp]:
    candidates = list({icp.pk: icp for icp in icps}.values())
    _check_candidates(candidates)
    return candidates


def _check_candidates(candidates: list[Icp]) -> None:
    fewest, most = CANDIDATES
    if not fewest <= len(candidates) <= most:
        raise NotPossible(
            f"A round compares {fewest} to {most} candidates; this one has {len(candidates)}. 5 to 9 work best."
        )
    if any(icp.archived_at for icp in candidates):
        raise NotPossible("One of these candidates is archived. Choose candidates that are in use.")


@transaction.atomic
def change(round: Round, *, name: str, due_on: date | None, by: User) -> Round:
    """Another name, another day. Both may change at any time; the result keeps the name it was frozen with."""
    round = inviting.locked(round)
    before = (round.name, round.due_on)
    round.name, round.due_on = _name(name), due_on
    if (round.name, round.due_on) != before:
        round.save(update_fields=["name", "due_on"])
        auditing.record(round.workspace, by, "rounds.changed", f"Changed {round.name}.", subject=round.pk)
    return round


@transaction.atomic
def add_candidate(round: Round, icp: Icp, *, by: User) -> Round:
    """One more candidate in an open round. Adding twice changes nothing."""
    round = _open(round)
    if round.icps.filter(pk=icp.pk).exists():
        return round
    if round.closed_questions:
        raise TooLate("Answers to a question are shown already, and a new candidate would miss them. Open it again.")
    _check_candidates([*round.icps.all(), icp])
    round.icps.add(icp)
    sentence = f"Added {icp.name} to {round.name}."
    auditing.record(round.workspace, by, "rounds.candidate-added", sentence, subject=round.pk)
    return round


@transaction.atomic
def remove_candidate(round: Round, icp: Icp, *, by: User) -> int:
    """Take a candidate out of an open round. Its answers there are deleted; how many they were."""
    round = _open(round)
    if not round.icps.filter(pk=icp.pk).exists():
        return 0
    if round.icps.count() <= CANDIDATES[0]:
        raise NotPossible(f"A round compares at least {CANDIDATES[0]} candidates. Add another before this one goes.")
    deleted = grading.forget_candidate(round, icp)
    round.icps.remove(icp)
    sentence = f"Took {icp.name} out of {round.name}."
    auditing.record(round.workspace, by, "rounds.candidate-removed", sentence, subject=round.pk)
    return deleted


def _open(round: Round) -> Round:
    round = inviting.locked(round)
    if round.is_closed or round.history:
        raise TooLate(f"{round.name} has a result, which compares these candidates. Start another round for others.")
    return round


@transaction.atomic
def delete_draft(round: Round, *, by: User) -> str:
    """Delete a round in which nobody has answered; its name. What people answered is not thrown away."""
    round = inviting.locked(round)
    if round.is_closed or round.history or grading.is_begun(round):
        raise NotPossible(f"People have answered in {round.name}, so it stays. Close it when you are done with it.")
    auditing.record(round.workspace, by, "rounds.deleted", f"Deleted {round.name}.", subject=round.pk)
    round.delete()
    return round.name


def readable_rounds(workspace: Workspace, *, user: User, sees_all: bool) -> Any:
    """All rounds for the team; for a grader only those in which that person was asked."""
    rounds = Round.objects.in_workspace(workspace).select_related("rubric", "workspace", "created_by")
    return (rounds if sees_all else rounds.graded_by(user)).seen_by(user).order_by("-created_at")


def minutes(*, candidates: int, questions: int) -> int:
    """About how long one person needs."""
    return max(1, round(candidates * questions * SECONDS_PER_ANSWER / 60))


def advice(*, candidates: int, people: int) -> str:
    """One sentence on the shape of a round that is being prepared; nothing to say of a good one."""
    (fewest, most), (few, many) = CANDIDATES, inviting.ADVISED
    if not fewest <= candidates <= most:
        return f"A round compares {fewest} to {most} candidates."
    if people > inviting.PEOPLE[1]:
        return f"A round has up to {inviting.PEOPLE[1]} people."
    if candidates > ADVISED[1]:
        return f"{ADVISED[0]} to {ADVISED[1]} candidates work best: with more, the last answers get thin."
    if candidates < ADVISED[0]:
        return f"{ADVISED[0]} to {ADVISED[1]} candidates work best: with fewer, an obvious one may be missing."
    if people > many:
        return f"{few} to {many} people work best: with more, each gap takes longer to talk about."
    if people < few:
        return f"With fewer than {few} people you hardly see where you differ. With one, the result is provisional."
    return ""
