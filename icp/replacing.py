"""The example is replaced as a whole: the new one takes the address of the old, and the old one goes."""

import shutil
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import ProtectedError

from accounts.models.job import Job
from accounts.models.owned import WorkspaceOwned, new_id
from accounts.models.workspace import Workspace
from customers import storage

SLUG, HIDDEN = "fern-kettle", "fern-kettle--"  # names of people's own never hold two hyphens in a row
AT_ONCE = 2_000  # rows


def shown() -> Workspace | None:
    """The example that stands open; None while there is none."""
    return _shown().first()


def _shown() -> Any:
    return Workspace.objects.filter(is_example=True).exclude(slug__startswith=HIDDEN).order_by("-created_at")


def hidden_slug() -> str:
    """An address for an example that nobody shall see yet, or no longer."""
    return f"{HIDDEN}{new_id().hex[-8:]}"


@transaction.atomic
def put_in_place(workspace: Workspace) -> list[Workspace]:
    """Give the new one the address, and return those that stood open before."""
    before = list(_shown().select_for_update().exclude(pk=workspace.pk))
    for each in before:
        Workspace.objects.filter(pk=each.pk).update(slug=hidden_slug())
    taken = set(Workspace.objects.filter(slug__startswith=SLUG).values_list("slug", flat=True))
    free = (slug for slug in (SLUG, *(f"{SLUG}-{number}" for number in range(2, 1_000))) if slug not in taken)
    Workspace.objects.filter(pk=workspace.pk).update(slug=next(free))
    return before


def clear_away(workspace: Workspace) -> None:
    """Delete an example with all that it holds. Any other workspace is refused."""
    empty(workspace)
    shutil.rmtree(storage.folder(workspace), ignore_errors=True)
    workspace.delete()


def empty(workspace: Workspace, *, but: Job | None = None) -> None:
    """Delete what an example holds, a few rows at a time. Any other workspace is refused."""
    if not Workspace.objects.filter(pk=workspace.pk, is_example=True).exists():
        raise ValueError(f"{workspace} is not an example.")
    left: list[Any] = [model for model in reversed(apps.get_models()) if issubclass(model, WorkspaceOwned)]
    while left:
        blocked = [model for model in left if not _emptied(model, workspace, but)]
        if len(blocked) == len(left):
            raise RuntimeError(f"Rows of {blocked} hold each other.")
        left = blocked


def _emptied(model: Any, workspace: Workspace, but: Job | None) -> bool:
    """Whether all rows could go; False where others still refer to them."""
    rows = model.objects.in_workspace(workspace).exclude(pk=but.pk if but else None)
    try:
        while some := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
            model.objects.in_workspace(workspace).filter(pk__in=some).delete()
    except ProtectedError:
        return False
    return True
