"""One file on its way in: brought, asked about, imported, checked, taken back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from rest_framework.exceptions import NotFound

from accounts.access import MemberRequest, member
from customers import receiving, saying
from customers.api.imports import rejects_answer
from customers.models.source import Import
from customers.shops.known import SHOPS
from customers.tasks import request_import, request_undo


@require_http_methods(["GET", "POST"])
@member("data.change")
def import_new(request: MemberRequest) -> HttpResponse:
    """A drop zone; what is dropped becomes an import that waits for its answers, or is refused with a sentence.

    A file with the columns of the last one asks nothing: it is read as that one was, at once.
    """
    if request.method == "GET":
        return render(request, "customers/import_new.html", {"here": "data"})
    file = request.FILES.get("file")
    if file is None:
        return _refused(request, "Choose a file first: a CSV with one order line per row.")
    try:
        import_ = receiving.receive(request.workspace, name=file.name or "", chunks=file.chunks())
    except receiving.Refusals as problem:
        return _refused(request, str(problem), file.name)
    if import_.reading["as_last_time"]:
        request_import(import_, request.user)
    return redirect("customers:import", request.workspace.slug, import_.pk)


def _refused(request: MemberRequest, sentence: str, name: str | None = None) -> HttpResponse:
    context = {"here": "data", "problem": sentence, "file_name": name}
    return render(request, "customers/import_new.html", context, status=422)


@require_GET
@member("data.view")
def import_detail(request: MemberRequest, import_id: UUID) -> HttpResponse:
    return _page(request, _import(request, import_id))


def _page(request: MemberRequest, import_: Import, problem: str = "", status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"here": "data", "import": import_, "problem": problem}
    if import_.reading.get("as_last_time"):
        context["as_last_time"] = saying.as_last_time(import_)
    if import_.standing == Import.Status.ASKED:
        context |= _asked(import_)
    if import_.standing == Import.Status.DONE:
        context |= {"outcome": saying.outcome(import_), "left_out": saying.left_out(import_)}
    return render(request, "customers/import.html", context, status=status)


def _asked(import_: Import) -> dict[str, Any]:
    """What we read, what we ask, and the first rows."""
    shop, notes = SHOPS.get(import_.options.get("shop") or ""), import_.reading.get("notes", [])
    lines = import_.reading["shape"]["lines"] - import_.reading["shape"]["has_header"]
    heard = saying.heard(import_)
    first, more = saying.first_and_more(heard)
    return {
        "heard": heard,
        "first": first,
        "more": more,
        "questions": receiving.questions_of(import_),
        "fields": saying.fields_of(import_),
        "shop": shop,
        "notes": notes[1:] if shop else notes,
        "shown": saying.shown(import_),
        "rows": saying.rows_as_read(import_),
        "line_count": lines,
    }


@require_POST
@member("data.change")
def import_start(request: MemberRequest, import_id: UUID) -> HttpResponse:
    """Take the answers; import if nothing is open any more, else ask again."""
    import_ = _import(request, import_id)
    if import_.status != Import.Status.ASKED:  # a double click
        return redirect("customers:import", request.workspace.slug, import_.pk)
    try:
        guess = receiving.understand(import_, **_answers(import_, request.POST))
    except receiving.Refusals as problem:
        return _page(request, import_, str(problem), status=422)
    import_.save(update_fields=["mapping", "options", "reading"])
    if guess.questions:
        return _page(request, import_, "One answer is still missing.", status=422)
    request_import(import_, request.user)
    return redirect("customers:import", request.workspace.slug, import_.pk)


def _answers(import_: Import, form: QueryDict) -> dict[str, Any]:
    """Mapping and options from the form: a select for each column, one for each question."""
    header = form.get("question-header")
    if header and (header == "yes") != import_.reading["shape"]["has_header"]:
        return {"options": {"header": header}}  # the columns have other names now: look again
    columns = import_.reading["shape"]["columns"]
    mapping = {column: form.get(f"column-{place}") or import_.mapping[column] for place, column in enumerate(columns)}
    for question in receiving.questions_of(import_):
        kind, _, field = question.name.partition(":")
        if kind == "column" and (chosen := form.get(f"question-{question.name}")) in mapping:
            mapping = {column: "ignore" if at == field else at for column, at in mapping.items()} | {chosen: field}
    options = {name: form[f"question-{name}"] for name in ("date", "decimal") if form.get(f"question-{name}")}
    return {"mapping": mapping, "options": options | ({"header": header} if header else {})}


@require_POST
@member("data.change")
def import_again(request: MemberRequest, import_id: UUID) -> HttpResponse:
    """A refused file goes back to the question what its columns are."""
    import_ = _import(request, import_id)
    if import_.standing == Import.Status.FAILED:
        import_.status, import_.job, import_.problem = Import.Status.ASKED, None, ""
        import_.save(update_fields=["status", "job", "problem"])
    return redirect("customers:import", request.workspace.slug, import_.pk)


@require_POST
@member("data.change")
def import_discard(request: MemberRequest, import_id: UUID) -> HttpResponse:
    import_ = _import(request, import_id)
    if receiving.discard(import_, by=request.user):
        messages.success(request, f"Threw {import_.file_name} away. Nothing of it was stored.")
    return redirect("customers:sources", request.workspace.slug)


@require_POST
@member("data.change")
def import_undo(request: MemberRequest, import_id: UUID) -> HttpResponse:
    import_ = _import(request, import_id)
    if import_.status == Import.Status.DONE:
        request_undo(import_, request.user)
        messages.success(request, f"Taking back {import_.file_name}. Its orders leave every figure in a moment.")
    return redirect("customers:sources", request.workspace.slug)


@require_GET
@member("personal.view")
def import_rejects(request: MemberRequest, import_id: UUID) -> HttpResponseBase:
    try:
        return rejects_answer(_import(request, import_id))
    except NotFound as problem:
        raise Http404(str(problem)) from problem


def _import(request: MemberRequest, import_id: UUID) -> Import:
    rows = Import.objects.in_workspace(request.workspace).select_related("workspace", "job", "source")
    found: Import = get_object_or_404(rows, pk=import_id)
    return found
