"""A number as somebody saw it, with an address that can be sent."""

from django.conf import settings
from django.db import models

from accounts.models.owned import WorkspaceOwned


class KeptFigure(WorkspaceOwned):
    """One number of a page, frozen with everything that the page said of it. Never changed."""

    title = models.CharField(max_length=200)
    value = models.CharField(max_length=80)
    note = models.CharField(max_length=500, blank=True)
    meaning = models.TextField(blank=True)
    counted = models.TextField(blank=True)
    revenue = models.TextField(blank=True, help_text="What revenue meant then.")
    sql = models.TextField(blank=True)
    page = models.CharField(max_length=300, help_text="Where the number of today stands.")
    as_of = models.DateTimeField()
    digest = models.CharField(max_length=64, help_text="The same number of the same page is kept once.")
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "digest"], name="kept_figure_once")]

    def __str__(self) -> str:
        return f"{self.title}: {self.value}"
