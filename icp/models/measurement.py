"""What the goals measured, over time."""

from django.db import models

from accounts.models.owned import WorkspaceOwned


class Measurement(WorkspaceOwned):
    """What each goal of the Intake survey came to as of one moment: one row for each profile."""

    as_of = models.DateTimeField()
    values = models.JSONField(help_text="Goal -> value; shares as 0 to 100.")

    class Meta(WorkspaceOwned.Meta):
        ordering = ["as_of"]
        constraints = [models.UniqueConstraint(fields=["workspace", "as_of"], name="measured_once")]
