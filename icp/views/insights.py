"""Insights: the first look, and each of its findings at an address of its own."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, member
from accounts.models.job import Job
from customers import clock, profiling
from icp import looking, proving
from icp.doubting import beside_orders
from icp.models.insight import Insight
from icp.showing import Shown, first_line, whole_of
from segments.defining import NotPossible
from segments.rules.tree import InvalidRule

HERE: dict[str, Any] = {"here": "insights"}


@require_GET
@member("data.view")
def first_look(request: MemberRequest) -> HttpResponse:
    """The business in six sentences."""
    workspace, found = request.workspace, looking.newest(request.workspace)
    jobs = Job.objects.in_workspace(workspace).filter(ended_at=None, kind__in=["import", "profile", looking.JOB])
    context = HERE | {"job": jobs.order_by("created_at").first()}
    if not found:
        return render(request, "icp/first_look_empty.html", context | {"figures": profiling.current(workspace)})
    context |= {
        "title": first_line(workspace, found[0]),
        "shown": Shown.all(found, request.membership),
        "unknowns": beside_orders(workspace, whole_of(found[0]), today=now()),
    }
    return render(request, "icp/first_look.html", context)


@require_GET
@member("data.view")
def insight(request: MemberRequest, insight_id: UUID) -> HttpResponse:
    """One finding as it was found, with what stands behind it; it stays the same at this address."""
    found = _found(request, insight_id)
    newer = next((one for one in looking.newest(request.workspace) if one.kind == found.kind), None)
    shown = Shown.all([found], request.membership)[0]
    address = request.build_absolute_uri(request.path)
    context = HERE | {"one": shown, "newer": newer if found.set_aside_at else None, "address": address}
    return render(request, "icp/insight.html", context)


@require_GET
@member("segments.export")
def insight_csv(request: MemberRequest, insight_id: UUID) -> HttpResponseBase:
    """The rows behind a finding as a file."""
    found = _found(request, insight_id)
    lines = (line.encode() for line in proving.file_of(found, by=request.user))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="first-look-{found.kind}.csv"'
    return answer


@require_POST
@member("segments.change")
def insight_segment(request: MemberRequest, insight_id: UUID) -> HttpResponse:
    """See these customers: the segment of a finding, made where there is none yet."""
    found = _found(request, insight_id)
    try:
        segment = proving.segment_of(found, as_of=clock.as_of(request.workspace), by=request.user)
    except (InvalidRule, NotPossible) as problem:
        messages.error(request, str(problem))
        return redirect("icp:insight", request.workspace.slug, found.pk)
    return redirect("segments:detail", request.workspace.slug, segment.pk)


def _found(request: MemberRequest, insight_id: UUID) -> Insight:
    rows = Insight.objects.in_workspace(request.workspace).select_related("workspace")
    found: Insight = get_object_or_404(rows, pk=insight_id)
    return found
