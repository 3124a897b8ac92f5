"""Orders of WooCommerce. It exports none with addresses itself; some extensions are in common use.

ITEMS: "Customer / Order / Coupon Export" in the format "Default, one row per item" (a WooCommerce extension).
ORDERS: the same with one row per order; "Import Export Suite for WooCommerce" names its columns alike.
ADVANCED: "Advanced Order Export for WooCommerce" (the plugin woo-order-export-lite), products as rows.
ANALYTICS: the download of WooCommerce Analytics, Orders: it names no address, so nobody can be recognised in it.
"""

from customers.shops.shop import Layout, Prices, Shop

UNPAID = frozenset({"failed", "pending", "pendingpayment", "checkoutdraft", "draft", "trash"})
ODDITIES = (
    "Each product is a line, and each line repeats the order's total and tax; we count those once.",
    "Prices and delivery are said without tax and the tax beside them; we add it, so that the lines are what was paid.",
    "Refunds are an amount per order without a date; we count them as money back on the day of the order.",
    "Orders that failed, wait for payment or were cancelled are kept apart, as in WooCommerce's own reports.",
    "Guests have the customer number 0; we know them by e-mail address.",
)
NOT_TOLD = "The export does not mark test orders, nor who agreed to get mail."

ITEMS = Shop(
    key="woocommerce",
    name="a WooCommerce order export",
    signature=("ordernumber", "status", "ordertotal", "billingemail", "itemname", "itemquantity", "itemtotal"),
    fields={
        "ordernumber": "order_id",
        "date": "date",
        "orderdate": "date",
        "datecreated": "date",
        "status": "status",
        "ordertotal": "order_total",
        "taxtotal": "tax",
        "shippingtotal": "shipping",
        "shippingtaxtotal": "shipping_tax",
        "refundedtotal": "refunded",
        "ordercurrency": "currency",
        "paymentmethod": "payment",
        "customerid": "customer_id",
        "billingemail": "email",
        "billingfirstname": "first_name",
        "billinglastname": "last_name",
        "billingcountry": "country",
        "itemsku": "product_id",
        "itemname": "product_name",
        "itemquantity": "quantity",
        "itemtotal": "total",
        "itemtotaltax": "line_tax",
    },
    layout=Layout.EVERY_LINE,
    oddities=(*ODDITIES, NOT_TOLD),
    prices=Prices.WITHOUT_TAX,
    unpaid=UNPAID,
)

ORDERS = Shop(
    key="woocommerce-orders",
    name="a WooCommerce order export, one row per order",
    signature=("ordernumber", "status", "ordertotal", "shippingtotal", "billingemail", "billingfirstname"),
    fields={name: field for name, field in ITEMS.fields.items() if not name.startswith("item")},
    layout=Layout.ONE_LINE,
    oddities=(
        "An order is one line, and its products stand in cells that we do not take apart; export one row per item, and "
        "we can say what people buy.",
        *ODDITIES[2:],
        NOT_TOLD,
    ),
    prices=Prices.WITHOUT_TAX,
    unpaid=UNPAID,
)

ADVANCED = Shop(
    key="woocommerce-advanced",
    name="a WooCommerce order export (Advanced Order Export)",
    signature=("ordernumber", "orderstatus", "orderdate", "emailbilling", "ordertotalamount", "quantityrefund"),
    fields={
        "ordernumber": "order_id",
        "orderdate": "date",
        "orderstatus": "status",
        "ordertotalamount": "order_total",
        "ordertotaltaxamount": "tax",
        "ordershippingamount": "shipping",
        "orderrefundamount": "refunded",
        "ordercurrency": "currency",
        "paymentmethodtitle": "payment",
        "customeruserid": "customer_id",
        "emailbilling": "email",
        "firstnamebilling": "first_name",
        "lastnamebilling": "last_name",
        "countrycodebilling": "country",
        "sku": "product_id",
        "itemname": "product_name",
        "name": "product_name",
        "productname": "product_name",
        "quantity": "quantity",
        "quantityrefund": "quantity",
        "itemcost": "unit_price",
    },
    layout=Layout.EVERY_LINE,
    oddities=(*ODDITIES, NOT_TOLD),
    prices=Prices.WITHOUT_TAX,
    unpaid=UNPAID,
)

ANALYTICS = Shop(
    key="woocommerce-analytics",
    name="the order report of WooCommerce Analytics",
    signature=("date", "order", "status", "customer", "customertype", "products", "itemssold"),
    fields={},
    layout=Layout.ONE_LINE,
    oddities=(),
    refused_because=(
        "This is the order report of WooCommerce Analytics. It names buyers without an address or a number, so nobody "
        "can be recognised in it. Please use an order export instead, such as the extension “Customer / Order / Coupon "
        "Export” with the format “Default, one row per item”, or the plugin “Advanced Order Export”."
    ),
)
