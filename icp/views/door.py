"""The door of a room, for phones: type the code, say who you are, wait, and follow what the screen shows."""

from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.views.errors import too_many
from icp import following, knocking, rooming
from icp.following import Seat
from icp.models.grading import Round
from icp.models.room import Room, Stage
from icp.refusing import NotPossible

SEATS = "seats"  # in the session: round -> the secret of the guest's place
WRONG, WINDOW = 10, 300  # wrong codes from one address in five minutes
KNOCKS = 60  # guests from one address in five minutes: a whole office may join at once


@never_cache
@require_http_methods(["GET", "POST"])
def door(request: HttpRequest) -> HttpResponse:
    """Type the code that is on the screen."""
    if request.method == "GET":
        return render(request, "icp/room_door.html")
    code = request.POST.get("code", "")
    room = _behind(request, code)
    if isinstance(room, Room):
        return redirect("icp:door-room", room.code)
    return room or _no_room(request, code)


@never_cache
@require_http_methods(["GET", "POST"])
def door_room(request: Any, code: str) -> HttpResponse:
    """Say who you are. A member is simply in; a guest is seen by the facilitator, who lets them in."""
    room = _behind(request, code)
    if not isinstance(room, Room):
        return room or _no_room(request, code)
    if request.user.is_authenticated and knocking.is_member(room.workspace, request.user):
        return _member_in(request, room)
    place = following.place_behind(room.round, _secret(request, room.round_id))
    if place:
        knocking.arrive(room, place, at=now())
        return redirect("icp:room-wait", room.round_id)
    return _knock(request, room) if request.method == "POST" else _ask(request, room)


def _member_in(request: Any, room: Room) -> HttpResponse:
    try:
        knocking.come_in(room, request.user, at=now())
    except NotPossible as reason:
        return render(request, "icp/room_door.html", {"problem": str(reason)}, status=409)
    return redirect(following.entrance(Seat(room.round, request.user), room))


def _knock(request: Any, room: Room) -> HttpResponse:
    if not _is_patient(f"knock:{_address(request)}", KNOCKS):
        return too_many(request)
    told = {name: request.POST.get(name, "") for name in ("name", "email")}
    try:
        knock = knocking.knock(room, **told, secret=_secret(request, room.round_id))
    except NotPossible as reason:
        return _ask(request, room, problem=str(reason), told=told, status=422)
    request.session[SEATS] = {**request.session.get(SEATS, {}), str(room.round_id): knock.secret}
    return redirect("icp:room-wait", room.round_id)


def _ask(request: Any, room: Room, *, status: int = 200, **more: Any) -> HttpResponse:
    user = request.user
    told = {"name": user.name, "email": user.email} if user.is_authenticated and not user.is_guest else {}
    context = {"room": room, "host": host(room), "told": told} | more
    return render(request, "icp/room_knock.html", context, status=status)


def _no_room(request: HttpRequest, code: str) -> HttpResponse:
    problem = "No meeting has this code. Look at the screen: a code ends with its meeting, and may have been changed."
    return render(request, "icp/room_door.html", {"problem": problem, "code": code[:12]}, status=404)


def _behind(request: HttpRequest, code: str) -> Room | HttpResponse | None:
    """The room with the code; a refusal for whoever tried too many."""
    name = f"code:{_address(request)}"
    if _tried(name) >= WRONG:
        return too_many(request)
    room = knocking.room_behind(code)
    if room is None:
        _is_patient(name, WRONG)
    return room


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _window(name: str) -> str:
    return f"room:{name}:{int(now().timestamp()) // WINDOW}"


def _tried(name: str) -> int:
    try:
        return int(cache.get(_window(name), 0))
    except Exception:  # without a cache nobody is turned away; the facilitator still admits each guest
        return 0


def _is_patient(name: str, most: int) -> bool:
    """Counts one try in a fixed window of five minutes, and says whether there were too many."""
    try:
        cache.add(_window(name), 0, timeout=2 * WINDOW)
        return int(cache.incr(_window(name))) <= most
    except Exception:
        return True


def host(room: Room) -> str:
    """Who lets people in."""
    return str(room.opened_by).split("@")[0] if room.opened_by else "The facilitator"


@never_cache
@require_GET
def room_wait(request: Any, round_id: UUID) -> HttpResponse:
    """Between two questions: who lets you in, or where to look."""
    seat = seat_in(request, round_id)
    room = rooming.room_of(seat.round)
    if room and seat.is_in and room.stage == Stage.GRADING and room.dimension:
        return redirect(following.at_question(seat, room.dimension))
    return render(request, "icp/room_wait.html", _seen(seat, room))


def _seen(seat: Seat, room: Room | None) -> dict[str, Any]:
    """Nothing of the round for somebody who is not in."""
    asked = room.question() if room and seat.is_in else None
    own = rooming.own_end(room, seat.person) if room and seat.is_in else None
    seen = {"seat": seat, "round": seat.round, "room": room, "host": host(room) if room else "", "own": own}
    return seen | {"asked": asked, "goes_to": following.at_all_questions(seat) if seat.is_in else ""}


@never_cache
@require_GET
def room_follow(request: Any, round_id: UUID) -> HttpResponse:
    """Asked every few seconds by each phone: nothing new, another address, or the same page anew."""
    seat = seat_in(request, round_id)
    room = rooming.room_of(seat.round)
    was, here = request.GET.get("at", ""), (request.htmx.current_url_abs_path or "").split("?")[0]
    place = following.place(seat, room)
    if was == place:
        return HttpResponse(status=204)
    wanted = following.entrance(seat, room) if was in following.OUTSIDE else following.wanted_at(seat, room)
    if wanted and wanted != here:
        return HttpResponse(status=204, headers={"HX-Redirect": wanted})
    if here == following.at_wait(seat):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "icp/room_follow.html", {"round": seat.round, "seat": seat})


@require_POST
def room_mine(request: Any, round_id: UUID) -> HttpResponse:
    """“It was me”, or not any more."""
    seat = seat_in(request, round_id)
    room = rooming.room_of(seat.round)
    if room is None or not seat.is_in:
        raise Http404
    try:
        rooming.say_it_was_me(room, seat.person, is_shown=request.POST.get("is_shown") != "no")
    except NotPossible as reason:
        return render(request, "icp/room_wait.html", _seen(seat, room) | {"problem": str(reason)}, status=409)
    return redirect("icp:room-wait", round_id)


def seat_in(request: Any, round_id: UUID) -> Seat:
    """The seat of whoever asks, or 404 as if there were no such round."""
    rows = Round.everywhere.select_related("rubric", "workspace", "created_by")
    round = get_object_or_404(rows, pk=round_id)
    seat = following.seat_of(round, request.user, _secret(request, round_id))
    if seat is None:
        raise Http404
    return seat


def _secret(request: Any, round_id: Any) -> str:
    return str(request.session.get(SEATS, {}).get(str(round_id), ""))
