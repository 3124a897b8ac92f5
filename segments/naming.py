"""What a figure is called when a group has more or less of it than everyone."""

from customers.features.feature import Feature
from segments.science.naming import Trait

WORDS = {
    "recency_days": ("long quiet", "recently active"),
    "orders": ("many orders", "few orders"),
    "order_days": ("many order days", "few order days"),
    "average_order_value": ("large orders", "small orders"),
    "distinct_products": ("wide range", "narrow range"),
    "tenure_days": ("with you for long", "new to you"),
    "days_between_orders": ("slow rhythm", "quick rhythm"),
    "returns_share": ("many returns", "few returns"),
    "returns_value": ("many returns", "few returns"),
}
WORTH = {"revenue", "net_revenue", "gross_revenue"}  # said by the tier already


def trait(feature: Feature, difference: float) -> Trait:
    """The two words of a figure, and by how much the group differs in it."""
    plain = feature.label[:1].lower() + feature.label[1:]
    more, less = WORDS.get(feature.name, (f"high {plain}", f"low {plain}"))
    return Trait(feature.name, difference, more, less)
