"""The world, written down as shops export it: their published columns, their ways of writing."""

import csv
import io
from collections.abc import Iterable
from datetime import timedelta, timezone
from typing import Any

from tests.customers.shops.world import Order, World

SHOPIFY = """Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,
Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,
Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,
Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,
Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,Shipping Address1,
Shipping Address2,Shipping Company,Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Notes,
Note Attributes,Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Employee,
Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,Tax 2 Name,Tax 2 Value,Tax 3 Name,
Tax 3 Value,Tax 4 Name,Tax 4 Value,Tax 5 Name,Tax 5 Value,Phone,Receipt Number,Duties,Billing Province Name,
Shipping Province Name,Payment ID,Payment Terms Name,Next Payment Due At,Payment References"""


def columns(text: str) -> list[str]:
    return [name.strip().strip('"') for name in text.replace("\n", "").split(",")]


def cents(amount: int) -> str:
    return f"{amount / 100:.2f}"


def table(header: str, rows: Iterable[dict[str, Any]], *, delimiter: str = ",") -> str:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, columns(header), restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def shopify(world: World) -> str:
    """Newest order first, as Shopify writes it."""
    return table(SHOPIFY, [row for order in reversed(world.orders) for row in shopify_order(order)])


def shopify_order(order: Order) -> list[dict[str, Any]]:
    at = order.at.astimezone(timezone(timedelta(hours=1))).strftime("%Y-%m-%d %H:%M:%S %z")
    lines = [
        {
            "Name": f"#{order.number}", "Email": order.email, "Created at": at if order.number % 2 else "",
            "Lineitem quantity": line.quantity, "Lineitem name": line.name, "Lineitem price": cents(line.price),
            "Lineitem sku": line.sku, "Lineitem requires shipping": "true", "Lineitem taxable": "true",
            "Lineitem fulfillment status": "fulfilled", "Vendor": "Fern & Kettle", "Lineitem discount": "0.00",
        }
        for line in order.lines
    ]  # fmt: skip
    lines[0] |= {
        "Financial Status": _financial(order), "Paid at": at, "Fulfillment Status": "fulfilled", "Created at": at,
        "Accepts Marketing": "yes" if order.agreed else "no", "Currency": "EUR", "Subtotal": cents(order.goods),
        "Shipping": cents(order.shipping), "Taxes": cents(order.tax), "Total": cents(order.total),
        "Discount Code": "TEN" if order.discount else "", "Discount Amount": cents(order.discount),
        "Shipping Method": "Standard", "Billing Name": order.name, "Billing Country": order.country,
        "Cancelled at": order.cancelled_at.strftime("%Y-%m-%d %H:%M:%S +0000") if order.cancelled_at else "",
        "Payment Method": "(for testing) Bogus Gateway" if order.is_test else "Shopify Payments",
        "Refunded Amount": cents(order.refunded), "Outstanding Balance": "0.00", "Id": 5_000_000_000_000 + order.number,
        "Tags": "VIP, staff" if order.is_staff else "", "Risk Level": "Low", "Source": "web",
        "Tax 1 Name": "VAT 20%", "Tax 1 Value": cents(order.tax), "Notes": "Leave at the door\nplease",
    }  # fmt: skip
    return lines


def _financial(order: Order) -> str:
    if order.cancelled_at and not order.refunded:
        return "voided"
    if order.refunded == order.total:
        return "refunded"
    return "partially_refunded" if order.refunded else "paid"
