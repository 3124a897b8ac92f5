"""Check your guesses: what the data say of each, and what becomes of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, member
from customers import clock, profiling
from icp import checking, claiming, consulting, defining, evidencing, matching
from icp.models.definition import Evidence, Icp
from icp.refusing import NotPossible
from segments.models.segment import Segment


@require_GET
@member("icps.view")
def guess_list(request: MemberRequest) -> HttpResponse:
    """Every guess with a verdict, those that wait for a segment, and those that data cannot check."""
    workspace = request.workspace
    rows = list(checking.guesses(workspace).prefetch_related("icp__segments"))
    for line in rows:
        line.claim_words = claiming.words(line.claim, workspace)
    has_data = profiling.current(workspace) is not None
    without = [line for line in rows if line.claim and not line.icp.segments.all()]
    context: dict[str, Any] = {
        "here": "ideal",
        "standing": checking.standing(workspace),
        "has_data": has_data,
        "checked": _in_order(line for line in rows if line.claim and line.icp.segments.all()),
        "waiting": _which(request, without) if has_data else [],
        "unchecked": [line for line in rows if not line.claim],
        "claims": claiming.choices(),
        "verdicts": checking.VERDICTS,
    }
    return render(request, "icp/guesses.html", context)


def _in_order(lines: Any) -> list[Evidence]:
    """What holds first, then what does not, then what cannot be told; struck ones last."""
    order = {verdict: place for place, verdict in enumerate(checking.VERDICTS)}
    return sorted(
        lines, key=lambda line: (bool(line.checked.get("struck")), order.get(line.checked.get("verdict"), len(order)))
    )


def _which(request: MemberRequest, lines: list[Evidence]) -> list[tuple[Icp, list[Evidence], Any]]:
    """For each candidate without a segment its guesses, and the segments that may be meant."""
    kept = list(Segment.objects.in_workspace(request.workspace).kept().filter(parent=None).order_by("name"))
    as_of = clock.as_of(request.workspace)
    found = []
    for icp in dict.fromkeys(line.icp for line in lines):
        mine = [line for line in lines if line.icp_id == icp.pk]
        found.append((icp, mine, matching.matches(icp, kept, as_of)))
    return found


@require_POST
@member("icps.change")
def guess_settle(request: MemberRequest, line_id: UUID) -> HttpResponse:
    """Make it a fact, strike it, remove it, or say what data could check."""
    rows = Evidence.objects.in_workspace(request.workspace).select_related("icp", "icp__workspace", "workspace")
    line = get_object_or_404(rows, pk=line_id)
    deeds: dict[str, Callable[[], object]] = {
        "accept": lambda: checking.accept(line, by=request.user),
        "strike": lambda: checking.strike(line, by=request.user),
        "remove": lambda: defining.remove_line(line, by=request.user),
        "claim": lambda: _claim(request, line),
    }
    try:
        deeds.get(request.POST.get("do", ""), _nothing)()
    except NotPossible as reason:
        messages.error(request, str(reason))
    if request.POST.get("back") == "sheet":
        return redirect("icp:detail", request.workspace.slug, line.icp_id)
    return redirect("icp:guesses", request.workspace.slug)


def _nothing() -> None:
    raise NotPossible("Choose what becomes of it: make it a fact, strike it, or remove it.")


def _claim(request: MemberRequest, line: Evidence) -> None:
    wanted = claiming.claim(request.POST.get("claim", ""), request.POST.get("value"))
    defining.set_claim(line, wanted, by=request.user)
    checking.check_line(line, clock.as_of(request.workspace))


@require_POST
@member("icps.change")
def guess_segment(request: MemberRequest, icp_id: UUID) -> HttpResponse:
    """This is the segment that is meant: it brings its facts along, and the guesses are checked."""
    icp = get_object_or_404(Icp.objects.in_workspace(request.workspace), pk=icp_id)
    kept = Segment.objects.in_workspace(request.workspace).kept()
    segment = next((each for each in kept if str(each.pk) == request.POST.get("segment")), None)
    if segment is None:
        messages.error(
            request, "No segment was chosen. Choose one from the list; it may have been set aside meanwhile."
        )
        return redirect("icp:guesses", request.workspace.slug)
    as_of = clock.as_of(request.workspace)
    defining.set_segments(icp, [segment], by=request.user)
    evidencing.read_again(icp, as_of=as_of, by=request.user)
    for line in checking.guesses(request.workspace).filter(icp=icp):
        if line.claim:
            checking.check_line(line, as_of)
    consulting.request(request.workspace, request.user, as_of=as_of, icp=icp)
    return redirect("icp:guesses", request.workspace.slug)
