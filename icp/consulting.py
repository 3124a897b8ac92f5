"""What follows for candidates when everybody was counted again: their fit, their guesses, and who hears of it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import jobs
from accounts.jobs import Work
from accounts.models.job import Job
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import clock, profiling
from icp import checking, fitting
from icp.models.definition import Icp
from icp.observing import observed

KIND, TASK = "candidates", "icp.follow_candidates"
AFTER = "refresh-all"  # the job of segments after which everybody has their place


def after(job: Job) -> Job | None:
    """All segments were counted again: ask for what follows."""
    if job.kind != AFTER or job.status != Job.Status.DONE or _is_being_built(job.workspace):
        return None
    return request(job.workspace, job.requested_by, as_of=job.as_of or clock.as_of(job.workspace))


def _is_being_built(workspace: Workspace) -> bool:
    """The example asks once, at its end: its files come one after the other."""
    return workspace.is_example and Job.objects.in_workspace(workspace).filter(kind="example", ended_at=None).exists()


def request(workspace: Workspace, by: User | None, *, as_of: datetime, icp: Icp | None = None) -> Job | None:
    """Ask for the fit with all candidates, or with one; None where there is nothing to ask the data about."""
    live = Icp.objects.in_workspace(workspace).filter(archived_at=None)
    if profiling.current(workspace) is None or not live.exists():
        return None
    asked = {"icp": str(icp.pk)} if icp else {}
    waiting = Job.objects.in_workspace(workspace).filter(kind=KIND, status=Job.Status.QUEUED, asked=asked)
    return waiting.filter(as_of=as_of).first() or jobs.request(
        workspace, kind=KIND, task=TASK, by=by, subject=icp.pk if icp else "", asked=asked, as_of=as_of
    )


def follow(work: Work) -> dict[str, Any]:
    """Compute how much everybody looks like each ideal customer, check the guesses, and say so once."""
    job = work.job
    workspace, as_of = job.workspace, job.as_of or clock.as_of(job.workspace)
    if profiling.current(workspace) is None:
        return {"fits": {}, "checked": 0}
    wanted = Icp.objects.in_workspace(workspace).filter(archived_at=None, segments__archived_at=None)
    wanted = wanted.exclude(segments=None).distinct().order_by("created_at").prefetch_related("segments", "workspace")
    rows = list(wanted.filter(pk=job.asked["icp"]) if job.asked.get("icp") else wanted)
    seen, found = observed(workspace, as_of), {}
    for done, icp in enumerate(rows):
        work.advance(done, total=len(rows) + 1, message=f"Looking for customers like {icp.name}.")
        found[icp.pk] = fitting.fit(icp, as_of, seen)
    work.advance(len(rows), message="Asking the data about your guesses.")
    with transaction.atomic():
        work.hold()
        for icp in rows:
            fitting.keep(icp, found[icp.pk][1], as_of)
        checked = checking.check_all(workspace, as_of)
    checking.tell(workspace)
    return {"fits": {str(pk): fitting.as_json(outcome) for pk, (outcome, _) in found.items()}, "checked": checked}
