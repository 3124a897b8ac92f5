"""The link in a mail: whoever was asked and has no account comes straight to the own place in the round."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from icp import inviting


@never_cache
@require_GET
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """The browser keeps the ticket and the address forgets it. Members sign in instead, so that nobody else may."""
    grader = inviting.behind(token)
    if grader is None:
        return render(request, "icp/invited_over.html", status=404)
    if inviting.is_member(grader):
        page = "icp:result" if grader.round.is_closed else "icp:grade"
        return redirect(page, grader.workspace.slug, grader.round_id)
    request.session["seats"] = request.session.get("seats", {}) | {str(grader.round_id): token}
    return redirect("icp:seat-result" if grader.round.is_closed else "icp:seat-grade", grader.round_id)
