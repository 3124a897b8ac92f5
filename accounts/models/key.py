"""Keys for machines."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models.owned import WorkspaceOwned
from accounts.models.workspace import Role


class ApiKey(WorkspaceOwned):
    """A person's key to one workspace. Only its hash is kept; it never allows more than `role`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    secret_hash = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=10, choices=Role, help_text="The most this key may do.")
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())
