"""The lines of a sheet."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, member
from icp import defining
from icp.defining import Line
from icp.forms import LineForm
from icp.models.definition import Evidence, Icp
from icp.refusing import NotPossible
from icp.views.candidates import sheet


@require_POST
@member("icps.change")
def line_add(request: MemberRequest, icp_id: UUID) -> HttpResponse:
    icp = get_object_or_404(Icp.objects.in_workspace(request.workspace), pk=icp_id)
    form = LineForm(request.POST)
    if not form.is_valid():
        return sheet(request, icp, line=form, status=422)
    defining.add_line(icp, Line(**form.cleaned_data), by=request.user)
    return redirect("icp:detail", request.workspace.slug, icp.pk)


@require_http_methods(["GET", "POST"])
@member("icps.change")
def line_change(request: MemberRequest, icp_id: UUID, line_id: UUID) -> HttpResponse:
    line = _line(request, icp_id, line_id)
    if request.method == "GET":
        return sheet(request, line.icp, changing=line)
    try:
        defining.change_line(
            line, text=request.POST.get("text", ""), kind=request.POST.get("kind", line.kind), by=request.user
        )
    except NotPossible as reason:
        line.refresh_from_db()
        return sheet(request, line.icp, changing=line, problem=str(reason), status=422)
    return redirect("icp:detail", request.workspace.slug, icp_id)


@require_POST
@member("icps.change")
def line_remove(request: MemberRequest, icp_id: UUID, line_id: UUID) -> HttpResponse:
    defining.remove_line(_line(request, icp_id, line_id), by=request.user)
    return redirect("icp:detail", request.workspace.slug, icp_id)


def _line(request: MemberRequest, icp_id: UUID, line_id: UUID) -> Evidence:
    lines = Evidence.objects.in_workspace(request.workspace).select_related("icp", "icp__workspace", "workspace")
    found: Evidence = get_object_or_404(lines, pk=line_id, icp=icp_id)
    return found
