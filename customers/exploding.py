"""A tracked event becomes lines: an order's products one each, everything else a single one.

The shape is that of Segment's spec: {"type": "track", "event": "Order Completed", "userId": ...,
"properties": {"order_id": ..., "products": [{"product_id", "name", "category", "price", "quantity"}]}}.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from hashlib import blake2b
from typing import Any

from customers import money
from customers.identifying import Who
from customers.models.event import InboxEvent
from customers.parsing import BadCell, email, tidy
from customers.schema import Line

SIGNS = {
    "Order Completed": (Line.PURCHASE, 1),
    "Order Refunded": (Line.RETURN, -1),
    "Order Cancelled": (Line.RETURN, -1),
}


@dataclass(frozen=True)
class EventLine:
    """One row of an event file before people and words have their numbers."""

    key: bytes
    who: Who
    happened_at: datetime
    received_at: datetime
    event: str
    line: Line
    order: str
    product: str
    label: str
    category: str
    channel: str
    quantity: float
    amount: int
    properties: str


def lines_of(event: InboxEvent, currency: str) -> Iterator[EventLine]:
    """The lines of an event; at least one."""
    body = event.body
    properties = body.get("properties") or {}
    name = tidy(str(body.get("event") or body.get("name") or body.get("type") or "Event"))[:200]
    kind, sign = SIGNS.get(name, (Line.OTHER, 1))
    products = [item for item in properties.get("products") or [] if isinstance(item, dict)] if kind else []
    for ordinal, product in enumerate(products or [{}]):
        quantity, amount = _worth(product or properties, currency, whole=not product)
        yield EventLine(
            key=key_of(event.message_id, ordinal),
            who=who_of(body),
            happened_at=moment_of(body, event.received_at),
            received_at=event.received_at,
            event=name,
            line=_line(kind, amount),
            order=(_text(properties.get("order_id")) or event.message_id) if kind else "",
            product=_text(product.get("product_id") or product.get("sku") or product.get("name")),
            label=_text(product.get("name")),
            category=_text(product.get("category")),
            channel=_text(
                properties.get("channel") or (body.get("context") or {}).get("channel") or body.get("channel")
            ),
            quantity=sign * quantity,
            amount=sign * amount if kind else 0,
            properties=json.dumps({k: v for k, v in properties.items() if k != "products"}, ensure_ascii=False),
        )


def key_of(message_id: str, ordinal: int) -> bytes:
    """128 bits: the message, and which of its lines."""
    return blake2b(f"{message_id}\x1f{ordinal}".encode(), digest_size=16).digest()


def who_of(body: dict[str, Any]) -> Who:
    """Whom the event is about: user id, address among the details, or the visitor's id."""
    details = body.get("traits") or (body.get("context") or {}).get("traits") or {}
    try:
        address = email(str(details.get("email") or ""))
    except BadCell:
        address = ""
    user, visitor = _text(body.get("userId")), _text(body.get("anonymousId"))
    return Who(user, address, "" if user or address else visitor)


def moment_of(body: dict[str, Any], received_at: datetime) -> datetime:
    """When it happened by the sender's clock; when it arrived where that cannot be read or lies ahead."""
    try:
        moment = datetime.fromisoformat(str(body.get("timestamp")))
    except ValueError:
        return received_at
    if moment.tzinfo is None or not datetime.fromtimestamp(0, moment.tzinfo) <= moment <= received_at:
        return received_at
    return moment


def _line(kind: Line, amount: int) -> Line:
    return Line.FREE if kind == Line.PURCHASE and amount == 0 else kind


def _worth(item: dict[str, Any], currency: str, *, whole: bool) -> tuple[float, int]:
    """(quantity, minor units) of a product, or of an order that names no products."""
    quantity = Decimal(1) if whole else _decimal(item.get("quantity", 1))
    price = (
        _decimal(item.get("revenue") or item.get("total") or item.get("value") or 0)
        if whole
        else _decimal(item.get("price", 0))
    )
    minor = (quantity * price * money.minor_units(currency)).to_integral_value(ROUND_HALF_UP)
    return float(quantity), int(minor)


def _decimal(value: Any) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() and abs(number) < 10**13 else Decimal(0)


def _text(value: Any) -> str:
    return tidy(str(value))[:200] if isinstance(value, str | int) and not isinstance(value, bool) else ""
