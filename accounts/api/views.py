"""The base of every view of the API: who calls, how often, and whether the same call came before.

A WorkspaceViewSet's URL names a workspace, and strangers get 404.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, viewsets
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.access import membership_of
from accounts.api import once
from accounts.models.kept import KeptAnswer
from accounts.models.key import ApiKey
from accounts.models.workspace import Membership, Workspace
from accounts.permissions import PERMISSIONS, reaches


def rights_of(membership: Membership, key: ApiKey | None) -> frozenset[str]:
    """The rights of the person in the workspace, cut down to what the key's role allows as well."""
    roles = {membership.role, key.role} if key else {membership.role}
    return frozenset(name for name, holders in PERMISSIONS.items() if roles <= holders)


def acting(membership: Membership, key: ApiKey | None) -> Membership:
    """The person's place with the lesser role of the two: what verbs may take as the one who acts. Not saved."""
    role = key.role if key and reaches(membership.role, key.role) else membership.role
    return Membership(pk=membership.pk, workspace=membership.workspace, user=membership.user, role=role)


class Door(APIView):
    """Counts every call, also those of callers it then turns away, and honours Idempotency-Key."""

    permission_classes = [IsAuthenticated]
    call: KeptAnswer | None = None

    def perform_authentication(self, request: Request) -> None:
        try:
            super().perform_authentication(request)
        finally:
            self.check_throttles(request)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.admit(request, **kwargs)
        self.call = once.begin(request)

    def admit(self, request: Request, **kwargs: Any) -> None:
        """Raise for callers who may not. Runs before anything is kept in their name."""

    def handle_exception(self, problem: Exception) -> Any:
        if isinstance(problem, once.Replayed):
            return problem.answer
        try:
            return super().handle_exception(problem)
        except Exception:
            if self.call:
                self.call.delete()
            raise

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.call and hasattr(response, "add_post_render_callback"):
            call = self.call
            response.add_post_render_callback(lambda rendered: once.keep(call, request, rendered))
        return response


class WorkspaceViewSet(Door, viewsets.GenericViewSet[Any]):
    """Says who may: `reads` and `writes` name the rights, `rights` overrides them for single actions."""

    lookup_value_converter = "uuid"
    reads: str = ""
    writes: str = ""
    rights: dict[str, str] = {}
    workspace: Workspace
    membership: Membership
    acting: Membership
    allowed: frozenset[str]

    def admit(self, request: Request, **kwargs: Any) -> None:
        key = request.auth if isinstance(request.auth, ApiKey) else None
        self.membership = membership_of(request.user, kwargs["slug"])
        if key and key.workspace_id != self.membership.workspace_id:
            raise Http404
        self.workspace = self.membership.workspace
        self.acting = acting(self.membership, key)
        self.allowed = rights_of(self.membership, key)
        if self.needed() not in self.allowed:
            raise PermissionDenied

    def needed(self) -> str:
        """The right that this call needs."""
        plain = self.reads if self.request.method in SAFE_METHODS else self.writes
        needed = self.rights.get(self.action or "", plain)
        if not needed:
            raise exceptions.MethodNotAllowed(self.request.method or "")
        return needed
