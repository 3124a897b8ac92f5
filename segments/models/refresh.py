"""Who belonged, and when: refreshes and the snapshots they leave."""

from django.db import models

from accounts.models.job import Job
from accounts.models.owned import WorkspaceOwned
from segments.models.segment import Segment


class Refresh(WorkspaceOwned):
    """One recount of one segment: the definition as it was, and what came of it."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="refreshes")
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    definition = models.JSONField()
    as_of = models.DateTimeField()
    size = models.PositiveBigIntegerField(default=0)
    joined = models.PositiveBigIntegerField(default=0)
    left = models.PositiveBigIntegerField(default=0)


class Snapshot(WorkspaceOwned):
    """Who belonged at `as_of`, as a change from the snapshot before it.

    `joined` and `left` are roaring bitmaps of customer numbers; `members` is the whole bitmap, kept for the
    newest snapshot, one a day, and one a month after 90 days. Nothing changed = no new row, only `checked_at`.
    """

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="snapshots")
    as_of = models.DateTimeField()
    checked_at = models.DateTimeField()
    size = models.PositiveBigIntegerField()
    joined_count = models.PositiveBigIntegerField(default=0)
    left_count = models.PositiveBigIntegerField(default=0)
    joined = models.BinaryField()
    left = models.BinaryField()
    members = models.BinaryField(null=True)
    reason = models.CharField(max_length=20, default="data", help_text="data, clock or definition.")

    class Meta(WorkspaceOwned.Meta):
        indexes = [models.Index(fields=["segment", "-as_of", "-created_at"], name="newest_snapshot")]
