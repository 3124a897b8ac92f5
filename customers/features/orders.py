"""How often, when, and in which rhythm somebody orders."""

from customers.features.feature import Feature, Stage, Type

WINDOWS = (30, 90, 365)


def days(start: str, end: str) -> str:
    """Calendar days between two moments, in the workspace's time zone."""
    return f"date_diff('day', CAST(timezone(:zone, {start}) AS DATE), CAST(timezone(:zone, {end}) AS DATE))"


HOW_OFTEN = [
    Feature(
        "orders", "Orders", Type.NUMBER, "How many orders with at least one paid line. Returns are not orders.",
        unit="orders", stage=Stage.ORDERS, definition="count(*)", whole=True, otherwise=0,
    ),
    Feature(
        "order_days", "Order days", Type.NUMBER, "On how many calendar days somebody ordered.",
        unit="days", stage=Stage.ORDERS, definition="count(DISTINCT ordered_on)", whole=True, otherwise=0,
    ),
    *(
        Feature(
            f"orders_{days}d", f"Orders in {days} days", Type.NUMBER, f"Orders in the last {days} days.",
            unit="orders", window=f"{days}d", stage=Stage.ORDERS, whole=True, otherwise=0,
            definition=f"count(*) FILTER (WHERE ordered_at >= :as_of - INTERVAL {days} DAY)",
        )
        for days in WINDOWS
    ),
]  # fmt: skip

WHEN = [
    Feature(
        "first_order_at", "First order", Type.DATE, "When somebody ordered for the first time.",
        family="time", stage=Stage.ORDERS, definition="min(ordered_at)",
    ),
    Feature(
        "last_order_at", "Last order", Type.DATE, "When somebody ordered for the last time.",
        family="time", stage=Stage.ORDERS, definition="max(ordered_at)",
    ),
    Feature(
        "recency_days", "Days since last order", Type.NUMBER,
        "Calendar days from the last order to the day on which the data end.",
        unit="days", family="time", whole=True,
        definition=days("last_order_at", ":as_of"),
    ),
    Feature(
        "tenure_days", "Days since first order", Type.NUMBER,
        "Calendar days from the first order to the day on which the data end.",
        unit="days", family="time", whole=True,
        definition=days("first_order_at", ":as_of"),
    ),
    Feature(
        "days_between_orders", "Days between orders", Type.NUMBER,
        "The usual gap: days from the first to the last order day, shared out over the gaps. "
        "Unknown below two order days.",
        unit="days", family="time",
        definition=f"CASE WHEN order_days > 1 THEN {days('first_order_at', 'last_order_at')} / "
        "CAST(order_days - 1 AS DOUBLE) END",
    ),
    Feature(
        "usual_gaps_quiet", "Usual gaps since last order", Type.NUMBER,
        "How many of the own usual gaps fit into the days since the last order: 2 means twice as long as usual. "
        "Unknown below three order days.",
        unit="gaps", family="time",
        definition="CASE WHEN order_days > 2 AND days_between_orders > 0 THEN recency_days / days_between_orders END",
    ),
]  # fmt: skip
