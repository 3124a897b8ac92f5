"""Grading together: scorecards, rounds, graders, grades."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

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

    @property
    def weights(self) -> dict[str, float]:
        """How much each question that counts does so beside the others; 1 for all of them is equal."""
        return {each["id"]: float(each.get("weight", 1)) for each in self.dimensions if each["counts"]}


class RoundQuerySet(OwnedQuerySet["Round"]):
    def graded_by(self, user: User) -> Self:
        """Rounds in which the person was asked, or asked the others."""
        places = Grader.objects.in_workspace(OuterRef("workspace")).filter(round=OuterRef("pk"), removed_at=None)
        asked = places.filter(Q(user=user) | Q(email__iexact=user.email, guest_key=""))
        return self.filter(Exists(asked) | Q(created_by=user))

    def seen_by(self, user: User) -> Self:
        """But those that wait for another visitor of the example."""
        return self.filter(Q(visit=None) | Q(visit__user=user))

    def with_news(self, at: datetime) -> Self:
        """Rounds of which a mail may be due: closed, asked or reminded lately, or with gaps to grade once more."""
        lately = at - timedelta(days=3)
        places = Grader.objects.in_workspace(OuterRef("workspace")).filter(round=OuterRef("pk"))
        stirred = places.filter(Q(created_at__gt=lately) | Q(reminded_at__gt=lately))
        is_open = Q(closed_at=None) & (Exists(stirred) | Q(turn=2))
        return self.filter(is_open | Q(closed_at__gt=lately), workspace__is_example=False)

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
    facts = models.JSONField(default=dict, help_text="What data suggest: icp -> question -> {score, n, sentence}.")
    facts_first = models.BooleanField(default=False, help_text="Facts are shown before the own answer, not after.")
    turn = models.PositiveSmallIntegerField(default=1, help_text="2 while second thoughts on the gaps are open.")
    due_on = models.DateField(null=True, blank=True, help_text="The day by which everybody is asked to have graded.")
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


class GraderQuerySet(OwnedQuerySet["Grader"]):
    def of(self, person: "User | Grader") -> Self:
        """The person's place: by account, or by an address that nobody typed at a door."""
        if isinstance(person, Grader):
            return self.filter(pk=person.pk)
        return self.filter(Q(user=person) | Q(email__iexact=person.email, guest_key=""))

    def seated(self) -> Self:
        """Who is in the round: not who waits at the door, nor who was taken out again."""
        return self.filter(Q(guest_key="") | ~Q(admitted_at=None), removed_at=None)


class Grader(WorkspaceOwned):
    """Somebody who grades a round: a member, an address that was asked, or a guest who came in by the room's code.

    A guest has no account. The hash of a secret in the guest's browser stands in `guest_key`; the facilitator
    admits the guest. The address a guest typed opens nothing until it is confirmed.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="graders")
    email = models.EmailField()
    name = models.CharField(max_length=80, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    guest_key = models.CharField(max_length=64, blank=True, db_index=True)
    admitted_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    taken_back = models.JSONField(default=dict, help_text="Answers taken back: icp:question:turn -> milliseconds.")

    objects: Any = ScopedManager.from_queryset(GraderQuerySet)()
    everywhere: Any = models.Manager.from_queryset(GraderQuerySet)()

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["round", "email"], name="grader_once_per_round")]

    def __str__(self) -> str:
        return self.name or (self.user.name or self.email if self.user else self.email)

    @property
    def is_guest(self) -> bool:
        return bool(self.guest_key)


class Gap(WorkspaceOwned):
    """One question about one candidate that is graded again, once, because the answers were far apart.

    Open until `closed_at`; the first answers (turn 1) stay kept beside the second (turn 2).
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="second_thoughts")
    icp = models.ForeignKey(Icp, on_delete=models.CASCADE, related_name="+")
    dimension = models.CharField(max_length=40)
    low = models.PositiveSmallIntegerField()
    high = models.PositiveSmallIntegerField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["round", "icp", "dimension"], name="gap_once_per_round")]


