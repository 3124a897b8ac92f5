"""Moves over the API."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Refused
from accounts.api.views import WorkspaceViewSet
from accounts.models.user import User
from icp import planning
from icp.models.definition import Icp
from icp.models.plan import Action, State
from icp.planning import Move
from icp.refusing import NotPossible
from segments.models.segment import Segment


class ActionSerializer(serializers.Serializer[Any]):
    """A move: what, for whom, who does it, and when somebody looks whether it helped."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(max_length=200)
    segment = serializers.PrimaryKeyRelatedField(queryset=Segment.everywhere.none(), required=False, allow_null=True)
    icp = serializers.PrimaryKeyRelatedField(queryset=Icp.everywhere.none(), required=False, allow_null=True)
    delivery = serializers.UUIDField(source="delivery_id", read_only=True, allow_null=True)
    owner = serializers.EmailField(source="owner.email", required=False, help_text="You, if it is not sent.")
    check_on = serializers.DateField()
    target = serializers.CharField(max_length=200, required=False, allow_blank=True)
    state = serializers.ChoiceField(State.choices, required=False)
    result = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField(read_only=True)
    closed_at = serializers.DateTimeField(read_only=True, allow_null=True)

    def get_result(self, action: Action) -> str:
        """What the orders say of the list behind it, in words; empty without a list."""
        told = planning.told(action)
        return told.sentence.replace("**", "") if told else ""

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        view: Any = self.context.get("view")
        if hasattr(view, "workspace"):
            fields["segment"].queryset = Segment.objects.in_workspace(view.workspace).live()
            fields["icp"].queryset = Icp.objects.in_workspace(view.workspace)
        return fields


class ActionViewSet(WorkspaceViewSet):
    """The plan: moves, each with an owner and the day of its check."""

    serializer_class = ActionSerializer
    queryset = Action.everywhere.none()
    reads = "plan.view"
    writes = "plan.change"

    def get_queryset(self) -> Any:
        return planning.moves(self.workspace) if hasattr(self, "workspace") else self.queryset

    def list(self, request: Request, **kwargs: Any) -> Response:
        """All moves, newest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """One move."""
        return Response(self.get_serializer(self._found(pk)).data)

    @extend_schema(responses={201: ActionSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Put a move on the plan."""
        told = self._told(request)
        told.pop("state", None)
        told.setdefault("owner", self.membership.user)
        try:
            made = planning.add(self.workspace, Move(**told), by=self.membership.user)
        except NotPossible as reason:
            raise Refused(str(reason)) from reason
        return Response(self.get_serializer(made).data, status=201)

    def partial_update(self, request: Request, pk: str, **kwargs: Any) -> Response:
        """Change a move, or say that it is done, dropped, or open again."""
        action, told = self._found(pk), self._told(request, partial=True)
        state = told.pop("state", action.state)
        try:
            planning.change(action, by=self.membership.user, **told)
            planning.settle(action, state, by=self.membership.user)
        except NotPossible as reason:
            raise Refused(str(reason)) from reason
        return Response(self.get_serializer(action).data)

    def _found(self, pk: str) -> Action:
        found: Action = get_object_or_404(self.get_queryset(), pk=pk)
        return found

    def _told(self, request: Request, *, partial: bool = False) -> dict[str, Any]:
        sent = self.get_serializer(data=request.data, partial=partial)
        sent.is_valid(raise_exception=True)
        told = dict(sent.validated_data)
        if "owner" in told:
            told["owner"] = self._owner(told["owner"]["email"])
        return told

    def _owner(self, email: str) -> User:
        found = User.objects.filter(memberships__workspace=self.workspace, email__iexact=email).first()
        if found is None:
            raise Refused("The owner of a move is a member of the workspace; send the address they sign in with.")
        return found
