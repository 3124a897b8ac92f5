"""What customers did: immutable Parquet files, listed here. See customers/recording.py."""

from django.db import models

from accounts.models.owned import WorkspaceOwned
from customers.models.source import Import, Source


class EventLog(WorkspaceOwned):
    """A workspace's event log. `version` is compared and swapped by every change of the manifest."""

    version = models.PositiveBigIntegerField(default=0)
    next_occurrence = models.PositiveBigIntegerField(default=0)
    newest_at = models.DateTimeField(null=True, help_text="When the newest event happened.")

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="one_log_per_workspace")]


class EventFile(WorkspaceOwned):
    """One immutable Parquet file of event lines, and its sibling with the key of each line."""

    made_by = models.ForeignKey(Import, on_delete=models.SET_NULL, null=True, related_name="event_files")
    path = models.CharField(max_length=300, help_text="Below the data folder.")
    keys_path = models.CharField(max_length=300)
    lines = models.PositiveBigIntegerField()
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64)
    retired_at = models.DateTimeField(null=True, help_text="Read no more; unlinked ten minutes later.")
    set_aside_by = models.ForeignKey(
        Import, on_delete=models.SET_NULL, null=True, related_name="+",
        help_text="It tells these orders differently; they come back if it is undone.",
    )  # fmt: skip

    class Meta(WorkspaceOwned.Meta):
        indexes = [models.Index(fields=["workspace", "retired_at"], name="event_files_in_force")]


class InboxEvent(WorkspaceOwned):
    """An event that arrived by itself and waits for the drain."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="inbox")
    message_id = models.CharField(max_length=100)
    received_at = models.DateTimeField()
    body = models.JSONField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "message_id"], name="message_once_in_inbox")]


class Code(WorkspaceOwned):
    """The dictionary behind the integers in event files."""

    class Kind(models.TextChoices):
        EVENT = "event", "Event name"
        CHANNEL = "channel", "Channel"
        PRODUCT = "product", "Product"
        CATEGORY = "category", "Category"
        ORDER = "order", "Order"

    kind = models.CharField(max_length=10, choices=Kind)
    value = models.CharField(max_length=200)
    code = models.PositiveBigIntegerField()
    label = models.CharField(max_length=200, blank=True, help_text="A product's name, where one is known.")

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "kind", "value"], name="code_value_once"),
            models.UniqueConstraint(fields=["workspace", "kind", "code"], name="code_number_once"),
        ]
