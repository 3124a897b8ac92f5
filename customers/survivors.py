"""Who lives on after two records turned out to be one person."""

from uuid import UUID

from customers.models.customer import Customer


def survivor(customer: Customer) -> Customer:
    """The customer in whom this one lives on; itself, if it was never merged."""
    seen: set[UUID] = set()
    while customer.merged_into_id and customer.pk not in seen:
        seen.add(customer.pk)
        customer = Customer.objects.in_workspace(customer.workspace_id).get(pk=customer.merged_into_id)
    return customer
