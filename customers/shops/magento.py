"""Orders of Magento 2 and Adobe Commerce: the grid under Sales, Orders, exported as CSV."""

from customers.shops.shop import Layout, Prices, Shop

SHOP = Shop(
    key="magento",
    name="a Magento order export",
    signature=("id", "purchasedate", "billtoname", "grandtotalbase", "status", "customeremail"),
    fields={
        "id": "order_id",
        "purchasedate": "date",
        "billtoname": "name",
        "grandtotalbase": "order_total",
        "shippingandhandling": "shipping",
        "totalrefunded": "refunded",
        "status": "status",
        "customeremail": "email",
        "paymentmethod": "payment",
    },
    layout=Layout.ONE_LINE,
    oddities=(
        "An order is one line without its products, so nothing can be said about what people buy.",
        "The total is what was paid in your base currency, with tax and delivery; the tax itself is not told.",
        "Refunds are an amount per order without a date; we count them as money back on the day of the order.",
        "Cancelled orders and those that wait for payment are kept apart.",
        "Guests and customers alike are known by e-mail address.",
    ),
    prices=Prices.WITH_TAX,
    unpaid=frozenset({"pendingpayment", "fraud"}),
)
