"""The catalogue over the API: every figure we calculate and every detail we are told."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import WorkspaceViewSet
from customers import clock, profiling
from customers.features import catalogue, statement


class FigureSerializer(serializers.Serializer[Any]):
    """What a figure or a detail means. `sql` runs on the event files in DuckDB."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    unit = serializers.CharField(allow_blank=True)
    type = serializers.CharField(help_text="number, money, share, date, text or boolean.")
    window = serializers.CharField(allow_null=True, help_text="Such as 90d; null means the whole history.")
    description = serializers.CharField(allow_blank=True)
    sql = serializers.CharField()


class FigureListSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = FigureSerializer(many=True)


def whole(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A catalogue is one page."""
    return {"count": len(rows), "next": None, "previous": None, "results": rows}


class FeatureViewSet(WorkspaceViewSet):
    """Figures: what we calculate of each customer."""

    serializer_class = FigureSerializer
    pagination_class = None
    reads = "data.view"

    @extend_schema(responses=FigureListSerializer)
    def list(self, request: Request, **kwargs: Any) -> Response:
        """Every figure with its meaning and its SQL."""
        known = catalogue.features(self.workspace)
        reading = profiling.reading(self.workspace, clock.as_of(self.workspace))
        told = [
            {
                "name": figure.name, "label": figure.label, "type": figure.type, "window": figure.window,
                "unit": self.workspace.currency if figure.type == "money" else figure.unit,
                "description": figure.description, "sql": statement.shown(figure, known, reading),
            }
            for figure in known.values()
        ]  # fmt: skip
        return Response(whole(told))


class TraitViewSet(WorkspaceViewSet):
    """Details: what we are told of each customer."""

    serializer_class = FigureSerializer
    pagination_class = None
    reads = "data.view"

    @extend_schema(responses=FigureListSerializer)
    def list(self, request: Request, **kwargs: Any) -> Response:
        """Every detail with its meaning."""
        told = [
            {
                "name": trait.name, "label": trait.label, "type": trait.type, "window": None, "unit": "",
                "description": trait.description, "sql": statement.told(trait.name),
            }
            for trait in catalogue.traits(self.workspace).values()
        ]  # fmt: skip
        return Response(whole(told))
