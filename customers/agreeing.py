"""Who agreed to be written to, and who asked us to stop: read from details as shops export them."""

from typing import Any

from accounts.models.workspace import Workspace
from customers.features import catalogue
from customers.mapping import AGREES, STOPS
from customers.models.customer import Customer

YES = {"yes", "y", "true", "1", "subscribed", "accepted", "agreed", "optedin", "ja", "oui", "si"}
NO = {"no", "n", "false", "0", "unsubscribed", "notsubscribed", "neversubscribed", "declined", "nein", "non"}


def asked(workspace: Workspace) -> tuple[list[str], list[str]]:
    """The details that say who agreed, and who asked us to stop."""
    names = list(catalogue.traits(workspace))
    return [name for name in names if plain(name) in AGREES], [name for name in names if plain(name) in STOPS]


def agreed(traits: dict[str, Any], agrees: list[str]) -> bool | None:
    """Whether somebody agreed; one no outweighs a yes, and nothing that we understand is None."""
    said = {told(traits.get(name)) for name in agrees}
    return False if False in said else True if True in said else None


def stopped(traits: dict[str, Any], stops: list[str]) -> bool:
    """Whether somebody asked us to stop."""
    return any(told(traits.get(name)) for name in stops)


def may_send(customer: Customer) -> str:
    """What we may send to one person, as one sentence with its **answer** marked."""
    if not customer.email:
        return "**Nothing by mail:** we know no address."
    agrees, stops = asked(customer.workspace)
    if stopped(customer.traits, stops):
        return "**Nothing.** They asked us to stop."
    match agreed(customer.traits, agrees):
        case True:
            return "**Mail.** They agreed."
        case False:
            return "**Nothing by mail.** They did not agree."
    if not agrees:
        return "**We don’t know.** No file has told us who agreed; a column such as “Accepts Marketing” would."
    return "**We don’t know.** Nothing says whether they agreed, so lists leave them out."


def told(value: Any) -> bool | None:
    """yes, no, or nothing that we understand.

    >>> told("Yes"), told(False), told("not_subscribed"), told(""), told("maybe")
    (True, False, False, None, None)
    """
    if isinstance(value, bool):
        return value
    word = plain(str(value))
    return True if word in YES else False if word in NO else None


def plain(name: str) -> str:
    """Accepts Marketing -> acceptsmarketing."""
    return "".join(sign for sign in name.lower() if sign.isalnum())
