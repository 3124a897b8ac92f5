"""Grading, for members: one question at a time, all candidates below it."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, member
from icp import grading
from icp.views import sheets
from icp.views.rounds import found
from icp.views.sheets import Door


@require_GET
@member("rounds.grade")
def grade(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """Go on where this person stopped."""
    return sheets.go_on(_door(request, round_id))


@require_http_methods(["GET", "POST"])
@member("rounds.grade")
def question(request: MemberRequest, round_id: UUID, dimension: str) -> HttpResponse:
    return sheets.question(_door(request, round_id), dimension)


@require_http_methods(["GET", "POST"])
@member("rounds.grade")
def candidate(request: MemberRequest, round_id: UUID, icp_id: UUID) -> HttpResponse:
    return sheets.candidate(_door(request, round_id), icp_id)


@require_http_methods(["GET", "POST"])
@member("rounds.grade")
def gaps(request: MemberRequest, round_id: UUID) -> HttpResponse:
    return sheets.gaps(_door(request, round_id))


@require_http_methods(["GET", "POST"])
@member("rounds.grade")
def overview(request: MemberRequest, round_id: UUID) -> HttpResponse:
    return sheets.overview(_door(request, round_id))


@require_POST
@member("rounds.grade")
def answers(request: MemberRequest, round_id: UUID) -> HttpResponse:
    return sheets.take_in(Door(request, found(request, round_id), request.user))


def _door(request: MemberRequest, round_id: UUID) -> Door:
    round = found(request, round_id)
    if not grading.may_grade(round, request.user):
        raise PermissionDenied("You were not asked to grade this round.")
    return Door(request, round, request.user)
