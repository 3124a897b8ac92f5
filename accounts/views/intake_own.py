"""Questions of one's own: add one, put it into other words, archive it, bring it back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST

from accounts import posing
from accounts.access import MemberRequest, member
from accounts.intake.question import SECTIONS
from accounts.models.intake import IntakeQuestion


@require_http_methods(["GET", "POST"])
@member("intake.change")
def intake_own(request: MemberRequest) -> HttpResponse:
    """The own questions, and a form for one more."""
    if request.method == "GET":
        return _own(request, {"section": request.GET.get("section", ""), "kind": IntakeQuestion.Kind.YES_NO})
    said = {name: request.POST.get(name, "") for name in ("text", "kind", "section", "unit")}
    choices = request.POST.get("choices", "")
    try:
        made = posing.add(request.workspace, **said, choices=choices.splitlines(), by=request.user)
    except posing.NotPossible as reason:
        return _own(request, said | {"choices": choices}, problem=str(reason), status=422)
    messages.success(request, "The question is added. It closes its section.")
    return redirect("accounts:intake-question", request.workspace.slug, str(made.pk))


@require_http_methods(["GET", "POST"])
@member("intake.change")
def intake_own_change(request: MemberRequest, question_id: UUID) -> HttpResponse:
    """Put it into other words."""
    question = _question(request, question_id)
    problem = ""
    if request.method == "POST":
        try:
            posing.rename(question, text=request.POST.get("text", ""), by=request.user)
        except posing.NotPossible as reason:
            problem = str(reason)
        else:
            return redirect("accounts:intake-own", request.workspace.slug)
    context = {"here": "settings", "question": question, "problem": problem, "text": request.POST.get("text", question)}
    return render(request, "accounts/intake_own_change.html", context, status=422 if problem else 200)


@require_POST
@member("intake.change")
def intake_own_archive(request: MemberRequest, question_id: UUID) -> HttpResponse:
    question = _question(request, question_id)
    posing.archive(question, at=now(), by=request.user)
    messages.success(request, "The question is archived. Its answers are kept; you can bring it back.")
    return redirect("accounts:intake-own", request.workspace.slug)


@require_POST
@member("intake.change")
def intake_own_restore(request: MemberRequest, question_id: UUID) -> HttpResponse:
    posing.bring_back(_question(request, question_id), by=request.user)
    return redirect("accounts:intake-own", request.workspace.slug)


def _own(request: MemberRequest, said: dict[str, Any], *, status: int = 200, **context: Any) -> HttpResponse:
    rows = list(IntakeQuestion.objects.in_workspace(request.workspace).order_by("created_at"))
    context |= {
        "here": "settings",
        "tab": "intake",
        "said": said,
        "kinds": IntakeQuestion.Kind.choices,
        "sections": [(id, name) for id, (name, _) in SECTIONS.items()],
        "own": [(row, SECTIONS[row.section][0]) for row in rows],
    }
    return render(request, "accounts/intake_own.html", context, status=status)


def _question(request: MemberRequest, question_id: UUID) -> IntakeQuestion:
    found: IntakeQuestion = get_object_or_404(IntakeQuestion.objects.in_workspace(request.workspace), pk=question_id)
    return found
