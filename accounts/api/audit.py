"""What was done, over the API."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import WorkspaceViewSet
from accounts.models.audit import AuditEntry


class AuditSerializer(serializers.ModelSerializer[AuditEntry]):
    actor = serializers.EmailField(source="actor.email", default=None, read_only=True, allow_null=True)

    class Meta:
        model = AuditEntry
        fields = ["id", "created_at", "actor", "action", "sentence", "subject", "details"]
        read_only_fields = fields


class AuditViewSet(WorkspaceViewSet):
    """Who did what, when."""

    serializer_class = AuditSerializer
    reads = "audit.view"

    def get_queryset(self) -> Any:
        return AuditEntry.objects.in_workspace(self.workspace).select_related("actor")

    def list(self, request: Request, **kwargs: Any) -> Response:
        """All deeds, newest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(AuditSerializer(page, many=True).data)
