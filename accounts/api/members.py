"""People of a workspace over the API: members and invitations."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import joining
from accounts.api.errors import Refused
from accounts.api.views import WorkspaceViewSet
from accounts.models.workspace import Invitation, Membership, Role


class MemberSerializer(serializers.ModelSerializer[Membership]):
    email = serializers.EmailField(source="user.email", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True)
    role = serializers.ChoiceField(choices=Role.choices)

    class Meta:
        model = Membership
        fields = ["id", "email", "name", "role", "created_at"]
        read_only_fields = ["id", "created_at"]


class MemberInvitationSerializer(serializers.ModelSerializer[Invitation]):
    role = serializers.ChoiceField(choices=Role.choices)
    link = serializers.CharField(read_only=True, required=False, help_text="Shown once, when it is made.")

    class Meta:
        model = Invitation
        fields = ["id", "email", "role", "expires_at", "created_at", "link"]
        read_only_fields = ["id", "expires_at", "created_at"]


class MemberViewSet(WorkspaceViewSet):
    """Who belongs to the workspace."""

    serializer_class = MemberSerializer
    reads = "members.view"
    writes = "members.change"

    def get_queryset(self) -> Any:
        return Membership.objects.in_workspace(self.workspace).select_related("user", "workspace")

    def list(self, request: Request, **kwargs: Any) -> Response:
        """All members, newest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(MemberSerializer(page, many=True).data)

    def retrieve(self, request: Request, pk: Any = None, **kwargs: Any) -> Response:
        """One member."""
        return Response(MemberSerializer(self._member(pk)).data)

    def partial_update(self, request: Request, pk: Any = None, **kwargs: Any) -> Response:
        """Give a member another role, up to the caller's own. The last owner stays."""
        member, form = self._member(pk), MemberSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            joining.change_role(member, role=form.validated_data["role"], by=self.acting)
        except joining.NotPossible as reason:
            raise Refused(str(reason)) from reason
        return Response(MemberSerializer(member).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: Any = None, **kwargs: Any) -> Response:
        """Take somebody's place away; the person's keys stop at once."""
        try:
            joining.remove(self._member(pk), by=self.acting)
        except joining.NotPossible as reason:
            raise Refused(str(reason)) from reason
        return Response(status=204)

    def _member(self, pk: Any) -> Membership:
        found: Membership = get_object_or_404(self.get_queryset(), pk=pk)
        return found


class InvitationViewSet(WorkspaceViewSet):
    """Who is invited and not here yet."""

    serializer_class = MemberInvitationSerializer
    reads = "members.change"
    writes = "members.change"

    def get_queryset(self) -> Any:
        return joining.open_invitations(self.workspace)

    def list(self, request: Request, **kwargs: Any) -> Response:
        """Open invitations, newest first. Their links are not told again."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(MemberInvitationSerializer(page, many=True).data)

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Invite an address, once, for a week. The link is told now, and mailed where there is a mail server."""
        form = MemberInvitationSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            made = joining.invite(self.workspace, by=self.acting, **form.validated_data)
        except joining.NotPossible as reason:
            raise Refused(str(reason)) from reason
        link = request.build_absolute_uri(reverse("accounts:join", args=[made.secret]))
        joining.mail_invitation(made.invitation, link=link)
        return Response(dict(MemberInvitationSerializer(made.invitation).data) | {"link": link}, status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: Any = None, **kwargs: Any) -> Response:
        """Take an invitation back; its link stops at once."""
        try:
            joining.revoke(get_object_or_404(self.get_queryset(), pk=pk), by=self.acting)
        except joining.NotPossible as reason:
            raise Refused(str(reason)) from reason
        return Response(status=204)
