"""The front desk of long work in accounts."""

from celery import shared_task

from accounts import jobs
from accounts.api import once


@shared_task(name="accounts.tick", acks_late=False, expires=5)
def tick() -> None:
    """Look after jobs that nobody claimed or that fell silent."""
    jobs.tick()


@shared_task(name="accounts.sweep", acks_late=False, expires=3600)
def sweep() -> None:
    """Let go of what was kept for a day."""
    once.sweep()
