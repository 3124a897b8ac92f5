"""A process of its own that asks for work and looks at rows: one line of JSON in, one line out."""

import json
import sys
import time
from typing import Any

from tests.faults import effects  # noqa: F401  # sets Django up, with the short time-outs

from accounts import jobs  # isort: skip
from accounts.models.audit import AuditEntry  # isort: skip
from accounts.models.job import Job  # isort: skip
from accounts.models.workspace import Workspace  # isort: skip


def workspace() -> Workspace:
    return Workspace.objects.get_or_create(slug="acme", defaults={"name": "Acme"})[0]


def request(**asked: Any) -> dict[str, Any]:
    """Ask for a mark; how long the asking took is what a person would have waited."""
    place, began = workspace(), time.monotonic()
    job = jobs.request(place, kind="mark", task="tests.leave_a_mark", by=None, asked=asked)
    return {"job": str(job.pk), "seconds": time.monotonic() - began}


def look(job: str) -> dict[str, Any]:
    row = Job.everywhere.get(pk=job)
    marks = AuditEntry.everywhere.filter(action="tests.marked", subject=job).count()
    told = {name: getattr(row, name) for name in ("status", "attempts", "given_back", "done", "message")}
    return {**told, "marks": marks}


def publish(job: str) -> dict[str, Any]:
    return {"published": jobs.publish(Job.everywhere.get(pk=job))}


def tick() -> dict[str, Any]:
    jobs.tick()
    return {}


DEEDS = {"request": request, "look": look, "publish": publish, "tick": tick}

if __name__ == "__main__":
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(DEEDS[asked.pop("do")](**asked)), flush=True)
