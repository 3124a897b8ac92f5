"""Candidates over the API."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Refused
from accounts.api.views import WorkspaceViewSet
from accounts.models.workspace import Workspace
from customers import clock, profiling
from customers.models.customer import Entity
from icp import approving, checking, claiming, consulting, defining, evidencing, fitting, ranging
from icp.defining import Line
from icp.models.definition import Evidence, Icp, IcpVersion, Kind, Part, Standing
from icp.refusing import NotPossible
from segments.models.segment import Segment


class ClaimSerializer(serializers.Serializer[Any]):
    """What data could check of a guess, such as {"kind": "back_within", "value": 60}."""

    kind = serializers.ChoiceField([(kind.name, kind.words) for kind in claiming.KINDS.values()])
    value = serializers.JSONField(required=False, allow_null=True, help_text="A number or a word, where the kind asks.")
    words = serializers.CharField(read_only=True)


class CheckedSerializer(serializers.Serializer[Any]):
    """What the data said of a guess."""

    verdict = serializers.ChoiceField(list(checking.VERDICTS.items()))
    sentence = serializers.CharField()
    as_of = serializers.DateTimeField()
    struck = serializers.BooleanField(default=False)


class LineSerializer(serializers.Serializer[Any]):
    """One line of a part: what, how we know it, what stands behind it, and what data could check."""

    id = serializers.UUIDField(read_only=True)
    text = serializers.CharField(max_length=300)
    kind = serializers.ChoiceField(Kind.choices, default=Kind.GUESS)
    evidence = serializers.ListField(child=serializers.DictField(), default=list)
    claim = ClaimSerializer(required=False, allow_null=True)
    checked = CheckedSerializer(read_only=True, allow_null=True)


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
            part.value: [_line(line, icp.workspace) for line in lines] for part, lines in defining.lines_by_part(icp)
        }

    def to_internal_value(self, parts: Any) -> Any:
        unknown = set(parts) - set(Part.values) if isinstance(parts, dict) else set()
        if unknown:
            raise serializers.ValidationError(
                f"There is no part “{min(unknown)}”. The parts are {', '.join(Part.values)}."
            )
        return super().to_internal_value(parts)


def _line(line: Evidence, workspace: Workspace) -> dict[str, Any]:
    claim, checked = line.claim, line.checked
    said = {"kind": claim.get("kind"), "value": claim.get("value"), "words": claiming.words(claim, workspace)}
    found = {name: checked.get(name) for name in ("verdict", "sentence", "as_of")}
    return {
        "id": str(line.pk),
        "text": line.text,
        "kind": line.kind,
        "evidence": line.evidence,
        "claim": said if claim else None,
        "checked": found | {"struck": bool(checked.get("struck"))} if checked else None,
    }


class ApprovedSerializer(serializers.Serializer[Any]):
    """The version that was approved last, and whether the sheet says something else by now."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    approved_at = serializers.DateTimeField(source="created_at")


class VersionSerializer(serializers.ModelSerializer[IcpVersion]):
    """A sheet as it was approved: it never changes."""

    approved_at = serializers.DateTimeField(source="created_at", read_only=True)
    approved_by = serializers.CharField(allow_null=True, read_only=True)
    sheet = serializers.DictField(read_only=True)

    class Meta:
        model = IcpVersion
        fields = ("id", "number", "note", "approved_at", "approved_by", "as_of", "sheet")
        read_only_fields = fields


class ApproveSerializer(serializers.Serializer[Any]):
    """A note to the version, if there is something to say."""

    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class IcpFitSerializer(serializers.Serializer[Any]):
    """How many look like an ideal customer. The figure of each customer is called `feature`."""

    feature = serializers.CharField()
    as_of = serializers.CharField()
    members = serializers.IntegerField()
    alike = serializers.IntegerField(help_text="Others with a fit of at least 50.")
    refused = serializers.CharField(help_text="Why there is no fit; empty where there is one.")
    apart = serializers.FloatField(allow_null=True, help_text="How often a member looks more like one than another.")
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    by = serializers.ListField(child=serializers.CharField())
    left_out = serializers.ListField(child=serializers.CharField())


