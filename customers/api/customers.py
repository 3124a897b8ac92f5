"""Customers over the API: found, sorted by any figure, read, changed, retraced."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Refused
from accounts.api.views import WorkspaceViewSet
from customers import belonging, clock, editing, listing, money, profiling, retracing, tasks
from customers.api.figures import said
from customers.belonging import Group
from customers.editing import Unacceptable
from customers.features import catalogue
from customers.listing import Asked, Unsortable
from customers.masking import masked
from customers.models.customer import Customer
from customers.models.trait import Trait
from customers.survivors import survivor

PAGE, LARGEST = 50, 200


class SegmentNameSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(read_only=True)


class CustomerSerializer(serializers.Serializer[Any]):
    """One customer: who it is, what we are told (traits), what we calculate (features), where it belongs."""

    id = serializers.UUIDField(read_only=True)
    external_id = serializers.CharField(read_only=True)
    email = serializers.CharField(max_length=320, allow_blank=True, help_text="Masked for viewers.")
    name = serializers.CharField(max_length=200, allow_blank=True)
    traits = serializers.DictField(child=serializers.JSONField(allow_null=True), help_text="null removes a detail.")
    features = serializers.DictField(child=serializers.JSONField(allow_null=True), read_only=True)
    segments = SegmentNameSerializer(many=True, read_only=True)
    as_of = serializers.DateTimeField(read_only=True)


class CustomerPageSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    as_of = serializers.DateTimeField()
    results = CustomerSerializer(many=True)


class EventSerializer(serializers.Serializer[Any]):
    """One line of an order, or one other event."""

    happened_at = serializers.DateTimeField()
    event = serializers.CharField()
    kind = serializers.ChoiceField(choices=sorted(retracing.KINDS.values()))
    order = serializers.CharField(allow_null=True)
    product = serializers.CharField(allow_null=True)
    product_name = serializers.CharField(allow_null=True)
    quantity = serializers.FloatField(allow_null=True)
    amount = serializers.CharField(allow_null=True, help_text="Money as a decimal string.")
    currency = serializers.CharField()


class EventPageSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    as_of = serializers.DateTimeField()
    results = EventSerializer(many=True)


PAGES = [
    OpenApiParameter("cursor", str, description="As given in next and previous."),
    OpenApiParameter("page_size", int, description=f"Up to {LARGEST}; {PAGE} if left out."),
]
ASKED = [
    OpenApiParameter("search", str, description="Part of a name, an e-mail address or an external id."),
    OpenApiParameter("segment", OpenApiTypes.UUID, description="Only members of this segment."),
    OpenApiParameter("order", str, description="A figure's name, with a minus for the largest first: -revenue."),
    *PAGES,
]


class CustomerViewSet(WorkspaceViewSet):
    """The known customers of the workspace."""

    serializer_class = CustomerSerializer
    reads = "data.view"
    writes = "customers.change"
    lookup_value_converter = "uuid"
    queryset = Customer.everywhere.none()

    @extend_schema(parameters=ASKED, responses=CustomerPageSerializer)
    def list(self, request: Request, **kwargs: Any) -> Response:
        """Find customers, sorted by any figure."""
        as_of = clock.as_of(self.workspace)
        groups = belonging.groups(self.workspace)
        try:
            found = listing.customers(self.workspace, self._asked(groups), as_of=as_of)
        except Unsortable as problem:
            raise Refused(str(problem)) from problem
        rows = [self._told(row.customer, row.figures, groups, as_of) for row in found.rows]
        return Response(self._page(found.count, found.next, found.previous, as_of, rows))

    @extend_schema(responses=CustomerSerializer)
    def retrieve(self, request: Request, pk: UUID, **kwargs: Any) -> Response:
        """One customer; the id of a merged one answers with the survivor."""
        return Response(self._whole(self._customer(pk)))

    @extend_schema(request=CustomerSerializer, responses=CustomerSerializer)
    def partial_update(self, request: Request, pk: UUID, **kwargs: Any) -> Response:
        """Change name, e-mail or details."""
        customer = self._customer(pk)
        form = CustomerSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        wanted = {
            field: form.validated_data[field] for field in ("name", "email", "traits") if field in form.validated_data
        }
        try:
            changed = editing.change_details(customer, by=self.membership.user, **wanted)
        except Unacceptable as problem:
            raise Refused(str(problem)) from problem
        if "traits" in changed:
            tasks.request_profile(self.workspace, self.membership.user)
        return Response(self._whole(customer))

    @extend_schema(parameters=PAGES, responses=EventPageSerializer, filters=False)
    @action(detail=True, methods=["get"])
    def events(self, request: Request, pk: UUID, **kwargs: Any) -> Response:
        """What the customer did, newest first."""
        start, size = self._place()
        as_of = clock.as_of(self.workspace)
        found, count = retracing.deeds(self.workspace, self._customer(pk), as_of=as_of, start=start, size=size)
        after = listing.cursor(start + size) if start + size < count else None
        before = listing.cursor(max(0, start - size)) if start else None
        rows = [self._deed(deed) for deed in found]
        return Response(self._page(count, after, before, as_of, rows))

    def _customer(self, pk: UUID) -> Customer:
        customers = Customer.objects.in_workspace(self.workspace)
        return survivor(get_object_or_404(customers, pk=pk))

    def _asked(self, groups: Sequence[Group]) -> Asked:
        query = self.request.query_params
        start, size = self._place()
        return Asked(
            search=query.get("search", ""), group=self._group(query.get("segment", ""), groups),
            order=query.get("order") or listing.USUAL_ORDER, start=start, size=size,
            personal="personal.view" in self.allowed,
        )  # fmt: skip

    def _group(self, wanted: str, groups: Sequence[Group]) -> Group | None:
        if not wanted:
            return None
        found = next((group for group in groups if str(group.id) == wanted.lower()), None)
        if found is None:
            raise Refused("There is no such segment here. Read segments/ for the ids that there are.")
        return found

    def _place(self) -> tuple[int, int]:
        query = self.request.query_params
        size = query.get("page_size", "")
        return listing.start_of(query.get("cursor", "")), min(int(size), LARGEST) if size.isdigit() and int(
            size
        ) else PAGE

    def _page(
        self, count: int, after: str | None, before: str | None, as_of: Any, rows: Sequence[Any]
    ) -> dict[str, Any]:
        links = {"next": self._link(after), "previous": self._link(before)}
        return {"count": count, **links, "as_of": as_of, "results": rows}

    def _link(self, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        query = self.request.query_params.copy()
        query["cursor"] = cursor
        return self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")

    def _whole(self, customer: Customer) -> dict[str, Any]:
        as_of = clock.as_of(self.workspace)
        relations = profiling.relations(self.workspace, as_of)
        figures = listing.figures_of(self.workspace, customer, relations=relations)
        return self._told(customer, figures, belonging.groups(self.workspace), as_of)

    def _told(self, customer: Customer, figures: dict[str, Any], groups: Sequence[Group], as_of: Any) -> dict[str, Any]:
        personal = "personal.view" in self.allowed
        segments = belonging.of(customer.number, groups)
        return {
            "id": customer.pk,
            "external_id": customer.external_id,
            "email": customer.email if personal else masked(customer.email),
            "name": customer.name,
            "traits": customer.traits if personal else self._public(customer.traits),
            "features": said(figures, self._catalogue, self.workspace.currency),
            "segments": [{"id": group.id, "name": group.name} for group in segments],
            "as_of": as_of,
        }

    @property
    def _catalogue(self) -> dict[str, Any]:
        if not hasattr(self, "_features"):
            self._features = catalogue.features(self.workspace)
        return self._features

    def _public(self, traits: dict[str, Any]) -> dict[str, Any]:
        if not hasattr(self, "_hidden"):
            personal = Trait.objects.in_workspace(self.workspace).filter(is_personal=True)
            self._hidden = set(personal.values_list("name", flat=True))
        return {name: value for name, value in traits.items() if name not in self._hidden}

    def _deed(self, deed: retracing.Deed) -> dict[str, Any]:
        amount = money.in_words(deed.amount, self.workspace.currency)
        return {
            "happened_at": deed.happened_at, "event": deed.event, "kind": deed.kind, "order": deed.order,
            "product": deed.product, "product_name": deed.product_name, "quantity": deed.quantity,
            "amount": amount, "currency": self.workspace.currency,
        }  # fmt: skip
