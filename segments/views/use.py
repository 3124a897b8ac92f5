"""Use this segment: the dialog, the list that left, its file."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, member
from customers import clock
from segments import delivering, exporting
from segments.forms import Dialog, UseForm
from segments.models.delivery import Delivery
from segments.models.segment import Segment
from segments.presenting import Portrait
from segments.telling import Told

HERE: dict[str, Any] = {"here": "segments"}


@require_http_methods(["GET", "POST"])
@member("segments.export")
def segment_use(request: MemberRequest, segment_id: UUID) -> HttpResponse:
    """Where, whom, how many held back, what for."""
    segment = get_object_or_404(Segment.objects.in_workspace(request.workspace).live(), pk=segment_id)
    form = _form(request)
    if request.method == "GET" or "recount" in request.POST:
        return _dialog(request, segment, form)
    if not form.is_valid():
        return _dialog(request, segment, form, status=422)
    try:
        made = delivering.deliver(segment, form.wish(), as_of=clock.as_of(request.workspace), by=request.user)
    except delivering.NotPossible as reason:
        return _dialog(request, segment, form, problem=str(reason), status=422)
    return redirect("segments:delivery", request.workspace.slug, made.pk)


def _form(request: MemberRequest) -> UseForm:
    zone = ZoneInfo(request.workspace.timezone)
    days = {"today": now().astimezone(zone).date(), "as_of": clock.as_of(request.workspace).astimezone(zone).date()}
    return UseForm(request.POST or None, workspace=request.workspace, initial={"owner": request.user.pk}, **days)


def _dialog(
    request: MemberRequest, segment: Segment, form: UseForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    as_of = clock.as_of(request.workspace)
    proposal = delivering.propose(segment, as_of=as_of, with_unknown=form.wants_unknown)
    context = HERE | {"segment": segment, "dialog": Dialog(form, proposal, problem), "shows_errors": status == 422}
    if request.headers.get("HX-Request"):
        return render(request, "segments/segment_use.html#dialog", context, status=status)
    context["portrait"] = Portrait(segment, as_of, names_hidden=False)
    return render(request, "segments/segment_use.html", context, status=status)


@require_GET
@member("segments.view")
def delivery_detail(request: MemberRequest, delivery_id: UUID) -> HttpResponse:
    """One list that left, and what came of it."""
    delivery = get_object_or_404(delivering.lists_sent(request.workspace), pk=delivery_id)
    context = {"here": "plan", "delivery": delivery, "segment": delivery.segment, "told": Told(delivery)}
    return render(request, "segments/delivery_detail.html", context)


@require_GET
@member("segments.export")
def delivery_file(request: MemberRequest, delivery_id: UUID) -> HttpResponseBase:
    """The file, as its destination wants it."""
    rows = Delivery.objects.in_workspace(request.workspace).select_related("segment", "workspace")
    delivery = get_object_or_404(rows, pk=delivery_id)
    return exporting.answer(delivery.segment, delivering.file_of(delivery, by=request.user))
