"""Grading together: scorecards, rounds, graders, grades."""

from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Q

from accounts.models.owned import OwnedQuerySet, ScopedManager, WorkspaceOwned
from accounts.models.user import User
from icp.models.definition import Icp


class Rubric(WorkspaceOwned):
    """A scorecard: numbered questions, each answered 1 to 10. A new version is a new row."""

    name = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField(default=1)
    dimensions = models.JSONField(help_text="[{id, name, question, why, words, counts}] in order.")

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "name", "version"], name="rubric_version_once")]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"

    @property
    def counting(self) -> list[str]:
        """Ids of the questions that make the Total Score."""
        return [dimension["id"] for dimension in self.dimensions if dimension["counts"]]


class RoundQuerySet(OwnedQuerySet["Round"]):
    def graded_by(self, user: User) -> Self:
        """Rounds in which the person was asked, or asked the others."""
        return self.filter(Q(graders__user=user) | Q(graders__email__iexact=user.email) | Q(created_by=user)).distinct()

    def seen_by(self, user: User) -> Self:
        """But those that wait for another visitor of the example."""
        return self.filter(Q(visit=None) | Q(visit__user=user))

    def decided(self) -> Self:
        """Closed rounds whose focus may be in force: not those of visitors of the example."""
        return self.exclude(closed_at=None).filter(visit=None)


class Round(WorkspaceOwned):
    """Several people grade several candidates, blind until it (or its question) is closed."""

    class Close(models.TextChoices):
        ROUND = "round", "All questions together"
        QUESTION = "question", "Question by question"

    name = models.CharField(max_length=120)
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="rounds")
    icps = models.ManyToManyField(Icp, related_name="rounds")
    close = models.CharField(max_length=10, choices=Close, default=Close.ROUND)
    closed_questions = models.JSONField(default=list, help_text="Ids of dimensions that are closed already.")
    closed_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True, help_text="Frozen at the close: ranking, agreement, allocation.")
    history = models.JSONField(default=list, help_text="Earlier results, oldest first: a round may be opened again.")
    as_of = models.DateTimeField(null=True, help_text="Data until, when it was closed.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects: Any = ScopedManager.from_queryset(RoundQuerySet)()
    everywhere: Any = models.Manager.from_queryset(RoundQuerySet)()

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "id"], name="round_composite")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    def shows(self, dimension: str) -> bool:
        """Whether everybody's answers to the question may be seen."""
        return self.is_closed or dimension in self.closed_questions


class Grader(WorkspaceOwned):
    """Somebody who was asked to grade a round, by address; `user` once that person has signed in."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="graders")
    email = models.EmailField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["round", "email"], name="grader_once_per_round")]

    def __str__(self) -> str:
        return self.user.name or self.email if self.user else self.email


class GradeQuerySet(OwnedQuerySet["Grade"]):
    def of(self, user: User) -> Self:
        """The person's own answers."""
        return self.filter(Q(grader__user=user) | Q(grader__email__iexact=user.email))

    def visible_to(self, user: User, *, round: Round) -> Self:
        """The one rule of grading together, for every door.

        Own answers always; those of others only once their question, or the whole round, is closed.
        Nobody is above it, neither the facilitator nor an owner.
        """
        answers = self.filter(round=round)
        if round.is_closed:
            return answers
        return answers.filter(
            Q(grader__user=user) | Q(grader__email__iexact=user.email) | Q(dimension__in=round.closed_questions)
        )

    def counted_by_grader(self, round: Round) -> dict[Any, int]:
        """How many answers each grader gave, by the grader's id: how far, never what."""
        rows = self.filter(round=round).values("grader").order_by("grader").annotate(answers=Count("pk"))
        return {row["grader"]: row["answers"] for row in rows}


class Grade(WorkspaceOwned):
    """One person's answer to one question about one candidate. No score means "I don't know"."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="grades")
    icp = models.ForeignKey(Icp, on_delete=models.CASCADE, related_name="+")
    grader = models.ForeignKey(Grader, on_delete=models.CASCADE, related_name="grades")
    dimension = models.CharField(max_length=40)
    score = models.PositiveSmallIntegerField(null=True, validators=[MinValueValidator(1), MaxValueValidator(10)])
    reason = models.CharField(max_length=500, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: Any = ScopedManager.from_queryset(GradeQuerySet)()
    everywhere: Any = models.Manager.from_queryset(GradeQuerySet)()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["round", "icp", "dimension", "grader"], name="grade_once"),
            models.CheckConstraint(
                condition=models.Q(score=None) | models.Q(score__range=(1, 10)), name="grade_1_to_10"
            ),
        ]
