"""The front desk of long work in icp."""

import time
from functools import partial

from celery import current_app, shared_task
from django.utils.timezone import now

from accounts import jobs
from accounts.jobs import JobFailed
from accounts.models.job import Job
from accounts.models.workspace import Workspace
from icp import announcing, consulting, looking, mondays, posting, replacing, seeding, visiting
from icp.models.grading import Round

PATIENCE = 0.1  # seconds between two looks at work that another worker does


@shared_task(name=seeding.TASK)
def build_example(job_id: str) -> None:
    """Build Fern & Kettle, the example workspace."""
    workspace = Job.everywhere.select_related("workspace").get(pk=job_id).workspace
    jobs.carry_out(job_id, partial(seeding.build, settle=partial(_settle, workspace)))


@shared_task(name="icp.renew_example", acks_late=False, expires=3600)
def renew_example() -> None:
    """Another day: the example that stands open goes on until yesterday again."""
    if replacing.shown():
        seeding.renew()


@shared_task(name="icp.end_visits", acks_late=False, expires=600)
def end_visits() -> None:
    """Guests of the example leave after a day."""
    visiting.end_visits(at=now())


@shared_task(name=looking.TASK)
def first_look(job_id: str) -> None:
    """Say what the newest figures tell of the business."""
    jobs.carry_out(job_id, looking.look)


@shared_task(name=consulting.TASK)
def follow_candidates(job_id: str) -> None:
    """Say how much everybody looks like each ideal customer, and check the guesses."""
    jobs.carry_out(job_id, consulting.follow)


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


@shared_task(name="icp.mondays", acks_late=False, expires=900)
def send_mondays() -> None:
    """Every quarter of an hour: the Monday mail, wherever it is Monday morning."""
    for workspace in Workspace.objects.filter(is_example=False):
        mondays.send_monday(workspace, at=now())


@shared_task(name="icp.reminders", acks_late=False, expires=3600)
def remind() -> None:
    """Every hour: moves that are late, and data that are old."""
    for workspace in Workspace.objects.filter(is_example=False):
        announcing.late_moves(workspace, now())
        mondays.tell_old(workspace, at=now())


@shared_task(name="icp.round_mails", acks_late=False, expires=30)
def send_round_mails() -> None:
    """Twice a minute: whoever was asked, reminded or waits for a result gets the mail, once."""
    for round in Round.everywhere.with_news(now()).select_related("workspace", "rubric", "created_by"):
        posting.send(round, at=now())
