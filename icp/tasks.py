"""The front desk of long work in icp."""

import time
from functools import partial

from celery import current_app, shared_task

from accounts import jobs
from accounts.jobs import JobFailed
from accounts.models.job import Job
from accounts.models.workspace import Workspace
from icp import seeding

PATIENCE = 0.1  # seconds between two looks at work that another worker does


@shared_task(name=seeding.TASK)
def build_example(job_id: str) -> None:
    """Build Fern & Kettle, the example workspace."""
    workspace = Job.everywhere.select_related("workspace").get(pk=job_id).workspace
    jobs.carry_out(job_id, partial(seeding.build, settle=partial(_settle, workspace)))


def _settle(workspace: Workspace) -> None:
    """Carry out what the example waits for, oldest first; what another worker took is waited for."""
    waiting = Job.objects.in_workspace(workspace).exclude(kind=seeding.KIND)
    while job := waiting.filter(ended_at=None).order_by("created_at").first():
        if job.status == Job.Status.QUEUED:
            current_app.tasks[job.task](str(job.pk))
        else:
            time.sleep(PATIENCE)
    if failed := waiting.filter(status=Job.Status.FAILED).first():
        raise JobFailed(f"The example could not be built: {failed.message}")
