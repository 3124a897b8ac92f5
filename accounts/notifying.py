"""Tell somebody something, once: a sentence with an address, kept until it is read."""

import logging
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.timezone import now

from accounts.models.job import Job
from accounts.models.notification import Notification
from accounts.models.user import User
from accounts.models.workspace import Membership, Workspace
from accounts.permissions import PERMISSIONS
from accounts.templatetags.words import kind as in_words

log = logging.getLogger(__name__)

ROUND = "round"  # the one kind that graders hear of
TOLD_ABOVE = frozenset({"import"})  # kinds of jobs of which those speak who know their pages


def tell(workspace: Workspace, user: User | None, *, kind: str, key: str, sentence: str, link: str = "") -> bool:
    """Tell one member; False if it is nobody, a stranger, or was told before.

    Whoever only grades hears of rounds and of nothing else.
    """
    member = Membership.objects.in_workspace(workspace).filter(user=user).first() if user else None
    if member is None or (kind != ROUND and not member.may("data.view")):
        return False
    return bool(_keep(workspace, [member], kind=kind, key=key, sentence=sentence, link=link))


def tell_all(workspace: Workspace, right: str, *, kind: str, key: str, sentence: str, link: str = "") -> int:
    """Tell everybody who holds the right; how many had not been told before."""
    members = Membership.objects.in_workspace(workspace).filter(role__in=PERMISSIONS[right])
    return _keep(workspace, members, kind=kind, key=key, sentence=sentence, link=link)


def _keep(workspace: Workspace, members: Iterable[Membership], *, key: str, **told: Any) -> int:
    told["sentence"] = told["sentence"][:300]
    mine = Notification.objects.in_workspace(workspace)
    return sum(
        mine.get_or_create(user_id=member.user_id, key=key, defaults={"workspace": workspace, **told})[1]
        for member in members
    )


def job_failed(job: Job, **_: Any) -> None:
    """Whoever asked for work hears that it could not be done. Never in the way of the work itself."""
    if job.status != Job.Status.FAILED or job.kind in TOLD_ABOVE:
        return
    link = reverse("accounts:jobs", args=[job.workspace.slug])
    sentence = f"{in_words(job.kind)} could not be done. {job.message}"
    tell(job.workspace, job.requested_by, kind="job", key=f"job:{job.pk}", sentence=sentence, link=link)


def of(membership: Membership) -> "QuerySet[Notification]":
    """What the member was told, newest first."""
    found = Notification.objects.in_workspace(membership.workspace).filter(user=membership.user)
    if not membership.may("data.view"):
        found = found.filter(kind=ROUND)
    rows: QuerySet[Notification] = found.order_by("-created_at", "-id")
    return rows


def read(membership: Membership, *ids: Any) -> int:
    """Note that these, or all without any, were read."""
    unread = of(membership).filter(read_at=None)
    return (unread.filter(pk__in=ids) if ids else unread).update(read_at=now())


def unread_here() -> Any:
    """For a query over memberships: how many each has not read. So the number costs no query of its own."""
    unread = Notification.everywhere.filter(workspace=OuterRef("workspace"), user=OuterRef("user"), read_at=None)
    counted = unread.order_by().values("user").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)
