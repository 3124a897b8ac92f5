"""The page behind a one-use link: a button, because only a person's click may use the link up."""

from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts import signing


@require_http_methods(["GET", "POST"])
def signed_link(request: HttpRequest, token: str) -> HttpResponse:
    try:
        user = signing.use(token) if request.method == "POST" else signing.read(token)
    except signing.LinkRefused as reason:
        return render(request, "accounts/signed_link.html", {"refused": reason}, status=410)
    if request.method == "POST":
        answer: HttpResponse = perform_login(request, user)
        return answer
    return render(request, "accounts/signed_link.html", {"person": user})
