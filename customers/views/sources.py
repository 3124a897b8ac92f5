"""Everything that flows in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, member
from accounts.web import one_page
from customers.models.source import Import, Source


@require_GET
@member("data.view")
def sources(request: MemberRequest) -> HttpResponse:
    imports = Import.objects.in_workspace(request.workspace).select_related("job").order_by("-created_at")
    live = Source.objects.in_workspace(request.workspace).exclude(kind=Source.Kind.FILES).filter(revoked_at=None)
    context = {"here": "data", "page": one_page(request, imports, size=25), "live": live.order_by("created_at")}
    return render(request, "customers/sources.html", context)
