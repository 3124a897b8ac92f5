"""A small shop with planted truth: what was ordered, paid, paid back, cancelled and only tried out."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

PRODUCTS = [
    ("KF-001", "Grinder, hand-made", 7_900),
    ("KF-002", "Beans “House”, 1 kg", 2_490),
    ("KF-003", "Filter paper", 495),
    ("KF-004", "Tee-Kanne, 1,2 l", 3_350),
    ("KF-005", "Mug; speckled", 1_299),
]
FIRST = ["Ann", "Zoë", "Björn", "Mara", "Li", "Omar", "Renée", "Kai"]
LAST = ["Ford", "O'Neil", "Müller", "Ng", "da Silva", "Weiß"]


@dataclass
class Bought:
    """One product of an order; prices in cents with tax."""

    sku: str
    name: str
    quantity: int
    price: int

    @property
    def worth(self) -> int:
        return self.quantity * self.price


@dataclass
class Order:
    """One order; money in cents, with tax."""

    number: int
    at: datetime
    email: str
    name: str
    country: str
    agreed: bool
    lines: list[Bought]
    discount: int = 0
    shipping: int = 0
    refunded: int = 0
    refunded_at: datetime | None = None
    cancelled_at: datetime | None = None
    is_test: bool = False
    is_staff: bool = False

    @property
    def goods(self) -> int:
        return sum(line.worth for line in self.lines) - self.discount

    @property
    def total(self) -> int:
        return self.goods + self.shipping

    @property
    def tax(self) -> int:
        """20 %, in the prices."""
        return (self.total * 20 + 60) // 120

    @property
    def counts(self) -> bool:
        return not (self.is_test or self.is_staff or self.cancelled_at)


@dataclass
class World:
    """The orders, and what is true of them."""

    orders: list[Order] = field(default_factory=list)

    def total(self, what: str, *, counting: bool = True) -> int:
        return sum(getattr(order, what) for order in self.orders if order.counts or not counting)

    @property
    def counting(self) -> list[Order]:
        return [order for order in self.orders if order.counts]

    @property
    def buyers(self) -> set[str]:
        return {order.email for order in self.counting}


def a_world(size: int = 60, seed: int = 7) -> World:
    """`size` orders of about half as many people; every fact occurs in each world of 40 or more."""
    chance = Random(seed)
    people = [
        (f"{first}.{last}{number}@example.com".lower().replace(" ", "").replace("'", ""), f"{first} {last}", number)
        for number in range(size // 2)
        for first, last in [(chance.choice(FIRST), chance.choice(LAST))]
    ]
    at = datetime(2026, 1, 3, 8, 30, tzinfo=UTC)
    orders = []
    for place in range(size):
        at += timedelta(hours=chance.randint(5, 90), seconds=chance.randint(0, 3599))
        orders.append(_order(chance, place, at, *chance.choice(people)))
    return World(orders)


def _order(chance: Random, place: int, at: datetime, email: str, name: str, person: int) -> Order:
    picked = chance.sample(PRODUCTS, chance.choice([1, 1, 2, 3]))
    lines = [Bought(sku, label, chance.choice([1, 1, 1, 2, 6]), price) for sku, label, price in picked]
    agreed = person % 3 != 0
    order = Order(1001 + place, at, email, name, chance.choice(["GB", "DE", "AT"]), agreed, lines)
    order.shipping = 490 if order.goods < 5_000 else 0
    if place % 5 == 1:
        order.discount = order.goods // 10
    kind = place % 20
    if kind in (3, 8):
        order.refunded = chance.randint(1, order.total - 1)
    if kind == 13:
        order.refunded = order.total
    if kind == 17:
        order.cancelled_at = at + timedelta(hours=3)
        order.refunded = order.total if place % 40 == 17 else 0
    if order.refunded:
        order.refunded_at = at + timedelta(days=4)
    order.is_test, order.is_staff = kind == 6, kind == 11
    return order
