"""Scorecards over the API."""

from typing import Any

from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Refused
from accounts.api.pages import CursorPages
from accounts.api.views import WorkspaceViewSet
from icp import wording
from icp.models.grading import Rubric
from icp.refusing import NotPossible


class DimensionSerializer(serializers.Serializer[Any]):
    """One question of a scorecard, answered 1 to 10."""

    id = serializers.CharField(required=False, max_length=40)
    name = serializers.CharField(required=False, max_length=80)
    question = serializers.CharField(max_length=200)
    why = serializers.CharField(required=False, allow_blank=True, max_length=200)
    words = serializers.DictField(
        child=serializers.CharField(max_length=80), required=False, help_text="What 1, 4, 7 and 10 mean."
    )
    counts = serializers.BooleanField(default=True, help_text="Part of the Total Score, or kept beside it.")
    weight = serializers.FloatField(
        default=1.0,
        min_value=0.001,
        max_value=wording.HEAVIEST,
        help_text="How much it counts beside the others: 0.5 less, 1 as the others, 2 more.",
    )


class RubricSerializer(serializers.Serializer[Rubric]):
    """A scorecard. A name that is known already makes the next version of it; ICP 10 and ICP 11 stay as they are."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(max_length=80)
    version = serializers.IntegerField(read_only=True)
    dimensions = DimensionSerializer(many=True)
    created_at = serializers.DateTimeField(read_only=True)


class ByName(CursorPages):
    ordering = ("name", "-version")


class RubricViewSet(WorkspaceViewSet):
    """Scorecards: ICP 10 and ICP 11 are there from the start."""

    serializer_class = RubricSerializer
    pagination_class = ByName
    queryset = Rubric.everywhere.none()
    reads = "rounds.grade"
    writes = "icps.change"

    def list(self, request: Request, **kwargs: Any) -> Response:
        """All scorecards by name, the newest version of each first; ICP 10 is the usual one."""
        page = self.paginate_queryset(wording.rubrics(self.workspace))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """One scorecard."""
        return Response(self.get_serializer(get_object_or_404(wording.rubrics(self.workspace), pk=pk)).data)

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Keep a scorecard of your own."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            rubric = wording.keep_rubric(self.workspace, **serializer.validated_data, by=self.membership.user)
        except NotPossible as reason:
            raise Refused(str(reason)) from reason
        return Response(self.get_serializer(rubric).data, status=201)
