"""Keys over the API."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import keying
from accounts.api.errors import Refused
from accounts.api.views import WorkspaceViewSet
from accounts.models.key import ApiKey
from accounts.models.workspace import Role


class KeySerializer(serializers.ModelSerializer[ApiKey]):
    owner = serializers.EmailField(source="user.email", read_only=True)
    role = serializers.ChoiceField(choices=Role.choices, help_text="The most this key may do.")
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    token = serializers.CharField(read_only=True, required=False, help_text="Shown once, when it is made.")

    class Meta:
        model = ApiKey
        fields = ["id", "name", "prefix", "role", "owner", "expires_at", "last_used_at", "created_at", "token"]
        read_only_fields = ["id", "prefix", "last_used_at", "created_at"]


class KeyViewSet(WorkspaceViewSet):
    """Keys to the workspace: one's own, and for admins everybody's."""

    serializer_class = KeySerializer
    reads = "tokens.manage"
    writes = "tokens.manage"

    def get_queryset(self) -> Any:
        keys = ApiKey.objects.in_workspace(self.workspace).filter(revoked_at=None).select_related("user")
        return keys if self.acting.may("members.change") else keys.filter(user=self.acting.user_id)

    def list(self, request: Request, **kwargs: Any) -> Response:
        """Keys that were not revoked, newest first. Their secrets are not told again."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(KeySerializer(page, many=True).data)

    def create(self, request: Request, **kwargs: Any) -> Response:
        """A new key of the caller, at most with the caller's role. Its secret is told now and never again."""
        form = KeySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            made = keying.make_key(self.acting, **form.validated_data)
        except keying.KeyRefused as reason:
            raise Refused(str(reason)) from reason
        return Response(dict(KeySerializer(made.key).data) | {"token": made.secret}, status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: Any = None, **kwargs: Any) -> Response:
        """Stop a key at once."""
        keying.revoke_key(get_object_or_404(self.get_queryset(), pk=pk), by=self.acting)
        return Response(status=204)


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Tells the OpenAPI pages how to send a key."""

    target_class = "accounts.api.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        told = "Send “Token ” and the key. Keys are made under Settings, Keys and API."
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": told}
