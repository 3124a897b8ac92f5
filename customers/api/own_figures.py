"""Figures of one's own over the API: define, try, change, remove."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Conflict, Refused
from accounts.api.views import WorkspaceViewSet
from customers import clock, figuring, tasks, trying
from customers.features import asked
from customers.models.figure import Figure

KINDS = (
    'Such as {"kind": "aggregate", "measure": "orders", "days": 365, "where": [{"field": "detail", "name": '
    '"discount_code", "op": "set"}]}, {"kind": "ratio", "top": AGGREGATE, "bottom": AGGREGATE} or '
    '{"kind": "formula", "text": "revenue / orders", "shown_as": "money"}. Measures: orders, order_days, lines, '
    "pieces, spent, products; days: 30, 90, 365 or null for ever; fields: product, category, channel, detail; "
    "ops: is, is_not, set, not_set."
)


class OwnFigureSerializer(serializers.Serializer[Figure]):
    """A figure of the workspace's own. `feature` is its name in conditions, exports and the catalogue."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(max_length=200)
    feature = serializers.CharField(read_only=True)
    meaning = serializers.CharField(max_length=1_000, allow_blank=True, required=False)
    unit = serializers.CharField(max_length=200, allow_blank=True, required=False)
    definition = serializers.JSONField(help_text=KINDS)
    sentence = serializers.SerializerMethodField()
    version = serializers.IntegerField(read_only=True, help_text="Raised by each change of the definition.")
    changed_at = serializers.DateTimeField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)

    def get_sentence(self, figure: Figure) -> str:
        return asked.sentence(asked.read(figure.definition))


class TrySerializer(serializers.Serializer[Any]):
    definition = serializers.JSONField(help_text=KINDS)


class QuartersSerializer(serializers.Serializer[Any]):
    low = serializers.FloatField(allow_null=True)
    quarter = serializers.FloatField(allow_null=True)
    middle = serializers.FloatField(allow_null=True)
    three_quarters = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    mean = serializers.FloatField(allow_null=True)


class SomebodySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    external_id = serializers.CharField()
    value = serializers.FloatField()


class TriedSerializer(serializers.Serializer[Any]):
    """What everybody would have. `known` of `people` have a value; `highest` are ten people with the most."""

    type = serializers.CharField(help_text="number, money or share.")
    sentence = serializers.CharField()
    people = serializers.IntegerField()
    known = serializers.IntegerField()
    quarters = QuartersSerializer()
    highest = SomebodySerializer(many=True)
    sql = serializers.CharField()
    as_of = serializers.DateTimeField()


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except figuring.InUse as problem:
        raise Conflict(str(problem)) from problem
    except figuring.NotPossible as problem:
        raise Refused(str(problem)) from problem


class OwnFigureViewSet(WorkspaceViewSet):
    """Figures that people define: computed for everybody with every profile, and used like any other."""

    serializer_class = OwnFigureSerializer
    queryset = Figure.everywhere.none()
    reads = "data.view"
    writes = "data.change"
    rights = {"preview": "data.view"}

    def get_queryset(self) -> Any:
        if not hasattr(self, "workspace"):
            return self.queryset
        return Figure.objects.in_workspace(self.workspace).live().select_related("workspace").order_by("-created_at")

    def list(self, request: Request, **kwargs: Any) -> Response:
        """All of them, newest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """One figure and its definition."""
        return Response(OwnFigureSerializer(self._found(pk)).data)

    @extend_schema(responses={201: OwnFigureSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Define a figure. A new profile is computed; until it is there, nobody has a value."""
        told = self._told(OwnFigureSerializer(data=request.data))
        with _sentences():
            made = figuring.define(self.workspace, **told, by=self.membership.user)
        tasks.request_profile(self.workspace, self.membership.user)
        return Response(OwnFigureSerializer(made).data, status=201)

    def partial_update(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Change the name, the meaning, the unit, or how it is calculated. Its kind stays."""
        figure, told = self._found(pk), self._told(OwnFigureSerializer(data=request.data, partial=True))
        with _sentences():
            recount = figuring.change(figure, **told, by=self.membership.user)
        if recount:
            tasks.request_profile(self.workspace, self.membership.user)
        return Response(OwnFigureSerializer(figure).data)

    def destroy(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Remove a figure that nothing uses; 409 says what does."""
        with _sentences():
            figuring.retire(self._found(pk), by=self.membership.user)
        return Response(status=204)

    @extend_schema(request=TrySerializer, responses=TriedSerializer)
    def preview(self, request: Request, **kwargs: Any) -> Response:
        """What everybody would have by a definition, exactly, without storing anything."""
        told = self._told(TrySerializer(data=request.data))
        with _sentences():
            definition = figuring.understood(self.workspace, told["definition"])
        tried = trying.try_out(self.workspace, definition, as_of=clock.as_of(self.workspace))
        personal = "personal.view" in self.allowed
        answer = {
            "type": tried.feature.type, "sentence": tried.sentence, "people": tried.sums["people"],
            "known": tried.sums["known"], "quarters": tried.sums, "sql": tried.sql, "as_of": tried.as_of,
            "highest": [
                {"id": who.pk, "external_id": who.external_id if personal else "", "value": value}
                for who, value in tried.people
            ],
        }  # fmt: skip
        return Response(TriedSerializer(answer).data)

    def _told(self, form: Any) -> dict[str, Any]:
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)

    def _found(self, pk: str) -> Figure:
        found: Figure = get_object_or_404(self.get_queryset(), pk=pk)
        return found
