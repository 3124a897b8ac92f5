"""When each kind of buyer orders, and what lies in the basket: planted habits, drawn with numpy alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from icp.science.wares import CHANNELS, DELIVERY, MARKET, PLACE, WEB

DAYS = 730
type Numbers = Any  # an array of whole numbers or fractions, one for each order or person


@dataclass(frozen=True)
class Orders:
    """One row for each order: person, day, minute, channel, coupon, product, quantity, extra (-1 for none)."""

    frame: pd.DataFrame


@dataclass(frozen=True)
class Basket:
    """What lies in a basket: one of `mains` so often as `quantity` says, and with a chance one of `extras`."""

    mains: Sequence[str]
    shares: Sequence[float]
    quantity: Sequence[float]  # the shares of one, two, three ... pieces
    extras: Sequence[str] = ("MOR-701", "MOR-702")
    chance: float = 0.15

    def fill(self, rng: Any, n: int) -> dict[str, Numbers]:
        """n baskets."""
        mains, extras = [PLACE[sku] for sku in self.mains], [PLACE[sku] for sku in self.extras]
        extra = np.where(rng.random(n) < self.chance, rng.choice(extras, n), -1)
        quantity = 1 + rng.choice(len(self.quantity), n, p=self.quantity)
        return {"product": rng.choice(mains, n, p=self.shares), "quantity": quantity, "extra": extra}


BAGS = Basket(("BEA-101", "BEA-102", "BEA-103", "BEA-104"), (0.4, 0.3, 0.2, 0.1), (0.1, 0.3, 0.34, 0.26))
MORE_BAGS = Basket(BAGS.mains, (0.3, 0.3, 0.3, 0.1), (0.05, 0.15, 0.35, 0.3, 0.15), chance=0.3)
OFFERS = Basket(("BEA-101", "BEA-102", "BEA-103"), (0.5, 0.4, 0.1), (0.0, 0.05, 0.05, 0.15, 0.25, 0.25, 0.25))
LARGE = Basket(("OFF-201", "OFF-202"), (0.71, 0.29), (0.13, 0.43, 0.37, 0.07), chance=0.34)
KIT = Basket(("KIT-301", "KIT-303", "KIT-302"), (0.35, 0.35, 0.3), (1.0,), ("BEA-101", "BEA-102"), 0.8)
GIFT = Basket(("GIF-401", "GIF-402"), (0.67, 0.33), (0.49, 0.3, 0.14, 0.07), ("MOR-703",), 0.2)
TASTE = Basket(("TAS-501", "TAS-502"), (0.42, 0.58), (0.8, 0.2), chance=0.1)
LEAVES = Basket(("TEA-601", "TEA-602", "TEA-603"), (0.45, 0.35, 0.2), (0.1, 0.2, 0.3, 0.25, 0.15), ("MOR-703",), 0.2)
TRAY = Basket(("TAS-501", "TAS-502"), (0.55, 0.45), (0.9, 0.1), chance=0.0)


def joined(parts: Sequence[Orders]) -> Orders:
    return Orders(pd.concat([part.frame for part in parts], ignore_index=True))


def _orders(
    rng: Any, person: Numbers, day: Numbers, basket: Basket, *, channel: str = WEB, hours: Any = (8, 22)
) -> Orders:
    """Orders of these people on these days, at any minute between the hours, without a coupon."""
    n = len(person)
    minute = rng.integers(60 * hours[0], 60 * hours[1], n)
    frame = pd.DataFrame({"person": person, "day": day, "minute": minute, "channel": CHANNELS.index(channel)})
    return Orders(frame.assign(coupon=False, **basket.fill(rng, n)))


def _repeat(rng: Any, first: Numbers, gap: Numbers, last: Numbers, *, noise: float = 0.22) -> tuple[Numbers, Numbers]:
    """(place of the person, day) of orders from `first` on, about `gap` days apart, until `last`."""
    most = int(np.ceil(DAYS / max(4.0, float(gap.min(initial=DAYS))))) + 2
    gaps = gap[:, None] * rng.lognormal(-noise * noise / 2, noise, (len(first), most))
    days = first[:, None] + np.concatenate([np.zeros((len(first), 1)), np.cumsum(gaps, axis=1)], axis=1)
    place, step = np.nonzero(days <= np.minimum(last, DAYS - 1)[:, None])
    return place, np.floor(days[place, step]).astype(int)


def of_kinds(rng: Any, counts: dict[str, int], start: date, price_change: date) -> Orders:
    """The orders of everybody, each kind after its own fashion; people are numbered kind after kind."""
    parts, begin = [], 0
    change = (price_change - start).days
    for kind, number in counts.items():
        people = np.arange(begin, begin + number)
        parts.append(KINDS[kind](rng, people, start, change))
        begin += number
    return joined(parts)


def _gifts(rng: Any, people: Numbers, start: date, change: int) -> Orders:
    """They buy once, in the four weeks before Christmas; 4 in 100 ever come back."""
    days = _before_christmas(start)
    first = days[np.floor(len(days) * rng.random(len(people)) ** 0.7).astype(int)]
    again = rng.choice(people, round(0.04 * len(people)), replace=False)
    later = np.minimum(first[np.searchsorted(people, again)] + rng.integers(14, 80, len(again)), DAYS - 1)
    return joined([_orders(rng, people, first, GIFT), _orders(rng, again, later, GIFT)])


def _before_christmas(start: date) -> Numbers:
    """The days from 24 November to 21 December within two years; all of them, whatever the last day is."""
    moments = [start + timedelta(days=day) for day in range(DAYS)]
    return np.array([day for day, m in enumerate(moments) if (11, 24) <= (m.month, m.day) <= (12, 21)])


def _offices(rng: Any, people: Numbers, start: date, change: int) -> Orders:
    """Large bags on weekday mornings, about every 26 days; more of them every month."""
    n = len(people)
    gap = rng.normal(26, 2.2, n)
    first = np.where(rng.random(n) < 0.18, gap * rng.random(n), (DAYS - 1) * rng.random(n))
    last = np.where(rng.random(n) < 0.07, first + rng.integers(60, 400, n), DAYS)
    place, days = _repeat(rng, first, gap, last, noise=0.08)
    weekday = (start.weekday() + days) % 7
    days = np.maximum(np.where(weekday > 4, days - (weekday - 4), days), 0)  # not on a weekend, but on Friday
    return _orders(rng, people[place], days, LARGE, channel=DELIVERY, hours=(7, 10))


def _kits(rng: Any, people: Numbers, start: date, change: int) -> Orders:
    """A grinder first; two in three come back, and then for beans."""
    n = len(people)
    first = np.floor(DAYS * rng.random(n) ** 1.25)
    back = rng.random(n) < 0.69
    last = first + 60 + rng.exponential(470, n)
    gap = np.clip(rng.normal(38, 9, n), 18, 75)
    place, days = _repeat(rng, first[back] + gap[back], gap[back], last[back])
    return joined([_orders(rng, people, first, KIT), _orders(rng, people[back][place], days, MORE_BAGS)])


def _regulars(rng: Any, people: Numbers, start: date, change: int) -> Orders:
    """Beans in a steady rhythm of their own; since the price change many stop, and the others wait longer.

    As many come as go until then: a third had begun before the two years.
    """
    n = len(people)
    gap = np.clip(rng.lognormal(np.log(41), 0.3, n), 20, 80)
    life = 3.2 * gap + rng.exponential(285, n)
    first = np.where(
        rng.random(n) < 0.27, gap * rng.random(n), rng.random(n) ** 0.85 * np.maximum(DAYS - 12 - 2.5 * gap, 30)
    )
    last = first + life
    leaves = (rng.random(n) < 0.32) & (first + 3.2 * gap < change)
    last = np.where(leaves, np.minimum(last, change + rng.integers(0, 30, n)), last)
    place, days = _repeat(rng, first, gap, last, noise=0.18)
    slower = np.where(days > change, change + (days - change) * 1.15, days).astype(int)
    inside = slower < DAYS
    return _orders(rng, people[place][inside], slower[inside], BAGS, hours=(6, 12))


def _hunters(rng: Any, people: Numbers, start: date, change: int) -> Orders:
    """They come when there is something off: 81 in 100 of their orders carry a coupon."""
    n = len(people)
    again = np.where(rng.random(n) < 0.34, 1 + rng.poisson(1.5, n), 0)
    person = np.repeat(people, 1 + again)
    day = np.floor(DAYS * rng.random(len(person)) ** 0.75).astype(int)
    is_first = np.concatenate([[True], person[1:] != person[:-1]]) if n else np.zeros(0, bool)
    full = ~is_first & (rng.random(len(person)) < 0.19 / (1 - n / max(1, len(person))))
    return Orders(_orders(rng, person, day, OFFERS).frame.assign(coupon=~full))


def _tryers(rng: Any, people: Numbers, start: date, change: int) -> Orders:
    """A tasting set, once."""
    return _orders(rng, people, np.floor(DAYS * rng.random(len(people)) ** 0.65).astype(int), TASTE)


def _tea(rng: Any, people: Numbers, start: date, change: int) -> Orders:
    """They have switched to tea: one in six long ago, the others since spring, more every month."""
    n = len(people)
    spring = max(60, change - 150)
    early = rng.integers(0, spring, n)
    lately = spring + np.floor((DAYS - spring) * rng.random(n) ** 0.7)
    first = np.where(rng.random(n) < 0.2, early, lately).astype(int)
    back = rng.random(n) < 0.55
    gap = np.clip(rng.normal(38, 9, n), 18, 70)
    last = first + 50 + rng.exponential(200, n)
    place, days = _repeat(rng, first[back] + gap[back], gap[back], last[back])
    return joined([_orders(rng, people, first, LEAVES), _orders(rng, people[back][place], days, LEAVES)])


KINDS = {
    "December gift buyers": _gifts,
    "Small offices": _offices,
    "Starter-kit brewers": _kits,
    "Bean regulars": _regulars,
    "Discount hunters": _hunters,
    "One-time tryers": _tryers,
    "Tea switchers": _tea,
}


def market(rng: Any, person: Numbers, day: Numbers) -> Orders:
    """Somebody who sells on what is bought here."""
    return _orders(rng, person, day, TRAY, channel=MARKET)


def beans(rng: Any, person: Numbers, day: Numbers) -> Orders:
    """One order of beans each."""
    return _orders(rng, person, day, BAGS)


def gradual(rng: Any, size: int) -> Orders:
    """Nobody belongs to a kind: how often people order, and what, varies without a gap anywhere."""
    number = 2 + rng.poisson(rng.lognormal(2.5, 0.35, size))
    person = np.repeat(np.arange(size), number)
    mixed = Basket(tuple(PLACE), tuple(np.full(len(PLACE), 1 / len(PLACE))), (0.5, 0.3, 0.2))
    return _orders(rng, person, rng.integers(0, DAYS, len(person)), mixed)
