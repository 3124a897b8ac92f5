"""All the exports that are recognised."""

from collections.abc import Sequence

from customers.mapping import COUPONS, DETAIL, IGNORE, normal
from customers.shops import magento, shopify, shopware, stripe, woocommerce
from customers.shops.shop import Shop

SHOPS: dict[str, Shop] = {
    shop.key: shop
    for shop in (
        shopify.SHOP,
        woocommerce.ITEMS,
        woocommerce.ORDERS,  # after ITEMS, whose columns it has too
        woocommerce.ADVANCED,
        woocommerce.ANALYTICS,
        shopware.SHOP,
        magento.SHOP,
        stripe.SHOP,
    )
}


def recognised(columns: Sequence[str]) -> Shop | None:
    """The shop whose export has this header; None for a table of somebody's own."""
    names = {normal(column) for column in columns}
    return next((shop for shop in SHOPS.values() if names.issuperset(shop.signature)), None)


def mapping_of(shop: Shop, columns: Sequence[str]) -> dict[str, str]:
    """Column -> field as the shop's facts say it; of two columns for one field the first counts."""
    mapping, taken = dict.fromkeys(columns, IGNORE), set[str]()
    for column in columns:
        field = shop.fields.get(normal(column), IGNORE)
        if field == "trait" or field not in taken:
            mapping[column] = field
            taken.add(field)
        if mapping[column] == IGNORE and normal(column) in COUPONS:
            mapping[column] = DETAIL
    return mapping
