"""A person or a firm that buys, or may buy."""

from typing import Any, Self

from django.db import models

from accounts.models.owned import OwnedQuerySet, ScopedManager, WorkspaceOwned


class Entity(models.TextChoices):
    CUSTOMER = "customer", "Customer"
    COMPANY = "company", "Company"


class CustomerQuerySet(OwnedQuerySet["Customer"]):
    def known(self) -> Self:
        """Customers with at least one strong identifier, merged ones left out: the base of every share."""
        return self.filter(is_known=True, merged_into=None)

    def found_by(self, text: str, *, personal: bool = True) -> Self:
        """Customers whose name, external id or (for those who may see it) address contains the text."""
        text = text.strip()
        if not text:
            return self
        found = models.Q(name__icontains=text) | models.Q(external_id__icontains=text)
        if personal:
            found |= models.Q(email__icontains=text)
        return self.filter(found)


class Customer(WorkspaceOwned):
    """One customer. `number` is dense per workspace, never reused, never shown outside."""

    number = models.PositiveBigIntegerField()
    external_id = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=320, blank=True)
    name = models.CharField(max_length=200, blank=True)
    traits = models.JSONField(default=dict, blank=True)
    is_known = models.BooleanField(default=True)
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    made_by = models.ForeignKey("customers.Import", on_delete=models.SET_NULL, null=True, related_name="+")
    told_at = models.DateTimeField(null=True, help_text="The moment of the news that name and traits come from.")
    updated_at = models.DateTimeField(auto_now=True)

    objects: Any = ScopedManager.from_queryset(CustomerQuerySet)()
    everywhere: Any = models.Manager.from_queryset(CustomerQuerySet)()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="customer_number_once"),
            models.UniqueConstraint(fields=["workspace", "id"], name="customer_composite"),
        ]
        indexes = [
            models.Index(fields=["workspace", "external_id"], name="customer_by_external_id"),
            models.Index(fields=["workspace", "email"], name="customer_by_email"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.external_id or "Somebody"


class Identifier(WorkspaceOwned):
    """One way to recognise a customer; strong ones (external id, e-mail, phone) belong to exactly one."""

    class Kind(models.TextChoices):
        EXTERNAL_ID = "external_id", "Customer number"
        EMAIL = "email", "E-mail"
        PHONE = "phone", "Phone"
        ANONYMOUS = "anonymous", "Visitor"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=12, choices=Kind)
    value = models.CharField(max_length=320)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "kind", "value"], name="identifier_once_per_workspace")
        ]