class GradeQuerySet(OwnedQuerySet["Grade"]):
    def of(self, person: User | Grader) -> Self:
        """The person's own answers."""
        return self.filter(self._by(person))

    def visible_to(self, person: User | Grader, *, round: Round) -> Self:
        """The one rule of grading together, for every door.

        Own answers always; those of others only once their question, or the whole round, is closed; a second
        answer only once its gap is closed. Nobody is above it, neither the facilitator nor an owner.
        """
        answers = self.filter(round=round).counting()
        if round.is_closed:
            return answers
        first = Q(turn=1) if round.turn > 1 else Q(turn=1, dimension__in=round.closed_questions)
        settled = (
            Gap.objects.in_workspace(OuterRef("workspace"))
            .filter(round=OuterRef("round"), icp=OuterRef("icp"), dimension=OuterRef("dimension"))
            .exclude(closed_at=None)
        )
        return answers.filter(self._by(person) | first | (Q(turn=2) & Exists(settled)))

    def second_by_grader(self, round: Round) -> dict[Any, int]:
        """How many second answers to open gaps each grader gave: how far, never what."""
        return self.second().counted_by_grader(round)

    def second(self) -> Self:
        """Second answers to gaps that are open."""
        open_gaps = Gap.objects.in_workspace(OuterRef("workspace")).filter(
            round=OuterRef("round"), icp=OuterRef("icp"), dimension=OuterRef("dimension"), closed_at=None
        )
        return self.filter(Exists(open_gaps), turn=2)

    def of_turn(self, round: Round) -> Self:
        """The answers that the round asks for now: the first ones, or in the second turn those to its gaps."""
        return self.second() if round.turn > 1 else self.filter(turn=1)

    def make_second_first(self, round: Round) -> None:
        """For a round that is opened as a whole: second answers replace the first, which stay in `earlier`."""
        answers = self.filter(round=round)
        second = {(row.icp_id, row.dimension, row.grader_id): row for row in answers.filter(turn=2)}
        changed = [
            row for row in answers.filter(turn=1, dimension__in={dimension for _, dimension, _ in second})
            if (row.icp_id, row.dimension, row.grader_id) in second
        ]  # fmt: skip
        for row in changed:
            later = second.pop((row.icp_id, row.dimension, row.grader_id))
            before = {"score": row.score, "reason": row.reason, "at": row.updated_at.isoformat()}
            row.earlier = [*row.earlier, before, *later.earlier]
            row.score, row.reason, row.updated_at = later.score, later.reason, later.updated_at
            row.given_at = later.given_at
        self.bulk_update(changed, ["earlier", "score", "reason", "updated_at", "given_at"])
        answers.filter(turn=2).exclude(pk__in=[row.pk for row in second.values()]).delete()
        answers.filter(turn=2).update(turn=1)

    @staticmethod
    def _by(person: User | Grader) -> Q:
        if isinstance(person, Grader):
            return Q(grader=person)
        return Q(grader__user=person) | Q(grader__email__iexact=person.email, grader__guest_key="")

    def counting(self) -> Self:
        """Not the answers of somebody who was taken out: they come back with the person, and count nowhere else."""
        return self.filter(grader__removed_at=None)

    def counted_by_grader(self, round: Round) -> dict[Any, int]:
        """How many answers each grader gave, by the grader's id: how far, never what."""
        rows = self.filter(round=round).counting().values("grader").order_by("grader").annotate(answers=Count("pk"))
        return {row["grader"]: row["answers"] for row in rows}


class Grade(WorkspaceOwned):
    """One person's answer to one question about one candidate. No score means "I don't know"."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="grades")
    icp = models.ForeignKey(Icp, on_delete=models.CASCADE, related_name="+")
    grader = models.ForeignKey(Grader, on_delete=models.CASCADE, related_name="grades")
    dimension = models.CharField(max_length=40)
    turn = models.PositiveSmallIntegerField(default=1, help_text="1 the first answer, 2 after talking about a gap.")
    score = models.PositiveSmallIntegerField(null=True, validators=[MinValueValidator(1), MaxValueValidator(10)])
    reason = models.CharField(max_length=500, blank=True)
    earlier = models.JSONField(default=list, help_text="Before it was changed: [{score, reason, at, fact_seen}].")
    seconds = models.FloatField(null=True, help_text="How long it took, for signs of haste.")
    is_shown = models.BooleanField(default=False, help_text="The person tapped “It was me”.")
    given_at = models.DateTimeField(null=True, help_text="The moment of the tap: an older answer never wins.")
    updated_at = models.DateTimeField(auto_now=True)

    objects: Any = ScopedManager.from_queryset(GradeQuerySet)()
    everywhere: Any = models.Manager.from_queryset(GradeQuerySet)()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["round", "icp", "dimension", "grader", "turn"], name="grade_once"),
            models.CheckConstraint(
                condition=models.Q(score=None) | models.Q(score__range=(1, 10)), name="grade_1_to_10"
            ),
        ]
