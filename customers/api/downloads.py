"""Everything as Parquet over the API."""

from typing import Any

from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.jobs import JobSerializer, accepted
from accounts.api.views import WorkspaceViewSet
from accounts.models.job import Job
from customers import downloading, tasks


class DownloadViewSet(WorkspaceViewSet):
    """A zip of events, profile, customers, codes and members as Parquet, with open.sql and a README."""

    serializer_class = JobSerializer
    queryset = Job.everywhere.none()
    reads = "data.view"
    writes = "data.view"

    @extend_schema(request=None, responses={202: JobSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Ask for it. Once the job is done, `downloads/{id of the job}/file.zip` holds it for a day."""
        personal = "personal.view" in self.allowed
        return accepted(tasks.request_download(self.workspace, self.membership.user, personal=personal))

    @extend_schema(responses={(200, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY)})
    def file(self, request: Request, pk: Any = None, **kwargs: Any) -> FileResponse:
        """The file. Personal details are in it only if whoever asked may see them."""
        mine = downloading.of(self.workspace, personal="personal.view" in self.allowed)
        job = get_object_or_404(mine, pk=pk)
        if not downloading.is_ready(job):
            raise Http404
        file = downloading.take(job, by=self.membership.user).open("rb")
        return FileResponse(file, as_attachment=True, filename=downloading.name_of(job), content_type="application/zip")
