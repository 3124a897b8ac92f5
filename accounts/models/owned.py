"""What every row of a workspace shares: an id nobody can guess, an owner, and a manager that insists on it."""

import secrets
import time
import uuid
from typing import Any, Self

from django.db import models


class Unscoped(RuntimeError):
    """Rows of a workspace were asked for without saying which workspace."""


def new_id() -> uuid.UUID:
    """A version 7 UUID (RFC 9562): ordered by time, so that indexes stay short."""
    milliseconds = time.time_ns() // 1_000_000
    bits = (milliseconds << 80) | (7 << 76) | (secrets.randbits(12) << 64) | (2 << 62) | secrets.randbits(62)
    return uuid.UUID(int=bits)


class OwnedQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Querysets of what a workspace owns. Start with `in_workspace`."""

    def in_workspace(self, workspace: Any) -> Self:
        return self.filter(workspace=workspace)


class ScopedManager[Row: models.Model](models.Manager[Row]):
    """Raises unless the workspace is named, by `in_workspace` or by coming from a related row."""

    def get_queryset(self) -> models.QuerySet[Row]:
        if not hasattr(self, "instance"):
            raise Unscoped(f"Say whose rows: {self.model.__name__}.objects.in_workspace(workspace).")
        return super().get_queryset()

    def in_workspace(self, workspace: Any) -> Any:
        return super().get_queryset().filter(workspace=workspace)

    def create(self, **values: Any) -> Row:
        if not hasattr(self, "instance") and "workspace" not in values:
            raise Unscoped(f"A {self.model.__name__} belongs to a workspace: create(workspace=..., ...).")
        return super().get_queryset().create(**values)

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> list[Row]:
        return super().get_queryset().bulk_create(objs, *args, **options)


class WorkspaceOwned(models.Model):
    """A row that belongs to one workspace.

    `objects` raises without a scope. `everywhere` sees all workspaces; it is for the tick, for
    commands and for Django's own checks, and tests/house lists who may use it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: Any = ScopedManager()
    everywhere: Any = models.Manager()

    class Meta:
        abstract = True
        default_manager_name = "objects"
        base_manager_name = "everywhere"
