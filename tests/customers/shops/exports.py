"""The world, written down as shops export it: their published columns, their ways of writing."""

import csv
import hashlib
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


# WooCommerce -----------------------------------------------------------------------------------
WOO_ITEMS = """order_id,order_number,order_number_formatted,date,status,shipping_total,shipping_tax_total,fee_total,
fee_tax_total,tax_total,discount_total,order_total,refunded_total,order_currency,payment_method,shipping_method,
customer_id,billing_first_name,billing_last_name,billing_company,billing_email,billing_phone,billing_address_1,
billing_address_2,billing_postcode,billing_city,billing_state,billing_country,shipping_first_name,shipping_last_name,
shipping_address_1,shipping_address_2,shipping_postcode,shipping_city,shipping_state,shipping_country,shipping_company,
customer_note,item_id,item_product_id,item_name,item_sku,item_quantity,item_subtotal,item_subtotal_tax,item_total,
item_total_tax,item_refunded,item_refunded_qty,item_meta,shipping_items,fee_items,tax_items,coupon_items,order_notes,
download_permissions_granted"""
WOO_ADVANCED = """Order Number,Order Status,Order Date,Customer Note,First Name (Billing),Last Name (Billing),
Company (Billing),Address 1&2 (Billing),City (Billing),State Code (Billing),Postcode (Billing),Country Code (Billing),
Email (Billing),Phone (Billing),First Name (Shipping),Last Name (Shipping),Address 1&2 (Shipping),City (Shipping),
State Code (Shipping),Postcode (Shipping),Country Code (Shipping),Payment Method Title,Cart Discount Amount,
Order Subtotal Amount,Shipping Method Title,Order Shipping Amount,Order Refund Amount,Order Total Amount,
Order Total Tax Amount,SKU,Item #,Item Name,Quantity (- Refund),Item Cost,Coupon Code,Discount Amount,
Discount Amount Tax"""
WOO_ANALYTICS = (
    "Date,Order #,N. Revenue (formatted),Status,Customer,Customer type,Product(s),Items sold,Coupon(s),N. Revenue"
)


def net(gross: int) -> int:
    """Without 20 % tax."""
    return (gross * 100 + 60) // 120


