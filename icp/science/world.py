"""A world of our own: two years of a coffee shop, drawn from a seed, with kinds of buyers planted in it.

The same size, last day and seed give the same world, line by line. Nothing here is a real person or a real
order. What is planted is what the tests ask the product to find; a world without kinds holds people who differ
only gradually, in which nothing must be found.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from icp.science import rhythms
from icp.science.rhythms import Orders
from icp.science.wares import (
    CODES,
    COUNTRIES,
    COUNTRY_SHARES,
    DOMAINS,
    FIRST,
    GENDERS,
    LAST,
    MARKETPLACE,
    PRODUCTS,
    TRADES,
)

DAYS = 730
SEED = 24
SHARES = {
    "December gift buyers": 0.24,
    "Small offices": 0.06,
    "Starter-kit brewers": 0.11,
    "Bean regulars": 0.14,
    "Discount hunters": 0.16,
    "One-time tryers": 0.24,
    "Tea switchers": 0.05,
}
READERS = 2_600 / 12_400  # who read and never bought, for each buyer
MARKET_ORDERS = 1_900 / 12_400
BAD_ROWS, DOUBLED_ROWS = 214, 478
WRITTEN_TO = (880, 375)  # of the win-back letter: who got it, who was held back
CAME_BACK = (80, 15)
LIST_AGE, LETTER_DAYS, QUIET = 40, 28, 150  # days: the list is so old, it is read after, they were quiet for


@dataclass(frozen=True)
class World:
    """People (one row each, buyers first, then readers, the marketplace last) and order lines, oldest first."""

    people: pd.DataFrame
    lines: pd.DataFrame
    until: date

    @property
    def start(self) -> date:
        return self.until - timedelta(days=DAYS - 1)

    @property
    def list_on(self) -> date:
        """The day on which the win-back list left."""
        return self.until - timedelta(days=LIST_AGE)

    @property
    def price_change(self) -> date:
        return price_change(self.until)

    def day(self, moment: date) -> int:
        """How many days after the start that is."""
        return (moment - self.start).days

    def between(self, start: date | None, end: date) -> pd.DataFrame:
        """The lines from a day on, and before another."""
        first = self.day(start) if start else -1
        return self.lines[(self.lines["day"] >= first) & (self.lines["day"] < self.day(end))]


def price_change(until: date) -> date:
    """The newest first of September that left its traces already."""
    september = date(until.year, 9, 1)
    return september if (until - september).days >= 60 else date(until.year - 1, 9, 1)


def make(size: int, until: date, *, seed: int = SEED, kinds: bool = True) -> World:
    """A world of so many buyers, its last orders on the day `until`."""
    rng = np.random.default_rng([seed, until.toordinal(), size])
    start = until - timedelta(days=DAYS - 1)
    counts = _counts(size) if kinds else {"": size - 1}
    people = _people(rng, counts, readers=round(size * READERS))
    orders = rhythms.of_kinds(rng, counts, start, price_change(until)) if kinds else rhythms.gradual(rng, size - 1)
    orders = rhythms.joined([orders, _market(rng, size, len(people) - 1)])
    people, orders = _quieten(rng, people, orders, size)
    return World(people, _lines(rng, orders, start), until)


def _counts(size: int) -> dict[str, int]:
    """How many of each kind; the largest remainders are rounded up. The marketplace is the last buyer."""
    exact = {kind: share * size for kind, share in SHARES.items()}
    whole = {kind: int(number) for kind, number in exact.items()}
    order = sorted(exact, key=lambda kind: whole[kind] - exact[kind])
    for kind in order[: size - sum(whole.values())]:
        whole[kind] += 1
    whole["One-time tryers"] -= 1
    return whole


# People ----------------------------------------------------------------------------------------


def _people(rng: Any, counts: dict[str, int], *, readers: int) -> pd.DataFrame:
    """Age and gender are drawn alike for everybody: they say nothing about what somebody buys."""
    kinds = [kind for kind, number in counts.items() for _ in range(number)] + [READER] * readers + [MARKET]
    n = len(kinds)
    first, last = rng.choice(FIRST, n), rng.choice(LAST, n)
    people = pd.DataFrame({"kind": kinds, "name": [f"{a} {b}" for a, b in zip(first, last, strict=True)]})
    people["customer"] = [f"C{100_000 + i}" for i in range(n)]
    domains = rng.choice(DOMAINS, n)
    people["email"] = [
        f"{a}.{b}{i}@{d}".lower() for i, (a, b, d) in enumerate(zip(first, last, domains, strict=True), start=1)
    ]
    people["country"] = rng.choice(COUNTRIES, n, p=COUNTRY_SHARES)
    people["age"] = np.clip(rng.normal(43, 13, n).round(), 18, 84).astype(int)
    people["gender"] = rng.choice(GENDERS, n, p=(0.52, 0.46, 0.02))
    people["agreed"] = rng.choice(("yes", "no", ""), n, p=(0.69, 0.03, 0.28))
    people.loc[people["kind"] == READER, "agreed"] = "yes"
    people["company"] = ""
    offices = (people["kind"] == "Small offices").to_numpy().nonzero()[0]
    people.loc[offices, "company"] = _companies(rng, len(offices))
    people.loc[n - 1, ["name", "email", "agreed"]] = ["Tea Tray Market", MARKETPLACE, ""]
    return people


READER, MARKET = "Readers who never bought", "Marketplace"


def _companies(rng: Any, people: int) -> list[str]:
    """310 firms for 744 who order for them."""
    firms = max(1, round(people * 310 / 744))
    names = [f"{LAST[i % len(LAST)]} {TRADES[(i // len(LAST)) % len(TRADES)]}" for i in range(firms)]
    return [names[i] for i in rng.permutation(np.arange(people) % firms)]


def _market(rng: Any, size: int, person: int) -> Orders:
    """One "buyer" who orders nearly every day."""
    orders = max(60, round(size * MARKET_ORDERS))
    days = np.concatenate([[DAYS - 1, DAYS - 1 - LIST_AGE], rng.integers(0, DAYS, orders - 2)])
    return rhythms.market(rng, np.full(orders, person), days)


def _quieten(rng: Any, people: pd.DataFrame, orders: Orders, size: int) -> tuple[pd.DataFrame, Orders]:
    """Who is on the win-back list: two orders or more and then nothing. What they do later is planted by `answers`."""
    there = DAYS - 1 - LIST_AGE
    before = orders.frame[orders.frame["day"] < there].groupby("person")["day"].agg(["count", "max"])
    quiet = before[(before["count"] >= 2) & (before["max"] <= there - QUIET)].index.to_numpy()
    later = orders.frame["person"].isin(quiet) & (orders.frame["day"] >= there)
    wanted = min(len(quiet), round(size * sum(WRITTEN_TO) / 12_400))
    chosen = rng.choice(quiet, wanted, replace=False)
    people.loc[quiet, "agreed"] = ""
    people.loc[chosen, "agreed"] = "yes"
    people["written_to"] = people.index.isin(chosen)
    return people, Orders(orders.frame[~later])


def answers(world: World, sent: Any, held: Any, *, seed: int = SEED) -> World:
    """The world in which the letter worked: of those who got it 80 of 880 order, of the others 15 of 375.

    `sent` and `held` are customers as the product drew them.
    """
    rng = np.random.default_rng([seed, world.until.toordinal(), 1])
    drawn = []
    for customers, (many, of) in zip((sent, held), zip(CAME_BACK, WRITTEN_TO, strict=True), strict=True):
        rows = world.people.index[world.people["customer"].isin(list(customers))].to_numpy()
        drawn.append(rng.choice(rows, round(len(rows) * many / of), replace=False))
    back = np.concatenate(drawn)
    days = world.day(world.list_on) + rng.integers(1, LETTER_DAYS - 1, len(back))
    more = _lines(rng, rhythms.beans(rng, back, days), world.start, first_order=900_000)
    lines = pd.concat([world.lines, more]).sort_values(["day", "minute", "order"], kind="stable", ignore_index=True)
    return World(world.people, lines, world.until)


# Lines -----------------------------------------------------------------------------------------


def _lines(rng: Any, orders: Orders, start: date, *, first_order: int = 100_000) -> pd.DataFrame:
    """Each order becomes its main line, some a second one; a few are sent back."""
    frame = orders.frame.sort_values(["day", "minute"], kind="stable", ignore_index=True)
    frame["order"] = first_order + np.arange(len(frame))
    frame["code"] = np.where(frame["coupon"], rng.integers(1, len(CODES) + 1, len(frame)), 0)
    keys = ["order", "person", "day", "minute", "channel", "code"]
    main = frame[[*keys, "product", "quantity"]]
    extra = frame.loc[frame["extra"] >= 0, [*keys, "extra"]].rename(columns={"extra": "product"})
    extra["quantity"] = 1
    back = main[rng.random(len(main)) < RETURNED].copy()
    back["day"], back["quantity"] = back["day"] + rng.integers(3, 15, len(back)), -1
    lines = pd.concat([main, extra, back[back["day"] < DAYS]])
    lines = lines.sort_values(["day", "minute", "order"], kind="stable", ignore_index=True)
    cents = np.array([product.cents for product in PRODUCTS])[lines["product"]]
    off = np.array([0, 10, 15, 20, 15, 25])[lines["code"]]
    lines["cents"] = cents * (100 - off) // 100
    return lines


RETURNED = 0.012
