"""Scorecards: all of them, one with its versions, and the editor."""

from itertools import pairwise
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, member
from icp import wording
from icp.models.grading import Rubric
from icp.refusing import NotPossible
from icp.views.scorecard_form import Draft

HERE: dict[str, Any] = {"here": "ideal"}
USED = Count("rounds", filter=Q(rounds__visit=None))


@require_GET
@member("icps.view")
def scorecard_list(request: MemberRequest) -> HttpResponse:
    used = dict(wording.rubrics(request.workspace).annotate(used=USED).values_list("pk", "used"))
    rows = [
        {
            "rubric": rubric,
            "built_in": wording.is_built_in(rubric),
            "said": wording.counted(rubric.dimensions),
            "used": used[rubric.pk],
        }
        for rubric in wording.newest(request.workspace)
    ]
    return render(request, "icp/scorecard_list.html", HERE | {"rows": rows})


@require_GET
@member("icps.view")
def scorecard_detail(request: MemberRequest, rubric_id: UUID) -> HttpResponse:
    rubric = _found(request, rubric_id)
    kept = list(wording.versions(rubric).annotate(used=USED))
    before = {new.pk: old for new, old in pairwise(kept)}
    history = [
        {
            "rubric": each,
            "used": each.used,
            "differs": wording.differences(before[each.pk].dimensions, each.dimensions) if each.pk in before else None,
        }
        for each in kept
    ]
    context = {
        "rubric": rubric,
        "newest": kept[0],
        "built_in": wording.is_built_in(rubric),
        "said": wording.counted(rubric.dimensions),
        "questions": [each | {"how_much": wording.counts_how_much(each)} for each in rubric.dimensions],
        "history": history,
        "suggested": wording.suggested(rubric),
    }
    return render(request, "icp/scorecard_detail.html", HERE | context)


@require_http_methods(["GET", "POST"])
@member("icps.change")
def scorecard_change(request: MemberRequest, rubric_id: UUID) -> HttpResponse:
    """The next version of one's own scorecard."""
    rubric = _found(request, rubric_id)
    if wording.is_built_in(rubric):
        messages.info(request, f"{rubric.name} is built in and stays as it is. This is a copy that you may change.")
        return redirect("icp:scorecard-copy", request.workspace.slug, rubric.pk)
    newest: Rubric = wording.versions(rubric).first()
    return _edit(request, rubric, newest)


@require_http_methods(["GET", "POST"])
@member("icps.change")
def scorecard_copy(request: MemberRequest, rubric_id: UUID) -> HttpResponse:
    """A scorecard of one's own, to begin with the words of another."""
    return _edit(request, _found(request, rubric_id), None)


def _edit(request: MemberRequest, rubric: Rubric, newest: Rubric | None) -> HttpResponse:
    """The editor; `newest` is the version that the next one follows, None for a copy."""
    draft = Draft.sent(request.POST) if request.POST else Draft.of(rubric, newest.name if newest else "")
    do = request.POST.get("do", "")
    if do == "save":
        kept = _save(request, draft, newest)
        if kept:
            return redirect("icp:scorecard", request.workspace.slug, kept.pk)
    elif do:
        draft.change(do, wording.suggestions(rubric))
        draft.shown()
    suggested = [] if do == "suggest" else wording.suggested(rubric)
    context = {"rubric": rubric, "newest": newest, "draft": draft, "suggested": suggested, "do": do}
    status = 422 if do == "save" else 200
    return render(request, "icp/scorecard_form.html", HERE | context, status=status)


def _save(request: MemberRequest, draft: Draft, newest: Rubric | None) -> Rubric | None:
    """Keep the draft; None where something stands in the way, which the draft then says."""
    if not draft.check():
        draft.problem = "One question cannot be kept as it is. It stands open below."
        return None
    if newest and draft.based_on != str(newest.pk):
        draft.problem = (
            f"Somebody kept version {newest.version} while you were writing. What you wrote is still here; "
            "look at what changed, and save again to make it the next one."
        )
        draft.based_on = str(newest.pk)
        return None
    try:
        return _kept(request, draft, newest)
    except NotPossible as reason:
        draft.problem = str(reason)
        return None


def _kept(request: MemberRequest, draft: Draft, newest: Rubric | None) -> Rubric:
    dimensions = draft.dimensions()
    if newest and wording.checked(dimensions) == wording.checked(newest.dimensions):
        messages.info(request, f"Nothing changed, so version {newest.version} stays.")
        return newest
    if newest is None and wording.is_taken(request.workspace, draft.name):
        raise NotPossible(f"There is a scorecard “{draft.name.strip()}” already. Give yours another name.")
    name = newest.name if newest else draft.name
    kept = wording.keep_rubric(request.workspace, name=name, dimensions=dimensions, by=request.user)
    messages.success(request, f"Kept as version {kept.version}. Rounds keep the version they were opened with.")
    return kept


def _found(request: MemberRequest, rubric_id: UUID) -> Rubric:
    rubric: Rubric = get_object_or_404(wording.rubrics(request.workspace), pk=rubric_id)
    return rubric
