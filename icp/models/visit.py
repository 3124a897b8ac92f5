"""Visits of the example: who looks around, until when, and the round that waits for that person alone."""

from django.conf import settings
from django.db import models

from accounts.models.owned import WorkspaceOwned
from icp.models.grading import Round


class Visit(WorkspaceOwned):
    """Somebody who looks around the example. A guest has no address, and goes when the visit ends."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    round = models.OneToOneField(Round, on_delete=models.SET_NULL, null=True, related_name="visit")
    is_guest = models.BooleanField(default=False)
    ends_at = models.DateTimeField(db_index=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "user"], name="one_visit_per_person")]
