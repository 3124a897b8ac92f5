"""How much somebody spends, and how much of it comes back."""

from customers.features.feature import Feature, Stage, Type
from customers.features.orders import WINDOWS

PAID = "line IN (1, 5)"  # goods and, where it counts, their delivery: see customers.schema.Line
COUNTED = {"net": "line IN (1, 2, 5)", "gross": PAID}
SAID = {"net": "after returns", "gross": "before returns"}


def spending(revenue: str) -> list[Feature]:
    """The figures of money, where revenue means net or gross as the workspace chose."""
    return [*_both_ways(), _spent(revenue), *_recently(revenue), *_ratios()]


def _money(name: str, label: str, description: str, definition: str, window: str | None = None) -> Feature:
    return Feature(
        name, label, Type.MONEY, description, window=window, family="money",
        stage=Stage.LINES, definition=definition, otherwise=0,
    )  # fmt: skip


def _both_ways() -> list[Feature]:
    return [
        _money("gross_revenue", "Spent before returns", "Everything paid for.", f"sum(amount) FILTER (WHERE {PAID})"),
        _money("returns_value", "Sent back", "What was given back.", "-sum(amount) FILTER (WHERE line = 2)"),
        _money("net_revenue", "Spent after returns", "Paid less given back.", "sum(amount)"),
    ]


def _spent(revenue: str) -> Feature:
    description = f"What somebody spent, {SAID[revenue]}, as chosen on Check against your books."
    return _money("revenue", "Spent", description, f"sum(amount) FILTER (WHERE {COUNTED[revenue]})")


def _recently(revenue: str) -> list[Feature]:
    return [
        _money(
            f"revenue_{days}d", f"Spent in {days} days", f"Spent in the last {days} days, {SAID[revenue]}.",
            f"sum(amount) FILTER (WHERE {COUNTED[revenue]} AND happened_at >= :as_of - INTERVAL {days} DAY)",
            f"{days}d",
        )
        for days in WINDOWS
    ]  # fmt: skip


def _ratios() -> list[Feature]:
    return [
        Feature(
            "average_order_value", "Spent per order", Type.MONEY, "What somebody spent, divided by the orders.",
            family="money", definition="revenue / nullif(orders, 0)",
        ),
        Feature(
            "returns_share", "Share sent back", Type.SHARE, "Which part of the money paid was given back.",
            family="money", definition="CASE WHEN gross_revenue > 0 THEN least(1.0, returns_value / gross_revenue) END",
        ),
    ]  # fmt: skip
