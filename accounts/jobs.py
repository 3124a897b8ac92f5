"""Jobs: request, publish, claim, carry out, take over.

A request writes the row; publishing is a try that may fail, because the tick publishes again what
nobody claimed. A claim raises `attempts`; every later write of that worker insists on its attempt,
so that a worker which was thought dead can never overwrite what its successor did.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from celery import current_app
from django.db import close_old_connections, connection, transaction
from django.db.models import F, Q
from django.utils.timezone import now

from accounts.models.job import Job
from accounts.models.user import User
from accounts.models.workspace import Workspace
from accounts.signals import job_over

log = logging.getLogger(__name__)

BEAT = 10.0  # seconds between signs of life
SILENCE = timedelta(seconds=60)  # after which a running job may be taken over
UNCLAIMED = timedelta(seconds=30)  # after which a published job that nobody claimed is published again
ATTEMPTS = 3
IMPATIENT = {"socket_timeout": 0.5}  # seconds that a broker may stay silent while a person waits


class JobFailed(Exception):
    """The work cannot be done, and the message says why in a sentence for people."""


class Superseded(Exception):
    """Another worker took this job over, or somebody cancelled it: stop without a trace."""


@dataclass(frozen=True)
class Work:
    """A claim on a job: what a verb holds while it works."""

    job: Job
    attempt: int

    def _mine(self) -> Any:
        return Job.everywhere.filter(pk=self.job.pk, attempts=self.attempt, status=Job.Status.RUNNING)

    def advance(self, done: int, *, total: int | None = None, message: str | None = None) -> None:
        """Tell people how far it is. Raises Superseded when the claim is lost. Not inside a transaction."""
        told: dict[str, Any] = {"done": done, "heard_from_at": now()}
        if total is not None:
            told["total"] = total
        if message is not None:
            told["message"] = message[:500]
        if not self._mine().update(**told):
            raise Superseded

    def hold(self) -> None:
        """The fence. Call it first in the transaction that writes the result."""
        if not self._mine().update(heard_from_at=now(), wrote_at=now()):
            raise Superseded

    def finish(self, result: dict[str, Any] | None, message: str | None = None) -> None:
        """Say that it is done. Nothing happens when the claim is lost."""
        told: dict[str, Any] = {"status": Job.Status.DONE, "ended_at": now(), "result": result, "done": F("total")}
        if message is not None:
            told["message"] = message
        self._mine().update(**told)

    def fail(self, sentence: str) -> None:
        """Say why it could not be done. Nothing happens when the claim is lost."""
        self._mine().update(status=Job.Status.FAILED, ended_at=now(), message=sentence[:500])


type Verb = Callable[[Work], dict[str, Any] | None]


def request(
    workspace: Workspace,
    *,
    kind: str,
    task: str,
    by: User | None,
    subject: object = "",
    asked: dict[str, Any] | None = None,
    as_of: datetime | None = None,
) -> Job:
    """Write the job down, and try to publish it once this transaction commits."""
    job = Job.objects.create(
        workspace=workspace,
        kind=kind,
        task=task,
        subject=str(subject),
        asked=asked or {},
        requested_by=by,
        as_of=as_of,
    )
    transaction.on_commit(lambda: publish(job))
    return job


def publish(job: Job) -> bool:
    """Hand the job's id to the broker. A broker that is away costs nothing: the next tick tries again."""
    try:
        with current_app.connection_for_write(transport_options=IMPATIENT) as connection:
            current_app.send_task(job.task, args=[str(job.pk)], retry=False, connection=connection)
    except Exception as problem:  # whatever the broker's client raises
        log.warning("job %s was not published: %s", job.pk, problem)
        return False
    Job.everywhere.filter(pk=job.pk).update(published_at=now())
    return True


