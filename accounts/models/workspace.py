"""Whose business this is, and who belongs to it."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models.owned import WorkspaceOwned, new_id

PERSONAL = "personal.view"  # what may be read by everybody where nobody is real


class Role(models.TextChoices):
    """What a member may do; accounts.access holds the map."""

    OWNER = "owner", "Owner"
    ADMIN = "admin", "Admin"
    ANALYST = "analyst", "Analyst"
    GRADER = "grader", "Grader"
    VIEWER = "viewer", "Viewer"


class Workspace(models.Model):
    """One business: its customers, its clock, its money and its goal."""

    class Clock(models.TextChoices):
        DATA = "data", "Count back from the day after the newest event"
        LIVE = "live", "Count from today"

    class Selling(models.TextChoices):
        SHOP = "shop", "A shop"
        SUBSCRIPTION = "subscription", "A subscription"
        COMPANIES = "companies", "To companies"
        MIXED = "mixed", "Mixed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(unique=True, max_length=60)
    name = models.CharField(max_length=120)
    timezone = models.CharField(max_length=60, default="UTC")
    currency = models.CharField(max_length=3, default="EUR")
    week_start = models.PositiveSmallIntegerField(default=0, help_text="0 is Monday, 6 is Sunday.")
    clock = models.CharField(max_length=10, choices=Clock, default=Clock.DATA)
    revenue = models.JSONField(default=dict, help_text="What revenue means here: returns, tax, shipping ...")
    min_group = models.PositiveSmallIntegerField(default=5, help_text="Smaller groups are not broken down.")
    goal = models.JSONField(default=dict, help_text="metric, target, due_on, baseline; empty without a goal.")
    next_number = models.PositiveBigIntegerField(default=0, help_text="The number of the next customer.")
    is_example = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Membership(WorkspaceOwned):
    """A person's place in a workspace."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    monday_mail = models.BooleanField(default=True, help_text="Whether the person wants the mail on Mondays.")
    data_old_mail = models.BooleanField(default=True, help_text="Whether the person wants to hear that data are old.")
    round_mail = models.BooleanField(default=True, help_text="Whether the person wants mails about rounds of grading.")

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "user"],
                name="member_once_per_workspace",
                violation_error_message="This person is already a member of the workspace.",
            )
        ]

    def may(self, permission: str) -> bool:
        """Whether the role holds the right. The people of an example are made up, so everybody may read of them."""
        from accounts.permissions import PERMISSIONS

        return self.role in PERMISSIONS[permission] or (permission == PERSONAL and self.workspace.is_example)


class Invitation(WorkspaceOwned):
    """A link that lets one address in, once, for a week. Only the hash of its secret is kept."""

    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Role)
    secret_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > timezone.now()
