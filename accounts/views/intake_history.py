"""Who answered what, when; and an earlier answer given again."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from accounts import branching, recalling, surveying
from accounts.access import MemberRequest, member
from accounts.web import one_page


@require_GET
@member("intake.view")
def intake_history(request: MemberRequest) -> HttpResponse:
    """All answers ever given, newest first; those of one question where the address names it."""
    survey = surveying.survey_of(request.workspace)
    question = branching.question_of(survey, request.GET.get("question", ""))
    page = one_page(request, recalling.changes(survey, question=question.id if question else ""))
    page.object_list = recalling.in_words(survey, page.object_list)
    standing = {str(change.pk) for change in recalling.newest(survey).values()}
    context = {"here": "settings", "tab": "intake", "page": page, "question": question, "standing": standing}
    return render(request, "accounts/intake_history.html", context)


@require_POST
@member("intake.change")
def intake_restore(request: MemberRequest, change_id: UUID) -> HttpResponse:
    """Give an earlier answer again."""
    survey = surveying.survey_of(request.workspace)
    change = recalling.change_of(survey, change_id)
    if change is None:
        raise Http404("There is no such answer.")
    try:
        surveying.restore(change, by=request.user, at=now())
    except surveying.SomeNotAccepted as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"“{change.text}” has its earlier answer again.")
    address = reverse("accounts:intake-history", args=[request.workspace.slug])
    return redirect(f"{address}?{urlencode({'question': change.question})}")
