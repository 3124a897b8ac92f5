"""Personas: a segment with a name and a face."""

from typing import Any

from django.conf import settings
from django.db import models

from accounts.models.owned import WorkspaceOwned
from segments.models.segment import Segment


class Persona(WorkspaceOwned):
    """One card. Each of `lines` is {id, part, kind, text, evidence}: a fact from data, an answer or a guess."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="personas")
    name = models.CharField(max_length=80)
    sentence = models.CharField(max_length=300, blank=True)
    lines = models.JSONField(default=list)
    people = models.PositiveBigIntegerField(default=0)
    as_of = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(WorkspaceOwned.Meta):
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "segment"], name="one_persona_per_segment"),
            models.UniqueConstraint(fields=["workspace", "id"], name="persona_composite"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def counts(self) -> dict[str, int]:
        """How many facts, answers and guesses."""
        kinds: list[Any] = [line["kind"] for line in self.lines]
        return {kind: kinds.count(kind) for kind in ("fact", "answer", "guess")}
