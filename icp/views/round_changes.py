"""What may change in a round: its name, its day, its candidates; and a draft that goes."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, member
from customers import clock
from icp import defining, grading, preparing, suggesting
from icp.forms import RoundChangeForm
from icp.models.definition import Icp
from icp.refusing import NotPossible
from icp.views.rounds import found


@require_http_methods(["GET", "POST"])
@member("rounds.run")
def round_change(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """Name and day; below them, which candidates are compared, and deleting a round that nobody has begun."""
    round = found(request, round_id)
    form = RoundChangeForm(request.POST or None, initial={"name": round.name, "due_on": round.due_on})
    if request.method == "POST" and form.is_valid():
        try:
            preparing.change(round, **form.cleaned_data, by=request.user)
        except NotPossible as reason:
            form.add_error("name", str(reason))
        else:
            messages.success(request, "Saved.")
            return redirect("icp:round", request.workspace.slug, round.pk)
    inside = set(round.icps.values_list("pk", flat=True))
    context = {
        "here": "ideal",
        "round": round,
        "form": form,
        "inside": round.icps.order_by("name"),
        "others": [icp for icp in defining.candidates(request.workspace) if icp.pk not in inside],
        "is_begun": grading.is_begun(round) or bool(round.history),
    }
    return render(request, "icp/round_change.html", context, status=422 if form.errors else 200)


@require_POST
@member("rounds.run")
def candidate_add(request: MemberRequest, round_id: UUID) -> HttpResponse:
    round = found(request, round_id)
    icps = {str(icp.pk): icp for icp in defining.candidates(request.workspace)}
    icp = icps.get(request.POST.get("icp", ""))
    try:
        if icp is None:
            raise NotPossible("Choose one of the candidates.")
        round = preparing.add_candidate(round, icp, by=request.user)
        suggesting.freeze(round, clock.as_of(request.workspace))
    except NotPossible as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"{icp.name} is compared, too. Whoever was done has new gaps to grade.")
    return redirect("icp:round", request.workspace.slug, round.pk)


@require_http_methods(["GET", "POST"])
@member("rounds.run")
def candidate_remove(request: MemberRequest, round_id: UUID, icp_id: UUID) -> HttpResponse:
    """A candidate with answers is asked about first, since they are deleted; one without simply goes."""
    round = found(request, round_id)
    icp = get_object_or_404(Icp.objects.in_workspace(request.workspace).filter(rounds=round), pk=icp_id)
    answers = grading.answers_about(round, icp)
    if request.method == "GET" or (answers and "sure" not in request.POST):
        context = {"here": "ideal", "round": round, "icp": icp, "answers": answers}
        return render(request, "icp/round_candidate.html", context)
    try:
        preparing.remove_candidate(round, icp, by=request.user)
    except NotPossible as reason:
        messages.error(request, str(reason))
        return redirect("icp:round", request.workspace.slug, round.pk)
    return redirect(reverse("icp:round", args=[request.workspace.slug, round.pk]) + f"?gone={icp.pk}")


@require_POST
@member("rounds.run")
def round_delete(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """A draft goes; a round in which somebody has answered stays."""
    try:
        name = preparing.delete_draft(found(request, round_id), by=request.user)
    except NotPossible as reason:
        messages.error(request, str(reason))
        return redirect("icp:round", request.workspace.slug, round_id)
    messages.success(request, f"{name} was deleted. Nobody had answered in it.")
    return redirect("icp:rounds", request.workspace.slug)
