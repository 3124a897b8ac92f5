"""The addresses of the API: each app lists its own."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

urlpatterns = [
    path("v1/", include("accounts.api.urls")),
    path("v1/workspaces/<slug:slug>/", include("customers.api.urls")),
    path("v1/workspaces/<slug:slug>/", include("segments.api.urls")),
    path("v1/workspaces/<slug:slug>/", include("icp.api.urls")),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
]
