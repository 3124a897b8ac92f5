"""What we are told of customers."""

from django.db import models

from accounts.models.owned import WorkspaceOwned


class Trait(WorkspaceOwned):
    """A detail that customers carry, such as country: its name, what it means, and its type."""

    class Type(models.TextChoices):
        TEXT = "text", "Text"
        NUMBER = "number", "Number"
        DATE = "date", "Date"
        BOOLEAN = "boolean", "Yes or no"

    name = models.CharField(max_length=80)
    label = models.CharField(max_length=120)
    type = models.CharField(max_length=10, choices=Type, default=Type.TEXT)
    description = models.CharField(max_length=300, blank=True)
    is_personal = models.BooleanField(default=False)

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="trait_once_per_workspace")]
