"""What can be said of each customer."""

from django.db import models

from accounts.models.owned import WorkspaceOwned


class ProfileTable(WorkspaceOwned):
    """One row per known customer, in a Parquet file, as of a moment. The newest is in force."""

    path = models.CharField(max_length=300)
    as_of = models.DateTimeField()
    asked_at = models.DateTimeField(help_text="When it was asked for: what was asked for earlier never replaces it.")
    log_version = models.PositiveBigIntegerField()
    rows = models.PositiveBigIntegerField()
    columns = models.JSONField(default=list)
    revenue = models.JSONField(default=dict, help_text="What revenue meant when it was built.")
    retired_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        indexes = [models.Index(fields=["workspace", "-created_at"], name="newest_profile")]


class RfmFit(WorkspaceOwned):
    """The cut points of recency, frequency and monetary, kept so that a score means the same tomorrow."""

    cut_points = models.JSONField()
    fitted_as_of = models.DateTimeField()
    buyers = models.PositiveBigIntegerField()


class Score(WorkspaceOwned):
    """A figure per customer that is computed outside SQL (a cluster, a chance), kept in a Parquet file.

    The file has the columns number (uint32) and value. It is read as the feature `name`.
    """

    name = models.CharField(max_length=80, help_text="Such as cluster:<set>.")
    label = models.CharField(max_length=120)
    type = models.CharField(max_length=10, default="number")
    path = models.CharField(max_length=300)
    as_of = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="score_once_per_workspace")]
