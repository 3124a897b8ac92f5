"""Candidates: the list, naming several, one sheet."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import surveying
from accounts.access import MemberRequest, member
from accounts.models.job import Job
from customers import clock, profiling
from icp import (
    approving,
    checking,
    consulting,
    defining,
    evidencing,
    fitting,
    focusing,
    portraying,
    ranging,
    resting,
    vouching,
)
from icp.defining import Named
from icp.forms import CandidateForm, SheetLineForm
from icp.models.definition import Icp, Standing
from icp.refusing import NotPossible
from icp.starters import BUYS_TODAY, starters
from segments.models.segment import Segment
from segments.rules.tree import InvalidRule

EMPTY_ROWS = 5
MOST = 20  # rows that come back after a refusal


@require_GET
@member("rounds.grade")
def candidate_list(request: MemberRequest) -> HttpResponse:
    if not request.membership.may("icps.view"):
        return redirect("icp:rounds", request.workspace.slug)
    icps = list(defining.candidates(request.workspace).prefetch_related("segments"))
    decision = focusing.newest_decision(request.workspace)
    context = {
        "here": "ideal",
        "icps": icps,
        "sides": _sides(icps),
        "shares": evidencing.shares_of(request.workspace, icps, clock.as_of(request.workspace)),
        "decision": decision,
        "places": _places(decision),
        "guesses": checking.standing(request.workspace),
        "from_data": _unused_segments(request),
    }
    return render(request, "icp/icp_list.html", context)


def _sides(icps: list[Icp]) -> list[tuple[str, str, list[Icp]]]:
    """Those from data, and those from opinion: a segment makes the difference."""
    from_data = [icp for icp in icps if icp.segments.all()]
    from_opinion = [icp for icp in icps if icp not in from_data]
    found = [
        ("From data", "A segment stands behind each: facts come from what people did.", from_data),
        ("From opinion", "Named by hand. What is said of them are guesses until somebody or something confirms them.",
         from_opinion),
    ]  # fmt: skip
    return [side for side in found if side[2]]


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
    return _naming(request, rows=[Named("")] * EMPTY_ROWS)


def _name_them(request: MemberRequest) -> HttpResponse:
    written, ticked = _written(request), request.POST.getlist("starter")
    offered = {name: Named(name, why, Standing.HAVE if why == BUYS_TODAY else "") for name, why in _starters(request)}
    try:
        named = [*(offered[name] for name in ticked if name in offered), *written]
        made = defining.name_candidates(request.workspace, named=named, by=request.user)
    except NotPossible as reason:
        rows = written[:MOST] or [Named("")] * EMPTY_ROWS
        return _naming(request, rows=rows, ticked=ticked, problem=str(reason), status=422)
    consulting.request(request.workspace, request.user, as_of=clock.as_of(request.workspace))
    messages.success(request, f"{len(made)} {'candidate is' if len(made) == 1 else 'candidates are'} named.")
    return redirect("icp:list", request.workspace.slug)


def _written(request: MemberRequest) -> list[Named]:
    """The rows as they were written; several lines pasted into one name are several kinds of customers."""
    names, whys = request.POST.getlist("name"), request.POST.getlist("why")
    standings = request.POST.getlist("standing")
    rows: list[Named] = []
    for place, name in enumerate(names):
        why = whys[place] if place < len(whys) else ""
        standing = standings[place] if place < len(standings) else ""
        rows += [Named(each, why, standing) for each in defining.names_in(name)] or [Named("", why, standing)]
    pasted = [Named(*pair) for pair in defining.pairs_in(request.POST.get("several", ""))]
    return [row for row in [*rows, *pasted] if row.name or row.why]


def _naming(request: MemberRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    context |= {
        "here": "ideal",
        "starters": _starters(request),
        "segments": _unused_segments(request),
        "standings": Standing.choices,
    }
    return render(request, "icp/icp_new.html", context, status=status)


def _starters(request: MemberRequest) -> list[tuple[str, str]]:
    """What is offered to begin with; kinds of today's customers that are no candidates yet come first."""
    named = {icp.name.casefold() for icp in defining.candidates(request.workspace)}
    kinds = [kind for kind in surveying.kinds(request.workspace) if kind.casefold() not in named]
    return starters(_selling(request), kinds)


def _selling(request: MemberRequest) -> str:
    return str(surveying.survey_of(request.workspace).value("selling") or "")


@require_POST
@member("icps.change")
def candidate_from_segment(request: MemberRequest, segment_id: UUID) -> HttpResponse:
    segment = get_object_or_404(Segment.objects.in_workspace(request.workspace), pk=segment_id)
    as_of = clock.as_of(request.workspace)
    try:
        icp = evidencing.candidate_from_segment(segment, as_of=as_of, by=request.user)
    except NotPossible as reason:
        messages.error(request, str(reason))
        return redirect("icp:list", request.workspace.slug)
    consulting.request(request.workspace, request.user, as_of=as_of, icp=icp)
    return redirect("icp:detail", request.workspace.slug, icp.pk)


@require_GET
@member("rounds.grade")
def candidate_detail(request: MemberRequest, icp_id: UUID) -> HttpResponse:
    return sheet(request, _readable(request, icp_id))


