"""Check against your books, and from when everything counts back."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from accounts import settling
from accounts.access import MemberRequest, member
from accounts.models.workspace import Workspace
from accounts.web import page_or_part
from customers import balancing, clock, counting, money, omitting, reporting, suspecting, tasks
from customers.counting import Choice
from customers.models.customer import Customer
from customers.switching import LABELS, explain
from customers.wording import called

SHOWN = 50  # rows of a list that can also be downloaded


@require_GET
@member("data.view")
def books(request: MemberRequest) -> HttpResponse:
    """The months by what was chosen, or at once by what the switches of the page say, without keeping it."""
    return _page(request, request.GET)


def _page(request: MemberRequest, asked: QueryDict) -> HttpResponse:
    workspace = request.workspace
    as_of = clock.as_of(workspace).replace(second=0, microsecond=0)  # within a minute the same sums serve again
    choice = _choice(workspace, asked)
    found = balancing.books(workspace, as_of=as_of, choice=choice)
    typed = reporting.asked(dict(asked.items()))
    reported = workspace.revenue.get("reported", {}) if typed is None else typed
    places = money.digits(workspace.currency)
    explained = explain(found.sums, choice, found.said, reporting.read(reported, places=places), places=places)
    compared = {period.start: period for period in explained.periods} if explained else {}
    context = {
        "here": "data", "books": found, "as_of": as_of, "explained": explained, "everything": "all" in asked,
        "months": [
            (period, found.revenue(period), reported.get(_name(period), ""), compared.get(period.start))
            for period in [*found.periods, found.total]
        ],
        "jobs": balancing.recounting(workspace), "parts": _parts(workspace, found),
        "kept": counting.mark(counting.switches_of(workspace.revenue)) == counting.mark(choice.switches()),
        "switches": choice.switches(), "suspects": _suspects(request, as_of), "is_open": "something" in asked,
        "explaining": choice.but(**explained.flips).switches() if explained and explained.flips else {},
        "silent": [label for name, label in (("tax", "tax"), ("shipping", "shipping")) if name not in found.said],
    }  # fmt: skip
    return page_or_part(request, "customers/books.html", "counted", context)


def _choice(workspace: Workspace, asked: QueryDict) -> Choice:
    """The workspace's choice, with the switches of the page in their place where the page sends them.

    A switch that is on is sent; one that is off is not, as forms go.
    """
    choice = counting.chosen(workspace)
    if "switched" not in asked:
        return choice
    offered = [name for name in LABELS if f"offers-{name}" in asked]
    told = {name: asked.get(name) or ("gross" if name == "returns" else "with") for name in offered}
    return choice.but(**counting.switches_of(choice.switches() | told))


def _name(period: balancing.Period) -> str:
    return period.start.isoformat() if period.start else reporting.TOTAL


def _parts(workspace: Workspace, found: balancing.Books) -> list[dict[str, Any]]:
    return [
        {"switch": switch, "amount": money.from_minor(switch.amount, workspace.currency)} for switch in found.switches
    ]


def _suspects(request: MemberRequest, as_of: Any) -> list[dict[str, Any]]:
    personal = request.membership.may("personal.view")
    return [
        {"said": suspect, "called": called(suspect.customer, personal=personal)}
        for suspect in suspecting.suspects(request.workspace, as_of=as_of)
    ]


@require_POST
@member("data.change")
def books_right(request: MemberRequest) -> HttpResponse:
    """Keep the choice that the page shows; everything is counted anew where it is another one."""
    switches = _choice(request.workspace, request.POST).switches() if "switched" in request.POST else None
    if balancing.confirm(request.workspace, by=request.user, switches=switches):
        tasks.renew_profile(request.workspace, request.user)
        messages.success(request, "Good. Everything is being counted this way now; the segments follow in a moment.")
    else:
        messages.success(request, "Good. These figures count from now on.")
    return redirect("icp:home", request.workspace.slug)


@require_POST
@member("data.change")
def books_reported(request: MemberRequest) -> HttpResponse:
    """Keep what the shop's own report says, and compare."""
    reported = reporting.asked(dict(request.POST.items()))
    if reported is not None:
        shown = {name.removeprefix(reporting.FIELD) for name in request.POST}
        others = {
            name: text for name, text in request.workspace.revenue.get("reported", {}).items() if name not in shown
        }
        balancing.keep_reported(request.workspace, others | reported, by=request.user)
    return _page(request, request.POST)


@require_POST
@member("data.change")
def books_buyer(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Leave an odd buyer out of every figure, keep it, or take that back."""
    customer = get_object_or_404(Customer.objects.in_workspace(request.workspace), pk=customer_id)
    balancing.set_buyer(request.workspace, customer, request.POST.get("what", ""), by=request.user)
    tasks.renew_profile(request.workspace, request.user)
    return redirect("customers:books", request.workspace.slug)


@require_GET
@member("data.view")
def books_rows(request: MemberRequest, reason: str) -> HttpResponse:
    """The lines that do not count for one reason, the newest first."""
    found, reason_said = _rows(request, reason)
    context = {
        "here": "data", "reason": reason, "sentence": reason_said, "count": found.num_rows,
        "rows": omitting.first(request.workspace, found, SHOWN),
    }  # fmt: skip
    return render(request, "customers/books_rows.html", context)


@require_GET
@member("data.view")
def books_rows_file(request: MemberRequest, reason: str) -> HttpResponseBase:
    """The same lines as a file that spreadsheets can open without harm."""
    found, _ = _rows(request, reason)
    answer = StreamingHttpResponse(
        _written(omitting.lines(request.workspace, found)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{reason}.csv"'
    return answer


def _rows(request: MemberRequest, reason: str) -> tuple[Any, str]:
    if not omitting.has_rows(reason):
        raise Http404
    workspace = request.workspace
    found = omitting.rows(workspace, reason, as_of=clock.as_of(workspace), choice=counting.chosen(workspace))
    told = {"returns": "What was sent back or paid back.", "shipping": "What was paid for delivery."}
    return found, told.get(reason) or omitting.REASONS[reason]


class _Echo:
    def write(self, text: str) -> str:
        return text


def _written(lines: Iterable[list[str]]) -> Iterator[str]:
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    return (writer.writerow(cells) for cells in lines)


@require_POST
@member("workspace.change")
def clock_switch(request: MemberRequest) -> HttpResponse:
    wanted = Workspace.Clock.LIVE if request.POST.get("clock") == "live" else Workspace.Clock.DATA
    if settling.change_settings(request.workspace, by=request.user, values={"clock": wanted}):
        tasks.renew_profile(request.workspace, request.user)
        messages.success(
            request,
            "Everything counts from today now."
            if wanted == "live"
            else "Everything counts back from the end of the data now.",
        )
    then = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(then, allowed_hosts=None)
    return redirect(then) if then and safe else redirect("customers:books", request.workspace.slug)
