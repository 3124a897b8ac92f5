"""The addresses of the API of customers, below a workspace."""

from django.urls import path

from customers.api.books import BooksViewSet
from customers.api.customers import CustomerViewSet
from customers.api.downloads import DownloadViewSet
from customers.api.features import FeatureViewSet, TraitViewSet
from customers.api.imports import ImportViewSet
from customers.api.own_figures import OwnFigureViewSet
from customers.api.settings import SettingsViewSet
from customers.api.sources import SourceViewSet

urlpatterns = [
    path("imports/", ImportViewSet.as_view({"get": "list", "post": "create"}), name="api-imports"),
    path("imports/<uuid:pk>/", ImportViewSet.as_view({"get": "retrieve", "delete": "destroy"}), name="api-import"),
    path("imports/<uuid:pk>/rejects.csv", ImportViewSet.as_view({"get": "rejects"}), name="api-import-rejects"),
    path("sources/", SourceViewSet.as_view({"get": "list", "post": "create"}), name="api-sources"),
    path("settings/", SettingsViewSet.as_view({"get": "retrieve", "patch": "partial_update"}), name="api-settings"),
    path("customers/", CustomerViewSet.as_view({"get": "list"}), name="api-customers"),
    path(
        "customers/<uuid:pk>/",
        CustomerViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="api-customer",
    ),
    path("customers/<uuid:pk>/events/", CustomerViewSet.as_view({"get": "events"}), name="api-customer-events"),
    path("features/", FeatureViewSet.as_view({"get": "list"}), name="api-features"),
    path("downloads/", DownloadViewSet.as_view({"post": "create"}), name="api-downloads"),
    path("downloads/<uuid:pk>/file.zip", DownloadViewSet.as_view({"get": "file"}), name="api-download-file"),
    path("figures/", OwnFigureViewSet.as_view({"get": "list", "post": "create"}), name="api-figures"),
    path("figures/preview/", OwnFigureViewSet.as_view({"post": "preview"}), name="api-figures-preview"),
    path(
        "figures/<uuid:pk>/",
        OwnFigureViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="api-figure",
    ),
    path("traits/", TraitViewSet.as_view({"get": "list"}), name="api-traits"),
    path("books/", BooksViewSet.as_view({"get": "list"}), name="api-books"),
]
