"""The room: where a round is graded together, on one projected screen and many phones."""

from typing import Any

from django.conf import settings
from django.db import models

from accounts.models.owned import WorkspaceOwned
from icp.models.definition import Icp
from icp.models.grading import Round


class Stage(models.TextChoices):
    """What the projected screen shows."""

    LOBBY = "lobby", "Who is joining"
    GRADING = "grading", "One question is graded"
    REVEAL = "reveal", "Everybody’s answers to it"
    TALK = "talk", "Why they are apart"
    RESULT = "result", "The ladder, from the bottom up"


class Room(WorkspaceOwned):
    """A meeting about one round. Its code lets guests knock; it ends with the meeting."""

    round = models.OneToOneField(Round, on_delete=models.CASCADE, related_name="room")
    code = models.CharField(max_length=8, null=True, unique=True, help_text="Null once the meeting is over.")
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.LOBBY)
    dimension = models.CharField(max_length=40, blank=True, help_text="The question on the screen.")
    icp = models.ForeignKey(Icp, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    until = models.DateTimeField(null=True, blank=True, help_text="When the countdown of the talk ends.")
    uncovered = models.PositiveSmallIntegerField(default=0, help_text="Rungs of the ladder shown, from the bottom.")
    step = models.PositiveIntegerField(default=0, help_text="Raised by every change, so that screens know to look.")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(WorkspaceOwned.Meta):
        pass

    def __str__(self) -> str:
        return f"Room of {self.round}"

    def question(self) -> dict[str, Any] | None:
        """The question on the screen, from the round's scorecard."""
        return next((each for each in self.round.rubric.dimensions if each["id"] == self.dimension), None)
