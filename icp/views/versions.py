"""A sheet that was approved: its versions, one of them, and two side by side."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, member
from customers import clock, profiling
from icp import approving, consulting
from icp.models.definition import Icp, IcpVersion
from icp.refusing import NotPossible


@require_POST
@member("icps.change")
def sheet_approve(request: MemberRequest, icp_id: UUID) -> HttpResponse:
    """Freeze the sheet as it stands."""
    icp = _icp(request, icp_id)
    as_of = clock.as_of(request.workspace) if profiling.current(request.workspace) else None
    try:
        version = approving.approve(icp, as_of=as_of, by=request.user, note=request.POST.get("note", ""))
    except NotPossible as reason:
        messages.error(request, str(reason))
    else:
        consulting.request(request.workspace, request.user, as_of=clock.as_of(request.workspace), icp=icp)
        messages.success(request, f"Version {version.number} of {icp.name} is approved.")
    return redirect("icp:detail", request.workspace.slug, icp.pk)


@require_GET
@member("icps.view")
def version_list(request: MemberRequest, icp_id: UUID) -> HttpResponse:
    """All versions, the newest first."""
    icp = _icp(request, icp_id)
    rows = approving.versions(icp)
    now_reads = approving.sheet_of(icp, None)
    steps = [
        (row, approving.tally(row.sheet), approving.differences(before.sheet, row.sheet) if before else [])
        for row, before in zip(rows, [*rows[1:], None], strict=True)
    ]
    since = approving.differences(rows[0].sheet, now_reads) if rows else []
    context = {"here": "ideal", "icp": icp, "steps": steps, "since": since}
    return render(request, "icp/icp_versions.html", context)


@require_GET
@member("icps.view")
def version_detail(request: MemberRequest, icp_id: UUID, version_id: UUID) -> HttpResponse:
    """One version as it was approved; with ?with=<version> the differences to another, with ?with=now to today."""
    icp = _icp(request, icp_id)
    rows = approving.versions(icp)
    version = get_object_or_404(IcpVersion.objects.in_workspace(request.workspace), pk=version_id, icp=icp)
    other = request.GET.get("with", "")
    context = {
        "here": "ideal", "icp": icp, "version": version, "others": [row for row in rows if row.pk != version.pk],
        "parts": approving.by_part(version.sheet), "counts": approving.tally(version.sheet), "with": other,
    }  # fmt: skip
    if other == "now":
        context |= {"changes": approving.differences(version.sheet, approving.sheet_of(icp, None)), "to": "today"}
    elif other:
        found = next((row for row in rows if str(row.pk) == other), None)
        if found is not None:
            first, second = sorted((version, found), key=lambda row: row.number)
            changes = approving.differences(first.sheet, second.sheet)
            context |= {"changes": changes, "from_number": first.number, "to": f"version {second.number}"}
    return render(request, "icp/icp_version.html", context)


def _icp(request: MemberRequest, icp_id: UUID) -> Icp:
    rows = Icp.objects.in_workspace(request.workspace).select_related("workspace", "approved")
    found: Icp = get_object_or_404(rows.prefetch_related("lines", "segments"), pk=icp_id)
    return found
