"""Lists that left: to whom, and who was held back to learn whether it worked."""

from django.conf import settings
from django.db import models

from accounts.models.owned import WorkspaceOwned
from segments.models.segment import Segment


class Destination(models.TextChoices):
    """Where a list goes: each has columns of its own (segments/addressing.py)."""

    KLAVIYO = "klaviyo", "Klaviyo"
    MAILCHIMP = "mailchimp", "Mailchimp"
    HUBSPOT = "hubspot", "HubSpot"
    META = "meta", "Meta audience"
    GOOGLE = "google", "Google audience"
    PLAIN = "plain", "Plain file"


class Delivery(WorkspaceOwned):
    """One list that left. `sent` and `held_back` are roaring bitmaps of customer numbers.

    Orders count from `as_of` until `check_on`; `result` is what they say, newest reading, and final once
    the data reach `check_on`.
    """

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="deliveries")
    destination = models.CharField(max_length=10, choices=Destination)
    purpose = models.CharField(max_length=200, help_text="What for: the move that it is part of.")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    check_on = models.DateField()
    as_of = models.DateTimeField()
    with_unknown = models.BooleanField(default=False, help_text="Also people of whom nobody knows whether they agreed.")
    held_share = models.FloatField(default=0)
    counts = models.JSONField(default=dict, help_text="in_segment, with_address, agreed, ..., sent, held_back.")
    sent = models.BinaryField()
    held_back = models.BinaryField()
    result = models.JSONField(default=dict)
    is_answered = models.BooleanField(default=False, help_text="The result is final.")

    class Meta(WorkspaceOwned.Meta):
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["workspace", "id"], name="delivery_composite")]

    def __str__(self) -> str:
        return self.purpose
