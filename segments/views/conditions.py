"""Making a segment: the four ways, conditions with a live count, and a fixed list."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, member
from customers import clock
from segments import composing, defining
from segments.composing import Row
from segments.models.segment import Method, Segment
from segments.rules import vocabulary
from segments.rules.tree import InvalidRule
from segments.trying import Trial, named, try_out

REFUSALS = (InvalidRule, defining.NotPossible)
PAGE = "segments/conditions.html"


@require_http_methods(["GET", "HEAD", "POST"])
@member("segments.change")
def new_segment(request: MemberRequest) -> HttpResponse:
    """Four doors, and the fixed list behind one of them."""
    if request.method != "POST":
        return render(request, "segments/conditions_new.html", {"here": "segments"})
    context: dict[str, Any] = {"here": "segments", "name": request.POST.get("name", ""), "open": True}
    context["pasted"] = request.POST.get("customers", "")
    try:
        context["found"] = defining.look_up(request.workspace, context["pasted"])
        if request.POST.get("do") == "save":
            return _saved_list(request, context)
    except defining.NotPossible as reason:
        context["problem"] = str(reason)
        return render(request, "segments/conditions_new.html", context, status=422)
    return render(request, "segments/conditions_new.html", context)


def _saved_list(request: MemberRequest, context: dict[str, Any]) -> HttpResponse:
    segment = defining.write_list(
        request.workspace,
        name=context["name"],
        found=context["found"],
        as_of=clock.as_of(request.workspace),
        by=request.user,
    )
    messages.success(request, f"Saved {segment.name}.")
    return redirect("segments:detail", request.workspace.slug, segment.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@member("segments.change")
def conditions(request: MemberRequest) -> HttpResponse:
    """A new segment by conditions."""
    return _conditions(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@member("segments.change")
def segment_edit(request: MemberRequest, segment_id: Any) -> HttpResponse:
    """An existing one: its name, and its conditions where it was made by them."""
    segment = get_object_or_404(Segment.objects.in_workspace(request.workspace).live(), pk=segment_id)
    if segment.method != Method.RULES:
        return _rename(request, segment)
    return _conditions(request, segment)


def _conditions(request: MemberRequest, segment: Segment | None) -> HttpResponse:
    known = vocabulary.of(request.workspace)
    rows = _rows(request, segment, known)
    do = request.POST.get("do", "")
    rows = composing.changed(rows, do, known)
    trial = try_out(request.workspace, rows, who=request.POST.get("who", ""), known=known)
    name = request.POST.get("name", segment.name if segment else "")
    if do == "save":
        try:
            return _saved(request, segment, name, composing.definition_of(rows))
        except REFUSALS as reason:
            trial.problem = str(reason)
    context = _context(request, segment, rows, trial, known) | {"name": name}
    return render(request, PAGE + _part(request), context, status=422 if do == "save" else 200)


def _rows(request: MemberRequest, segment: Segment | None, known: vocabulary.Vocabulary) -> list[Row]:
    if request.method == "POST":
        return composing.posted(request.POST, known)
    asked = segment.definition if segment else _asked(request)
    return composing.rows_of(asked, known) if asked else composing.placed([composing.first_row(known)], known)


def _asked(request: HttpRequest) -> Any:
    """Other pages may hand over a definition: ?definition={...}."""
    try:
        asked = json.loads(request.GET.get("definition", "null"))
    except ValueError:
        raise Http404("This link holds no conditions that we understand.") from None
    if asked is not None and not (isinstance(asked, dict) and isinstance(asked.get("where"), dict)):
        raise Http404("This link holds no conditions that we understand.")
    return asked


def _saved(request: MemberRequest, segment: Segment | None, name: str, definition: Any) -> HttpResponse:
    as_of = clock.as_of(request.workspace)
    if segment is None:
        kept = defining.define(request.workspace, name=name, definition=definition, as_of=as_of, by=request.user)
    else:
        kept = defining.redefine(segment, name=name, definition=definition, as_of=as_of, by=request.user)
    messages.success(request, f"Saved {kept.name}.")
    return redirect("segments:detail", request.workspace.slug, kept.pk)


def _rename(request: MemberRequest, segment: Segment) -> HttpResponse:
    context: dict[str, Any] = {"here": "segments", "segment": segment, "sentence": named(segment)}
    if request.method != "POST":
        return render(request, "segments/conditions_name.html", context | {"name": segment.name})
    name = request.POST.get("name", "")
    try:
        defining.redefine(segment, name=name or " ", as_of=clock.as_of(request.workspace), by=request.user)
    except defining.NotPossible as reason:
        context |= {"name": name, "problem": str(reason)}
        return render(request, "segments/conditions_name.html", context, status=422)
    messages.success(request, f"Saved {segment.name}.")
    return redirect("segments:detail", request.workspace.slug, segment.pk)


def _part(request: Any) -> str:
    """Typing recounts; buttons and choices change the controls; the first visit gets the page."""
    if not request.htmx:
        return ""
    return "#counts" if request.htmx.target == "live" else "#builder"


def _context(
    request: MemberRequest, segment: Segment | None, rows: list[Row], trial: Trial, known: vocabulary.Vocabulary
) -> dict[str, Any]:
    return {
        "here": "segments",
        "segment": segment,
        "rows": rows,
        "trial": trial,
        "who": request.POST.get("who", ""),
        "subjects": composing.subjects(known),
        "windows": composing.WINDOWS,
        "units": composing.UNITS,
    }
