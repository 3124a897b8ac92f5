"""The addresses of the API of icp, below a workspace."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from icp.api.actions import ActionViewSet
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
urlpatterns = [
    path("personas/<uuid:pk>/lines/", PersonaViewSet.as_view({"post": "add_line"}), name="api-persona-lines"),
    *router.urls,
]
