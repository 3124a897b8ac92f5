"""The addresses of the API of icp, below a workspace."""

from typing import Any

from django.urls import path
from rest_framework.routers import SimpleRouter

from icp.api.actions import ActionViewSet
from icp.api.decisions import BookViewSet, DecisionViewSet, GapViewSet
from icp.api.first_look import FirstLookViewSet
from icp.api.icps import IcpViewSet
from icp.api.personas import PersonaViewSet
from icp.api.rounds import RoundViewSet
from icp.api.rubrics import RubricViewSet

router = SimpleRouter()
router.register("actions", ActionViewSet, basename="api-action")
router.register("first-look", FirstLookViewSet, basename="api-first-look")
router.register("icps", IcpViewSet, basename="api-icp")
router.register("personas", PersonaViewSet, basename="api-persona")
router.register("rubrics", RubricViewSet, basename="api-rubric")
router.register("rounds", RoundViewSet, basename="api-round")
DECISION: Any = {"get": "retrieve", "post": "create", "patch": "partial_update", "delete": "destroy"}
urlpatterns = [
    path("personas/<uuid:pk>/lines/", PersonaViewSet.as_view({"post": "add_line"}), name="api-persona-lines"),
    path("rounds/<uuid:pk>/decision/", DecisionViewSet.as_view(DECISION), name="api-round-decision"),
    path("rounds/<uuid:pk>/decision/change/", DecisionViewSet.as_view({"post": "change"}), name="api-decision-change"),
    path("rounds/<uuid:pk>/decision/spent/", DecisionViewSet.as_view({"post": "spent"}), name="api-decision-spent"),
    path("rounds/<uuid:pk>/gaps/", GapViewSet.as_view({"get": "list", "post": "create"}), name="api-round-gaps"),
    path("rounds/<uuid:pk>/gaps/close/", GapViewSet.as_view({"post": "close"}), name="api-gaps-close"),
    path("rounds/<uuid:pk>/result.xlsx", BookViewSet.as_view({"get": "retrieve"}), name="api-round-book"),
    *router.urls,
]
