"""What was done in whose name."""

from django.conf import settings
from django.db import models

from accounts.models.owned import WorkspaceOwned


class AuditEntry(WorkspaceOwned):
    """One deed: who did what to what, when. Written by verbs, never changed."""

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=60, help_text="Such as members.invited.")
    subject = models.CharField(max_length=80, blank=True, help_text="The id of what it was done to.")
    sentence = models.CharField(max_length=300)
    details = models.JSONField(default=dict)

    class Meta(WorkspaceOwned.Meta):
        indexes = [models.Index(fields=["workspace", "-created_at"], name="audit_newest_first")]
