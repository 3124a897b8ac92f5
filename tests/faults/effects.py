"""A worker for the fault tests: the product's own, plus one task whose effects can be counted.

Signs of life and time-outs are shortened, so that a take-over takes a second instead of a minute.
"""

import os
import signal
import time
from datetime import timedelta
from typing import Any

import django
from celery import shared_task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import transaction  # noqa: E402

from accounts import jobs  # noqa: E402
from accounts.models.audit import AuditEntry  # noqa: E402
from config.celery import app  # noqa: E402

__all__ = ["app"]

jobs.BEAT = 0.2
jobs.SILENCE = timedelta(seconds=1.5)
jobs.UNCLAIMED = timedelta(seconds=0.5)

STEPS = 10


@shared_task(name="tests.leave_a_mark")
def leave_a_mark(job_id: str) -> None:
    jobs.carry_out(job_id, mark)


def mark(work: jobs.Work) -> dict[str, Any]:
    """Works for a while, then leaves one mark. Without the fence it does not ask whether it still may."""
    fenced, seconds = work.job.asked.get("fence", True), work.job.asked.get("seconds", 1.0)
    for step in range(STEPS):
        time.sleep(seconds / STEPS)
        if fenced:
            work.advance(step, total=STEPS)
    if work.job.asked.get("poison"):
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(work.job.asked.get("before_writing", 0))
    with transaction.atomic():
        if fenced:
            work.hold()
        AuditEntry.objects.create(
            workspace=work.job.workspace, action="tests.marked", subject=str(work.job.pk), sentence="It left a mark."
        )
    return {"marked": True}
