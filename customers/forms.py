"""The questions on pages of customers."""

from typing import Any

from django import forms

from customers.features import catalogue
from customers.models.customer import Customer


class DetailsForm(forms.Form):
    """Name, e-mail and every detail of one customer."""

    name = forms.CharField(max_length=200, required=False)
    email = forms.CharField(max_length=320, required=False, label="E-mail")

    def __init__(self, *args: Any, customer: Customer, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial = {"name": customer.name, "email": customer.email}
        self.traits = catalogue.traits(customer.workspace)
        for name, trait in self.traits.items():
            told = customer.traits.get(name, "")
            told = str(told).lower() if isinstance(told, bool) else str(told)
            self.fields[f"trait_{name}"] = forms.CharField(
                label=trait.label, help_text=trait.description, required=False, max_length=500, initial=told
            )

    def details(self) -> dict[str, Any]:
        """Only what was changed, as customers.editing takes it; empty means that we are not told."""
        changed = {name: self.cleaned_data[name] for name in ("name", "email") if name in self.changed_data}
        traits = {
            name: self.cleaned_data[f"trait_{name}"] or None
            for name in self.traits
            if f"trait_{name}" in self.changed_data
        }
        return changed | ({"traits": traits} if traits else {})


class AskForm(forms.Form):
    """Whom to ask for a file; without an address the link is there to copy."""

    email = forms.EmailField(
        required=False, label="Your colleague’s e-mail", help_text="May stay empty: you can send the link yourself."
    )
