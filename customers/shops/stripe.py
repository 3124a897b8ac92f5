"""Payments of Stripe (Transactions, Payments, Export), in its older and its newer header."""

from customers.shops.shop import Layout, Prices, Shop

UNFINISHED = {"requirespaymentmethod", "requiresaction", "requiresconfirmation", "requirescapture"}

SHOP = Shop(
    key="stripe",
    name="a Stripe payment export",
    signature=("id", "amount", "amountrefunded", "currency", "status", "customeremail"),
    fields={
        "id": "order_id",
        "createdutc": "date",
        "createddateutc": "date",
        "amount": "order_total",
        "amountrefunded": "refunded",
        "refundeddateutc": "refunded_at",
        "currency": "currency",
        "convertedamount": "converted_total",
        "convertedamountrefunded": "converted_refunded",
        "convertedcurrency": "converted_currency",
        "status": "status",
        "mode": "mode",
        "livemode": "mode",
        "customerid": "customer_id",
        "customeremail": "email",
        "cardname": "name",
        "cardaddresscountry": "country",
    },
    layout=Layout.ONE_LINE,
    oddities=(
        "A payment is one line and counts as one order; what was bought is not told.",
        "Payments that failed or were never finished, and those of the test mode, are kept apart.",
        "Refunds are an amount per payment; we count them on the day they went back, where the export says it.",
        "Amounts in another currency count as converted by Stripe.",
        "Stripe may keep several customers with one e-mail address; we take them as one person.",
    ),
    prices=Prices.WITH_TAX,
    unpaid=frozenset({"failed", "blocked", "incomplete", "uncaptured", *UNFINISHED}),
    in_utc=True,
    by_email=True,
)
