"""What somebody should hear about, in the product and by mail."""

from django.conf import settings
from django.db import models

from accounts.models.owned import WorkspaceOwned


class Notification(WorkspaceOwned):
    """One sentence for one person, with an address to go to. The key keeps the same thing from being said twice."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, help_text="What it is about: import, job, round, move, data, upload.")
    key = models.CharField(max_length=120, help_text="What happened, such as job:<id>; once per person.")
    sentence = models.CharField(max_length=300)
    link = models.CharField(max_length=300, blank=True, help_text="A path of ours to go to.")
    read_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["workspace", "user", "key"], name="notification_once")]
        indexes = [models.Index(fields=["workspace", "user", "read_at"], name="notification_unread")]


class Mailing(WorkspaceOwned):
    """A mail that was handed to the mail server. Written just before, so that it never leaves twice.

    To a member, or to an address: that of somebody without an account, or of whoever was asked to grade.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    email = models.EmailField(blank=True, help_text="In small letters; empty where a member stands.")
    kind = models.CharField(max_length=20, help_text="monday, data-old or round.")
    key = models.CharField(max_length=120, help_text="Which of them: the week's Monday, the import that grew old.")

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user", "kind", "key"], name="mailing_once"),
            models.UniqueConstraint(
                fields=["workspace", "email", "kind", "key"],
                condition=models.Q(user=None),
                name="mailing_once_per_address",
            ),
        ]


class Refusal(WorkspaceOwned):
    """An address without an account that wants no more mails of a kind from this workspace."""

    email = models.EmailField(help_text="In small letters.")
    kind = models.CharField(max_length=20)

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "email", "kind"], name="refusal_once")]
