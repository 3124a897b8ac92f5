"""Segments: all of them, one of them, and who is in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, member
from accounts.models.job import Job
from customers import clock, finding
from customers.models.customer import Customer
from segments import defining, tasks
from segments.models.segment import Method, Segment
from segments.presenting import Overview, Portrait
from segments.remembering import newest_members
from segments.rules import explain
from segments.rules.tree import InvalidRule, parse

HERE: dict[str, Any] = {"here": "segments"}


@require_GET
@member("segments.view")
def segment_list(request: MemberRequest) -> HttpResponse:
    overview = Overview(request.workspace, clock.as_of(request.workspace))
    running = _running(request, ["import", "profile", "main-segments"])
    return render(request, "segments/segment_list.html", HERE | {"overview": overview, "job": running})


@require_GET
@member("segments.view")
def segment_detail(request: MemberRequest, segment_id: UUID) -> HttpResponse:
    segment = _segment(request, segment_id)
    hidden = not request.membership.may("personal.view")
    portrait = Portrait(segment, clock.as_of(request.workspace), names_hidden=hidden)
    counting = _running(request, ["refresh"], subject=str(segment.pk)) or _running(request, ["refresh-all"])
    context = HERE | {"segment": segment, "portrait": portrait, "job": counting, "segment_url": request.path}
    return render(request, "segments/segment_detail.html", context)


@require_GET
@member("segments.view")
def segment_members(request: MemberRequest, segment_id: UUID) -> HttpResponse:
    """Everybody who is in, fifty a page, those who spent most first."""
    segment = _segment(request, segment_id)
    hidden = not request.membership.may("personal.view")
    portrait = Portrait(segment, clock.as_of(request.workspace), names_hidden=hidden)
    page = Paginator(portrait.by_worth, 50).get_page(request.GET.get("page"))
    context = HERE | {"segment": segment, "portrait": portrait, "page": page, "people": portrait.listed(page)}
    return render(request, "segments/segment_members.html", context)


@require_GET
@member("segments.view")
def segment_why(request: MemberRequest, segment_id: UUID, customer_id: UUID) -> HttpResponse:
    """Why somebody is in, or is not: each condition with what they have and what is asked for."""
    segment = _segment(request, segment_id)
    customer = get_object_or_404(Customer.objects.in_workspace(request.workspace), pk=customer_id)
    as_of = clock.as_of(request.workspace)
    hidden = not request.membership.may("personal.view")
    context = HERE | {"segment": segment, "customer": customer, "as_of": as_of}
    context |= {
        "portrait": Portrait(segment, as_of, names_hidden=hidden),
        "verdict": _verdict(segment, customer, as_of),
    }
    context["name"] = context["portrait"].named(customer)
    if segment.method == Method.RFM:
        context["habit"] = finding.habit_of(request.workspace, customer, as_of=as_of)
    return render(request, "segments/segment_why.html", context)


@require_POST
@member("segments.change")
def segment_refresh(request: MemberRequest, segment_id: UUID) -> HttpResponse:
    segment = _segment(request, segment_id)
    job = tasks.request_refresh(segment, request.user)
    if request.headers.get("HX-Request"):
        onward = reverse("segments:detail", args=[request.workspace.slug, segment.pk])
        context = {"segment": segment, "job": job, "segment_url": onward}
        return render(request, "segments/segment_detail.html#counting", context)
    messages.success(request, "We count again. It takes a moment.")
    return redirect("segments:detail", request.workspace.slug, segment.pk)


@require_POST
@member("segments.change")
def segment_rename(request: MemberRequest, segment_id: UUID) -> HttpResponse:
    segment = _segment(request, segment_id)
    try:
        defining.redefine(
            segment, name=request.POST.get("name", ""), as_of=clock.as_of(request.workspace), by=request.user
        )
        messages.success(request, "Saved.")
    except (InvalidRule, defining.NotPossible) as problem:
        messages.error(request, str(problem))
    return redirect("segments:detail", request.workspace.slug, segment.pk)


@require_POST
@member("segments.change")
def segment_archive(request: MemberRequest, segment_id: UUID) -> HttpResponse:
    segment = _segment(request, segment_id)
    try:
        defining.set_aside(segment, by=request.user)
    except defining.NotPossible as problem:
        messages.error(request, str(problem))
        return redirect("segments:detail", request.workspace.slug, segment.pk)
    messages.success(request, f"“{segment.name}” was set aside. Its history is kept.")
    return redirect("segments:list", request.workspace.slug)


def _segment(request: MemberRequest, segment_id: UUID) -> Segment:
    rows = Segment.objects.in_workspace(request.workspace).live().select_related("workspace", "set", "parent")
    found: Segment = get_object_or_404(rows, pk=segment_id)
    return found


def _running(request: MemberRequest, kinds: list[str], **which: Any) -> Job | None:
    open_jobs = Job.objects.in_workspace(request.workspace).filter(kind__in=kinds, ended_at=None, **which)
    first: Job | None = open_jobs.order_by("created_at").first()
    return first


def _verdict(segment: Segment, customer: Customer, as_of: Any) -> Any:
    try:
        return explain.verdict(segment.workspace, parse(segment.definition, segment.workspace), customer.number, as_of)
    except InvalidRule:
        return explain.Verdict(customer.number in newest_members(segment), [])
