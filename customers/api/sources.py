"""Sources over the API: what flows in, and the write keys of live and test tracking."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Conflict
from accounts.api.views import WorkspaceViewSet
from customers.models.source import Source
from customers.sourcing import NameTaken, add_source


class SourceSerializer(serializers.ModelSerializer[Source]):
    """A source; only live and test ones have a write key, which is public by nature."""

    class Meta:
        model = Source
        fields = ["id", "name", "kind", "write_key", "last_heard_at", "revoked_at", "created_at"]
        read_only_fields = ["id", "write_key", "last_heard_at", "revoked_at", "created_at"]


class SourceViewSet(WorkspaceViewSet):
    """Everything that flows in."""

    serializer_class = SourceSerializer
    reads = "data.view"
    writes = "sources.manage"

    def get_queryset(self) -> Any:
        return Source.objects.in_workspace(self.workspace)

    def list(self, request: Request, **kwargs: Any) -> Response:
        """All sources, newest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(SourceSerializer(page, many=True).data)

    @extend_schema(responses={201: SourceSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Add a source. A name is taken once per workspace."""
        asked = SourceSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            source = add_source(self.workspace, by=self.membership.user, **asked.validated_data)
        except NameTaken as problem:
            raise Conflict(str(problem)) from problem
        return Response(SourceSerializer(source).data, status=201)
