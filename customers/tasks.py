"""The front desk of long work in customers: requests write rows, tasks carry them out."""

from datetime import timedelta
from functools import partial

from celery import shared_task
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from accounts import jobs
from accounts.models.job import Job
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import building, downloading, importing, profiling, receiving, recording, undoing
from customers.clock import as_of
from customers.models.profile import ProfileTable
from customers.models.source import Import

PATIENCE = timedelta(hours=1)


def request_import(import_: Import, by: User | None) -> Job | None:
    """Ask for an import whose questions are answered; None if it was asked for before (a double click)."""
    with transaction.atomic():
        waiting = Import.objects.in_workspace(import_.workspace).filter(pk=import_.pk, status=Import.Status.ASKED)
        if not waiting.update(status=Import.Status.QUEUED):
            return None
        receiving.adopt_currency(import_, by)
        job = jobs.request(
            import_.workspace, kind="import", task="customers.import_file", by=by, subject=import_.pk
        )  # fmt: skip
        Import.objects.in_workspace(import_.workspace).filter(pk=import_.pk).update(job=job)
    import_.refresh_from_db()
    return job


@shared_task(name="customers.import_file")
def import_file(job_id: str) -> None:
    """Turn a file into events, then ask for what can be said of everybody."""
    jobs.carry_out(job_id, partial(importing.carry_out_import, then=_renew_profile))


def request_undo(import_: Import, by: User | None) -> Job:
    """Ask to take an import back."""
    return jobs.request(
        import_.workspace, kind="undo import", task="customers.undo_import", by=by, subject=import_.pk
    )  # fmt: skip


@shared_task(name="customers.undo_import")
def undo_import(job_id: str) -> None:
    """Take an import back, then ask for what can be said of everybody."""
    jobs.carry_out(job_id, partial(undoing.carry_out_undo, at=now(), then=_renew_profile))


def _renew_profile(work: jobs.Work) -> None:
    request_profile(work.job.workspace, work.job.requested_by)


@shared_task(name="customers.sweep_events", acks_late=False, expires=600)
def sweep_events() -> None:
    """Unlink event files that nobody reads any more."""
    recording.sweep(at=now())


def request_download(workspace: Workspace, by: User, *, personal: bool) -> Job:
    """Ask for everything as Parquet; what waits already for the same is enough."""
    asked = {"personal": personal}
    waiting = Job.objects.in_workspace(workspace).filter(kind="download", ended_at=None, asked=asked)
    return waiting.first() or jobs.request(
        workspace, kind="download", task="customers.download", by=by, asked=asked, as_of=as_of(workspace)
    )


@shared_task(name="customers.download")
def download(job_id: str) -> None:
    """Write everything as Parquet."""
    jobs.carry_out(job_id, downloading.carry_out)


@shared_task(name="customers.sweep_downloads", acks_late=False, expires=600)
def sweep_downloads() -> None:
    """Unlink downloads after a day."""
    downloading.sweep(at=now())


def request_profile(workspace: Workspace, by: User | None, *, refit: bool = False) -> Job:
    """Ask for what can be said of everybody; `refit` finds the limits of buying habits anew."""
    asked = {"refit": refit}
    moment = as_of(workspace)
    return jobs.request(
        workspace, kind="profile", task="customers.build_profile", by=by, asked=asked, as_of=moment
    )  # fmt: skip


@shared_task(name="customers.build_profile")
def build_profile(job_id: str) -> None:
    """Compute what can be said of everybody."""
    jobs.carry_out(job_id, building.build)


@shared_task(name="customers.sweep_profiles", acks_late=False, expires=600)
def sweep_profiles() -> None:
    """Unlink what was replaced."""
    building.sweep(now())


@shared_task(name="customers.renew_profiles", acks_late=False, expires=60)
def renew_profiles() -> None:
    """New events, another day, another meaning of revenue: compute again what is out of date."""
    for table in ProfileTable.everywhere.filter(retired_at=None).select_related("workspace"):
        renew_profile(table.workspace, None)


def renew_profile(workspace: Workspace, by: User | None) -> Job | None:
    """Ask for a profile where the one in force is out of date; not twice, nor again right after a failure."""
    table = profiling.current(workspace)
    if table is None or not building.is_stale(table, as_of(workspace)):
        return None
    lately = Q(status=Job.Status.FAILED, ended_at__gt=now() - PATIENCE)
    asked = Job.objects.in_workspace(workspace).filter(Q(ended_at=None) | lately, kind="profile")
    return None if asked.exists() else request_profile(workspace, by)
