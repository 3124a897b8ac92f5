"""Personas: all of them, a new one, one card."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, member
from customers import clock
from icp import portraying
from icp.forms import PersonaForm, PersonaLineForm
from icp.models.persona import Persona
from icp.refusing import NotPossible

HERE: dict[str, Any] = {"here": "ideal"}


@require_GET
@member("icps.view")
def persona_list(request: MemberRequest) -> HttpResponse:
    return render(request, "icp/persona_list.html", HERE | {"personas": list(portraying.personas(request.workspace))})


@require_http_methods(["GET", "POST"])
@member("icps.change")
def persona_new(request: MemberRequest) -> HttpResponse:
    form = PersonaForm(request.POST or None, workspace=request.workspace, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            as_of = clock.as_of(request.workspace)
            made = portraying.portray(**form.cleaned_data, as_of=as_of, by=request.user)
            return redirect("icp:persona", request.workspace.slug, made.pk)
        except NotPossible as reason:
            form.add_error(None, str(reason))
    status = 422 if request.method == "POST" else 200
    return render(request, "icp/persona_new.html", HERE | {"form": form}, status=status)


@require_GET
@member("icps.view")
def persona_detail(request: MemberRequest, persona_id: UUID) -> HttpResponse:
    return _card(request, _persona(request, persona_id))


def _card(
    request: MemberRequest, persona: Persona, *, form: PersonaLineForm | None = None, problem: str = ""
) -> HttpResponse:
    parts = [
        (part, [line | {"from": portraying.where_from(line)} for line in lines])
        for part, lines in portraying.by_part(persona)
    ]
    context = HERE | {"persona": persona, "parts": parts, "line": form or PersonaLineForm(), "problem": problem}
    context["data_until"] = persona.as_of - timedelta(microseconds=1)
    return render(request, "icp/persona_detail.html", context, status=422 if form or problem else 200)


@require_POST
@member("icps.change")
def persona_line_add(request: MemberRequest, persona_id: UUID) -> HttpResponse:
    persona, form = _persona(request, persona_id), PersonaLineForm(request.POST)
    if not form.is_valid():
        return _card(request, persona, form=form)
    try:
        portraying.add_line(persona, **form.cleaned_data, by=request.user)
    except NotPossible as reason:
        form.add_error(None, str(reason))
        return _card(request, persona, form=form)
    return redirect("icp:persona", request.workspace.slug, persona.pk)


@require_POST
@member("icps.change")
def persona_change(request: MemberRequest, persona_id: UUID) -> HttpResponse:
    """Confirm a guess, remove a line, or read the facts again: what `do` says."""
    persona, asked = _persona(request, persona_id), request.POST
    try:
        if asked.get("do") == "confirm":
            portraying.confirm(persona, asked.get("line", ""), source=asked.get("source", ""), by=request.user)
        elif asked.get("do") == "remove":
            portraying.remove_line(persona, asked.get("line", ""), by=request.user)
        else:
            portraying.renew(persona, as_of=clock.as_of(request.workspace), by=request.user)
    except NotPossible as reason:
        return _card(request, persona, problem=str(reason))
    return redirect("icp:persona", request.workspace.slug, persona.pk)


def _persona(request: MemberRequest, persona_id: UUID) -> Persona:
    found: Persona = get_object_or_404(portraying.personas(request.workspace), pk=persona_id)
    return found
