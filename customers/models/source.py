"""Where customers and events come from."""

from django.db import models

from accounts.models.job import Job
from accounts.models.owned import WorkspaceOwned


class Source(WorkspaceOwned):
    """Something that flows in: dropped files, or live tracking with a write key (public by nature)."""

    class Kind(models.TextChoices):
        FILES = "files", "Files"
        LIVE = "live", "Live tracking"
        TEST = "test", "Test tracking"

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind)
    write_key = models.CharField(max_length=60, unique=True, null=True)
    mapping = models.JSONField(default=dict, help_text="The mapping of the last file, for the next one.")
    last_heard_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="source_name_once")]


class Import(WorkspaceOwned):
    """One file that was brought, and what became of each of its rows."""

    class Status(models.TextChoices):
        ASKED = "asked", "Waiting for your answer"
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Reading"
        DONE = "done", "Imported"
        FAILED = "failed", "Refused"
        UNDONE = "undone", "Undone"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="imports")
    job = models.OneToOneField(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=20, default="orders")
    status = models.CharField(max_length=10, choices=Status, default=Status.ASKED)
    file_name = models.CharField(max_length=200)
    path = models.CharField(max_length=300, help_text="Where the bytes lie, below the data folder.")
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    reading = models.JSONField(default=dict, help_text="Encoding, delimiter, header, sample, guesses, questions.")
    mapping = models.JSONField(default=dict, help_text="Column of the file -> field.")
    options = models.JSONField(default=dict, help_text="Date order, decimal sign, time zone.")
    counts = models.JSONField(default=dict, help_text="rows, accepted, rejected, duplicates, ...")
    problem = models.CharField(max_length=500, blank=True, help_text="Why the file was refused.")
    rejects_path = models.CharField(max_length=300, blank=True)
    checked_at = models.DateTimeField(null=True, help_text="When somebody said that it looks right.")
    undone_at = models.DateTimeField(null=True)

    @property
    def standing(self) -> str:
        """The status, but failed where the job ended without one (cancelled, or given up after three tries)."""
        if self.status in (self.Status.QUEUED, self.Status.RUNNING) and self.job and self.job.is_over:
            return self.Status.FAILED.value
        return self.status

    @property
    def why_failed(self) -> str:
        return self.problem or (self.job.message if self.job else "")