def sheet(request: MemberRequest, icp: Icp, *, status: int = 200, **context: Any) -> HttpResponse:
    """The sheet of a candidate; `line` is the form for a new line, `changing` the line that is being changed."""
    workspace, as_of = request.workspace, clock.as_of(request.workspace)
    figures = ranging.figures(icp, as_of)
    lines = list(icp.lines.all())
    context = {
        "here": "ideal",
        "icp": icp,
        "parts": defining.lines_by_part(icp),
        "counts": defining.counted(icp),
        "sentence_is_a_guess": any(line.text == icp.sentence for line in lines),
        "figures": figures,
        "place": _places(focusing.newest_decision(workspace)).get(str(icp.pk)),
        "line": SheetLineForm(),
        "since": approving.since(icp, as_of, figures),
        "fit": fitting.outcomes(workspace, consulting.KIND).get(str(icp.pk)),
        "job": Job.objects.in_workspace(workspace).filter(kind=consulting.KIND, ended_at=None).first(),
        "people": len(evidencing.people_behind(icp)),
        "personas": list(portraying.personas(workspace).filter(segment__in=icp.segments.all())),
        "inputs": resting.inputs(lines),
        "is_older": profiling.current(workspace) is not None and evidencing.are_older(lines, as_of),
        "verdicts": checking.VERDICTS,
    } | context
    if request.GET.get("why") and request.membership.may("icps.view"):
        context["panel"] = _panel(icp, request.GET["why"], figures, lines, as_of)
    return render(request, "icp/icp_detail.html", context, status=status)


def _panel(icp: Icp, asked: str, figures: list[Any], lines: list[Any], as_of: Any) -> Any:
    """Where the line or the figure that somebody asks about comes from."""
    figure = next((figure for figure in figures if figure.name == asked and figure.is_known), None)
    if figure:
        return vouching.of_figure(icp, figure, as_of)
    line = next((line for line in lines if str(line.pk) == asked), None)
    return vouching.of_line(line, as_of) if line else None


@require_http_methods(["GET", "POST"])
@member("icps.change")
def candidate_change(request: MemberRequest, icp_id: UUID) -> HttpResponse:
    """Name, sentence, standing, and which segments stand behind it."""
    icp = get_object_or_404(Icp.objects.in_workspace(request.workspace), pk=icp_id)
    old = list(icp.segments.all())
    told = {"name": icp.name, "sentence": icp.sentence, "standing": icp.standing, "segments": old}
    form = CandidateForm(request.POST or None, initial=told, workspace=request.workspace)
    if request.method == "POST" and form.is_valid():
        try:
            _change(request, icp, form, old)
        except NotPossible as reason:
            form.add_error("name", str(reason))
        else:
            return redirect("icp:detail", request.workspace.slug, icp.pk)
    context = {"here": "ideal", "icp": icp, "form": form}
    return render(request, "icp/icp_form.html", context, status=422 if form.errors else 200)


def _change(request: MemberRequest, icp: Icp, form: CandidateForm, old: list[Segment]) -> None:
    told = {name: form.cleaned_data[name] for name in ("name", "sentence", "standing")}
    defining.change_candidate(icp, **told, by=request.user)
    segments = list(form.cleaned_data["segments"])
    if {segment.pk for segment in segments} != {segment.pk for segment in old}:
        defining.set_segments(icp, segments, by=request.user)
        as_of = clock.as_of(request.workspace)
        evidencing.read_again(icp, as_of=as_of, by=request.user)
        consulting.request(request.workspace, request.user, as_of=as_of, icp=icp)


@require_POST
@member("icps.change")
def candidate_archive(request: MemberRequest, icp_id: UUID) -> HttpResponse:
    icp = get_object_or_404(Icp.objects.in_workspace(request.workspace), pk=icp_id)
    defining.archive(icp, by=request.user)
    fitting.forget(icp)
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
    else:
        consulting.request(request.workspace, request.user, as_of=clock.as_of(request.workspace), icp=icp)
    return redirect("icp:detail", request.workspace.slug, icp.pk)


@require_POST
@member("icps.change")
def candidate_facts(request: MemberRequest, icp_id: UUID) -> HttpResponse:
    """Read the facts again, each in its place."""
    icp = get_object_or_404(Icp.objects.in_workspace(request.workspace), pk=icp_id)
    changed = evidencing.read_again(icp, as_of=clock.as_of(request.workspace), by=request.user)
    messages.success(request, f"{changed} {'line is' if changed == 1 else 'lines are'} up to date.")
    return redirect("icp:detail", request.workspace.slug, icp.pk)


@require_POST
@member("segments.change")
def candidate_alike(request: MemberRequest, icp_id: UUID) -> HttpResponse:
    """The people who look like them, as a segment."""
    icp = get_object_or_404(Icp.objects.in_workspace(request.workspace), pk=icp_id)
    try:
        segment = fitting.segment_of_alike(icp, as_of=clock.as_of(request.workspace), by=request.user)
    except InvalidRule:
        messages.error(request, f"Nobody knows yet who looks like {icp.name}. Approve the sheet, then it is computed.")
        return redirect("icp:detail", request.workspace.slug, icp.pk)
    return redirect("segments:detail", request.workspace.slug, segment.pk)


def _readable(request: MemberRequest, icp_id: UUID) -> Icp:
    sees_all = request.membership.may("icps.view")
    rows = defining.readable(request.workspace, user=request.user, sees_all=sees_all)
    rows = rows.select_related("workspace", "approved", "approved__approved_by")
    found: Icp = get_object_or_404(rows.prefetch_related("lines__created_by", "segments"), pk=icp_id)
    return found
