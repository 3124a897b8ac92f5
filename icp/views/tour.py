"""The next stop of the tour of the example, or its end."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from icp import replacing, touring, visiting


@login_required
@require_POST
def tour(request: Any) -> HttpResponse:
    """Go on to the stop that was asked for; anything else ends the tour where the visitor stands."""
    shown = replacing.shown()
    if shown is None or visiting.visit_of(shown, request.user) is None:
        return redirect("icp:example")
    going = touring.place(request.POST.get("stop", touring.OVER))
    answer = redirect(touring.address(going.number if going else 0, shown.slug))
    kept = str(going.number) if going else touring.OVER
    answer.set_cookie(
        touring.COOKIE, kept, max_age=touring.YEAR, secure=request.is_secure(), httponly=True, samesite="Lax"
    )
    return answer
