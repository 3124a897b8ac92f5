"""Long work over the API: how far it is, and how to stop it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import auditing, jobs
from accounts.api.errors import Conflict
from accounts.api.views import WorkspaceViewSet
from accounts.models.job import Job


class JobSerializer(serializers.ModelSerializer[Job]):
    """What every answer 202 holds, and what `jobs/{id}/` says later."""

    result = serializers.JSONField(read_only=True, allow_null=True, help_text="What came out, once it is done.")

    class Meta:
        model = Job
        fields = ["id", "kind", "status", "done", "total", "message", "result", "created_at", "ended_at", "as_of"]
        read_only_fields = fields


def accepted(job: Job) -> Response:
    """The answer to a request for long work."""
    return Response(JobSerializer(job).data, status=202)


class JobViewSet(WorkspaceViewSet):
    """Jobs of the workspace."""

    serializer_class = JobSerializer
    reads = "jobs.view"
    writes = "jobs.cancel"

    def get_queryset(self) -> Any:
        return Job.objects.in_workspace(self.workspace)

    def list(self, request: Request, **kwargs: Any) -> Response:
        """All jobs, newest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(JobSerializer(page, many=True).data)

    def retrieve(self, request: Request, pk: Any = None, **kwargs: Any) -> Response:
        """How far a job is; poll it about once a second."""
        return Response(JobSerializer(get_object_or_404(self.get_queryset(), pk=pk)).data)

    @extend_schema(request=None, responses=JobSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: Any = None, **kwargs: Any) -> Response:
        """Stop a job that has not ended. A job that is over answers 409."""
        job = get_object_or_404(self.get_queryset(), pk=pk)
        if not jobs.cancel(job):
            raise Conflict("This job is over. There is nothing to cancel.")
        auditing.record(self.workspace, self.membership.user, "jobs.cancelled", "Cancelled a job.", subject=job.pk)
        job.refresh_from_db()
        return Response(JobSerializer(job).data)
