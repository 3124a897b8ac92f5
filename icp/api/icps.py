"""Candidates over the API."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Refused
from accounts.api.views import WorkspaceViewSet
from customers import clock
from customers.models.customer import Entity
from icp import defining, evidencing
from icp.models.definition import Icp, Kind, Part
from icp.refusing import NotPossible
from segments.models.segment import Segment


class LineSerializer(serializers.Serializer[Any]):
    """One line of a part: what, how we know it, and what stands behind it."""

    text = serializers.CharField(max_length=300)
    kind = serializers.ChoiceField(Kind.choices, default=Kind.GUESS)
    evidence = serializers.ListField(child=serializers.DictField(), default=list)


class PartsSerializer(serializers.Serializer[Any]):
    """The eight parts. A part that is not sent is empty."""

    demographics = LineSerializer(many=True, required=False)
    buyer = LineSerializer(many=True, required=False)
    pain_points = LineSerializer(many=True, required=False)
    goals = LineSerializer(many=True, required=False)
    requirements = LineSerializer(many=True, required=False)
    buying_behaviour = LineSerializer(many=True, required=False)
    technology = LineSerializer(many=True, required=False)
    lifestyle = LineSerializer(many=True, required=False)

    def to_representation(self, icp: Icp) -> dict[str, Any]:
        return {
            part.value: [{"text": line.text, "kind": line.kind, "evidence": line.evidence} for line in lines]
            for part, lines in defining.lines_by_part(icp)
        }

    def to_internal_value(self, parts: Any) -> Any:
        unknown = set(parts) - set(Part.values) if isinstance(parts, dict) else set()
        if unknown:
            raise serializers.ValidationError(
                f"There is no part “{min(unknown)}”. The parts are {', '.join(Part.values)}."
            )
        return super().to_internal_value(parts)


class IcpSerializer(serializers.Serializer[Icp]):
    """An ideal customer. A name alone is enough to create one."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(max_length=80)
    sentence = serializers.CharField(max_length=300, required=False, allow_blank=True)
    entity = serializers.ChoiceField(Entity.choices, default=Entity.CUSTOMER)
    segments = serializers.PrimaryKeyRelatedField(many=True, required=False, queryset=Segment.everywhere.none())
    parts = PartsSerializer(source="*", required=False)
    slot = serializers.IntegerField(read_only=True)
    archived_at = serializers.DateTimeField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        view: Any = self.context.get("view")
        if hasattr(view, "workspace"):
            fields["segments"].child_relation.queryset = Segment.objects.in_workspace(view.workspace)
        return fields


class IcpViewSet(WorkspaceViewSet):
    """Candidates and ideal customers: name them, describe them, set them aside."""

    serializer_class = IcpSerializer
    queryset = Icp.everywhere.none()
    reads = "icps.view"
    writes = "icps.change"
    rights = {"retrieve": "rounds.grade"}

    def get_queryset(self) -> Any:
        if not hasattr(self, "workspace"):
            return self.queryset
        sees_all = "icps.view" in self.allowed
        rows = defining.readable(self.workspace, user=self.membership.user, sees_all=sees_all)
        return rows.prefetch_related("lines", "segments")

    def list(self, request: Request, **kwargs: Any) -> Response:
        """Candidates in use, newest first."""
        page = self.paginate_queryset(self.get_queryset().filter(archived_at=None))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """One candidate with its eight parts."""
        return Response(self.get_serializer(self._found(pk)).data)

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Name a candidate. Segments bring their facts along, unless parts are sent; both may follow later."""
        told = self._checked(request)
        lines = defining.parsed_lines(_parts(request, told)) or evidencing.facts_of(
            told.get("segments", []), clock.as_of(self.workspace)
        )
        told = {name: told[name] for name in ("name", "sentence", "entity", "segments") if name in told}
        try:
            icp = defining.name_candidate(self.workspace, **told, lines=lines, by=self.membership.user)
        except NotPossible as reason:
            raise Refused(str(reason)) from reason
        return Response(self.get_serializer(icp).data, status=201)

    def partial_update(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Change name, sentence, segments or parts. Parts that are sent replace all lines."""
        icp, user = self._found(pk), self.membership.user
        told = self._checked(request, icp, partial=True)
        try:
            defining.revise(
                icp,
                name=told.get("name", icp.name),
                sentence=told.get("sentence", icp.sentence),
                segments=told.get("segments"),
                lines=defining.parsed_lines(_parts(request, told)) if "parts" in request.data else None,
                by=user,
            )
        except NotPossible as reason:
            raise Refused(str(reason)) from reason
        return Response(self.get_serializer(self._found(pk)).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Archive a candidate. Results it took part in stay."""
        defining.archive(self._found(pk), by=self.membership.user)
        return Response(status=204)

    def _found(self, pk: str) -> Icp:
        found: Icp = get_object_or_404(self.get_queryset(), pk=pk)
        return found

    def _checked(self, request: Request, icp: Icp | None = None, *, partial: bool = False) -> dict[str, Any]:
        serializer = self.get_serializer(icp, data=request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


def _parts(request: Request, told: dict[str, Any]) -> dict[str, Any]:
    return {part: told[part] for part in Part.values if part in told}
