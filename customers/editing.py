"""Change what we are told of one customer."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.dateparse import parse_date, parse_datetime

from accounts import auditing
from accounts.models.user import User
from customers.features import catalogue
from customers.models.customer import Customer, Identifier
from customers.models.trait import Trait


class Unacceptable(ValueError):
    """The details cannot be kept; the sentence says why and what would be accepted."""


def change_details(
    customer: Customer,
    *,
    by: User,
    name: str | None = None,
    email: str | None = None,
    traits: dict[str, Any] | None = None,
) -> list[str]:
    """Keep what differs: name, e-mail, details (None removes one); what changed. Raises Unacceptable."""
    with transaction.atomic():
        kept = Customer.objects.in_workspace(customer.workspace).select_for_update().get(pk=customer.pk)
        wanted = _wanted(kept, name, email, traits)
        changed = [field for field, value in wanted.items() if getattr(kept, field) != value]
        if "email" in changed:
            _move_address(kept, wanted["email"])
        for field in changed:
            setattr(kept, field, wanted[field])
            setattr(customer, field, wanted[field])
        if changed:
            kept.save(update_fields=[*changed, "updated_at"])
            sentence = f"Changed the {' and '.join(changed)} of a customer."
            auditing.record(kept.workspace, by, "customer.changed", sentence, subject=kept.pk, changed=changed)
    return changed


def _wanted(kept: Customer, name: str | None, email: str | None, traits: dict[str, Any] | None) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    if name is not None:
        wanted["name"] = name.strip()
    if email is not None:
        wanted["email"] = _address(email)
    if traits is not None:
        wanted["traits"] = _told(kept, traits)
    return wanted


def _address(email: str) -> str:
    email = email.strip().lower()
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise Unacceptable(f"“{email}” is no e-mail address. Write it like name@example.com.") from None
    return email


def _told(kept: Customer, traits: dict[str, Any]) -> dict[str, Any]:
    known = catalogue.traits(kept.workspace)
    for name, value in traits.items():
        if name not in known:
            names = ", ".join(known) or "none yet; they come with an import"
            raise Unacceptable(f"There is no detail “{name}”. Details: {names}.")
        _check(known[name], value)
    merged = kept.traits | traits
    return {name: value for name, value in merged.items() if value is not None and value != ""}


def _check(trait: Trait, value: Any) -> None:
    if value in (None, ""):
        return
    accepted = {
        Trait.Type.NUMBER: (_is_number, "a number, such as 12.5"),
        Trait.Type.DATE: (_is_date, "a date, such as 2026-11-20"),
        Trait.Type.BOOLEAN: (_is_boolean, "true or false"),
        Trait.Type.TEXT: (lambda told: isinstance(told, str) and len(told) <= 500, "text of up to 500 characters"),
    }
    fits, example = accepted[Trait.Type(trait.type)]
    if not fits(value):
        raise Unacceptable(f"“{trait.label}” takes {example}.")


def _is_number(value: Any) -> bool:
    try:
        return not isinstance(value, bool) and abs(float(value)) < float("inf")
    except (TypeError, ValueError):
        return False


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, datetime) or bool(parse_date(value) or parse_datetime(value))
    except (TypeError, ValueError):
        return False


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool) or str(value).lower() in {"true", "false"}


def _move_address(kept: Customer, email: str) -> None:
    """The address recognises this customer from now on, the old one nobody."""
    ways = Identifier.objects.in_workspace(kept.workspace).filter(kind=Identifier.Kind.EMAIL)
    if email and ways.filter(value=email).exclude(customer=kept).exists():
        raise Unacceptable("Another customer has this e-mail address. An address belongs to one customer only.")
    if kept.email:
        ways.filter(customer=kept, value=kept.email).delete()
    if email:
        ways.get_or_create(
            value=email, defaults={"customer": kept, "workspace": kept.workspace, "kind": Identifier.Kind.EMAIL}
        )
