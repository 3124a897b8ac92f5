"""What the frame of every page needs from accounts: the workspace, the rights, the running jobs."""

from typing import Any

from django.http import HttpRequest

from accounts.models.job import Job
from accounts.models.workspace import Membership


def shell(request: HttpRequest) -> dict[str, Any]:
    membership = getattr(request, "membership", None)
    if membership is None:
        return {}
    return {
        "workspace": membership.workspace,
        "membership": membership,
        "may": Rights(membership),
        "unread": getattr(membership, "unread", 0),
        "running_jobs": Job.objects.in_workspace(membership.workspace).filter(ended_at=None).order_by("created_at"),
    }


class Rights:
    """For templates: {% if may.segments_change %}."""

    def __init__(self, membership: Membership) -> None:
        self.membership = membership

    def __getitem__(self, name: str) -> bool:
        return self.membership.may(name.replace("_", ".", 1))
