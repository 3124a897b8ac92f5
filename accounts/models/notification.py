"""What somebody should hear about."""

from django.conf import settings
from django.db import models

from accounts.models.owned import WorkspaceOwned


class Notification(WorkspaceOwned):
    """One sentence for one person, with an address to go to."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    sentence = models.CharField(max_length=300)
    url = models.CharField(max_length=300, blank=True)
    seen_at = models.DateTimeField(null=True)
