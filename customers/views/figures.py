"""Fields and figures: what can be said of everybody, and figures of one's own."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, member
from customers import balancing, clock, drafting, figuring, filling, tasks, trying, wording
from customers.drafting import Draft
from customers.features import asked
from customers.models.figure import Figure

HERE = {"here": "data"}


@require_GET
@member("data.view")
def fields(request: MemberRequest) -> HttpResponse:
    """Every field and every figure, how full it is and who needs it."""
    found = filling.fields(request.workspace, as_of=clock.as_of(request.workspace))
    removed = Figure.objects.in_workspace(request.workspace).exclude(retired_at=None)
    context = HERE | {
        "families": filling.by_family(found), "people": found[0].people if found else 0,
        "jobs": balancing.recounting(request.workspace),
        "removed": removed.filter(slug=request.GET.get("removed", "")).first(),
    }  # fmt: skip
    return render(request, "customers/fields.html", context)


@require_GET
@member("data.view")
def figure_detail(request: MemberRequest, figure_id: UUID) -> HttpResponse:
    """One figure of one's own: what it says of everybody, who needs it, what it was before."""
    figure = _figure(request, figure_id)
    as_of = clock.as_of(request.workspace)
    tried = trying.of_figure(figure, as_of=as_of)
    context = HERE | {
        "figure": figure, "tried": tried, "as_of": as_of, "uses": figuring.users_of(figure),
        "told": _told(request, tried), "jobs": balancing.recounting(request.workspace),
        "definition_said": tried.sentence, "before": figuring.before(figure),
        "condition": json.dumps(figuring.first_condition(figure, tried.sums["middle"])),
        "counted": f"Everybody known: {tried.sums['people']:,} customers.",
    }  # fmt: skip
    return render(request, "customers/figure_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member("data.change")
def figure_new(request: MemberRequest) -> HttpResponse:
    """A new figure, with what everybody would have while it is being made."""
    return _maker(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@member("data.change")
def figure_edit(request: MemberRequest, figure_id: UUID) -> HttpResponse:
    return _maker(request, _figure(request, figure_id))


def _maker(request: MemberRequest, figure: Figure | None) -> HttpResponse:
    as_of = clock.as_of(request.workspace)
    known = drafting.details(request.workspace, as_of)
    draft = drafting.posted(request.POST) if request.method == "POST" else _first(figure)
    do = request.POST.get("do", "")
    draft = drafting.changed(draft, do, known)
    attempt = drafting.attempt(request.workspace, draft, as_of=as_of, figure=figure)
    if do == "save":
        try:
            return _saved(request, figure, draft)
        except figuring.NotPossible as problem:
            attempt.problem = str(problem)
    drafting.offer(request.workspace, draft, known)
    context = HERE | _choices(request, draft, known) | {"figure": figure, "attempt": attempt, "as_of": as_of}
    context["told"] = _told(request, attempt.tried) if attempt.tried else {}
    status = 422 if do == "save" else 200
    return render(request, f"customers/figure_form.html{_part(request)}", context, status=status)


def _first(figure: Figure | None) -> Draft:
    return drafting.of_figure(figure) if figure else Draft()


def _part(request: Any) -> str:
    """Typing counts again; buttons and choices change the controls; the first visit gets the page."""
    if not request.htmx:
        return ""
    return "#tried" if request.htmx.target == "tried" else "#maker"


def _choices(request: MemberRequest, draft: Draft, known: Any) -> dict[str, Any]:
    return {
        "draft": draft, "kinds": drafting.KINDS, "measures": asked.MEASURES, "windows": asked.WINDOWS,
        "ops": asked.OPS, "shown_as": asked.SHOWN_AS, "subjects": drafting.subjects(known, draft), "details": known,
        "names": figuring.figures_to_calculate_with(request.workspace) if draft.kind == "formula" else {},
    }  # fmt: skip


def _told(request: MemberRequest, tried: Any) -> dict[str, Any]:
    """The sums and the people in words."""
    personal = request.membership.may("personal.view")
    between = replace(tried.feature, whole=False)  # the middle of 1 and 2 is 1.5
    return {
        "sums": {
            name: wording.worded(tried.sums[name], between, request.workspace)
            for name in ("low", "quarter", "middle", "three_quarters", "high")
        },
        "people": [
            (who, wording.called(who, personal=personal), wording.worded(value, tried.feature, request.workspace))
            for who, value in tried.people
        ],
    }


def _saved(request: MemberRequest, figure: Figure | None, draft: Draft) -> HttpResponse:
    given: dict[str, Any] = {
        "name": draft.name,
        "definition": draft.definition,
        "meaning": draft.meaning,
        "unit": draft.unit,
    }
    if figure is None:
        figure = figuring.define(request.workspace, **given, by=request.user)
        tasks.request_profile(request.workspace, request.user)
    elif figuring.change(figure, **given, by=request.user):
        tasks.request_profile(request.workspace, request.user)
    messages.success(request, f"Saved {figure.name}.")
    return redirect("customers:figure", request.workspace.slug, figure.pk)


@require_POST
@member("data.change")
def figure_remove(request: MemberRequest, figure_id: UUID) -> HttpResponse:
    figure = _figure(request, figure_id)
    try:
        figuring.retire(figure, by=request.user)
    except figuring.InUse as problem:
        messages.error(request, str(problem))
        return redirect("customers:figure", request.workspace.slug, figure.pk)
    answer = redirect("customers:fields", request.workspace.slug)
    answer.headers["Location"] += f"?removed={figure.slug}"
    return answer


@require_POST
@member("data.change")
def figure_restore(request: MemberRequest, figure_id: UUID) -> HttpResponse:
    """Undo a removal."""
    figure = get_object_or_404(Figure.objects.in_workspace(request.workspace), pk=figure_id)
    try:
        figuring.bring_back(figure, by=request.user)
        tasks.request_profile(request.workspace, request.user)
        messages.success(request, f"{figure.name} is back.")
    except figuring.NotPossible as problem:
        messages.error(request, str(problem))
    return redirect("customers:fields", request.workspace.slug)


def _figure(request: MemberRequest, figure_id: UUID) -> Figure:
    rows = Figure.objects.in_workspace(request.workspace).live().select_related("workspace", "created_by", "changed_by")
    found: Figure = get_object_or_404(rows, pk=figure_id)
    return found
