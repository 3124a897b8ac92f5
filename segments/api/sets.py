"""Segments that were made together, over the API: ask for them, read the verdict, keep them, compare them."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Refused
from accounts.api.jobs import JobSerializer, accepted
from accounts.api.views import WorkspaceViewSet
from customers import clock
from segments import comparing, proposing, tasks
from segments.api.moments import moment_of
from segments.models.segment import Method, Segment, SegmentSet

MOST = 20  # segments compared at once


class NewSetSerializer(serializers.Serializer[Any]):
    """What to make: main segments by buying habits, or a look for segments in chosen figures."""

    method = serializers.ChoiceField(Method.choices, help_text="rfm or clusters.")
    features = serializers.ListField(child=serializers.CharField(max_length=120), required=False)
    algorithm = serializers.ChoiceField(list(proposing.ALGORITHMS), default="kmeans")
    k = serializers.JSONField(required=False, help_text="“auto”, or a whole number from 2 to 10.")


class KeepSerializer(serializers.Serializer[Any]):
    names = serializers.DictField(child=serializers.CharField(), required=False, help_text="Segment id -> name.")


class SetMemberSerializer(serializers.ModelSerializer[Segment]):
    size = serializers.IntegerField(read_only=True)
    share = serializers.SerializerMethodField()

    class Meta:
        model = Segment
        fields = ["id", "name", "slot", "position", "parent", "description", "definition", "size", "share"]

    def get_share(self, segment: Any) -> float:
        """The part of everyone in the set."""
        everyone = self.context.get("everyone") or 0
        return segment.size / everyone if everyone else 0.0


class SetSerializer(serializers.ModelSerializer[SegmentSet]):
    """A set: what was asked, the verdict and how we know, and its segments."""

    segments = serializers.SerializerMethodField()
    validity = serializers.JSONField(read_only=True, help_text="verdict, reasons, and all that was looked at.")

    class Meta:
        model = SegmentSet
        fields = ["id", "name", "entity", "method", "status", "is_main", "asked", "validity", "as_of", "segments"]

    def get_segments(self, whole: SegmentSet) -> list[dict[str, Any]]:
        rows = Segment.objects.in_workspace(whole.workspace_id).live().filter(set=whole).with_size()
        ordered = list(rows.order_by("parent_id", "position"))
        everyone = sum(segment.size for segment in ordered if segment.parent_id is None)
        return list(SetMemberSerializer(ordered, many=True, context={"everyone": everyone}).data)


class MatrixSerializer(serializers.Serializer[Any]):
    """Rows and columns are the same segments; a movement has “Outside” as its last."""

    names = serializers.ListField(child=serializers.CharField())
    ids = serializers.ListField(child=serializers.UUIDField(allow_null=True))
    sizes = serializers.ListField(child=serializers.IntegerField(), help_text="Of the rows.")
    counts = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    shares = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))
    as_of = serializers.DateTimeField()


class SegmentSetViewSet(WorkspaceViewSet):
    """Sets of segments: the main segments, and those that were found."""

    serializer_class = SetSerializer
    reads = "segments.view"
    writes = "segments.change"

    def get_queryset(self) -> Any:
        return SegmentSet.objects.in_workspace(self.workspace)

    def list(self, request: Request, **kwargs: Any) -> Response:
        """All sets, newest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(SetSerializer(page, many=True).data)

    def retrieve(self, request: Request, pk: Any = None, **kwargs: Any) -> Response:
        """One set with its segments and its verdict."""
        return Response(SetSerializer(get_object_or_404(self.get_queryset(), pk=pk)).data)

    @extend_schema(request=NewSetSerializer, responses={202: JobSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Ask for a set. The job's result is {set, segments[]}; a refusal has no segments and says its verdict."""
        told = NewSetSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        return accepted(self._requested(told.validated_data))

    @extend_schema(request=KeepSerializer, responses=SetSerializer)
    def keep(self, request: Request, pk: Any = None, **kwargs: Any) -> Response:
        """Keep a proposal, under names of your own if you like."""
        whole = get_object_or_404(self.get_queryset(), pk=pk)
        told = KeepSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        try:
            proposing.keep(whole, names=told.validated_data.get("names", {}), by=self.membership.user)
        except proposing.NotPossible as problem:
            raise Refused(str(problem)) from problem
        return self.retrieve(request, pk=pk)

    def _requested(self, told: dict[str, Any]) -> Any:
        if told["method"] == Method.RFM:
            return tasks.request_main_segments(self.workspace, self.membership.user)
        if told["method"] != Method.CLUSTERS:
            raise Refused("A set is made by “rfm” or “clusters”. Post other segments to segments/.")
        try:
            whole = proposing.ask(
                self.workspace,
                features=told.get("features") or proposing.DEFAULT,
                algorithm=told["algorithm"],
                k=told.get("k", "auto"),
                by=self.membership.user,
            )
        except proposing.NotPossible as problem:
            raise Refused(str(problem)) from problem
        return tasks.request_clustering(whole, self.membership.user)


class ComparisonViewSet(WorkspaceViewSet):
    """Segments compared with one another, and with themselves at another time."""

    serializer_class = MatrixSerializer
    pagination_class = None
    reads = "segments.view"

    @extend_schema(
        parameters=[OpenApiParameter("ids", str, required=True, description="Ids of segments, parted by commas.")],
        responses=MatrixSerializer,
    )
    def overlap(self, request: Request, **kwargs: Any) -> Response:
        """How many people belong to two segments at once."""
        segments = self._segments(request.query_params.get("ids", ""))
        return self._answer(comparing.overlap(segments), clock.as_of(self.workspace))

    @extend_schema(
        parameters=[
            OpenApiParameter("set", OpenApiTypes.UUID, description="A set; the main segments without it."),
            OpenApiParameter("from", OpenApiTypes.DATETIME, required=True),
            OpenApiParameter("to", OpenApiTypes.DATETIME, description="The end of the data without it."),
        ],
        responses=MatrixSerializer,
    )
    def movement(self, request: Request, **kwargs: Any) -> Response:
        """How many people went from which segment (rows) to which (columns), as known then."""
        sets = SegmentSet.objects.in_workspace(self.workspace)
        asked = request.query_params.get("set")
        whole = get_object_or_404(sets, **({"pk": _id(asked)} if asked else {"is_main": True}))
        start = moment_of(request.query_params.get("from"), "from")
        if start is None:
            raise Refused("Say from when: ?from=2026-10-20 (and ?to=2026-11-20, or the end of the data).")
        end = moment_of(request.query_params.get("to"), "to") or clock.as_of(self.workspace)
        if end < start:
            raise Refused("“to” lies before “from”. Exchange them.")
        return self._answer(comparing.movement(whole, start, end), end)

    def _segments(self, ids: str) -> list[Segment]:
        wanted = [_id(part) for part in dict.fromkeys(ids.split(",")) if part.strip()]
        if not 1 <= len(wanted) <= MOST:
            raise Refused(f"Name 1 to {MOST} segments: ?ids=<id>,<id>.")
        found = {s.pk: s for s in Segment.objects.in_workspace(self.workspace).live().filter(pk__in=wanted)}
        missing = [pk for pk in wanted if pk not in found]
        if missing:
            raise Refused(f"There is no segment {missing[0]} in this workspace.")
        return [found[pk] for pk in wanted]

    def _answer(self, matrix: comparing.Matrix, as_of: Any) -> Response:
        told = {name: getattr(matrix, name) for name in ("names", "ids", "sizes", "counts", "shares")}
        return Response(MatrixSerializer(told | {"as_of": as_of}).data)


def _id(text: str) -> UUID:
    try:
        return UUID(text.strip())
    except (ValueError, ValidationError):
        raise Refused(f"“{text[:60]}” is not an id.") from None
