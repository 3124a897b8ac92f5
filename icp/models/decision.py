"""What a team decided: the focus, where the effort goes, and what it will not do."""

from django.conf import settings
from django.db import models

from accounts.models.owned import WorkspaceOwned
from icp.models.grading import Round


class Decision(WorkspaceOwned):
    """The focus as it was decided after a round, frozen with its day.

    A draft until `decided_at`, and then never changed but for `spent`, what people say later. A change of the focus
    is another row, so that what was decided before stays as it was; a round has one draft at most.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="decisions")
    focus = models.JSONField(default=list, help_text="Ids of the candidates that are the focus.")
    effort = models.JSONField(default=list, help_text="[{icp or null, percent}], 100 together.")
    today = models.JSONField(default=list, help_text="[{icp or null, percent}]: what is spent now, as people said.")
    spent = models.JSONField(default=list, help_text="[{on, by, shares: [{icp or null, percent}]}], said since then.")
    moves = models.JSONField(default=list, help_text="[{action, name, icp, owner, check_on, target}], as decided.")
    left_out = models.JSONField(default=list, help_text="[{icp, text, look_again_on}]: what was decided not to do.")
    expected = models.JSONField(default=list, help_text="[{icp, feature, label, now, expected, until}], as decided.")
    note = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    as_of = models.DateTimeField(null=True, blank=True, help_text="Data until, when it was decided.")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["round"], condition=models.Q(decided_at=None), name="one_draft_per_round")
        ]

    def __str__(self) -> str:
        return f"Decision of {self.round}"
