"""Moves: what we decided to do, for whom, who does it, and when we look whether it helped."""

from django.conf import settings
from django.db import models

from accounts.models.owned import WorkspaceOwned
from icp.models.definition import Icp
from segments.models.delivery import Delivery
from segments.models.segment import Segment


class State(models.TextChoices):
    OPEN = "open", "Open"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped"


class Action(WorkspaceOwned):
    """One move. A list that was sent makes one by itself, and answers it."""

    name = models.CharField(max_length=200)
    segment = models.ForeignKey(Segment, on_delete=models.SET_NULL, null=True, blank=True, related_name="actions")
    icp = models.ForeignKey(Icp, on_delete=models.SET_NULL, null=True, blank=True, related_name="actions")
    delivery = models.OneToOneField(Delivery, on_delete=models.SET_NULL, null=True, blank=True, related_name="action")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    check_on = models.DateField()
    target = models.CharField(max_length=200, blank=True, help_text="What would count as success, in a few words.")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta(WorkspaceOwned.Meta):
        ordering = ["check_on", "created_at"]
        indexes = [models.Index(fields=["workspace", "state", "check_on"], name="moves_by_day")]

    def __str__(self) -> str:
        return self.name
