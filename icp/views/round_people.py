"""The people of a round: asked, reminded, taken out and taken back, and links for those from outside."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from accounts import joining
from accounts.access import MemberRequest, member
from icp import inviting
from icp.forms import in_lines
from icp.refusing import NotPossible
from icp.views.rounds import found, page_of


def _back(request: MemberRequest, round_id: UUID, query: str = "") -> HttpResponseRedirect:
    return redirect(reverse("icp:round", args=[request.workspace.slug, round_id]) + query)


@require_POST
@member("rounds.run")
def people_ask(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """More people, while the round is open."""
    typed = in_lines(request.POST.get("emails", ""))
    try:
        asked = inviting.ask(found(request, round_id), emails=typed, by=request.user)
    except NotPossible as reason:
        messages.error(request, str(reason))
        return _back(request, round_id)
    if asked.came:
        messages.success(request, f"Asked {', '.join(grader.email for grader in asked.came)}.")
    elif asked.known:
        messages.info(request, "Everybody you named is in the round already.")
    else:
        messages.error(request, "No address was typed. Write one on each line.")
    return _back(request, round_id)


@require_POST
@member("rounds.run")
def people_remind(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """Everybody who has answers left, once a day at most."""
    try:
        reminded = inviting.remind(found(request, round_id), by=request.user, at=now())
    except NotPossible as reason:
        messages.error(request, str(reason))
    else:
        said = ", ".join(str(grader) for grader in reminded)
        messages.success(request, f"Reminded {said}." if said else "Nobody to remind: all are done, or heard it today.")
    return _back(request, round_id)


@require_POST
@member("rounds.run")
def person_remove(request: MemberRequest, round_id: UUID, grader_id: UUID) -> HttpResponse:
    """Out of an open round; the page that follows offers the way back."""
    try:
        inviting.remove(found(request, round_id), grader_id, by=request.user, at=now())
    except NotPossible as reason:
        messages.error(request, str(reason))
        return _back(request, round_id)
    return _back(request, round_id, f"?out={grader_id}")


@require_POST
@member("rounds.run")
def person_take_back(request: MemberRequest, round_id: UUID, grader_id: UUID) -> HttpResponse:
    """Undo."""
    try:
        grader = inviting.take_back(found(request, round_id), grader_id, by=request.user)
    except NotPossible as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"{grader} is in the round again, with every answer.")
    return _back(request, round_id)


@require_POST
@member("rounds.run")
def round_links(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """A link for everybody who was asked and is not a member yet; shown once."""
    round = found(request, round_id)
    try:
        invited = inviting.let_in(round, by=request.membership)
    except joining.NotPossible as reason:
        messages.error(request, str(reason))
        return _back(request, round_id)
    links = [
        (each.invitation.email, request.build_absolute_uri(reverse("accounts:join", args=[each.secret])))
        for each in invited
    ]
    return page_of(request, round, links=links)
