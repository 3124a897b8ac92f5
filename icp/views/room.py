"""The room as its facilitator sees it: the remote on the phone, and the screen that is projected."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, member
from accounts.models.user import User
from customers.clock import as_of, last_counted
from icp import deciding, knocking, meeting, projecting, rooming
from icp.models.definition import Icp
from icp.models.grading import Round
from icp.models.room import Room
from icp.refusing import NotPossible
from icp.views.rounds import found

REMOTE, SCREEN = "icp/room_remote.html", "icp/room_screen.html"
LOCAL = {"127.0.0.1", "localhost", "[::1]"}


@never_cache
@require_http_methods(["GET", "POST"])
@member("rounds.run")
def room(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """The facilitator's phone. Before there is a meeting: open the room."""
    round = found(request, round_id)
    if request.method == "POST":
        try:
            rooming.open_room(round, by=request.user)
        except NotPossible as reason:
            messages.error(request, str(reason))
        return redirect("icp:room", request.workspace.slug, round.pk)
    return _part(request, REMOTE, round)


@never_cache
@require_GET
@member("rounds.run")
def room_screen(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """What is projected. It looks again by itself every second."""
    return _part(request, SCREEN, found(request, round_id))


def _part(request: Any, template: str, round: Round, *, problem: str = "", form: Any = None) -> HttpResponse:
    """The page, or what changed of it; 204 where nothing did."""
    known = rooming.rooms_of(round).first()
    seen, pulse = request.GET.get("seen", ""), projecting.pulse(known) if known else ""
    if request.htmx and request.method == "GET" and known and seen == pulse:
        return HttpResponse(status=204)
    context = {"here": "ideal", "round": round, "room": known, "pulse": pulse, "problem": problem}
    if known:
        context |= _shown(request, known) | {"is_new": seen.split("-")[0] != str(known.step), "form": form}
    if known and context["name"] == "moves" and not context["decided"]:
        context["form"] = form or MeetingMoveForm(room=known)
    part = f"{template}#room" if request.htmx else template
    return render(request, part, context, status=422 if problem else 200)


def _shown(request: MemberRequest, room: Room) -> dict[str, Any]:
    """What the stage shows, and what can be done now."""
    address = request.build_absolute_uri(reverse("icp:door-room", args=[room.code])) if room.code else ""
    shown = projecting.stage(room) | projecting.remote(room)
    shown |= {
        "address": address,
        "door": request.build_absolute_uri(reverse("icp:door")).split("://", 1)[1].rstrip("/"),
        "is_local": request.get_host().rsplit(":", 1)[0] in LOCAL,
        "left": projecting.seconds_left(room, now()),
        "until": last_counted(room.round.as_of),
        "at_door": knocking.at_the_door(room.round),
        "turned_away": knocking.turned_away(room.round),
        "door_path": reverse("icp:door-room", args=[room.code]) if room.code else "",
    }
    decision = shown.get("decision")
    shown["decided"] = decision is not None and decision.decided_at is not None
    if room.ended_at is None:
        shown |= {"ahead": meeting.ahead(room), "beyond": meeting.beyond(room), "behind": meeting.behind(room)}
    return shown


@require_POST
@member("rounds.run")
def room_do(request: MemberRequest, round_id: UUID, do: str) -> HttpResponse:
    """One press on the remote, or one key at the screen."""
    verb = DEEDS.get(do)
    known = rooming.rooms_of(found(request, round_id)).first()
    if verb is None or known is None:
        raise Http404
    return _press(request, known, lambda: verb(request, known))


def _press(request: MemberRequest, room: Room, press: Callable[[], Any]) -> HttpResponse:
    """Do it, and show the page that it was pressed on as it is then."""
    problem, template = "", SCREEN if request.POST.get("on") == "screen" else REMOTE
    try:
        press()
    except NotPossible as reason:
        problem = str(reason)
    if request.htmx:  # type: ignore[attr-defined]
        return _part(request, template, found(request, room.round_id), problem=problem)
    if problem:
        messages.error(request, problem)
    name = "icp:room-screen" if template == SCREEN else "icp:room"
    return redirect(name, request.workspace.slug, room.round_id)


def _moment(request: MemberRequest) -> dict[str, Any]:
    return {"by": request.user, "at": now(), "as_of": as_of(request.workspace), "seen": request.POST.get("seen", "")}


def _talk(request: MemberRequest, room: Room) -> Room:
    told = request.POST.get("gap", "")
    icp, _, dimension = told.partition(":")
    try:
        candidate = UUID(icp)
    except ValueError:
        raise NotPossible("Choose a gap to talk about.") from None
    seen = request.POST.get("seen", "")
    return rooming.talk(room, icp=candidate, dimension=dimension, by=request.user, at=now(), seen=seen)


def _back(request: MemberRequest, room: Room) -> Room:
    return rooming.go_back(room, by=request.user, at=now(), seen=request.POST.get("seen", ""))


def _drop(request: MemberRequest, room: Room) -> Any:
    number = request.POST.get("number", "")
    if not (number.isascii() and number.isdigit()):
        raise NotPossible("Say which of the moves to take away.")
    return rooming.drop_move(room, int(number), by=request.user, as_of=as_of(request.workspace))


DEEDS: dict[str, Callable[[MemberRequest, Room], Any]] = {
    "next": lambda request, room: rooming.go_on(room, **_moment(request)),
    "skip": lambda request, room: rooming.go_on(room, **_moment(request), leaving_out=True),
    "show": lambda request, room: rooming.show(room, **_moment(request)),
    "finish": lambda request, room: rooming.finish(room, **_moment(request)),
    "talk": _talk,
    "more": lambda request, room: rooming.more_time(room, by=request.user, at=now()),
    "back": _back,
    "drop": _drop,
    "decide": lambda request, room: rooming.decide(room, **_moment(request)),
    "code": lambda request, room: rooming.change_code(room, by=request.user),
    "end": lambda request, room: rooming.end(room, by=request.user, at=now()),
}


@require_POST
@member("rounds.run")
def room_guest(request: MemberRequest, round_id: UUID, guest_id: UUID) -> HttpResponse:
    """Let a guest in, or turn them away."""
    known = rooming.room_of(found(request, round_id))
    if known is None:
        raise Http404
    decide = knocking.turn_away if request.POST.get("decision") == "no" else knocking.admit
    return _press(request, known, lambda: decide(known, guest_id, by=request.user, at=now()))


class MeetingMoveForm(forms.Form):
    """One of the three moves, as it is typed on the screen."""

    name = forms.CharField(label="What will you do?", max_length=200)
    icp = forms.ModelChoiceField(Icp.everywhere.none(), label="For whom?", empty_label=None)
    owner = forms.ModelChoiceField(User.objects.none(), label="Who does it?", empty_label=None)
    check_on = forms.DateField(label="Until when?", widget=forms.DateInput({"type": "date"}))
    target = forms.CharField(label="Success would be", max_length=200)

    def __init__(self, *args: Any, room: Room, **options: Any) -> None:
        super().__init__(*args, **options)
        ranked = (meeting.result_of(room) or {}).get("ranking", [])
        decision = deciding.decision_of(room.round)
        focus = decision.focus if decision else [row["icp"] for row in ranked if row["focus"]]
        self._choose("icp", room.round.icps.filter(pk__in=focus).order_by("name"))
        self._choose("owner", User.objects.filter(memberships__workspace=room.workspace_id).order_by("name", "email"))

    def _choose(self, name: str, rows: Any) -> None:
        self[name].field.queryset = rows  # type: ignore[attr-defined]

    def move(self) -> dict[str, Any]:
        """What was typed, as a decision keeps it."""
        told = self.cleaned_data
        ids = {name: str(told[name].pk) for name in ("icp", "owner")}
        return ids | {"name": told["name"], "check_on": told["check_on"].isoformat(), "target": told["target"]}


@require_POST
@member("rounds.run")
def room_move(request: MemberRequest, round_id: UUID) -> HttpResponse:
    """Put a move on the plan, in front of everybody."""
    known = rooming.room_of(found(request, round_id))
    if known is None:
        raise Http404
    form = MeetingMoveForm(request.POST, room=known)
    if meeting.is_at_moves(known) and not form.is_valid():
        template = SCREEN if request.POST.get("on") == "screen" else REMOTE
        return _part(request, template, known.round, problem="Something is missing. Look at the form.", form=form)
    told = form.move() if form.is_valid() else {}
    return _press(
        request, known, lambda: rooming.add_move(known, told, by=request.user, as_of=as_of(request.workspace))
    )
