"""A shop with two kinds of buyers of whom everything is known: what is said of them can be checked by hand."""

from datetime import timedelta
from typing import Any

from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import clock
from customers.models.customer import Customer
from customers.models.event import Code
from customers.models.trait import Trait
from customers.tasks import request_profile
from icp import defining
from icp.defining import Line
from icp.models.definition import Icp
from segments import defining as describing
from segments.models.segment import Segment
from tests.conftest import run_jobs
from tests.customers.stage import NOON, bought, recorded
from tests.segments.shop import people

COUPON = '{"discount_code": "SPRING"}'
OFFICES, SHOPPERS = 60, 240


def two_kinds(workspace: Workspace, *, gap: int = 28, years: float = 2.1) -> list[Customer]:
    """60 offices order every four weeks on a weekday morning, without a coupon, from Germany; 240 others order once
    or twice on a Saturday evening with one, from France. Every tenth of these is like an office, but not in."""
    Trait.objects.create(workspace=workspace, name="country", label="Country")
    Trait.objects.create(workspace=workspace, name="office", label="Office")
    for code, name in ((1, "Office bags"), (2, "Tea")):
        Code.objects.create(workspace=workspace, kind=Code.Kind.CATEGORY, value=name, code=code)
    offices = people(workspace, [f"office-{i}" for i in range(OFFICES)], traits={"country": "Germany", "office": "yes"})
    rest = [_shopper(workspace, i) for i in range(SHOPPERS)]
    lines: list[dict[str, Any]] = []
    for i, one in enumerate(offices):
        lines += _often(one, i, gap, years, start=len(lines))
    for i, one in enumerate(rest):
        same, old = i % 10 == 0, years > 1
        lines += _often(one, i // 10, gap, years, start=len(lines)) if same else _seldom(one, i, old, start=len(lines))
    recorded(workspace, lines)
    request_profile(workspace, None)
    run_jobs(workspace)
    return [*offices, *rest]


def _shopper(workspace: Workspace, i: int) -> Customer:
    country = "France" if i % 10 else "Germany"
    return people(workspace, [f"shopper-{i}"], traits={"country": country, "office": "no"})[0]


def _often(one: Customer, i: int, gap: int, years: float, *, start: int) -> list[dict[str, Any]]:
    first = int(365 * years) if i % 2 else 300  # half of them came within the last year
    days = range(first - i % 7, 0, -gap)
    return [_on_a_weekday(bought(one, day, 6_000, order=start + n + 1, category=1)) for n, day in enumerate(days)]


def _on_a_weekday(line: dict[str, Any]) -> dict[str, Any]:
    at = line["happened_at"] - timedelta(hours=4)  # eight in the morning
    return line | {"happened_at": at - timedelta(days=max(0, at.weekday() - 4))}


def _seldom(one: Customer, i: int, old: bool, *, start: int) -> list[dict[str, Any]]:
    days = [20 + i, 500] if i % 3 == 0 and old else [20 + i]
    lines = [bought(one, day, 2_000, order=start + n + 1, category=2, properties=COUPON) for n, day in enumerate(days)]
    return [_on_saturday_evening(line) for line in lines]


def _on_saturday_evening(line: dict[str, Any]) -> dict[str, Any]:
    at = line["happened_at"] + timedelta(hours=7)
    back = at - timedelta(days=(at.weekday() - 5) % 7)
    return line | {"happened_at": min(back, NOON)}


def the_offices(workspace: Workspace, by: User) -> Segment:
    """The segment of the offices, by a detail that says nothing of how they buy."""
    where = {"all": [{"trait": "office", "op": "eq", "value": "yes"}]}
    definition = {"v": 1, "entity": "customer", "where": where}
    return describing.define(
        workspace, name="Small offices", definition=definition, as_of=clock.as_of(workspace), by=by
    )


def a_candidate(workspace: Workspace, by: User, *lines: Line, segments: Any = ()) -> Icp:
    return defining.name_candidate(workspace, name="Offices we serve", by=by, lines=lines, segments=list(segments))
