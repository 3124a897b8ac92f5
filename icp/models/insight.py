"""What the first look found: one sentence about the business, frozen with everything behind it."""

from typing import Any

from django.db import models

from accounts.models.owned import WorkspaceOwned


class Insight(WorkspaceOwned):
    """One finding as of a moment. It is never changed: a newer look writes new rows, and sets these aside.

    `finding` holds what icp.sights.sight.Finding says: sentence, figures, table, picture, SQL.
    """

    class Kind(models.TextChoices):
        BEST = "best", "Who brings the money"
        BACK = "back", "Who comes back"
        OVERDUE = "overdue", "Who is overdue"
        START = "start", "Where good customers start"
        NEWCOMERS = "newcomers", "This year’s new customers"
        GROWTH = "growth", "Where growth comes from"

    kind = models.CharField(max_length=12, choices=Kind)
    as_of = models.DateTimeField()
    finding = models.JSONField()
    set_aside_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        ordering = ["created_at"]
        indexes = [models.Index(fields=["workspace", "set_aside_at"], name="insight_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind"], condition=models.Q(set_aside_at=None), name="one_insight_per_kind"
            ),
            models.UniqueConstraint(fields=["workspace", "id"], name="insight_composite"),
        ]

    def __str__(self) -> str:
        return str(self.finding.get("sentence", self.kind))

    @property
    def told(self) -> Any:
        """The finding with its names."""
        from icp.sights.finding import Finding

        return Finding(**self.finding)
