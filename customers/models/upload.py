"""A link by which a colleague brings one file."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models.owned import WorkspaceOwned
from customers.models.source import Import


class UploadLink(WorkspaceOwned):
    """Lets whoever holds it bring one file, within a week. Only the hash of its secret is kept."""

    secret_hash = models.CharField(max_length=64, unique=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    email = models.EmailField(blank=True, help_text="Where the link was mailed to, if it was.")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    brought = models.ForeignKey(Import, on_delete=models.SET_NULL, null=True, related_name="+")

    @property
    def is_open(self) -> bool:
        return self.used_at is None and self.revoked_at is None and self.expires_at > timezone.now()
