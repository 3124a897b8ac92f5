"""The lines of a sheet."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, member
from customers import clock
from icp import checking, defining, resting
from icp.forms import SheetLineForm
from icp.models.definition import Evidence, Icp, Kind
from icp.refusing import NotPossible
from icp.views.candidates import sheet


@require_POST
@member("icps.change")
def line_add(request: MemberRequest, icp_id: UUID) -> HttpResponse:
    icp = get_object_or_404(Icp.objects.in_workspace(request.workspace), pk=icp_id)
    form = SheetLineForm(request.POST)
    if not form.is_valid():
        return sheet(request, icp, line=form, status=422)
    try:
        line = defining.add_line(icp, form.as_line(), by=request.user)
    except NotPossible as reason:
        form.add_error(None, str(reason))
        return sheet(request, icp, line=form, status=422)
    if line.claim:
        checking.check_line(line, clock.as_of(request.workspace))
    return redirect("icp:detail", request.workspace.slug, icp.pk)


@require_http_methods(["GET", "POST"])
@member("icps.change")
def line_change(request: MemberRequest, icp_id: UUID, line_id: UUID) -> HttpResponse:
    """Other words, another part, a guess that became an answer, or what data could check of it."""
    line = _line(request, icp_id, line_id)
    if request.method == "GET":
        return sheet(request, line.icp, changing=line, form=SheetLineForm.of(line))
    told = dict(SheetLineForm.of(line).initial) | request.POST.dict()
    form = SheetLineForm({name: told.get(name) or "" for name in SheetLineForm.base_fields}, keeps_fact=True)
    try:
        if not form.is_valid():
            raise NotPossible(next(iter(form.errors.values()))[0])
        _change(request, line, form)
    except NotPossible as reason:
        line.refresh_from_db()
        return sheet(request, line.icp, changing=line, form=form, problem=str(reason), status=422)
    return redirect("icp:detail", request.workspace.slug, icp_id)


def _change(request: MemberRequest, line: Evidence, form: SheetLineForm) -> None:
    told = form.as_line()
    source = form.cleaned_data["source"]
    if line.kind == Kind.GUESS and told.kind == Kind.ANSWER and told.text == line.text and source:
        line = defining.confirm_line(line, source=source, by=request.user)
    line = defining.change_line(
        line, text=told.text, kind=told.kind, part=told.part, by=request.user,
        source=source if told.kind == Kind.ANSWER else None, rests=resting.resting_on(form.cleaned_data["rests_on"]),
    )  # fmt: skip
    if line.kind == Kind.GUESS and told.claim != line.claim and not _is_same(told.claim, line.claim):
        line = defining.set_claim(line, told.claim, by=request.user)
    if line.kind == Kind.GUESS and line.claim:
        checking.check_line(line, clock.as_of(request.workspace))


def _is_same(one: dict[str, object], other: dict[str, object]) -> bool:
    return {**one, "by": ""} == {**other, "by": ""}


@require_POST
@member("icps.change")
def line_move(request: MemberRequest, icp_id: UUID, line_id: UUID) -> HttpResponse:
    """One place up or down."""
    line = _line(request, icp_id, line_id)
    defining.move_line(line, up=request.POST.get("do") == "up", by=request.user)
    return redirect("icp:line-change", request.workspace.slug, icp_id, line_id)


@require_POST
@member("icps.change")
def line_remove(request: MemberRequest, icp_id: UUID, line_id: UUID) -> HttpResponse:
    defining.remove_line(_line(request, icp_id, line_id), by=request.user)
    return redirect("icp:detail", request.workspace.slug, icp_id)


def _line(request: MemberRequest, icp_id: UUID, line_id: UUID) -> Evidence:
    lines = Evidence.objects.in_workspace(request.workspace).select_related("icp", "icp__workspace", "workspace")
    found: Evidence = get_object_or_404(lines, pk=line_id, icp=icp_id)
    return found
