"""A number's own address."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, member
from customers import keeping
from customers.models.kept import KeptFigure


@require_POST
@member("data.view")
def figure_keep(request: MemberRequest) -> HttpResponse:
    """Keep what a page said of a number, and go to its address."""
    try:
        kept = keeping.keep(request.workspace, request.POST.get("sealed", ""), by=request.user)
    except keeping.NotSealed as problem:
        messages.error(request, str(problem))
        return redirect("customers:list", request.workspace.slug)
    return redirect("customers:kept", request.workspace.slug, kept.pk)


@require_GET
@member("data.view")
def kept_figure(request: MemberRequest, kept_id: UUID) -> HttpResponse:
    """The number as it was, whenever it is looked at."""
    rows = KeptFigure.objects.in_workspace(request.workspace).select_related("kept_by")
    kept = get_object_or_404(rows, pk=kept_id)
    context = {"here": "", "kept": kept, "address": request.build_absolute_uri()}
    return render(request, "customers/kept_figure.html", context)
