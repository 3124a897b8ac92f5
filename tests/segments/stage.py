"""Workspaces with figures, for the tests of segments."""

from datetime import datetime
from typing import Any

from pyroaring import BitMap
from rest_framework.test import APIClient

from accounts.jobs import Work, claim
from accounts.keying import make_key
from accounts.models.job import Job
from accounts.models.user import User
from accounts.models.workspace import Membership, Workspace
from customers import building
from customers.models.event import Code
from segments.models.segment import Segment
from segments.remembering import keep_snapshot
from tests.customers.stage import AS_OF, a_customer, a_trait, bought, recorded


def computed(workspace: Workspace, as_of: datetime = AS_OF) -> None:
    """The profile of everybody as of the moment, built by the real verb."""
    Code.objects.in_workspace(workspace).get_or_create(
        workspace=workspace, kind=Code.Kind.EVENT, value="Order Completed", defaults={"code": 0}
    )
    building.build(claimed(workspace, "profile", as_of))


def claimed(workspace: Workspace, kind: str, as_of: datetime, **values: Any) -> Work:
    job = Job.objects.create(workspace=workspace, kind=kind, task="none", as_of=as_of, **values)
    work = claim(job.pk)
    assert work is not None
    return work


def rule(*nodes: Any) -> dict[str, Any]:
    """All of the conditions."""
    return {"v": 1, "entity": "customer", "where": {"all": list(nodes)}}


def a_segment(workspace: Workspace, name: str, *nodes: Any, **values: Any) -> Segment:
    return Segment.objects.create(workspace=workspace, name=name, definition=rule(*nodes), **values)


def a_key(workspace: Workspace, user: User) -> APIClient:
    """A program that calls in the name of the person, with as much as their role allows."""
    membership = Membership.objects.in_workspace(workspace).get(user=user)
    made = make_key(membership, name="test", role=membership.role)
    program = APIClient()
    program.credentials(HTTP_AUTHORIZATION=f"Token {made.secret}")
    return program


def four_who_agreed(workspace: Workspace) -> Segment:
    """A counted segment: four who agreed to mails, one of whom nobody knows it, one without an address."""
    a_trait(workspace, "Accepts Marketing")
    told = [{"Accepts Marketing": "yes"}] * 4 + [{}, {"Accepts Marketing": "yes"}]
    people = [
        a_customer(workspace, f"p{i}", email=f"p{i}@example.com" if i < 5 else "", traits=traits)
        for i, traits in enumerate(told)
    ]
    recorded(workspace, [bought(c, days, 1000, order=100 * c.number + days) for c in people for days in (0, 60)])
    computed(workspace)
    segment = a_segment(workspace, "Regulars", {"feature": "orders", "op": "gte", "value": 1})
    keep_snapshot(segment, BitMap([c.number for c in people]), as_of=AS_OF)
    return segment
