"""Candidates: the list, naming several, one sheet."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import surveying
from accounts.access import MemberRequest, member
from customers import clock
from icp import defining, evidencing, focusing
from icp.forms import CandidateForm, LineForm
from icp.models.definition import Icp
from icp.refusing import NotPossible
from icp.starters import starters
from segments.models.segment import Segment

EMPTY_ROWS = 5


@require_GET
@member("rounds.grade")
def candidate_list(request: MemberRequest) -> HttpResponse:
    if not request.membership.may("icps.view"):
        return redirect("icp:rounds", request.workspace.slug)
    icps = list(defining.candidates(request.workspace))
    shares = evidencing.shares_of(request.workspace, icps, clock.as_of(request.workspace))
    decision = focusing.newest_decision(request.workspace)
    context = {"here": "ideal", "icps": icps, "shares": shares, "decision": decision, "places": _places(decision)}
    return render(request, "icp/icp_list.html", context | {"from_data": _unused_segments(request)})


def _places(decision: Any) -> dict[str, Any]:
    """The newest result by candidate."""
    return {row["icp"]: row for row in decision.result["ranking"]} if decision else {}


def _unused_segments(request: MemberRequest) -> list[Segment]:
    segments = Segment.objects.in_workspace(request.workspace).main().with_size().filter(icps=None)
    return list(segments)


@require_http_methods(["GET", "POST"])
@member("icps.change")
def candidate_new(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        return _name_them(request)
    return _naming(request, rows=[("", "")] * EMPTY_ROWS)


def _name_them(request: MemberRequest) -> HttpResponse:
    offered = dict(starters(_selling(request)))
    ticked = [(name, offered[name]) for name in request.POST.getlist("starter") if name in offered]
    written = list(zip(request.POST.getlist("name"), request.POST.getlist("why"), strict=False))
    try:
        named = defining.name_candidates(request.workspace, named=[*ticked, *written], by=request.user)
    except NotPossible as reason:
        return _naming(request, rows=written, ticked=[name for name, _ in ticked], problem=str(reason), status=422)
    messages.success(request, f"{len(named)} {'candidate is' if len(named) == 1 else 'candidates are'} named.")
    return redirect("icp:list", request.workspace.slug)


def _naming(request: MemberRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    context |= {"here": "ideal", "starters": starters(_selling(request)), "segments": _unused_segments(request)}
    return render(request, "icp/icp_new.html", context, status=status)


def _selling(request: MemberRequest) -> str:
    return str(surveying.survey_of(request.workspace).value("selling") or "")


@require_POST
@member("icps.change")
def candidate_from_segment(request: MemberRequest, segment_id: UUID) -> HttpResponse:
    segment = get_object_or_404(Segment.objects.in_workspace(request.workspace), pk=segment_id)
    try:
        icp = evidencing.candidate_from_segment(segment, as_of=clock.as_of(request.workspace), by=request.user)
    except NotPossible as reason:
        messages.error(request, str(reason))
        return redirect("icp:list", request.workspace.slug)
    return redirect("icp:detail", request.workspace.slug, icp.pk)


@require_GET
@member("rounds.grade")
def candidate_detail(request: MemberRequest, icp_id: UUID) -> HttpResponse:
    return sheet(request, _readable(request, icp_id))


def sheet(request: MemberRequest, icp: Icp, *, status: int = 200, **context: Any) -> HttpResponse:
    """The sheet of a candidate; `line` is the form for a new line, `changing` the line that is being changed."""
    context = {
        "here": "ideal",
        "icp": icp,
        "parts": defining.lines_by_part(icp),
        "counts": defining.counted(icp),
        "figures": evidencing.figures(icp, clock.as_of(request.workspace)),
        "place": _places(focusing.newest_decision(request.workspace)).get(str(icp.pk)),
        "line": LineForm(),
    } | context
    return render(request, "icp/icp_detail.html", context, status=status)


@require_http_methods(["GET", "POST"])
@member("icps.change")
def candidate_change(request: MemberRequest, icp_id: UUID) -> HttpResponse:
    icp = get_object_or_404(Icp.objects.in_workspace(request.workspace), pk=icp_id)
    form = CandidateForm(request.POST or None, initial={"name": icp.name, "sentence": icp.sentence})
    if request.method == "POST" and form.is_valid():
        try:
            defining.change_candidate(icp, **form.cleaned_data, by=request.user)
        except NotPossible as reason:
            form.add_error("name", str(reason))
        else:
            return redirect("icp:detail", request.workspace.slug, icp.pk)
    context = {"here": "ideal", "icp": icp, "form": form}
    return render(request, "icp/icp_form.html", context, status=422 if form.errors else 200)


@require_POST
@member("icps.change")
def candidate_archive(request: MemberRequest, icp_id: UUID) -> HttpResponse:
    icp = get_object_or_404(Icp.objects.in_workspace(request.workspace), pk=icp_id)
    defining.archive(icp, by=request.user)
    messages.success(request, f"{icp.name} is archived. Open its sheet to bring it back.")
    return redirect("icp:detail", request.workspace.slug, icp.pk)


@require_POST
@member("icps.change")
def candidate_restore(request: MemberRequest, icp_id: UUID) -> HttpResponse:
    icp = get_object_or_404(Icp.objects.in_workspace(request.workspace), pk=icp_id)
    try:
        defining.bring_back(icp, by=request.user)
    except NotPossible as reason:
        messages.error(request, str(reason))
    return redirect("icp:detail", request.workspace.slug, icp.pk)


def _readable(request: MemberRequest, icp_id: UUID) -> Icp:
    sees_all = request.membership.may("icps.view")
    rows = defining.readable(request.workspace, user=request.user, sees_all=sees_all)
    found: Icp = get_object_or_404(rows.select_related("workspace"), pk=icp_id)
    return found
