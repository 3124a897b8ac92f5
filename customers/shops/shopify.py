"""Orders as Shopify exports them (Orders, Export, CSV): help.shopify.com, "Exporting orders"."""

from customers.shops.shop import Layout, Shop

SHOP = Shop(
    key="shopify",
    name="a Shopify order export",
    signature=("name", "createdat", "financialstatus", "lineitemname", "lineitemprice", "lineitemquantity", "total"),
    fields={
        "name": "order_id",
        "email": "email",
        "createdat": "date",
        "lineitemsku": "product_id",
        "lineitemname": "product_name",
        "lineitemquantity": "quantity",
        "lineitemprice": "unit_price",
        "lineitemdiscount": "line_discount",
        "lineitemtaxable": "taxable",
        "total": "order_total",
        "subtotal": "subtotal",
        "shipping": "shipping",
        "taxes": "tax",
        "refundedamount": "refunded",
        "cancelledat": "cancelled_at",
        "canceledat": "cancelled_at",
        "financialstatus": "status",
        "paymentmethod": "payment",
        "tags": "tags",
        "currency": "currency",
        "billingname": "name",
        "billingcountry": "country",
        "source": "channel",
        "acceptsmarketing": "trait",
    },
    layout=Layout.FIRST_LINE,
    oddities=(
        "Date, total and buyer stand only on the first line of an order; we carry them to its other lines.",
        "Discount and tax are said once per order; we share them among its lines, which then add up to what was paid.",
        "Refunds are an amount per order without a date; we count them as money back on the day of the order.",
        "Cancelled and voided orders are kept apart; so are orders with a test payment or tagged as test or staff.",
        "Guests have no customer number; we know each buyer by e-mail address.",
    ),
    unpaid=frozenset({"voided", "expired"}),
)
