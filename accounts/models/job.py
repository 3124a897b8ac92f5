"""Long work is a row; Celery only carries its id."""

from django.conf import settings
from django.db import models

from accounts.models.owned import WorkspaceOwned


class Job(WorkspaceOwned):
    """One piece of long work: queued -> running -> done, failed or cancelled.

    `attempts` is the fence: whoever writes the result must hold the newest attempt.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    kind = models.CharField(max_length=40, help_text="Such as import or refresh.")
    task = models.CharField(max_length=80, help_text="The Celery task that carries it out.")
    subject = models.CharField(max_length=80, blank=True, help_text="The id of the row it is about.")
    asked = models.JSONField(default=dict, help_text="What was asked, where the subject does not say it.")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    message = models.CharField(max_length=500, blank=True)
    result = models.JSONField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Claims so far; never taken back.")
    given_back = models.PositiveSmallIntegerField(default=0, help_text="Claims that a clean stop gave back.")
    wrote_at = models.DateTimeField(null=True, help_text="When a worker last began to write its result.")
    heard_from_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    as_of = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        indexes = [
            models.Index(fields=["status", "heard_from_at"], name="job_open"),
            models.Index(fields=["workspace", "-created_at"], name="job_newest_first"),
        ]

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0
