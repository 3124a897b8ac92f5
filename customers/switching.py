"""What each switch of Check against your books comes to, and which of them explain what the shop's report says.

Every combination of switches is arithmetic on the sums of customers/summing.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

from customers.counting import ALLOWED, STANDINGS, USUAL, Choice
from customers.schema import Line
from customers.summing import Sum

IN_WORDS = {
    ("returns", "net"): "after returns", ("returns", "gross"): "before returns",
    ("tax", "with"): "with tax", ("tax", "without"): "without tax",
    ("shipping", "with"): "with shipping", ("shipping", "without"): "without shipping",
    **{(name, how): f"{how} {name} orders" for name in STANDINGS for how in ("with", "without")},
}  # fmt: skip


def money_of(sums: Iterable[Sum], choice: Choice, kinds: Iterable[Line] | None = None) -> int:
    """What counts of the sums by a choice, in minor units; of all kinds that are revenue, or of some."""
    wanted, out = set(choice.kinds if kinds is None else kinds), set(choice.standings)
    if choice.shipping == "without":
        wanted.discard(Line.SHIPPING)
    mine = [row for row in sums if row.line in wanted and row.standing not in out]
    return sum(row.amount - (row.tax if choice.tax == "without" else 0) for row in mine)


@dataclass(frozen=True)
class Switch:
    """One switch: what it takes away when it is on, and whether it is."""

    name: str
    label: str
    value: str
    on: bool
    amount: int
    orders: int | None = None


LABELS = {
    "tax": "Without tax", "shipping": "Without shipping", "returns": "Net of returns",
    "cancelled": "Without cancelled orders", "test": "Without test orders", "staff": "Without staff orders",
}  # fmt: skip


def switches(sums: list[Sum], choice: Choice, said: frozenset[str], orders: Mapping[int, int]) -> list[Switch]:
    """The switches that the files give a meaning; those that are on take `paid` down to what is counted."""
    return [
        Switch(
            name, label, _off(name), getattr(choice, name) == _off(name), _part(sums, choice, name),
            orders.get(STANDINGS[name], 0) if name in STANDINGS else None,
        )
        for name, label in LABELS.items()
        if name in said
    ]  # fmt: skip


def _off(name: str) -> str:
    """What the switch chooses when it is on."""
    return "net" if name == "returns" else "without"


def _part(sums: list[Sum], choice: Choice, name: str) -> int:
    """Returns and delivery whole, tax of what is left: so the parts of all switches that are on add up."""
    paid = choice.but(tax="with", shipping="with", returns="net")
    if name == "returns":
        return -money_of(sums, paid, [Line.RETURN])
    if name == "shipping":
        return money_of(sums, paid, [Line.SHIPPING])
    if name == "tax":
        return money_of(sums, choice.but(tax="with")) - money_of(sums, choice.but(tax="without"))
    mine = [row for row in sums if row.standing == STANDINGS[name]]
    return money_of(mine, choice.but(**{name: "with"}))


def paid(sums: list[Sum], choice: Choice) -> int:
    """Everything paid in orders that count: goods and delivery with tax, before returns."""
    return money_of(sums, choice.but(tax="with", shipping="with", returns="gross"))


# What the shop's report says ---------------------------------------------------------------------
@dataclass(frozen=True)
class Compared:
    """One period beside the shop's own figure: `flips` are the switches that would make them equal."""

    start: date | None
    ours: Decimal
    theirs: Decimal
    equal: bool
    flips: dict[str, str] | None = None

    @property
    def difference(self) -> Decimal:
        """By how much we count less (above 0) or more (below 0) than the shop."""
        return self.theirs - self.ours

    @property
    def words(self) -> str:
        return flips_in_words(self.flips) if self.flips else ""


@dataclass(frozen=True)
class Explained:
    """Every period that the shop reported, and the switches that explain them all, if any do."""

    periods: list[Compared]
    flips: dict[str, str] | None
    exact: bool

    @property
    def agrees(self) -> bool:
        return all(period.equal for period in self.periods)

    @property
    def to_what(self) -> str:
        return "to the cent" if self.exact else "to the last digit you typed"

    @property
    def words(self) -> str:
        text = flips_in_words(self.flips or {})
        return text[:1].upper() + text[1:]


def flips_in_words(flips: Mapping[str, str]) -> str:
    words = [IN_WORDS[flip] for flip in flips.items()]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def explain(
    sums: list[Sum], choice: Choice, said: frozenset[str], reported: Mapping[date | None, Decimal], *, places: int
) -> Explained | None:
    """Try every combination of the switches on what the shop reported (None stands for the total).

    The combination with the fewest changes wins. An amount typed without decimals is compared as a whole number.
    """
    if not reported:
        return None
    combinations = _combinations(choice, said)
    months = {start: [row for row in sums if start is None or row.start == start] for start in reported}
    found = {
        start: _matching(months[start], choice, combinations, theirs, places) for start, theirs in reported.items()
    }
    periods = [
        Compared(
            start, Decimal(money_of(months[start], choice)).scaleb(-places), theirs, {} in found[start],
            found[start][0] if found[start] else None,
        )
        for start, theirs in reported.items()
    ]  # fmt: skip
    every = [flips for flips in combinations if all(flips in found[start] for start in reported)]
    exact = all(-theirs.as_tuple().exponent >= places for theirs in reported.values())  # type: ignore[operator]
    return Explained(periods, every[0] if every else None, exact)


def _combinations(choice: Choice, said: frozenset[str]) -> list[dict[str, str]]:
    """Every set of changed switches, the fewest changes first."""
    names = [name for name in USUAL if name in said]
    found = [
        {name: value for name, value in zip(names, values, strict=True) if getattr(choice, name) != value}
        for values in product(*(ALLOWED[name] for name in names))
    ]
    return sorted(found, key=len)


def _matching(
    sums: list[Sum], choice: Choice, combinations: list[dict[str, str]], theirs: Decimal, places: int
) -> list[dict[str, str]]:
    return [flips for flips in combinations if _same(money_of(sums, choice.but(**flips)), theirs, places)]


def _same(minor: int, theirs: Decimal, places: int) -> bool:
    ours = Decimal(minor).scaleb(-places)
    typed: Any = -theirs.as_tuple().exponent  # type: ignore[operator]
    return abs(ours - theirs) <= (Decimal(0) if typed >= places else Decimal("0.5").scaleb(-max(typed, 0)))
