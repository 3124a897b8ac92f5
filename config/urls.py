"""The pages of the four apps, the API, and the doors that need no sign-in."""

from django.urls import include, path

from accounts.views import health
from accounts.views.signing import signed_link
from customers.views.asking import bring

urlpatterns = [
    path("", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("icp.urls")),
    path("w/<slug:slug>/", include("segments.urls")),
    path("w/<slug:slug>/", include("customers.urls")),
    path("in/<str:token>/", signed_link, name="signed-link"),
    path("bring/<str:secret>/", bring, name="bring"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("api/", include("config.api")),
]

handler400 = "accounts.views.errors.bad_request"
handler403 = "accounts.views.errors.forbidden"
handler404 = "accounts.views.errors.not_found"
handler429 = "accounts.views.errors.too_many"
handler500 = "accounts.views.errors.wrong"
