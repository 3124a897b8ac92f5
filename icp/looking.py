"""The first look: six sentences about the business, each frozen with what stands behind it."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.timezone import now

from accounts import jobs
from accounts.jobs import Work
from accounts.models.job import Job
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import clock
from icp.models.insight import Insight
from icp.sights import back, best, growth, newcomers, overdue, start
from icp.sights.finding import Finding
from icp.sights.sight import Scene

Kind = Insight.Kind
SIGHTS = {
    Kind.BEST: best.look,
    Kind.BACK: back.look,
    Kind.OVERDUE: overdue.look,
    Kind.START: start.look,
    Kind.NEWCOMERS: newcomers.look,
    Kind.GROWTH: growth.look,
}  # in the order of the page
TELLING = (Kind.OVERDUE, Kind.START, Kind.BEST, Kind.NEWCOMERS, Kind.GROWTH, Kind.BACK)  # what Home shows first
JOB, TASK = "first-look", "icp.first_look"


def request(workspace: Workspace, by: User | None, *, as_of: datetime) -> Job:
    """Ask for a look as of a moment; one that waits already is enough."""
    waiting = Job.objects.in_workspace(workspace).filter(kind=JOB, status=Job.Status.QUEUED, as_of=as_of)
    return waiting.first() or jobs.request(workspace, kind=JOB, task=TASK, by=by, as_of=as_of)


def look(work: Work) -> dict[str, Any]:
    """Look at the business as of the job's moment, and keep what was found."""
    workspace = work.job.workspace
    scene = Scene(workspace, work.job.as_of or clock.as_of(workspace))
    found: dict[str, Finding] = {}
    work.advance(0, total=len(SIGHTS), message="Looking at your business.")
    for kind, sight in SIGHTS.items():
        found[kind] = replace(sight(scene), whole=scene.told)
        work.advance(len(found))
    with transaction.atomic():
        work.hold()
        kept = keep(workspace, found, as_of=scene.as_of)
    return {"findings": len(found), "new": kept, "as_of": scene.as_of.isoformat()}


def keep(workspace: Workspace, found: dict[str, Finding], *, as_of: datetime) -> int:
    """Freeze what was found. What says the same as before keeps its row, and with it its address. How many are new."""
    current = {row.kind: row for row in _newest(workspace)}
    new = 0
    for kind, finding in found.items():
        told, old = _as_kept(finding), current.get(kind)
        if old and old.finding == told and old.as_of == as_of:
            continue
        if old:
            Insight.objects.in_workspace(workspace).filter(pk=old.pk).update(set_aside_at=now())
        Insight.objects.create(workspace=workspace, kind=kind, as_of=as_of, finding=told)
        new += 1
    return new


def _as_kept(finding: Finding) -> dict[str, Any]:
    """As the database will give it back."""
    kept: dict[str, Any] = json.loads(json.dumps(finding.as_json(), cls=DjangoJSONEncoder, allow_nan=False))
    return kept


def _newest(workspace: Workspace) -> Any:
    return Insight.objects.in_workspace(workspace).filter(set_aside_at=None)


def newest(workspace: Workspace) -> list[Insight]:
    """What is in force, in the order of the page."""
    places = list(SIGHTS)
    return sorted(_newest(workspace), key=lambda row: places.index(row.kind))


def most_telling(workspace: Workspace, *, at_most: int = 3) -> list[Insight]:
    """What Home shows: findings that lead to people, the surest of them first."""
    told = [row for row in _newest(workspace) if not row.told.is_refused and row.finding["rule"]]
    return sorted(told, key=lambda row: TELLING.index(row.kind))[:at_most]
