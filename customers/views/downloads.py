"""Everything as Parquet: ask for it, and take it within a day."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, member
from accounts.models.job import Job
from customers import downloading, tasks


@require_http_methods(["GET", "HEAD", "POST"])
@member("data.view")
def downloads(request: MemberRequest) -> HttpResponse:
    """What there is to take, and the button that asks for it."""
    personal = request.membership.may("personal.view")
    if request.method == "POST":
        tasks.request_download(request.workspace, request.user, personal=personal)
        return redirect("customers:downloads", request.workspace.slug)
    rows = _mine(request).order_by("-created_at")
    context = {
        "here": "data", "personal": personal, "tables": downloading.TABLES,
        "running": rows.filter(ended_at=None).first(),
        "ready": [job for job in rows.filter(status=Job.Status.DONE)[:5] if downloading.is_ready(job)],
    }  # fmt: skip
    return render(request, "customers/downloads.html", context)


@require_GET
@member("data.view")
def download_file(request: MemberRequest, download_id: UUID) -> HttpResponseBase:
    """The file itself."""
    job = get_object_or_404(_mine(request), pk=download_id)
    if not downloading.is_ready(job):
        raise Http404("This download is gone: it is kept for a day. Ask for a new one.")
    file = downloading.take(job, by=request.user).open("rb")
    return FileResponse(file, as_attachment=True, filename=downloading.name_of(job), content_type="application/zip")


def _mine(request: MemberRequest) -> Any:
    """Downloads that this person may take: those with personal details only with the right to see them."""
    return downloading.of(request.workspace, personal=request.membership.may("personal.view"))
