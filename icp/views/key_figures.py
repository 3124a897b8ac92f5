"""Which three figures Home shows: those that the goal chooses, or others."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import surveying
from accounts.access import MemberRequest, member
from customers import profiling
from icp import figures, measuring
from icp.figures import Figure

THREE = 3


@require_http_methods(["GET", "POST"])
@member("intake.change")
def key_figures(request: MemberRequest) -> HttpResponse:
    """All figures about which something can be said, each with its value; three of them are for Home."""
    sayable = _sayable(request)
    names = [figure.name for figure in sayable]
    if request.method == "POST":
        chosen = [name for name in names if name in request.POST.getlist("figure")]
        if request.POST.get("do") == "goal" or len(chosen) == THREE:
            surveying.choose_figures(request.workspace, [] if "do" in request.POST else chosen, by=request.user)
            messages.success(request, "Home shows them now.")
            return redirect("icp:home", request.workspace.slug)
        problem = f"You ticked {len(chosen) or 'none'}. Home has room for {THREE}: tick three."
        return _page(request, sayable, chosen, problem=problem, status=422)
    survey = surveying.survey_of(request.workspace)
    wanted = dict.fromkeys([*surveying.chosen_figures(request.workspace), *surveying.figures(survey)])
    return _page(request, sayable, [name for name in wanted if name in names][:THREE])


def _sayable(request: MemberRequest) -> list[Figure]:
    profile = profiling.current(request.workspace)
    if not (profile and profile.rows):
        return []
    return figures.sayable(request.workspace, measuring.business(request.workspace, profile.as_of))


def _page(
    request: MemberRequest, sayable: list[Figure], chosen: list[str], *, problem: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"here": "home", "figures": sayable, "chosen": chosen, "problem": problem}
    context["is_chosen"] = bool(surveying.chosen_figures(request.workspace))
    return render(request, "icp/key_figures.html", context, status=status)
