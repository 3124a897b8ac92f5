"""Ideal customers: candidates first, a focus later."""

from django.conf import settings
from django.db import models

from accounts.models.owned import WorkspaceOwned
from customers.models.customer import Entity
from segments.models.segment import Segment


class Part(models.TextChoices):
    """The eight parts of an ideal customer, in the order they are shown."""

    DEMOGRAPHICS = "demographics", "Who they are"
    GOALS = "goals", "What they want done"
    PAIN_POINTS = "pain_points", "What hurts"
    REQUIREMENTS = "requirements", "What they need from us"
    BUYER = "buyer", "How they decide"
    BUYING_BEHAVIOUR = "buying_behaviour", "How they buy"
    TECHNOLOGY = "technology", "What they use"
    LIFESTYLE = "lifestyle", "How they live"


class Kind(models.TextChoices):
    """How we know a line."""

    FACT = "fact", "Fact"
    ANSWER = "answer", "Answer"
    GUESS = "guess", "Guess"


class Standing(models.TextChoices):
    """Where a candidate comes from, when it was named by hand."""

    HAVE = "have", "We have them"
    WANT = "want", "We want them"
    LOSING = "losing", "We keep losing them"


class Icp(WorkspaceOwned):
    """A kind of customer that may be the best fit. A name alone is enough to start."""

    name = models.CharField(max_length=80)
    entity = models.CharField(max_length=10, choices=Entity, default=Entity.CUSTOMER)
    sentence = models.CharField(max_length=300, blank=True, help_text="Why them, in one sentence.")
    segments = models.ManyToManyField(Segment, blank=True, related_name="icps")
    slot = models.PositiveSmallIntegerField(default=0)
    standing = models.CharField(max_length=10, choices=Standing, blank=True)
    approved = models.ForeignKey("IcpVersion", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "name"],
                condition=models.Q(archived_at=None),
                name="icp_name_once",
                violation_error_message="This workspace already has an ideal customer with that name.",
            ),
            models.UniqueConstraint(fields=["workspace", "id"], name="icp_composite"),
        ]

    def __str__(self) -> str:
        return self.name


class Evidence(WorkspaceOwned):
    """One line of an ideal customer, and how we know it."""

    icp = models.ForeignKey(Icp, on_delete=models.CASCADE, related_name="lines")
    part = models.CharField(max_length=20, choices=Part)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.GUESS)
    text = models.CharField(max_length=300)
    evidence = models.JSONField(default=list, help_text="Where a fact comes from: segment, feature, value, as_of.")
    position = models.PositiveSmallIntegerField(default=0)
    claim = models.JSONField(
        default=dict, help_text="What data could check: {feature, op, value, by}; empty if nothing."
    )
    checked = models.JSONField(default=dict, help_text="What they said: {verdict, sentence, as_of, evidence}.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(WorkspaceOwned.Meta):
        ordering = ["position", "created_at"]


class IcpVersion(WorkspaceOwned):
    """An ideal customer as it stood when somebody approved it: words, lines and figures, never changed."""

    icp = models.ForeignKey(Icp, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    sheet = models.JSONField(help_text="{name, sentence, segments, lines, figures, people} as approved.")
    note = models.CharField(max_length=300, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    as_of = models.DateTimeField(null=True, help_text="Data until, when it was approved.")

    class Meta(WorkspaceOwned.Meta):
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["icp", "number"], name="icp_version_once")]

    def __str__(self) -> str:
        return f"{self.icp}, version {self.number}"
