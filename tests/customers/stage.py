"""Customers and what they did, put on the stage without an import."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.db.models import F

from accounts.models.workspace import Workspace
from customers import storage
from customers.models.customer import Customer
from customers.models.event import Code, EventFile, EventLog
from customers.models.trait import Trait
from customers.schema import EVENTS, Line

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)  # the usual end of the data
AS_OF = datetime(2026, 3, 2, tzinfo=UTC)


def a_customer(workspace: Workspace, who: str, **values: Any) -> Customer:
    """A known customer with the next number."""
    Workspace.objects.filter(pk=workspace.pk).update(next_number=F("next_number") + 1)
    workspace.refresh_from_db(fields=["next_number"])
    values = {"external_id": who, "name": who.capitalize()} | values
    return Customer.objects.create(workspace=workspace, number=workspace.next_number - 1, **values)


def a_trait(workspace: Workspace, name: str, type: str = Trait.Type.TEXT, **values: Any) -> Trait:
    return Trait.objects.create(workspace=workspace, name=name, label=name.capitalize(), type=type, **values)


def a_product(workspace: Workspace, code: int, label: str) -> Code:
    return Code.objects.create(workspace=workspace, kind=Code.Kind.PRODUCT, value=f"SKU-{code}", code=code, label=label)


def bought(
    customer: Customer | None, days_ago: float, amount: int, *, order: int, product: int = 1, **values: Any
) -> dict[str, Any]:
    """One paid line of `amount` cents; a negative amount is a return, 0 a free line."""
    kind = Line.PURCHASE if amount > 0 else Line.RETURN if amount < 0 else Line.FREE
    return {
        "number": customer.number if customer else None,
        "happened_at": NOON - timedelta(days=days_ago),
        "received_at": NOON,
        "event": 0,
        "line": kind,
        "order": order,
        "occurrence": order,
        "product": product,
        "quantity": 1.0,
        "amount": amount,
    } | values


def recorded(workspace: Workspace, lines: Iterable[dict[str, Any]]) -> EventFile:
    """The lines as one event file in force, and the log that knows of it."""
    lines = sorted(lines, key=lambda line: line["happened_at"])
    path = storage.new_path(workspace, "events", ".parquet")
    pq.write_table(pa.Table.from_pylist(lines, schema=EVENTS), storage.absolute(path))
    log, _ = EventLog.everywhere.get_or_create(workspace=workspace)
    log.version += 1
    log.newest_at = max([log.newest_at or lines[-1]["happened_at"], lines[-1]["happened_at"]])
    log.save()
    return EventFile.objects.create(
        workspace=workspace, path=path, keys_path="", lines=len(lines), sha256=uuid.uuid4().hex,
        first_at=lines[0]["happened_at"], last_at=lines[-1]["happened_at"],
    )  # fmt: skip
