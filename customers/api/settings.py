"""Settings of a workspace over the API. They stand here because `as_of` needs the clock of the data."""

from typing import Any
from zoneinfo import available_timezones

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import settling
from accounts.api.views import WorkspaceViewSet
from accounts.models.workspace import Workspace
from customers import counting, tasks
from customers.clock import as_of
from customers.profiling import revenue_in_words

COUNTS = [("with", "It counts"), ("without", "It does not count")]


class SettingsSerializer(serializers.Serializer[Any]):
    """What the workspace goes by. `returns`: net means that revenue is less returns."""

    name = serializers.CharField(max_length=120)
    timezone = serializers.CharField(max_length=60, help_text="Such as Europe/Berlin.")
    currency = serializers.RegexField(r"^[A-Z]{3}$", help_text="Three letters, such as EUR.")
    week_start = serializers.IntegerField(min_value=0, max_value=6, help_text="0 is Monday, 6 is Sunday.")
    clock = serializers.ChoiceField(choices=Workspace.Clock.choices)
    as_of = serializers.DateTimeField(read_only=True, help_text="From when everything counts back.")
    returns = serializers.ChoiceField(choices=[("net", "Less returns"), ("gross", "Without taking returns off")])
    tax = serializers.ChoiceField(choices=COUNTS, help_text="The tax in the amounts, where the data say it.")
    shipping = serializers.ChoiceField(choices=COUNTS, help_text="What was paid for delivery.")
    cancelled = serializers.ChoiceField(choices=COUNTS, help_text="Cancelled orders.")
    test = serializers.ChoiceField(choices=COUNTS, help_text="Orders made to try the shop.")
    staff = serializers.ChoiceField(choices=COUNTS, help_text="Orders of the workspace's own people.")
    revenue_in_words = serializers.CharField(read_only=True, help_text="What revenue means by these, in a sentence.")
    min_group = serializers.IntegerField(min_value=1, max_value=100)

    def validate_timezone(self, zone: str) -> str:
        if zone not in available_timezones():
            raise serializers.ValidationError(f"“{zone}” is no time zone. Use a name such as Europe/Berlin, or UTC.")
        return zone


class SettingsViewSet(WorkspaceViewSet):
    """Clock, money and names."""

    serializer_class = SettingsSerializer
    reads = "workspace.view"
    writes = "workspace.change"

    @extend_schema(operation_id="workspaces_settings_retrieve")
    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """What the workspace goes by, and from when everything counts back."""
        return Response(SettingsSerializer(said(self.workspace)).data)

    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change some of it; the answer holds all of it."""
        form = SettingsSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        values = dict(form.validated_data)
        money = {name: values.pop(name) for name in counting.USUAL if name in values}
        if money:
            values["revenue"] = self.workspace.revenue | money
        settling.change_settings(self.workspace, by=self.membership.user, values=values)
        tasks.renew_profile(self.workspace, self.membership.user)
        return Response(SettingsSerializer(said(self.workspace)).data)


def said(workspace: Workspace) -> dict[str, Any]:
    """The settings as the API says them."""
    plain = {name: getattr(workspace, name) for name in settling.SETTINGS if name != "revenue"}
    chosen = counting.switches_of(workspace.revenue)
    return plain | chosen | {"revenue_in_words": revenue_in_words(workspace), "as_of": as_of(workspace)}
