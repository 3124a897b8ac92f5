"""Lists that leave, over the API: make one, read its result, take its file."""

from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Refused
from accounts.api.views import WorkspaceViewSet
from accounts.models.user import User
from customers import clock
from segments import delivering, exporting
from segments.delivering import NotPossible, Wish
from segments.models.delivery import Delivery, Destination
from segments.models.segment import Segment
from segments.telling import Told


class ArmSerializer(serializers.Serializer[Any]):
    """One side of the comparison."""

    people = serializers.IntegerField()
    ordered = serializers.IntegerField()
    revenue = serializers.FloatField()


class TrialSerializer(serializers.Serializer[Any]):
    """What the orders say. Empty until orders have come in."""

    sent = ArmSerializer(required=False)
    held_back = ArmSerializer(required=False)
    until = serializers.DateTimeField(required=False)
    is_final = serializers.BooleanField(required=False)
    difference = serializers.FloatField(required=False, allow_null=True)
    low = serializers.FloatField(required=False, allow_null=True)
    high = serializers.FloatField(required=False, allow_null=True)
    needed = serializers.IntegerField(required=False, allow_null=True, help_text="People a side that would decide.")
    verdict = serializers.ChoiceField(["too early", "worked", "did not", "cannot tell", "not measured"], required=False)

    def to_representation(self, result: dict[str, Any]) -> dict[str, Any]:
        return dict(result)


class DeliverySerializer(serializers.Serializer[Any]):
    """A list that left: where, whom, who was held back, and what came of it."""

    id = serializers.UUIDField(read_only=True)
    segment = serializers.PrimaryKeyRelatedField(queryset=Segment.everywhere.none())
    destination = serializers.ChoiceField(Destination.choices)
    purpose = serializers.CharField(max_length=200)
    owner = serializers.EmailField(required=False, source="owner.email", help_text="You, if it is not sent.")
    check_on = serializers.DateField()
    hold_back = serializers.FloatField(
        source="held_share", min_value=0, max_value=0.5, required=False, help_text="A share; proposed if not sent."
    )
    with_unknown = serializers.BooleanField(default=False)
    counts = serializers.DictField(child=serializers.IntegerField(), read_only=True)
    result = TrialSerializer(read_only=True)
    sentence = serializers.SerializerMethodField()
    as_of = serializers.DateTimeField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)

    def get_sentence(self, delivery: Delivery) -> str:
        return Told(delivery).sentence.replace("**", "")

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        view: Any = self.context.get("view")
        if hasattr(view, "workspace"):
            fields["segment"].queryset = Segment.objects.in_workspace(view.workspace).live()
        return fields


class DeliveryViewSet(WorkspaceViewSet):
    """Lists sent. The next orders answer each of them."""

    serializer_class = DeliverySerializer
    queryset = Delivery.everywhere.none()
    reads = "segments.view"
    writes = "segments.export"
    rights = {"file_csv": "segments.export"}

    def get_queryset(self) -> Any:
        return delivering.lists_sent(self.workspace) if hasattr(self, "workspace") else self.queryset

    def list(self, request: Request, **kwargs: Any) -> Response:
        """Every list that left, newest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """One list and its result."""
        return Response(self.get_serializer(get_object_or_404(self.get_queryset(), pk=pk)).data)

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Make a list. Who is held back is drawn by lot; a move is put on the plan."""
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told = sent.validated_data
        as_of = clock.as_of(self.workspace)
        if told["check_on"] <= as_of.date():
            raise Refused(f"“check_on” is a day after {as_of.date()}: orders count from then on.")
        try:
            made = delivering.deliver(told["segment"], self._wish(told), as_of=as_of, by=self.membership.user)
        except NotPossible as reason:
            raise Refused(str(reason)) from reason
        return Response(self.get_serializer(made).data, status=201)

    def _wish(self, told: dict[str, Any]) -> Wish:
        return Wish(
            destination=told["destination"],
            purpose=told["purpose"],
            owner=self._owner(told.get("owner", {}).get("email")),
            check_on=told["check_on"],
            share=told.get("held_share"),
            with_unknown=told["with_unknown"],
        )

    def _owner(self, email: str | None) -> User:
        if not email:
            return self.membership.user
        found = User.objects.filter(memberships__workspace=self.workspace, email__iexact=email).first()
        if found is None:
            raise Refused("The owner of a move is a member of the workspace; send the address they sign in with.")
        return found

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
    def file_csv(self, request: Request, pk: str, **kwargs: Any) -> StreamingHttpResponse:
        """The file, as its destination wants it. Who asked to stop since then is left out."""
        delivery = get_object_or_404(Delivery.objects.in_workspace(self.workspace).select_related("segment"), pk=pk)
        return exporting.answer(delivery.segment, delivering.file_of(delivery, by=self.membership.user))
