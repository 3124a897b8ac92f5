"""Mara's shop: the orders of a coffee shop, as Shopify exports them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icp.science.wares import PRODUCTS
from icp.science.world import World
from tests.customers.shops.exports import shopify
from tests.customers.shops.world import Bought, Order
from tests.customers.shops.world import World as Shop


def export(world: World, end: date, *, days: int | None = None) -> str:
    """A Shopify order export of the days before `end`: all of them, or the newest so many."""
    start = end - timedelta(days=days) if days else None
    return shopify(Shop(list(_orders(world, start, end))))


def _orders(world: World, start: date | None, end: date) -> Iterable[Order]:
    lines = world.between(start, end)
    for number, bought in lines.groupby("order", sort=True):
        goods = bought[bought["quantity"] > 0]
        if goods.empty:
            continue
        rows: list[Any] = list(goods.itertuples())
        first = goods.iloc[0]
        person = world.people.iloc[int(first["person"])]
        at = datetime.combine(world.start + timedelta(days=int(first["day"])), time(tzinfo=UTC))
        order = Order(
            int(number), at + timedelta(minutes=int(first["minute"])), person["email"], person["name"],
            "DE" if person["country"] == "Germany" else "AT", person["agreed"] == "yes",
            [_bought(line) for line in rows],
        )  # fmt: skip
        full = sum(PRODUCTS[line.product].cents * line.quantity for line in rows)
        order.discount = int(full - (goods["quantity"] * goods["cents"]).sum())
        order.shipping = 490 if order.goods < 5_000 else 0
        back = bought[bought["quantity"] < 0]
        order.refunded = int(-(back["quantity"] * back["cents"]).sum())
        yield order


def _bought(line: Any) -> Bought:
    product = PRODUCTS[line.product]
    return Bought(product.sku, product.name, int(line.quantity), product.cents)
