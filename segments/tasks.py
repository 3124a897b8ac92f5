"""The front desk of long work in segments: requests write rows, tasks carry them out."""

from datetime import datetime
from typing import Any

from celery import shared_task
from django.db import transaction

from accounts import jobs
from accounts.jobs import Work
from accounts.models.job import Job
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import clock
from segments import answering, grouping, refreshing
from segments.models.delivery import Delivery
from segments.models.refresh import Snapshot
from segments.models.segment import Segment, SegmentSet


def request_refresh(segment: Segment, by: User | None, *, reason: str = "data") -> Job:
    """Ask for a recount of one segment as of the workspace's clock."""
    as_of = clock.as_of(segment.workspace)
    return jobs.request(
        segment.workspace,
        kind="refresh",
        task="segments.tasks.refresh",
        by=by,
        subject=segment.pk,
        asked=_why(Snapshot.everywhere.filter(segment=segment), as_of, reason),
        as_of=as_of,
    )


def request_refresh_all(workspace: Workspace, by: User | None, *, but_main: bool = False) -> Job:
    """Ask for a recount of every live segment (but the main ones, just counted); what waits already is enough."""
    as_of = clock.as_of(workspace)
    asked = _why(Snapshot.objects.in_workspace(workspace), as_of, "data") | ({"main": "counted"} if but_main else {})
    waiting = Job.objects.in_workspace(workspace).filter(
        kind="refresh-all", status=Job.Status.QUEUED, as_of=as_of, asked=asked
    )
    return waiting.first() or jobs.request(
        workspace, kind="refresh-all", task="segments.tasks.refresh_all", by=by, asked=asked, as_of=as_of
    )


def request_main_segments(workspace: Workspace, by: User | None) -> Job:
    """Ask for the main segments; everything else is counted again after them."""
    as_of = clock.as_of(workspace)
    asked = _why(Snapshot.objects.in_workspace(workspace), as_of, "data")
    return jobs.request(
        workspace, kind="main-segments", task="segments.tasks.main_segments", by=by, asked=asked, as_of=as_of
    )


def request_clustering(whole: SegmentSet, by: User | None) -> Job:
    """Ask for a look at what the set asks for."""
    as_of = clock.as_of(whole.workspace)
    job = jobs.request(
        whole.workspace, kind="clustering", task="segments.tasks.find_segments", by=by, subject=whole.pk, as_of=as_of
    )
    SegmentSet.everywhere.filter(pk=whole.pk).update(job=job)
    return job


def follow_profiles(workspace: Workspace, by: User | None) -> None:
    """What follows from new figures. The main segments come first: others may refer to them."""
    request_main_segments(workspace, by)


def follow_lists(workspace: Workspace, by: User | None) -> Job | None:
    """New orders answer the lists that left, if any waits for an answer."""
    if not Delivery.objects.in_workspace(workspace).filter(is_answered=False).exists():
        return None
    return jobs.request(workspace, kind="results", task="segments.tasks.results", by=by, as_of=clock.as_of(workspace))


def _why(snapshots: Any, as_of: datetime, reason: str) -> dict[str, str]:
    """Snapshots of later moments than now mean that the clock was set back (an undo, or the switch)."""
    return {"reason": "clock" if snapshots.filter(as_of__gt=as_of).exists() else reason}


@shared_task
def refresh(job_id: str) -> None:
    """Carry out one requested recount."""
    jobs.carry_out(job_id, refreshing.refresh)


@shared_task
def main_segments(job_id: str) -> None:
    """Make or fill the main segments, then count everything else."""
    if jobs.carry_out(job_id, grouping.make_main_segments):
        job = Job.everywhere.select_related("workspace", "requested_by").get(pk=job_id)
        request_refresh_all(job.workspace, job.requested_by, but_main=True)


@shared_task
def find_segments(job_id: str) -> None:
    """Look for segments, and propose or refuse them."""
    from segments import clustering  # imported late, as above

    jobs.carry_out(job_id, clustering.find_segments)


@shared_task
def results(job_id: str) -> None:
    """Ask the orders whether the lists that left worked."""
    jobs.carry_out(job_id, _answer)


def _answer(work: Work) -> dict[str, Any]:
    as_of = work.job.as_of or clock.as_of(work.job.workspace)
    with transaction.atomic():
        work.hold()
        return {"lists": answering.answer_all(work.job.workspace, as_of)}


@shared_task
def refresh_all(job_id: str) -> None:
    """Place everybody in what was found, then recount all segments."""
    jobs.carry_out(job_id, _place_and_count)


def _place_and_count(work: Work) -> dict[str, Any]:
    if SegmentSet.objects.in_workspace(work.job.workspace).placing().exists():
        from segments import clustering  # imported late: scikit-learn takes seconds, and most need none

        clustering.place_again(work.job.workspace, work.job.as_of or clock.as_of(work.job.workspace))
    return refreshing.refresh_all(work)
