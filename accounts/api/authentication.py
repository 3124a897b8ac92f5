"""Authorization: Token <key>."""

from datetime import timedelta
from typing import Any

from django.utils.timezone import now
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.models.key import ApiKey
from accounts.models.user import User
from accounts.models.workspace import Membership
from accounts.secrets import hashed

SEEN = timedelta(minutes=1)  # how exactly "last used" is kept


class KeyAuthentication(BaseAuthentication):
    """Lets the owner of a valid key in; request.auth is the key."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "token":
            return None
        key = ApiKey.everywhere.select_related("user", "workspace").filter(secret_hash=hashed(secret.strip())).first()
        if key is None or not key.is_valid or not key.user.is_active or not self._still_belongs(key):
            raise exceptions.AuthenticationFailed("This key is not known, has expired, or was revoked. Make a new one.")
        self._remember(key)
        return key.user, key

    def _still_belongs(self, key: ApiKey) -> bool:
        """A former member's keys open nothing, not even what needs no workspace."""
        return bool(Membership.objects.in_workspace(key.workspace_id).filter(user=key.user_id).exists())

    def _remember(self, key: ApiKey) -> None:
        moment = now()
        if key.last_used_at is None or moment - key.last_used_at > SEEN:
            ApiKey.everywhere.filter(pk=key.pk).update(last_used_at=moment)

    def authenticate_header(self, request: Any) -> str:
        return "Token"
