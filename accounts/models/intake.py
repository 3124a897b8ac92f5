"""What the business told us about itself."""

from typing import Any

from django.db import models

from accounts.models.owned import WorkspaceOwned


class IntakeSurvey(WorkspaceOwned):
    """The workspace's answers: question -> {value, by, at}. One survey per workspace."""

    answers = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="one_survey_per_workspace")]

    def value(self, question: str) -> Any:
        return self.answers.get(question, {}).get("value")
