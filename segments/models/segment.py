"""Who belongs together, and why."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from accounts.models.job import Job
from accounts.models.owned import OwnedQuerySet, ScopedManager, WorkspaceOwned
from customers.models.customer import Entity


class Method(models.TextChoices):
    RULES = "rules", "By conditions"
    RFM = "rfm", "By buying habits"
    CLUSTERS = "clusters", "Found for you"
    PREDICTIVE = "predictive", "Predicted"
    FIXED = "fixed", "A fixed list"


class SegmentSetQuerySet(OwnedQuerySet["SegmentSet"]):
    def placing(self) -> Self:
        """Sets found by clustering that place customers: kept ones, and proposals that wait for an answer."""
        live = [SegmentSet.Status.PROPOSED, SegmentSet.Status.KEPT]
        return self.filter(method=Method.CLUSTERS, status__in=live).exclude(model={})


class SegmentSet(WorkspaceOwned):
    """Segments that were made together and divide the base between them: main segments, or clusters.

    A clustering is a proposal until somebody keeps it. `model` holds what is needed to assign a new
    customer again (centroids, scaling), `validity` the verdict and its figures.
    """

    class Status(models.TextChoices):
        COMPUTING = "computing", "Computing"
        PROPOSED = "proposed", "Proposed"
        KEPT = "kept", "Kept"
        REFUSED = "refused", "No real segments"
        FAILED = "failed", "Failed"

    name = models.CharField(max_length=120)
    entity = models.CharField(max_length=10, choices=Entity, default=Entity.CUSTOMER)
    method = models.CharField(max_length=10, choices=Method)
    status = models.CharField(max_length=10, choices=Status, default=Status.COMPUTING)
    is_main = models.BooleanField(default=False, help_text="The main segments of the workspace.")
    asked = models.JSONField(default=dict, help_text="features, algorithm, k, seed: what was asked for.")
    model = models.JSONField(default=dict)
    validity = models.JSONField(default=dict)
    as_of = models.DateTimeField(null=True)
    job = models.OneToOneField(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects: Any = ScopedManager.from_queryset(SegmentSetQuerySet)()
    everywhere: Any = models.Manager.from_queryset(SegmentSetQuerySet)()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace"], condition=models.Q(is_main=True), name="one_main_set_per_workspace"
            )
        ]


class SegmentQuerySet(OwnedQuerySet["Segment"]):
    def live(self) -> Self:
        return self.filter(archived_at=None)

    def kept(self) -> Self:
        """Live segments that somebody made or kept: not those of a proposal that nobody has answered."""
        return self.live().filter(models.Q(set=None) | models.Q(set__status="kept"))

    def main(self) -> Self:
        """The main segments (three to seven), in their order."""
        return self.live().filter(set__is_main=True, parent=None).order_by("position")

    def with_size(self) -> Self:
        """Annotate `size` and `counted_at` from the newest snapshot, so that a list costs one query."""
        from segments.models.refresh import Snapshot

        newest = Snapshot.everywhere.filter(segment=OuterRef("pk")).order_by("-as_of", "-created_at")
        return self.annotate(
            size=Coalesce(Subquery(newest.values("size")[:1]), 0), counted_at=Subquery(newest.values("as_of")[:1])
        )

    def with_uses(self) -> Self:
        """Annotate in how many lists, moves, candidates and personas each is used. The latter stand above us."""
        ways = {"in_lists": "deliveries", "in_moves": "actions", "in_candidates": "icps", "in_personas": "personas"}
        return self.annotate(**{name: models.Count(way, distinct=True) for name, way in ways.items()})


class Segment(WorkspaceOwned):
    """A definition of who belongs together; its snapshots say who did, and when.

    `definition` is always a rule ({"v": 1, "entity": ..., "where": NODE}), whatever the method.
    `slot` (1 to 8, 0 for none) gives it its colour and mark, once and for life.
    """

    name = models.CharField(max_length=80)
    entity = models.CharField(max_length=10, choices=Entity, default=Entity.CUSTOMER)
    method = models.CharField(max_length=10, choices=Method, default=Method.RULES)
    definition = models.JSONField()
    set = models.ForeignKey(SegmentSet, on_delete=models.CASCADE, null=True, blank=True, related_name="segments")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="nested")
    slot = models.PositiveSmallIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)
    description = models.CharField(max_length=500, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    objects: Any = ScopedManager.from_queryset(SegmentQuerySet)()
    everywhere: Any = models.Manager.from_queryset(SegmentQuerySet)()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "name"],
                condition=models.Q(archived_at=None, set=None),
                name="segment_name_once",
                violation_error_message="This workspace already has a segment with that name.",
            ),
            models.UniqueConstraint(fields=["workspace", "id"], name="segment_composite"),
        ]

    def __str__(self) -> str:
        return self.name
