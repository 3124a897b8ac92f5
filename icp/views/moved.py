"""Who moved between the main segments: all ways, or the people of one with why."""

from typing import Any
from uuid import uuid4

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, member
from customers import listing, wording
from customers.belonging import Group
from customers.features import catalogue
from customers.listing import Asked
from icp import moving
from icp.moving import Flow, Moved

SIZE = 50


@require_GET
@member("segments.view")
def moved(request: MemberRequest) -> HttpResponse:
    """Since last Monday, way by way; with ?from= and ?to= the people who went it."""
    found = moving.since_last_monday(request.workspace, today=now())
    context: dict[str, Any] = {"here": "segments", "moved": found}
    if "from" not in request.GET:
        return render(request, "icp/moved.html", context)
    flow = found.flow(request.GET["from"], request.GET.get("to", "")) if found else None
    if found is None or flow is None:
        raise Http404("Nobody went this way since last Monday.")
    return render(request, "icp/moved_people.html", context | {"flow": flow} | _people(request, found, flow))


def _people(request: MemberRequest, found: Moved, flow: Flow) -> dict[str, Any]:
    group = Group(uuid4(), "", 0, "", flow.people)
    start = listing.start_of(request.GET.get("cursor", ""))
    asked = Asked(group=group, order="-revenue_365d", start=start, size=SIZE)
    page = listing.customers(request.workspace, asked, as_of=found.until)
    fit, personal = catalogue.habit_limits(request.workspace), request.membership.may("personal.view")
    rows = [
        {
            "customer": row.customer,
            "called": wording.called(row.customer, personal=personal),
            "figures": row.figures,
            "why": wording.why_this_habit(row.figures, fit, request.workspace),
        }
        for row in page.rows
    ]
    return {"rows": rows, "page": page}
