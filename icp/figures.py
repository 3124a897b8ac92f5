"""The key figures that Home can show: how each is said, and where it comes from."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts import surveying
from accounts.models.workspace import Workspace
from accounts.templatetags.words import count, day, money, percent
from customers import counting, engine, profiling
from customers.engine import parse
from icp.measuring import COMING_BACK, RANKED, Business, counted


@dataclass(frozen=True)
class Figure:
    """A figure with its label above and its meaning below. `meaning` and `sql` say where it comes from."""

    name: str
    label: str
    value: str
    note: str
    meaning: str
    sql: str
    small: str = ""


type Saying = Callable[[Workspace, Business], Figure]


def said(workspace: Workspace, found: Business, wanted: list[str], *, at_most: int = 3) -> list[Figure]:
    """The first of the wanted figures about which something can be said."""
    known = [SAYINGS[name] for name in wanted if name in SAYINGS and _is_known(workspace, found, name)]
    return [saying(workspace, found) for saying in known[:at_most]]


def _is_known(workspace: Workspace, found: Business, name: str) -> bool:
    return found[NEEDS[name]] > 0 and (name != "left_per_customer" or surveying.margin(workspace) is not None)


def sayable(workspace: Workspace, found: Business) -> list[Figure]:
    """Every figure about which something can be said, in the order of the catalogue."""
    return said(workspace, found, list(SAYINGS), at_most=len(SAYINGS))


def span(workspace: Workspace, found: Business) -> str:
    """How far the last 12 months reach back, in words."""
    if found.days >= 365:
        return "Last 12 months"
    return f"Since {day(found.values['first_at'], workspace.timezone)}"


def _sql(workspace: Workspace, found: Business, *names: str) -> str:
    """As anybody can run it: with the moment and the time zone in it."""
    return engine.sql(profiling.reading(workspace, found.as_of).fill(counted(names)))


def _repeat_share(workspace: Workspace, found: Business) -> Figure:
    share = found["repeat_365d"] / found["buyers_365d"]
    return Figure(
        "repeat_share",
        "Repeat buyers, 12 months",
        percent(share, 1),
        f"{count(found['repeat_365d'])} of {count(found['buyers_365d'])}.",
        "Of the people who ordered in the last 365 days, the share that ordered at least twice in them.",
        _sql(workspace, found, "repeat_365d", "buyers_365d"),
    )


def _days_to_second(workspace: Workspace, found: Business) -> Figure:
    return Figure(
        "days_to_second",
        "Days until they come back",
        f"{found['half_within']:g}",
        f"Half of the {count(found['came_back'])} who came back did by then, 9 in 10 within {found['most_within']}.",
        "Calendar days from the first to the second day with an order, the middle one of all who have two.",
        engine.sql(
            profiling.reading(workspace, found.as_of).fill(
                counting.shown(parse(COMING_BACK), counting.chosen(workspace))
            )
        ),
    )


def _returning_revenue(workspace: Workspace, found: Business) -> Figure:
    share = found["returning_365d"] / found["revenue_365d"]
    return Figure(
        "returning_revenue",
        "Revenue from returning customers",
        percent(share),
        f"{span(workspace, found)}, by people with at least two orders.",
        "Revenue of the last 365 days by people who have ordered at least twice ever, by all revenue of these days.",
        _sql(workspace, found, "returning_365d", "revenue_365d"),
        small=f"of {money(found['revenue_365d'], workspace.currency)}",
    )


def _revenue_per_customer(workspace: Workspace, found: Business) -> Figure:
    value = found["revenue_365d"] / found["buyers_365d"]
    return Figure(
        "revenue_per_customer",
        "Revenue per customer",
        money(value, workspace.currency),
        f"{span(workspace, found)}: {money(found['revenue_365d'], workspace.currency)} by "
        f"{count(found['buyers_365d'])} people.",
        "Revenue of the last 365 days by the number of people who ordered in them.",
        _sql(workspace, found, "revenue_365d", "buyers_365d"),
    )


def _left_per_customer(workspace: Workspace, found: Business) -> Figure:
    margin, revenue = surveying.margin(workspace) or 0.0, found["revenue_365d"] / found["buyers_365d"]
    return Figure(
        "left_per_customer",
        "What a customer leaves you",
        money(revenue * margin, workspace.currency),
        f"{span(workspace, found)}, with the margin you gave ({percent(margin)}); "
        "what it costs to win and serve them is not in it.",
        "Revenue of the last 365 days by the number of people who ordered in them, times the margin that you gave.",
        _sql(workspace, found, "revenue_365d", "buyers_365d"),
    )


def _order_value(workspace: Workspace, found: Business) -> Figure:
    value = found["revenue_365d"] / found["orders_365d"]
    return Figure(
        "order_value",
        "Revenue per order",
        money(value, workspace.currency),
        f"{span(workspace, found)}, {count(found['orders_365d'])} orders.",
        "Revenue of the last 365 days by the number of orders in them.",
        _sql(workspace, found, "revenue_365d", "orders_365d"),
    )


def _orders_per_buyer(workspace: Workspace, found: Business) -> Figure:
    value = found["orders_365d"] / found["buyers_365d"]
    return Figure(
        "orders_per_buyer",
        "Orders per customer",
        f"{value:.1f}",
        f"{span(workspace, found)}: {count(found['orders_365d'])} orders by {count(found['buyers_365d'])} people.",
        "Orders of the last 365 days by the number of people who ordered in them.",
        _sql(workspace, found, "orders_365d", "buyers_365d"),
    )


def _active_share(workspace: Workspace, found: Business) -> Figure:
    share = found["buyers_90d"] / found["buyers"]
    return Figure(
        "active_share",
        "Still buying",
        percent(share),
        f"{count(found['buyers_90d'])} of {count(found['buyers'])} ordered in the last 90 days.",
        "Of all who ever ordered, the share that ordered in the last 90 days.",
        _sql(workspace, found, "buyers_90d", "buyers"),
    )


def _overdue(workspace: Workspace, found: Business) -> Figure:
    return Figure(
        "overdue",
        "Overdue by their own rhythm",
        count(found["overdue"]),
        f"Quiet for more than twice their usual gap. They spent {money(found['overdue_365d'], workspace.currency)} "
        "in the last 12 months.",
        "People with three order days or more, whose last order is longer ago than twice their usual gap.",
        _sql(workspace, found, "overdue", "overdue_365d"),
    )


def _new_customers(workspace: Workspace, found: Business) -> Figure:
    before = f"; {count(found['new_before_90d'])} in the 90 days before" if found.days >= 180 else ""
    return Figure(
        "new_customers",
        "New customers, 90 days",
        count(found["new_90d"]),
        f"First order in the last 90 days{before}.",
        "People whose first order fell into the last 90 days.",
        _sql(workspace, found, "new_90d", "new_before_90d"),
    )


def _new_revenue(workspace: Workspace, found: Business) -> Figure:
    share = found["new_revenue_90d"] / found["revenue_90d"]
    return Figure(
        "new_revenue",
        "Revenue from new customers",
        percent(share),
        "Last 90 days, by people whose first order fell into them.",
        "Revenue of the last 90 days by people whose first order fell into them, by all revenue of these days.",
        _sql(workspace, found, "new_revenue_90d", "revenue_90d"),
        small=f"of {money(found['revenue_90d'], workspace.currency)}",
    )


def _returns_share(workspace: Workspace, found: Business) -> Figure:
    share = found["returned"] / found["gross"]
    return Figure(
        "returns_share",
        "Returned",
        percent(share, 1),
        f"{money(found['returned'], workspace.currency)} of the {money(found['gross'], workspace.currency)} sold.",
        "The value of all returns by the value of all that was sold, both by known customers.",
        _sql(workspace, found, "returned", "gross"),
    )


def _products_per_buyer(workspace: Workspace, found: Business) -> Figure:
    return Figure(
        "products_per_buyer",
        "Different products per customer",
        f"{found['products']:g}",
        f"Half of your {count(found['buyers'])} buyers bought fewer, half more.",
        "How many different products the middle one of all buyers bought.",
        _sql(workspace, found, "products", "buyers"),
    )


def _top_ten(workspace: Workspace, found: Business) -> Figure:
    share = found["top_ten"] / found["revenue"]
    return Figure(
        "top_ten",
        "Revenue of your ten biggest",
        percent(share),
        f"The biggest alone: {percent(found['biggest'] / found['revenue'])}.",
        "Revenue of the ten customers who spent most, by the revenue of all buyers.",
        engine.sql(parse(RANKED)),
        small=f"of {money(found['revenue'], workspace.currency)}",
    )


SAYINGS: dict[str, Saying] = {
    "repeat_share": _repeat_share,
    "days_to_second": _days_to_second,
    "returning_revenue": _returning_revenue,
    "revenue_per_customer": _revenue_per_customer,
    "left_per_customer": _left_per_customer,
    "order_value": _order_value,
    "orders_per_buyer": _orders_per_buyer,
    "active_share": _active_share,
    "overdue": _overdue,
    "new_customers": _new_customers,
    "new_revenue": _new_revenue,
    "returns_share": _returns_share,
    "products_per_buyer": _products_per_buyer,
    "top_ten": _top_ten,
}
# What must be more than 0 before a figure can be said.
NEEDS = {
    "repeat_share": "buyers_365d",
    "days_to_second": "came_back",
    "returning_revenue": "revenue_365d",
    "revenue_per_customer": "buyers_365d",
    "left_per_customer": "buyers_365d",
    "order_value": "orders_365d",
    "orders_per_buyer": "buyers_365d",
    "active_share": "buyers",
    "overdue": "came_back",
    "new_customers": "buyers",
    "new_revenue": "revenue_90d",
    "returns_share": "gross",
    "products_per_buyer": "products",
    "top_ten": "beyond_ten",
}
