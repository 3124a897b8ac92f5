"""What the business told us about itself, what it asks itself, and who said what when."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models

from accounts.models.owned import WorkspaceOwned

UNKNOWN = {"unknown": True}  # somebody looked at the question and does not know


class IntakeSurvey(WorkspaceOwned):
    """The workspace's answers: question -> {value, by, at}. One survey per workspace."""

    answers = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="one_survey_per_workspace")]

    def value(self, question: str) -> Any:
        """The kept answer, whether or not the question still applies; None where nobody knows."""
        value = self.answers.get(question, {}).get("value")
        return None if value == UNKNOWN else value

    @cached_property
    def own_questions(self) -> list["IntakeQuestion"]:
        """The questions that the workspace added, archived ones too, oldest first."""
        return list(IntakeQuestion.objects.in_workspace(self.workspace_id).order_by("created_at"))


class IntakeQuestion(WorkspaceOwned):
    """A question that the workspace asks itself. Its answers stay when it is archived."""

    class Kind(models.TextChoices):
        YES_NO = "yes_no", "Yes or no"
        ONE = "one", "One of several answers"
        NUMBER = "number", "A number"
        TEXT = "text", "Words"

    text = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind)
    section = models.CharField(max_length=20)
    choices = models.JSONField(default=list, help_text="[{id, label}] where one of several is chosen.")
    unit = models.CharField(max_length=30, blank=True, help_text="What a number counts, such as shops.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    archived_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.text


class IntakeChange(WorkspaceOwned):
    """One answer that was given or taken back. Written once; it keeps the question's words of that day."""

    survey = models.ForeignKey(IntakeSurvey, on_delete=models.CASCADE, related_name="changes")
    question = models.CharField(max_length=40)
    text = models.CharField(max_length=200, help_text="The question as it was asked.")
    value = models.JSONField(null=True, help_text="None where an answer was taken back.")
    said = models.TextField(blank=True, help_text="The answer in words, as they were then.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    happened_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        indexes = [models.Index(fields=["survey", "question", "-created_at"], name="intake_changes_newest")]
