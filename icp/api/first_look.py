"""The first look over the API: what was found, frozen, each with an address that goes on saying the same."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import WorkspaceViewSet
from icp import looking
from icp.models.insight import Insight


class InsightSerializer(serializers.Serializer[Insight]):
    """One sentence with its figures. Figures in the sentence are marked by two stars on each side."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Insight.Kind.choices)
    sentence = serializers.CharField(source="told.sentence")
    note = serializers.CharField(source="told.note")
    how_sure = serializers.SerializerMethodField()
    between = serializers.CharField(source="told.between", help_text="The range in words, or nothing for a count.")
    figures = serializers.DictField(source="told.figures")
    segment_definition = serializers.JSONField(
        source="told.rule", allow_null=True, help_text="The rule of these customers."
    )
    meaning = serializers.CharField(source="told.meaning")
    sql = serializers.CharField(source="told.sql", help_text="For DuckDB, over `events` and `profile`.")
    as_of = serializers.DateTimeField()
    set_aside_at = serializers.DateTimeField(allow_null=True, help_text="When a newer look said something else.")
    url = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ChoiceField(["sure", "fairly_sure", "cannot_tell"]))
    def get_how_sure(self, insight: Insight) -> str:
        return {"sure": "sure", "fairly": "fairly_sure"}.get(insight.told.level, "cannot_tell")

    def get_url(self, insight: Insight) -> str:
        """The page that goes on saying the same."""
        request: Any = self.context["request"]
        return str(request.build_absolute_uri(reverse("icp:insight", args=[insight.workspace.slug, insight.pk])))


class FirstLookViewSet(WorkspaceViewSet):
    """The business in six sentences."""

    serializer_class = InsightSerializer
    queryset = Insight.everywhere.none()
    pagination_class = None
    reads = "data.view"

    @extend_schema(responses=InsightSerializer(many=True))
    def list(self, request: Request, **kwargs: Any) -> Response:
        """What the newest look found, in the order of the page."""
        return Response(self.get_serializer(looking.newest(self.workspace), many=True).data)

    def retrieve(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """One finding as it was found, also after a newer look set it aside."""
        rows = Insight.objects.in_workspace(self.workspace).select_related("workspace")
        return Response(self.get_serializer(get_object_or_404(rows, pk=pk)).data)
