"""What people fill in: each form says what is accepted, and asks a verb."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.http import HttpRequest

from accounts.models.user import User
from accounts.models.workspace import Membership, Role, Workspace
from accounts.permissions import roles_up_to

CURRENCIES = ["EUR", "GBP", "USD", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "JPY", "CAD", "AUD", "NZD"]
WEEK = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
KEPT = [("30", "30 days"), ("90", "90 days"), ("365", "A year"), ("0", "Until it is revoked")]


def zones() -> list[tuple[str, str]]:
    """Time zones by place, UTC first."""
    places = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/")))
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in places)]


class NameForm(forms.Form):
    """The question that signing up asks beside address and password."""

    field_order = ["name", "email", "password1"]
    name = forms.CharField(
        label="Your name", max_length=120, required=False, widget=forms.TextInput({"autocomplete": "name"})
    )

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"].strip()
        user.save(update_fields=["name"])


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": "Your name"}
        help_texts = {"name": "As your team sees it."}
        widgets = {"name": forms.TextInput({"autocomplete": "name"})}


class WorkspaceForm(forms.Form):
    """A new workspace; everything can be changed later."""

    name = forms.CharField(
        label="What is your business called?", max_length=120, widget=forms.TextInput({"autocomplete": "organization"})
    )
    timezone = forms.ChoiceField(
        label="Time zone", choices=zones, initial="UTC", help_text="A day begins and ends in this zone."
    )
    currency = forms.ChoiceField(
        label="Currency", choices=[(code, code) for code in CURRENCIES], help_text="The one your orders are in."
    )


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    timezone = forms.ChoiceField(
        label="Time zone",
        choices=zones,
        help_text="A day begins and ends in this zone. Changing it counts everything again.",
    )
    currency = forms.CharField(
        label="Currency", min_length=3, max_length=3, help_text="Three letters, such as EUR, GBP or USD."
    )
    week_start = forms.TypedChoiceField(label="A week begins on", choices=list(enumerate(WEEK)), coerce=int)
    min_group = forms.IntegerField(
        label="Smallest group shown",
        min_value=1,
        max_value=100,
        help_text="Groups of fewer people are not broken down further, so that nobody is recognised in them.",
    )

    class Meta:
        model = Workspace
        fields = ["name", "timezone", "currency", "week_start", "clock", "min_group"]
        labels = {"name": "Name of the business", "clock": "From when everything counts back"}
        widgets = {"clock": forms.RadioSelect}

    def clean_currency(self) -> str:
        code: str = self.cleaned_data["currency"].upper()
        if not (code.isascii() and code.isalpha()):
            raise forms.ValidationError("A currency has three letters, such as EUR, GBP or USD.")
        return code


class RoleForm(forms.Form):
    """A role, up to one's own."""

    role = forms.ChoiceField(label="Role")

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role: Any = self.fields["role"]
        role.choices = [(role.value, role.label) for role in reversed(roles_up_to(by.role))]


class InviteForm(RoleForm):
    field_order = ["email", "role"]
    email = forms.EmailField(label="E-mail address", widget=forms.EmailInput({"autocomplete": "off"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].initial = Role.ANALYST


class KeyForm(RoleForm):
    field_order = ["name", "role", "days"]
    name = forms.CharField(label="Name", max_length=80, help_text="What it is for, such as “Warehouse, nightly”.")
    days = forms.ChoiceField(label="Valid for", choices=KEPT, initial="90")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].label = "It may do at most what this role may"
        self.fields["role"].initial = Role.VIEWER  # the least is the safest to begin with
