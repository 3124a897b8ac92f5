"""Imports over the API: bring a file, read what became of it, take it back."""

import json
from typing import Any

from django.http import FileResponse, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.generics import get_object_or_404
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Conflict, Refused
from accounts.api.jobs import JobSerializer, accepted
from accounts.api.views import WorkspaceViewSet
from customers import receiving, storage
from customers.mapping import FIELDS
from customers.models.source import Import
from customers.tasks import request_import, request_undo


class ImportSerializer(serializers.ModelSerializer[Import]):
    """One import; the figures of `counts` stand beside its own fields once it is done."""

    status = serializers.CharField(source="standing", read_only=True)
    problem = serializers.CharField(source="why_failed", read_only=True)
    mapping = serializers.JSONField(read_only=True, help_text="Column of the file -> field.")
    warnings = serializers.SerializerMethodField()

    class Meta:
        model = Import
        fields = ["id", "kind", "status", "file_name", "size", "created_at", "problem", "mapping", "warnings"]
        read_only_fields = fields

    def get_warnings(self, import_: Import) -> list[str]:
        return import_.counts.get("warnings") or import_.reading.get("notes", [])

    def to_representation(self, instance: Import) -> dict[str, Any]:
        return {**super().to_representation(instance), **instance.counts}


class NewImportSerializer(serializers.Serializer[Any]):
    """What brings a file in."""

    file = serializers.FileField(help_text="CSV or TSV, plain or gzip, up to 200 MB.", allow_empty_file=True)
    kind = serializers.CharField(default="orders", help_text=f"One of: {', '.join(receiving.KINDS)}.")
    mapping = serializers.CharField(required=False, help_text=f"JSON: column -> field. Fields: {', '.join(FIELDS)}.")
    options = serializers.CharField(
        required=False, help_text='JSON: date (ymd, dmy, mdy, ...), decimal ("." or ","), header ("yes", "no").'
    )

    def validate_mapping(self, text: str) -> dict[str, str]:
        return _strings(text, "mapping")

    def validate_options(self, text: str) -> dict[str, str]:
        return _strings(text, "options")


def _strings(text: str, name: str) -> dict[str, str]:
    try:
        read = json.loads(text)
    except ValueError as problem:
        raise serializers.ValidationError(f"The {name} is not JSON: {problem}.") from problem
    if not isinstance(read, dict) or not all(isinstance(value, str) for value in read.values()):
        raise serializers.ValidationError(f'The {name} is an object of texts, such as {{"Order No": "order_id"}}.')
    return read


class ImportViewSet(WorkspaceViewSet):
    """Files that were brought, and what became of each of their rows."""

    serializer_class = ImportSerializer
    reads = "data.view"
    writes = "data.change"
    rights = {"rejects": "personal.view"}
    parser_classes = [MultiPartParser]

    def get_queryset(self) -> Any:
        return Import.objects.in_workspace(self.workspace).select_related("workspace", "job", "source")

    def list(self, request: Request, **kwargs: Any) -> Response:
        """All imports, newest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(ImportSerializer(page, many=True).data)

    def retrieve(self, request: Request, pk: Any = None, **kwargs: Any) -> Response:
        """One import: rows = accepted + rejected + duplicates."""
        return Response(ImportSerializer(self._import(pk)).data)

    @extend_schema(request={"multipart/form-data": NewImportSerializer}, responses={202: JobSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Bring a file. Columns are recognised; where that is not safe, the call is refused and says what to add."""
        asked = NewImportSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        import_ = self._receive(asked.validated_data)
        job = request_import(import_, self.membership.user)
        assert job is not None  # noqa: S101  (nobody else knows the import yet)
        return accepted(job)

    def _receive(self, asked: dict[str, Any]) -> Import:
        file, mapping, options = asked["file"], asked.get("mapping"), asked.get("options")
        try:
            return receiving.receive(
                self.workspace,
                name=file.name,
                chunks=file.chunks(),
                kind=asked["kind"],
                mapping=mapping,
                options=options,
                sure=True,
            )
        except receiving.Refusals as problem:
            raise Refused(str(problem)) from problem

    @extend_schema(request=None, responses={202: JobSerializer})
    def destroy(self, request: Request, pk: Any = None, **kwargs: Any) -> Response:
        """Take the import back: its events, and the customers who came with it and have nothing else."""
        import_ = self._import(pk)
        if import_.status != Import.Status.DONE:
            raise Conflict("Only a finished import can be undone.")
        return accepted(request_undo(import_, self.membership.user))

    @extend_schema(responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.BINARY)})
    @action(detail=True, url_path="rejects.csv")
    def rejects(self, request: Request, pk: Any = None, **kwargs: Any) -> HttpResponseBase:
        """The refused rows as they came, with their line and the reason."""
        return rejects_answer(self._import(pk))

    def _import(self, pk: Any) -> Import:
        found: Import = get_object_or_404(self.get_queryset(), pk=pk)
        return found


def rejects_answer(import_: Import) -> FileResponse:
    """The rejects file as a download. Raises NotFound where no row was refused."""
    if not import_.rejects_path or not storage.absolute(import_.rejects_path).is_file():
        raise NotFound("No row of this import was refused.")
    name = f"{import_.file_name.removesuffix('.gz').removesuffix('.csv')}-refused.csv"
    file = storage.absolute(import_.rejects_path).open("rb")
    return FileResponse(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")