def paid_lines(order: Order) -> list[int]:
    """What was paid for each line: the discount taken off in proportion, the last line takes what is left."""
    amounts = [line.worth - order.discount * line.worth // (order.goods + order.discount) for line in order.lines[:-1]]
    return [*amounts, order.goods - sum(amounts)]


def woo_tax(order: Order) -> int:
    return sum(amount - net(amount) for amount in [*paid_lines(order), order.shipping])


def woo_items(world: World) -> str:
    return table(WOO_ITEMS, [row for order in reversed(world.orders) for row in woo_order(order)])


def woo_order(order: Order) -> list[dict[str, Any]]:
    first, _, last = order.name.partition(" ")
    delivery = net(order.shipping)
    said = {
        "order_id": order.number, "order_number": order.number, "date": order.at.strftime("%Y-%m-%d %H:%M:%S"),
        "status": "cancelled" if order.cancelled_at else "refunded" if order.refunded == order.total else "completed",
        "shipping_total": cents(delivery), "shipping_tax_total": cents(order.shipping - delivery),
        "tax_total": cents(woo_tax(order)), "discount_total": cents(net(order.discount)),
        "order_total": cents(order.total), "refunded_total": cents(order.refunded), "order_currency": "EUR",
        "payment_method": "ppcp-gateway", "customer_id": 0,
        "billing_first_name": first, "billing_last_name": last, "billing_email": order.email,
        "billing_country": order.country,
    }  # fmt: skip
    return [
        said | {
            "item_id": place, "item_name": line.name, "item_sku": line.sku, "item_quantity": line.quantity,
            "item_total": cents(net(amount)), "item_total_tax": cents(amount - net(amount)),
        }
        for place, (line, amount) in enumerate(zip(order.lines, paid_lines(order), strict=True))
    ]  # fmt: skip


WOO_ORDERS = ",".join(name for name in columns(WOO_ITEMS) if not name.startswith("item_")) + ",line_item_1"


def woo_orders(world: World) -> str:
    """One row per order, its products in cells of their own."""
    known = columns(WOO_ORDERS)
    firsts = (woo_order(order)[0] | {"line_item_1": f"name:{order.lines[0].name}|quantity:1"} for order in world.orders)
    return table(WOO_ORDERS, [{name: row[name] for name in known if name in row} for row in firsts])


def woo_advanced(world: World) -> str:
    return table(WOO_ADVANCED, [row for order in world.orders for row in woo_advanced_order(order)])


def woo_advanced_order(order: Order) -> list[dict[str, Any]]:
    first, _, last = order.name.partition(" ")
    said = {
        "Order Number": order.number, "Order Date": order.at.strftime("%Y-%m-%d %H:%M"),
        "Order Status": "Cancelled" if order.cancelled_at else "Completed", "First Name (Billing)": first,
        "Last Name (Billing)": last, "Country Code (Billing)": order.country, "Email (Billing)": order.email,
        "Payment Method Title": "PayPal", "Order Shipping Amount": cents(net(order.shipping)),
        "Order Refund Amount": cents(order.refunded), "Order Total Amount": cents(order.total),
        "Order Total Tax Amount": cents(woo_tax(order)),
    }  # fmt: skip
    return [
        said | {
            "SKU": line.sku, "Item #": place, "Item Name": line.name, "Quantity (- Refund)": line.quantity,
            "Item Cost": cents(net(line.price)),
        }
        for place, line in enumerate(order.lines, start=1)
    ]  # fmt: skip


def woo_analytics(world: World) -> str:
    return table(
        WOO_ANALYTICS,
        [
            {
                "Date": order.at.strftime("%Y-%m-%d %H:%M:%S"), "Order #": order.number, "Status": "completed",
                "Customer": order.name, "Customer type": "new", "Items sold": 1, "N. Revenue": cents(net(order.total)),
                "Product(s)": ", ".join(f"{line.quantity}× {line.name}" for line in order.lines),
            }
            for order in world.orders
        ],
    )  # fmt: skip


# Shopware 6 ------------------------------------------------------------------------------------
SHOPWARE = """id,order_number,sales_channel_id,customer_first_name,customer_last_name,customer_email,
billing_address_street,billing_address_zipcode,billing_address_city,billing_address_company,billing_address_department,
billing_address_country_id,billing_address_country_state_id,shipping_address_street,shipping_address_zipcode,
shipping_address_city,shipping_address_company,shipping_address_department,shipping_address_country_id,
shipping_address_country_state_id,amount_total,order_state_id,line_items,order_date_time"""


def shopware(world: World) -> str:
    return table(SHOPWARE, [shopware_order(order) for order in world.orders], delimiter=";")


def shopware_order(order: Order) -> dict[str, Any]:
    first, _, last = order.name.partition(" ")
    items = [f"{line.quantity}x {inner(line.sku)}" for line in order.lines]
    return {
        "id": inner(str(order.number)), "order_number": order.number, "sales_channel_id": inner("channel"),
        "customer_first_name": first, "customer_last_name": last, "customer_email": order.email,
        "amount_total": f"{order.total / 100:g}", "order_state_id": inner("open"),
        "line_items": "|".join([*items, "1x "] if order.discount else items),  # a promotion has no product
        "order_date_time": order.at.strftime("%Y-%m-%dT%H:%M:%S.000+00:00"),
    }  # fmt: skip


def inner(name: str) -> str:
    return hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()


# Magento 2 -------------------------------------------------------------------------------------
MAGENTO = """ID,Purchase Point,Purchase Date,Bill-to Name,Ship-to Name,Grand Total (Base),Grand Total (Purchased),
Status,Billing Address,Shipping Address,Shipping Information,Customer Email,Customer Group,Subtotal,
Shipping and Handling,Customer Name,Payment Method,Total Refunded,Allocated sources,Pickup Location Code,
Braintree Transaction Source,Dispute State"""


def magento(world: World) -> str:
    return table(MAGENTO, [magento_order(order) for order in world.orders])


def magento_order(order: Order) -> dict[str, Any]:
    closed = order.refunded == order.total
    return {
        "ID": f"{order.number:09d}", "Purchase Point": "Main Website\n   Main Website Store\n      Default Store View",
        "Purchase Date": order.at.strftime("%b %-d, %Y %-I:%M:%S %p"), "Bill-to Name": order.name,
        "Ship-to Name": order.name, "Grand Total (Base)": f"{order.total / 100:.4f}",
        "Grand Total (Purchased)": f"{order.total / 100:.4f}", "Customer Email": order.email,
        "Status": "Canceled" if order.cancelled_at else "Closed" if closed else "Complete",
        "Billing Address": "1 High Street,Leeds,,LS1", "Customer Group": "NOT LOGGED IN",
        "Subtotal": f"{net(order.goods) / 100:.4f}", "Shipping and Handling": f"{net(order.shipping) / 100:.4f}",
        "Customer Name": order.name, "Payment Method": "braintree",
        "Total Refunded": f"{order.refunded / 100:.4f}" if order.refunded else "",
    }  # fmt: skip


# Stripe ----------------------------------------------------------------------------------------
STRIPE = """id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Converted Amount,Converted Amount Refunded,
Converted Currency,Decline Reason,Description,Fee,Is Link,Link Funds,Mode,PaymentIntent ID,Payment Source Type,
Refunded date (UTC),Statement Descriptor,Status,Seller Message,Taxes On Fee,Card ID,Card Last4,Card Brand,Card Funding,
Card Exp Month,Card Exp Year,Card Name,Card Address Line1,Card Address Line2,Card Address City,Card Address State,
Card Address Country,Card Address Zip,Card Issue Country,Card Fingerprint,Card CVC Status,Card AVS Zip Status,
Card AVS Line1 Status,Card Tokenization Method,Customer ID,Customer Description,Customer Email,Customer Phone,
Disputed Amount,Dispute Date (UTC),Dispute Evidence Due (UTC),Dispute Reason,Dispute Status,Invoice ID,Invoice Number,
Checkout Session ID,Payment Link ID,Transfer"""
STRIPE_OLD = """id,Description,Seller Message,Created (UTC),Amount,Amount Refunded,Currency,Converted Amount,
Converted Amount Refunded,Fee,Tax,Converted Currency,Mode,Status,Statement Descriptor,Customer ID,Customer Description,
Customer Email,Captured,Card ID,Card Last4,Card Brand,Card Name,Card Address Country,Invoice ID,Transfer"""


def stripe(world: World) -> str:
    return table(STRIPE, [stripe_payment(order) for order in reversed(world.orders)])


def stripe_payment(order: Order) -> dict[str, Any]:
    foreign = order.number % 7 == 0
    amount, back = (order.total * 2, order.refunded * 2) if foreign else (order.total, order.refunded)
    return {
        "id": f"ch_{inner(str(order.number))[:24]}", "Created date (UTC)": order.at.strftime("%Y-%m-%d %H:%M:%S"),
        "Amount": cents(amount), "Amount Refunded": cents(back), "Currency": "usd" if foreign else "eur",
        "Captured": "true", "Converted Amount": cents(order.total), "Converted Amount Refunded": cents(order.refunded),
        "Converted Currency": "eur", "Fee": cents(order.total // 50), "Mode": "Test" if order.is_test else "Live",
        "Refunded date (UTC)": order.refunded_at.strftime("%Y-%m-%d %H:%M:%S") if order.refunded_at else "",
        "Status": "Failed" if order.cancelled_at else "Refunded" if order.refunded == order.total else "Paid",
        "Card Name": order.name, "Card Address Country": order.country, "Customer Email": order.email,
        "Customer ID": f"cus_{inner(order.email + str(order.number))[:14]}", "Description": f"Order {order.number}",
    }  # fmt: skip
