"""Found for you: choose figures, look, read the verdict, keep or leave."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, member
from accounts.models.job import Job
from segments import proposing, tasks
from segments.models.segment import Method, SegmentSet
from segments.proposal import Look, Proposal

HERE = {"here": "segments"}


@require_http_methods(["GET", "POST"])
@member("segments.change")
def segments_found(request: MemberRequest) -> HttpResponse:
    """What to look at; sensible figures are chosen already."""
    look = Look.of(request.workspace, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            whole = proposing.ask(request.workspace, **look.asked, by=request.user)
        except proposing.NotPossible as problem:
            return render(request, "segments/found.html", HERE | {"look": look, "problem": str(problem)}, status=422)
        tasks.request_clustering(whole, request.user)
        return redirect("segments:set", request.workspace.slug, whole.pk)
    return render(request, "segments/found.html", HERE | {"look": look})


@require_GET
@member("segments.view")
def set_detail(request: MemberRequest, set_id: UUID) -> HttpResponse:
    """The look while it runs, then what it proposes, or why it refuses."""
    whole = _set(request, set_id)
    if whole.is_main:
        return redirect("segments:list", request.workspace.slug)
    context: dict[str, Any] = HERE | {"set": whole, "proposal": Proposal(whole), "job": whole.job}
    return render(request, f"segments/{_page(whole)}.html", context)


@require_POST
@member("segments.change")
def set_keep(request: MemberRequest, set_id: UUID) -> HttpResponse:
    whole = _set(request, set_id)
    names = {name.removeprefix("name-"): text for name, text in request.POST.items() if name.startswith("name-")}
    try:
        proposing.keep(whole, names={key: str(text) for key, text in names.items()}, by=request.user)
    except proposing.NotPossible as problem:
        context = HERE | {"set": whole, "proposal": Proposal(whole, names), "problem": str(problem), "job": whole.job}
        return render(request, f"segments/{_page(whole)}.html", context, status=422)
    messages.success(request, "Kept. They are counted again with every import.")
    return redirect("segments:list", request.workspace.slug)


def _set(request: MemberRequest, set_id: UUID) -> SegmentSet:
    rows = SegmentSet.objects.in_workspace(request.workspace).select_related("workspace", "job")
    found: SegmentSet = get_object_or_404(rows, pk=set_id, method__in=[Method.CLUSTERS, Method.RFM])
    return found


def _page(whole: SegmentSet) -> str:
    if whole.status in {SegmentSet.Status.PROPOSED, SegmentSet.Status.KEPT}:
        return "set_proposed"
    if whole.status == SegmentSet.Status.REFUSED:
        return "set_refused"
    failed = {Job.Status.FAILED, Job.Status.CANCELLED}
    return "set_failed" if whole.job and whole.job.status in failed else "set_computing"
