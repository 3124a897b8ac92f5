"""What a team decided: the focus, where the effort goes, and what it will not do."""

from django.conf import settings
from django.db import models

from accounts.models.owned import WorkspaceOwned
from icp.models.grading import Round


class Decision(WorkspaceOwned):
    """The focus as it was decided after a round, frozen with its day; one for each round."""

    round = models.OneToOneField(Round, on_delete=models.CASCADE, related_name="decision")
    effort = models.JSONField(default=list, help_text="[{icp or null, percent}], 100 together.")
    today = models.JSONField(default=list, help_text="[{icp or null, percent}]: what is spent now, as people said.")
    left_out = models.JSONField(default=list, help_text="[{icp, text, look_again_on}]: what was decided not to do.")
    expected = models.JSONField(default=list, help_text="[{icp, feature, label, now, expected, until}], as decided.")
    note = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    as_of = models.DateTimeField(null=True, blank=True, help_text="Data until, when it was decided.")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(WorkspaceOwned.Meta):
        pass

    def __str__(self) -> str:
        return f"Decision of {self.round}"
