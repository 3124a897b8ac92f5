"""Guests' seats: whoever came in by a room's code sees this round, after the close its result, and nothing else."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Page
from icp import inviting, knocking
from icp.models.grading import Grader, Round
from icp.views import results, sheets
from icp.views.door import SEATS
from icp.views.sheets import Door


class SeatRequest(HttpRequest):
    """A request of somebody who has a seat in the round of the URL."""

    round: Round
    seat: Grader


def seat_of(request: Any, round_id: UUID) -> Grader | None:
    """The place that the browser holds the secret of: a guest's, or that of somebody who was asked by mail."""
    secret = str(request.session.get(SEATS, {}).get(str(round_id), ""))
    found = knocking.guest(round_id, secret) or (inviting.behind(secret) if secret else None)
    return found if found and found.round_id == round_id and found.removed_at is None else None


def seated(page: Page[...]) -> Callable[..., HttpResponseBase]:
    """Let the holder of a seat in: a stranger gets 404, whoever is not admitted yet waits.

    The view's URL names the round as `round_id`; the view itself does not see it.
    """

    @wraps(page)
    def guarded(request: Any, round_id: UUID, *args: Any, **kwargs: Any) -> HttpResponseBase:
        seat = seat_of(request, round_id)
        if seat is None:
            raise Http404("There is no such round, or nobody let you in.")
        if seat.is_guest and seat.admitted_at is None:
            return redirect("icp:room-wait", round_id)
        request.round, request.seat = seat.round, seat
        return page(request, *args, **kwargs)

    guarded.is_seated = True  # type: ignore[attr-defined]
    return guarded


def _door(request: SeatRequest) -> Door:
    return Door(request, request.round, request.seat, is_guest=True)


@require_GET
@seated
def grade(request: SeatRequest) -> HttpResponse:
    """Go on where this guest stopped."""
    return sheets.go_on(_door(request))


@require_http_methods(["GET", "POST"])
@seated
def question(request: SeatRequest, dimension: str) -> HttpResponse:
    return sheets.question(_door(request), dimension)


@require_http_methods(["GET", "POST"])
@seated
def candidate(request: SeatRequest, icp_id: UUID) -> HttpResponse:
    return sheets.candidate(_door(request), icp_id)


@require_http_methods(["GET", "POST"])
@seated
def gaps(request: SeatRequest) -> HttpResponse:
    return sheets.gaps(_door(request))


@require_http_methods(["GET", "POST"])
@seated
def overview(request: SeatRequest) -> HttpResponse:
    return sheets.overview(_door(request))


@require_POST
@seated
def answers(request: SeatRequest) -> HttpResponse:
    return sheets.take_in(_door(request))


@require_GET
@seated
def result(request: SeatRequest) -> HttpResponse:
    """What the round came to, without the workspace around it."""
    round = request.round
    if round.result is None:
        return redirect(_door(request).page("overview"))
    return render(request, "icp/seat_result.html", results.told(round, round.result))
