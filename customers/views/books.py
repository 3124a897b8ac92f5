"""Check against your books, and from when everything counts back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from accounts import settling
from accounts.access import MemberRequest, member
from accounts.models.workspace import Workspace
from customers import balancing, clock, tasks
from customers.features import catalogue


@require_GET
@member("data.view")
def books(request: MemberRequest) -> HttpResponse:
    as_of = clock.as_of(request.workspace)
    found = balancing.books(request.workspace, as_of=as_of)
    context = {
        "here": "data", "books": found, "as_of": as_of, "means": catalogue.revenue_means(request.workspace),
        "months": balancing.compared(found, catalogue.revenue_means(request.workspace)),
        "everything": "all" in request.GET, "jobs": balancing.recounting(request.workspace),
    }  # fmt: skip
    return render(request, "customers/books.html", context)


@require_POST
@member("data.change")
def books_right(request: MemberRequest) -> HttpResponse:
    balancing.confirm(request.workspace, by=request.user)
    messages.success(request, "Good. These figures count from now on.")
    return redirect("icp:home", request.workspace.slug)


@require_POST
@member("data.change")
def books_revenue(request: MemberRequest) -> HttpResponse:
    returns = "net" if "net" in request.POST.getlist("returns") else "gross"
    if balancing.choose_revenue(request.workspace, by=request.user, returns=returns):
        tasks.renew_profile(request.workspace, request.user)
    return redirect("customers:books", request.workspace.slug)


@require_POST
@member("workspace.change")
def clock_switch(request: MemberRequest) -> HttpResponse:
    wanted = Workspace.Clock.LIVE if request.POST.get("clock") == "live" else Workspace.Clock.DATA
    if settling.change_settings(request.workspace, by=request.user, values={"clock": wanted}):
        tasks.renew_profile(request.workspace, request.user)
        messages.success(
            request,
            "Everything counts from today now."
            if wanted == "live"
            else "Everything counts back from the end of the data now.",
        )
    then = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(then, allowed_hosts=None)
    return redirect(then) if then and safe else redirect("customers:books", request.workspace.slug)
