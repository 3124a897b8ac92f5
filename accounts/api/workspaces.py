"""Who is calling, and the workspaces that can be called."""

from typing import Any
from zoneinfo import available_timezones

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import joining, keying
from accounts.access import membership_of
from accounts.api.views import Door, acting, rights_of
from accounts.models.key import ApiKey
from accounts.models.user import User
from accounts.models.workspace import Membership, Role, Workspace


class MeSerializer(serializers.ModelSerializer[Any]):
    """The person behind the key, and what the key may do where."""

    workspace = serializers.SlugField(read_only=True)
    role = serializers.ChoiceField(choices=Role.choices, read_only=True, help_text="What the key may do at most.")
    rights = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = User
        fields = ["id", "email", "name", "workspace", "role", "rights"]
        read_only_fields = ["id", "email", "name"]


class WorkspaceSerializer(serializers.ModelSerializer[Any]):
    name = serializers.CharField(max_length=120)
    timezone = serializers.CharField(max_length=60, default="UTC", help_text="Such as Europe/Berlin.")
    currency = serializers.RegexField(r"^[A-Z]{3}$", default="EUR", help_text="Three letters, such as EUR.")
    role = serializers.ChoiceField(choices=Role.choices, read_only=True)
    token = serializers.CharField(read_only=True, required=False, help_text="Shown once, when it is made.")

    class Meta:
        model = Workspace
        fields = ["id", "slug", "name", "timezone", "currency", "role", "created_at", "token"]
        read_only_fields = ["id", "slug", "created_at"]

    def validate_timezone(self, zone: str) -> str:
        if zone not in available_timezones():
            raise serializers.ValidationError(f"“{zone}” is no time zone. Use a name such as Europe/Berlin, or UTC.")
        return zone


class MeView(Door):
    """The person behind the key."""

    @extend_schema(responses=MeSerializer, operation_id="me")
    def get(self, request: Request) -> Response:
        """Who is calling: the person, the key's workspace, and its rights there."""
        here, key = _place(request)
        told: dict[str, Any] = {"id": here.user.pk, "email": here.user.email, "name": here.user.name}
        told |= {"workspace": here.workspace.slug, "role": acting(here, key).role}
        return Response(MeSerializer(told | {"rights": sorted(rights_of(here, key))}).data)


class WorkspacesViewSet(Door, viewsets.GenericViewSet[Workspace]):
    """The workspace of the key, and new ones."""

    serializer_class = WorkspaceSerializer
    queryset = Workspace.objects.none()

    def list(self, request: Request) -> Response:
        """The workspace that this key opens. A key opens one."""
        here = acting(*_place(request))
        self.paginate_queryset(Workspace.objects.filter(pk=here.workspace_id))
        return self.get_paginated_response([_said(here.workspace, here.role)])

    def create(self, request: Request) -> Response:
        """A new workspace, with a key to it. Needs a key of an owner or admin."""
        here = acting(*_place(request))
        if not here.may("workspace.change"):
            raise PermissionDenied("Only a key of an owner or admin makes workspaces.")
        form = WorkspaceSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        workspace = joining.make_workspace(here.user, **form.validated_data)
        owner = membership_of(here.user, workspace.slug)
        made = keying.make_key(owner, name="Made with the workspace", role=Role.OWNER)
        return Response(_said(workspace, Role.OWNER, token=made.secret), status=201)


def _place(request: Request) -> tuple[Membership, ApiKey]:
    key: Any = request.auth
    return membership_of(request.user, key.workspace.slug), key


def _said(workspace: Workspace, role: str, **more: str) -> dict[str, Any]:
    plain = {name: getattr(workspace, name) for name in ("id", "slug", "name", "timezone", "currency", "created_at")}
    return dict(WorkspaceSerializer(plain | {"role": role} | more).data)
