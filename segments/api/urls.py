"""The addresses of the API of segments, below a workspace."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from segments.api.deliveries import DeliveryViewSet
from segments.api.segments import SegmentViewSet
from segments.api.sets import ComparisonViewSet, SegmentSetViewSet

router = SimpleRouter()
router.register("segments", SegmentViewSet, basename="segment")
router.register("deliveries", DeliveryViewSet, basename="api-delivery")

urlpatterns = [
    path("segments/overlap/", ComparisonViewSet.as_view({"get": "overlap"}), name="api-segment-overlap"),
    path("segments/movement/", ComparisonViewSet.as_view({"get": "movement"}), name="api-segment-movement"),
    path("segment-sets/", SegmentSetViewSet.as_view({"get": "list", "post": "create"}), name="api-segment-sets"),
    path("segment-sets/<uuid:pk>/", SegmentSetViewSet.as_view({"get": "retrieve"}), name="api-segment-set"),
    path("segment-sets/<uuid:pk>/keep/", SegmentSetViewSet.as_view({"post": "keep"}), name="api-segment-set-keep"),
    path(
        "segments/<uuid:pk>/members.csv",
        SegmentViewSet.as_view({"get": "members_csv"}),
        name="segment-members-csv",
    ),
    path(
        "deliveries/<uuid:pk>/file.csv",
        DeliveryViewSet.as_view({"get": "file_csv"}),
        name="api-delivery-file",
    ),
    *router.urls,
]
