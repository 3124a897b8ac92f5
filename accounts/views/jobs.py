"""Long work: how far it is, and how to stop it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HTMX_STOP_POLLING

from accounts import auditing
from accounts import jobs as work
from accounts.access import MemberRequest, member
from accounts.models.job import Job
from accounts.web import one_page


@require_GET
@member("jobs.view")
def jobs(request: MemberRequest) -> HttpResponse:
    rows = Job.objects.in_workspace(request.workspace).select_related("requested_by", "workspace")
    page = one_page(request, rows.order_by("-created_at"), size=30)
    return render(request, "accounts/jobs.html", {"here": "jobs", "page": page})


@require_GET
@member("jobs.view")
def job_bar(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """The bar of one job. Its last answer ends the polling, and leads on where the page asked for it."""
    job, onward = _job(request, job_id), _onward(request)
    if not request.headers.get("HX-Request"):
        return redirect("accounts:jobs", request.workspace.slug)
    status = HTMX_STOP_POLLING if job.is_over else 200
    answer = render(request, "components/job.html", {"job": job, "next": onward}, status=status)
    if job.status == Job.Status.DONE and onward:
        answer.headers["HX-Redirect"] = onward
    return answer


@require_GET
@member("jobs.view")
def running(request: MemberRequest) -> HttpResponse:
    """The little word in the top bar."""
    open_jobs = Job.objects.in_workspace(request.workspace).filter(ended_at=None)
    status = 200 if open_jobs.exists() else HTMX_STOP_POLLING
    return render(request, "components/running.html", status=status)


@require_POST
@member("jobs.cancel")
def job_cancel(request: MemberRequest, job_id: UUID) -> HttpResponse:
    job = _job(request, job_id)
    if work.cancel(job):
        auditing.record(request.workspace, request.user, "jobs.cancelled", "Cancelled a job.", subject=job.pk)
    if request.headers.get("HX-Request"):
        return render(request, "components/job.html", {"job": _job(request, job_id)})
    messages.success(request, _job(request, job_id).message or "It was over already.")
    return redirect("accounts:jobs", request.workspace.slug)


def _job(request: MemberRequest, job_id: UUID) -> Job:
    jobs = Job.objects.in_workspace(request.workspace).select_related("workspace")
    found: Job = get_object_or_404(jobs, pk=job_id)
    return found


def _onward(request: MemberRequest) -> str:
    """The address in ?next=, if it is one of ours."""
    asked = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/")
    return asked if ours else ""
