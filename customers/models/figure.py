"""Figures that people define themselves."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from accounts.models.owned import OwnedQuerySet, ScopedManager, WorkspaceOwned


class FigureQuerySet(OwnedQuerySet["Figure"]):
    def live(self) -> Self:
        return self.filter(retired_at=None)


class Figure(WorkspaceOwned):
    """A figure of the workspace's own, such as "Share of orders with coupon, 12 months".

    `definition` says how it is calculated, see customers/features/asked.py; the earlier ones stay in
    `history`. Everywhere else it is read as the feature `own:<slug>`.
    """

    name = models.CharField(max_length=80)
    slug = models.CharField(max_length=60, help_text="Never changes, so that conditions keep naming it.")
    unit = models.CharField(max_length=30, blank=True)
    meaning = models.CharField(max_length=300, blank=True)
    definition = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    history = models.JSONField(default=list, help_text="What it was before: version, definition, by, until.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    objects: Any = ScopedManager.from_queryset(FigureQuerySet)()
    everywhere: Any = models.Manager.from_queryset(FigureQuerySet)()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "slug"], name="figure_slug_once"),
            models.UniqueConstraint(
                Lower("name"),
                "workspace",
                condition=models.Q(retired_at=None),
                name="figure_name_once",
                violation_error_message="This workspace already has a figure with that name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def feature(self) -> str:
        """The name by which conditions, exports and the API know it."""
        return f"own:{self.slug}"
