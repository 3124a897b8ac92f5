"""Orders of Shopware 6 with its profile "Default orders" (Settings, Import/Export).

Columns from the profile's migration in shopware/core; line_items is written as `2x <product id>|1x <product id>`.
"""

from customers.shops.shop import Layout, Prices, Shop

SHOP = Shop(
    key="shopware",
    name="a Shopware 6 order export",
    signature=("ordernumber", "customeremail", "amounttotal", "orderdatetime", "lineitems"),
    fields={
        "ordernumber": "order_id",
        "orderdatetime": "date",
        "customeremail": "email",
        "customerfirstname": "first_name",
        "customerlastname": "last_name",
        "customernumber": "customer_id",
        "amounttotal": "order_total",
        "shippingtotal": "shipping",
        "shippingcosts": "shipping",
        "lineitems": "product_list",
        "orderstate": "status",
        "orderstatetechnicalname": "status",
        "statemachinestatetechnicalname": "status",
        "billingaddresscountryiso": "country",
        "currencyisocode": "currency",
    },
    layout=Layout.ONE_LINE,
    oddities=(
        "An order is one line and lists its products without prices; we share its total among the pieces alike.",
        "Products are named by Shopware's inner numbers, as the export does.",
        "The state of an order is an inner number too, so cancelled orders cannot be told apart. Add "
        "“stateMachineState.technicalName” to the export as “order_state”, and they will be.",
        "Tax, delivery and refunds are not in this export, so all amounts are what the orders came to, with tax.",
        "Buyers are known by e-mail address.",
    ),
    prices=Prices.WITH_TAX,
    unpaid=frozenset({"failed"}),
    in_utc=True,
)
