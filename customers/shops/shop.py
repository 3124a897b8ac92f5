"""What there is to know of a shop's export: its header, which column is which, and its oddities in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Layout(Enum):
    """Where the cells of an order stand that are said once: total, tax, delivery, buyer."""

    FIRST_LINE = "on the first line of the order"
    EVERY_LINE = "on each line of the order"
    ONE_LINE = "the order is one line"


class Prices(Enum):
    """Whether the prices and the delivery fee of the export hold the tax."""

    WITH_TAX = "with tax"
    WITHOUT_TAX = "without tax"
    BY_SUMS = "as the sums of each order show"


@dataclass(frozen=True)
class Shop:
    """One kind of export. Column names are compared in their normal form (mapping.normal)."""

    key: str
    name: str  # "a Shopify order export"
    signature: tuple[str, ...]  # columns by which it is recognised: all of them
    fields: Mapping[str, str]  # normal name of a column -> field
    layout: Layout
    oddities: tuple[str, ...]  # what is peculiar, and what we do about it: sentences
    prices: Prices = Prices.BY_SUMS
    unpaid: frozenset[str] = frozenset()  # states of an order that count as cancelled
    in_utc: bool = False  # moments without a zone are UTC, not the workspace's own time
    by_email: bool = False  # who has an address is known by it alone
    refused_because: str = ""  # why nothing can be made of this export, and what to bring instead
