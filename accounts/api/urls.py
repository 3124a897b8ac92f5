"""The addresses of the API of accounts."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from accounts.api.audit import AuditViewSet
from accounts.api.intake import IntakeHistoryViewSet, IntakeViewSet, OwnQuestionViewSet
from accounts.api.jobs import JobViewSet
from accounts.api.keys import KeyViewSet
from accounts.api.members import InvitationViewSet, MemberViewSet
from accounts.api.workspaces import MeView, WorkspacesViewSet

workspace = SimpleRouter(use_regex_path=False)
workspace.register("audit", AuditViewSet, basename="api-audit")
workspace.register("intake/questions", OwnQuestionViewSet, basename="api-intake-question")
workspace.register("invitations", InvitationViewSet, basename="api-invitation")
workspace.register("jobs", JobViewSet, basename="api-job")
workspace.register("members", MemberViewSet, basename="api-member")
workspace.register("tokens", KeyViewSet, basename="api-token")

urlpatterns = [
    path("me/", MeView.as_view(), name="api-me"),
    path("workspaces/", WorkspacesViewSet.as_view({"get": "list", "post": "create"}), name="api-workspaces"),
    path(
        "workspaces/<slug:slug>/intake/",
        IntakeViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="api-intake",
    ),
    path(
        "workspaces/<slug:slug>/intake/history/",
        IntakeHistoryViewSet.as_view({"get": "list"}),
        name="api-intake-history",
    ),
    path(
        "workspaces/<slug:slug>/intake/history/<uuid:pk>/restore/",
        IntakeHistoryViewSet.as_view({"post": "restore"}),
        name="api-intake-restore",
    ),
    path("workspaces/<slug:slug>/", include(workspace.urls)),
]