def claim(job_id: str | UUID) -> Work | None:
    """Take the job, unless it is over, or another worker gave a sign of life within a minute."""
    free = Q(status=Job.Status.QUEUED) | Q(status=Job.Status.RUNNING, heard_from_at__lt=now() - SILENCE)
    with transaction.atomic():
        claimed = Job.everywhere.filter(free, pk=job_id, attempts__lt=ATTEMPTS + F("given_back")).update(
            status=Job.Status.RUNNING, attempts=F("attempts") + 1, heard_from_at=now(), message="", done=0
        )
        if not claimed:
            return None
        Job.everywhere.filter(pk=job_id, started_at=None).update(started_at=now())
        job = Job.everywhere.select_related("workspace", "requested_by").get(pk=job_id)
    return Work(job, job.attempts)


def carry_out(job_id: str, verb: Verb) -> bool:
    """Do the work, unless another worker has it. Whatever happens, the row says how it ended."""
    work = claim(job_id)
    if work is None:
        return False
    try:
        with heartbeat(work):
            result = verb(work)
    except Superseded:
        log.info("job %s was taken over or cancelled", job_id)
    except JobFailed as reason:
        work.fail(str(reason))
        tell_over(work.job)
    except Exception:
        work.fail("Something went wrong on our side. Nothing was changed. Please try again, or tell us.")
        tell_over(work.job)
        raise
    except BaseException:  # a clean stop gives the attempt back, and the broker delivers it again
        give_back(work)
        raise
    else:
        work.finish(result)
        tell_over(work.job)
    return True


def tell_over(job: Job) -> None:
    """Say that a job is over, if it is: done or failed. Who listens can do no harm to the work."""
    over = Job.everywhere.select_related("workspace", "requested_by").filter(pk=job.pk, ended_at__isnull=False)
    if (ended := over.exclude(status=Job.Status.CANCELLED).first()) is None:
        return
    for _, problem in job_over.send_robust(sender=Job, job=ended):
        if problem is not None:
            log.warning("nobody was told that job %s is over: %s", job.pk, problem)


def give_back(work: Work) -> None:
    """End a claim without holding it against the job. The number of the claim is never used again."""
    work._mine().update(status=Job.Status.QUEUED, given_back=F("given_back") + 1, published_at=None)


@contextmanager
def heartbeat(work: Work) -> Iterator[None]:
    """Give a sign of life every ten seconds, from a thread, while the work goes on."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            try:
                work._mine().update(heard_from_at=now())
            except Exception as problem:  # a missed beat is not worth a job
                log.warning("no heartbeat for job %s: %s", work.job.pk, problem)
            finally:
                close_old_connections()
        connection.close()

    thread = threading.Thread(target=beat, name=f"heartbeat {work.job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=5)


def cancel(job: Job) -> bool:
    """Stop a job that has not ended. A worker notices at its next step and writes nothing more."""
    open_jobs = Job.everywhere.filter(pk=job.pk, ended_at=None)
    over = {"status": Job.Status.CANCELLED, "ended_at": now()}
    untouched = open_jobs.filter(wrote_at=None).update(message="Cancelled. Nothing was changed.", **over)
    return bool(untouched or open_jobs.update(message="Cancelled. Some of it had been written already.", **over))


def take_over_at_once() -> int:
    """Say that no worker is alive, so that what was left running need not stay silent for a minute first."""
    return int(
        Job.everywhere.filter(status=Job.Status.RUNNING).update(heard_from_at=now() - 2 * SILENCE, published_at=None)
    )


def tick() -> None:
    """Publish again what nobody claimed, take over what fell silent, give up after three attempts.

    What a broker took is published again after half a minute only: a long queue is not an avalanche.
    """
    silent = Q(status=Job.Status.RUNNING, heard_from_at__lt=now() - SILENCE)
    lost = list(Job.everywhere.filter(silent, attempts__gte=ATTEMPTS + F("given_back")))
    Job.everywhere.filter(silent, pk__in=[job.pk for job in lost]).update(
        status=Job.Status.FAILED, ended_at=now(), message="It stopped three times without an end. Please tell us."
    )
    for job in lost:
        tell_over(job)
    waiting = Q(status=Job.Status.QUEUED) | silent
    unheard = Q(published_at=None) | Q(published_at__lt=now() - UNCLAIMED)
    for job in Job.everywhere.filter(waiting, unheard).order_by("created_at")[:100]:
        if not publish(job):
            break
