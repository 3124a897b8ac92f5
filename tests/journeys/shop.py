"""Mara's shop: the orders of a coffee shop, as Shopify exports them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
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
    lines: list[Any] = list(world.between(start, end).sort_values("order", kind="stable").itertuples())
    people: list[Any] = list(world.people.itertuples())
    for number, group in groupby(lines, key=lambda line: line.order):
        bought = list(group)
        if goods := [line for line in bought if line.quantity > 0]:
            back = sum(-line.quantity * line.cents for line in bought if line.quantity < 0)
            yield _order(world, int(number), goods, people[int(goods[0].person)], int(back))


def _order(world: World, number: int, goods: list[Any], person: Any, back: int) -> Order:
    first = goods[0]
    at = datetime.combine(world.start + timedelta(days=int(first.day)), time(tzinfo=UTC))
    order = Order(
        number, at + timedelta(minutes=int(first.minute)), person.email, person.name,
        "DE" if person.country == "Germany" else "AT", person.agreed == "yes", [_bought(line) for line in goods],
    )  # fmt: skip
    full = sum(PRODUCTS[line.product].cents * line.quantity for line in goods)
    order.discount = int(full - sum(line.quantity * line.cents for line in goods))
    order.shipping = 490 if order.goods < 5_000 else 0
    order.refunded = back
    return order


def _bought(line: Any) -> Bought:
    product = PRODUCTS[line.product]
    return Bought(product.sku, product.name, int(line.quantity), product.cents)