class SheetFigureSerializer(serializers.Serializer[Any]):
    """One of the four figures of a sheet; without value, low and high where it cannot be told."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # the contract's word, not DRF's
    said = serializers.CharField()
    meaning = serializers.CharField()
    value = serializers.FloatField(required=False)
    low = serializers.FloatField(required=False)
    high = serializers.FloatField(required=False)


class MeasuredSerializer(serializers.Serializer[Any]):
    """What the data say of an ideal customer."""

    as_of = serializers.DateTimeField()
    figures = SheetFigureSerializer(many=True)
    fit = IcpFitSerializer(allow_null=True)


class IcpSerializer(serializers.Serializer[Icp]):
    """An ideal customer. A name alone is enough to create one."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(max_length=80)
    sentence = serializers.CharField(max_length=300, required=False, allow_blank=True)
    entity = serializers.ChoiceField(Entity.choices, default=Entity.CUSTOMER)
    segments = serializers.PrimaryKeyRelatedField(many=True, required=False, queryset=Segment.everywhere.none())
    standing = serializers.ChoiceField(Standing.choices, required=False, allow_blank=True)
    parts = PartsSerializer(source="*", required=False)
    approved = ApprovedSerializer(read_only=True, allow_null=True)
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
    rights = {"retrieve": "rounds.grade", "versions": "icps.view", "measured": "icps.view", "approve": "icps.change"}

    def get_queryset(self) -> Any:
        if not hasattr(self, "workspace"):
            return self.queryset
        sees_all = "icps.view" in self.allowed
        rows = defining.readable(self.workspace, user=self.membership.user, sees_all=sees_all)
        return rows.select_related("workspace", "approved").prefetch_related("lines", "segments")

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
        lines = _lines(request, told) or evidencing.facts_of(told.get("segments", []), clock.as_of(self.workspace))
        told = {name: told[name] for name in ("name", "sentence", "entity", "segments", "standing") if name in told}
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
                standing=told.get("standing"),
                segments=told.get("segments"),
                lines=_lines(request, told) if "parts" in request.data else None,
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

    @extend_schema(responses=VersionSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def versions(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Every version that was approved, the newest first."""
        return Response(VersionSerializer(approving.versions(self._found(pk)), many=True).data)

    @extend_schema(request=ApproveSerializer, responses={201: VersionSerializer})
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Freeze the sheet as it stands. What has not changed since gives the version that is there."""
        told = ApproveSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        icp, user, as_of = self._found(pk), self.membership.user, clock.as_of(self.workspace)
        try:
            has_data = profiling.current(self.workspace) is not None
            note = told.validated_data.get("note", "")
            version = approving.approve(icp, as_of=as_of if has_data else None, by=user, note=note)
        except NotPossible as reason:
            raise Refused(str(reason)) from reason
        consulting.request(self.workspace, user, as_of=as_of, icp=icp)
        return Response(VersionSerializer(version).data, status=201)

    @extend_schema(responses=MeasuredSerializer)
    @action(detail=True, methods=["get"])
    def measured(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """The four figures with their ranges, and how many look like them."""
        icp, as_of = self._found(pk), clock.as_of(self.workspace)
        fit = fitting.outcomes(self.workspace, consulting.KIND).get(str(icp.pk))
        told = fitting.as_json(fit) | {"feature": fitting.score_name(icp)} if fit else None
        figures = [figure.as_json() for figure in ranging.figures(icp, as_of)]
        return Response({"as_of": as_of, "figures": figures, "fit": told})

    def _found(self, pk: str) -> Icp:
        found: Icp = get_object_or_404(self.get_queryset(), pk=pk)
        return found

    def _checked(self, request: Request, icp: Icp | None = None, *, partial: bool = False) -> dict[str, Any]:
        serializer = self.get_serializer(icp, data=request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


def _lines(request: Request, told: dict[str, Any]) -> list[Line]:
    try:
        return defining.parsed_lines(_parts(request, told))
    except NotPossible as reason:
        raise Refused(str(reason)) from reason


def _parts(request: Request, told: dict[str, Any]) -> dict[str, Any]:
    return {part: told[part] for part in Part.values if part in told}
