"""Segments over the API: define them, count them, read who is in, and why."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.http import StreamingHttpResponse
from django.utils.dateparse import parse_date, parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Refused
from accounts.api.jobs import JobSerializer, accepted
from accounts.api.views import WorkspaceViewSet
from customers import clock
from customers.models.customer import Customer
from segments import defining, exporting, refreshing, remembering, tasks
from segments.api import serializers as shapes
from segments.models.refresh import Refresh, Snapshot
from segments.models.segment import Segment
from segments.rules import explain
from segments.rules.tree import InvalidRule, parse

REFUSALS = (InvalidRule, defining.NotPossible, remembering.UnknownCursor)
AS_OF = OpenApiParameter("as_of", OpenApiTypes.DATETIME, description="Who was in at this moment, as known then.")
CURSOR = OpenApiParameter("cursor", str, description="From `next` or `previous` of an earlier answer.")
PAGE_SIZE = OpenApiParameter("page_size", int, description="Up to 200.")


class SegmentViewSet(WorkspaceViewSet):
    """Groups of customers, each defined by a rule, counted and kept with their history."""

    serializer_class = shapes.SegmentSerializer
    queryset = Segment.everywhere.none()
    lookup_value_regex = "[0-9a-f-]{36}"
    reads = "segments.view"
    writes = "segments.change"
    rights = {"preview": "segments.view", "members_csv": "segments.export"}

    def get_queryset(self) -> Any:
        if not hasattr(self, "workspace"):
            return self.queryset
        rows = Segment.objects.in_workspace(self.workspace).live().with_size().select_related("workspace", "set")
        counted = Refresh.everywhere.filter(segment=OuterRef("pk")).order_by("-created_at")
        newest = Snapshot.everywhere.filter(segment=OuterRef("pk")).order_by("-as_of", "-created_at")
        return rows.annotate(
            fresh_as_of=Subquery(counted.values("as_of")[:1]), checked_at=Subquery(newest.values("checked_at")[:1])
        )

    def get_serializer_context(self) -> dict[str, Any]:
        context = dict(super().get_serializer_context())
        if hasattr(self, "workspace"):
            context |= shapes.what_segments_share(self.workspace)
        return context

    def list(self, request: Request, **kwargs: Any) -> Response:
        """All live segments, newest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """One segment: its rule, its size, and how fresh both are."""
        return Response(self.get_serializer(self._found(pk)).data)

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Define a segment by a rule, or write a fixed list of customers. It is counted at once."""
        told = self._told(shapes.NewSegmentSerializer)
        as_of, by = clock.as_of(self.workspace), self.membership.user
        with _sentences():
            if told.get("customers") is not None:
                found = defining.look_up(self.workspace, "\n".join(told["customers"]))
                made = defining.write_list(self.workspace, name=told["name"], found=found, as_of=as_of, by=by)
            else:
                made = defining.define(
                    self.workspace, name=told["name"], definition=told["definition"], as_of=as_of, by=by
                )
        return Response(self.get_serializer(self._found(made.pk)).data, status=201)

    @extend_schema(request=shapes.ChangeSerializer)
    def partial_update(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Change the name or the rule. A changed rule is counted at once."""
        told, segment = self._told(shapes.ChangeSerializer), self._found(pk)
        with _sentences():
            defining.redefine(segment, as_of=clock.as_of(self.workspace), by=self.membership.user, **told)
        return Response(self.get_serializer(self._found(pk)).data)

    def destroy(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Set a segment aside. It is counted no more; its history is kept."""
        with _sentences():
            defining.set_aside(self._found(pk), by=self.membership.user)
        return Response(status=204)

    @extend_schema(request=shapes.DefinitionSerializer, responses=shapes.PreviewSerializer)
    @action(detail=False, methods=["post"])
    def preview(self, request: Request, **kwargs: Any) -> Response:
        """Count a rule exactly, without storing anything."""
        told = self._told(shapes.DefinitionSerializer)
        with _sentences():
            seen = refreshing.preview(self.workspace, told["definition"], clock.as_of(self.workspace))
        people = self._people(seen.sample_numbers)
        return Response(
            shapes.PreviewSerializer(seen, context={**self.get_serializer_context(), "people": people}).data
        )

    @extend_schema(request=None, responses={202: JobSerializer})
    @action(detail=True, methods=["post"])
    def refresh(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Count again. The job's result is {size, joined, left}."""
        return accepted(tasks.request_refresh(self._found(pk), self.membership.user))

    @extend_schema(parameters=[AS_OF, CURSOR, PAGE_SIZE], responses=shapes.MembersSerializer)
    @action(detail=True, pagination_class=None)
    def members(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Who is in; with `as_of` who was in then, as known then."""
        segment = self._found(pk)
        moment = _moment(request.query_params.get("as_of"))
        found = remembering.members_at(segment, moment) if moment else remembering.newest_members(segment)
        page = shapes.page_of(found, request)
        answer = {
            "count": len(found),
            **{name: _link(request, cursor) for name, cursor in (("next", page.next), ("previous", page.previous))},
            "results": shapes.PersonSerializer(
                self._people(page.numbers), many=True, context=self.get_serializer_context()
            ).data,
            "as_of": moment or segment.counted_at,
            "cursor": str(getattr(remembering.newest_snapshot(segment), "pk", "")),
        }
        return Response(answer)

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
    def members_csv(self, request: Request, pk: str, **kwargs: Any) -> StreamingHttpResponse:
        """The same as a file that spreadsheets can open without harm."""
        segment = self._found(pk)
        lines = exporting.export(segment, as_of=clock.as_of(self.workspace), by=self.membership.user)
        return exporting.answer(segment, lines)

    @extend_schema(responses=shapes.MomentSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def history(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """How large it was whenever it changed, oldest first."""
        return Response(shapes.MomentSerializer(remembering.history(self._found(pk)), many=True).data)

    @extend_schema(
        parameters=[OpenApiParameter("after", str, description="The cursor of the last answer; empty: from nothing.")],
        responses=shapes.ChangesSerializer,
    )
    @action(detail=True, pagination_class=None)
    def changes(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Who entered and who left since a cursor."""
        with _sentences():
            found = remembering.changes_after(self._found(pk), request.query_params.get("after", ""))
        ids = self._ids(found.entered | found.left)
        answer = {
            "entered": [ids[number] for number in found.entered if number in ids],
            "left": [ids[number] for number in found.left if number in ids],
            "cursor": found.cursor,
            "as_of": found.as_of,
        }
        return Response(shapes.ChangesSerializer(answer).data)

    @extend_schema(
        parameters=[OpenApiParameter("customer", OpenApiTypes.UUID, required=True)], responses=shapes.WhySerializer
    )
    @action(detail=True, pagination_class=None)
    def why(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Each condition for one customer: value, threshold, verdict."""
        segment, as_of = self._found(pk), clock.as_of(self.workspace)
        customer = self._customer(request.query_params.get("customer", ""))
        with _sentences():
            found = explain.verdict(self.workspace, parse(segment.definition, self.workspace), customer.number, as_of)
        answer = {"customer": customer.pk, "is_in": found.is_in, "conditions": found.reasons, "as_of": as_of}
        return Response(shapes.WhySerializer({**answer, "outlook": found.outlook.replace("**", "")}).data)

    def _found(self, pk: Any) -> Any:
        """A live segment with its size, and when it was counted."""
        return get_object_or_404(self.get_queryset(), pk=pk)

    def _told(self, serializer: Any) -> dict[str, Any]:
        sent = serializer(data=self.request.data)
        sent.is_valid(raise_exception=True)
        return dict(sent.validated_data)

    def _people(self, numbers: Any) -> Sequence[Customer]:
        rows = Customer.objects.in_workspace(self.workspace).filter(number__in=[*numbers])
        return [*rows.order_by("number")]

    def _ids(self, numbers: Any) -> dict[int, str]:
        found: dict[int, str] = {}
        wanted = [*numbers]
        customers = Customer.objects.in_workspace(self.workspace)
        for start in range(0, len(wanted), 10_000):
            rows = customers.filter(number__in=wanted[start : start + 10_000])
            found |= {number: str(pk) for number, pk in rows.values_list("number", "pk")}
        return found

    def _customer(self, pk: str) -> Customer:
        customers = Customer.objects.in_workspace(self.workspace).select_related("merged_into")
        try:
            customer: Customer = get_object_or_404(customers, pk=UUID(pk))
        except ValueError:
            raise Refused("Say which customer: ?customer=<id>.") from None
        return customer.merged_into or customer


class _sentences:  # noqa: N801  reads as a clause: with _sentences()
    """Refusals of the verbs become errors 400 with their sentence."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, problem: BaseException | None, trace: Any) -> None:
        if isinstance(problem, REFUSALS):
            raise Refused(str(problem)) from problem


def _moment(text: str | None) -> Any:
    if not text:
        return None
    day = parse_date(text) if len(text) == 10 else None
    moment = parse_datetime(f"{text}T23:59:59.999999Z" if day else text.replace(" ", "+"))
    if moment is None or moment.tzinfo is None:
        raise Refused("“as_of” is a day or a moment with its zone, such as 2026-11-20 or 2026-11-20T00:00:00Z.")
    return moment


def _link(request: Request, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    return request.build_absolute_uri(f"?{urlencode({**request.query_params.dict(), 'cursor': cursor})}")
