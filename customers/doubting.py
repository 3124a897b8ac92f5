"""What is odd in the data of one person, so that nobody has to wonder alone."""

from typing import Any

from accounts.models.workspace import Workspace
from accounts.templatetags.words import count, money
from customers.models.customer import Customer

OFTEN_A_DAY = 3  # orders for each day with orders, before it looks like a till or a reseller
MANY = 20  # orders


def oddities(workspace: Workspace, customer: Customer, figures: dict[str, Any]) -> list[str]:
    """Sentences with their **figures** marked; none where nothing is odd."""
    return [said for said in (_till(figures), _returns(workspace, figures), _twins(workspace, customer)) if said]


def _till(figures: dict[str, Any]) -> str:
    orders, days = figures.get("orders") or 0, figures.get("order_days") or 0
    if not days or orders < MANY or orders < OFTEN_A_DAY * days:
        return ""
    return f"**{count(orders)} orders** on **{count(days)} days**. Is this one customer, or a till or a reseller?"


def _returns(workspace: Workspace, figures: dict[str, Any]) -> str:
    back, paid = figures.get("returns_value") or 0, figures.get("gross_revenue") or 0
    if back <= paid:
        return ""
    sent, bought = (money(value, workspace.currency) for value in (back, paid))
    return f"Sent back **{sent}**, more than the **{bought}** they bought. The first orders may be missing."


def _twins(workspace: Workspace, customer: Customer) -> str:
    """Others of the same address, by the way the shop wrote it."""
    if not customer.email:
        return ""
    same = Customer.objects.in_workspace(workspace).known().filter(email=customer.email).exclude(pk=customer.pk)
    others = same.count()
    if not others:
        return ""
    return f"**{count(others)} other customer{'' if others == 1 else 's'}** with the same address. Are they one person?"
