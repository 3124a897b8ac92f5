from typing import Any

import pytest

from customers.features.feature import Type
from segments.rules.english import sentence
from segments.rules.nodes import Column
from segments.rules.tree import parse
from segments.rules.vocabulary import Vocabulary
from tests.segments.rules.test_compile import LISTED, SEGMENT
from tests.segments.stage import rule

SHOP = Vocabulary(
    features={
        "orders": Column("orders", "Orders", Type.NUMBER, "orders"),
        "orders_90d": Column("orders_90d", "Orders in 90 days", Type.NUMBER, "orders", window="90d"),
        "revenue": Column("revenue", "Spent", Type.MONEY),
        "average_order_value": Column("average_order_value", "Spent per order", Type.MONEY),
        "returns_share": Column("returns_share", "Share sent back", Type.SHARE),
        "recency_days": Column("recency_days", "Days since last order", Type.NUMBER, "days"),
        "distinct_products": Column("distinct_products", "Distinct products", Type.NUMBER),
        "last_order_at": Column("last_order_at", "Last order", Type.DATE),
        "main_segment": Column("main_segment", "Main segment", Type.TEXT),
        "favourite_product": Column("favourite_product", "Favourite product", Type.TEXT),
    },
    traits={
        "country": Column("trait:country", "Country", Type.TEXT, kind="trait"),
        "newsletter": Column("trait:newsletter", "Newsletter", Type.BOOLEAN, kind="trait"),
    },
    events={"Order Completed": 0, "Visited": 1},
    segments={str(SEGMENT.pk): SEGMENT, str(LISTED.pk): LISTED},
    currency="EUR",
)
ORDERED = {"event": "Order Completed"}
MUG = {"field": "product", "op": "contains", "value": "mug"}
THREE = {"feature": "orders", "op": "gte", "value": 3}
IN_UK = {"trait": "country", "op": "eq", "value": "UK"}


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        ([], "All customers."),
        (
            [THREE, IN_UK, ORDERED | {"count": {"op": "eq", "value": 0}, "in_last": "90d"}],
            "People who ordered at least 3 times, live in UK, and have not ordered in the last 90 days.",
        ),
        ([THREE], "People who ordered at least 3 times."),
        ([THREE | {"value": 1}], "People who ordered at least 1 time."),
        ([THREE | {"negate": True}], "People who did not order at least 3 times."),
        ([{"feature": "orders", "op": "between", "value": [2, 5]}], "People who ordered between 2 and 5 times."),
        (
            [{"feature": "orders_90d", "op": "lt", "value": 2}],
            "People who ordered fewer than 2 times in the last 90 days.",
        ),
        ([{"feature": "revenue", "op": "gte", "value": 1500}], "People who spent at least €1,500."),
        ([{"feature": "revenue", "op": "lt", "value": 12.5}], "People who spent less than €12.50."),
        (
            [{"feature": "average_order_value", "op": "gt", "value": 20}],
            "People who spent more than €20 per order.",
        ),
        (
            [{"feature": "returns_share", "op": "lte", "value": 0.05}],
            "People who have a share sent back of at most 5\u202f%.",
        ),
        ([{"feature": "recency_days", "op": "lte", "value": 30}], "People who ordered last at most 30 days ago."),
        ([{"feature": "recency_days", "op": "gt", "value": 90}], "People who ordered last more than 90 days ago."),
        (
            [{"feature": "distinct_products", "op": "gte", "value": 4}],
            "People who have at least 4 distinct products.",
        ),
        (
            [{"feature": "last_order_at", "op": "in_last", "value": "1mo"}],
            "People who have their last order in the last month.",
        ),
        (
            [{"feature": "last_order_at", "op": "before", "value": "2026-05-01"}],
            "People who have their last order before 1 May 2026.",
        ),
        (
            [{"feature": "main_segment", "op": "in", "value": ["Champions", "Loyal"]}],
            "People who are Champions or Loyal.",
        ),
        ([{"feature": "main_segment", "op": "neq", "value": "Lapsed"}], "People who are not Lapsed."),
        ([IN_UK | {"op": "neq"}], "People who do not live in UK."),
        (
            [IN_UK | {"op": "not_in", "value": ["UK", "France"], "missing": "include"}],
            "People who do not live in UK or France (or country is not known).",
        ),
        ([IN_UK | {"op": "is_set", "value": None}], "People who have a known country."),
        (
            [{"feature": "favourite_product", "op": "not_contains", "value": "mug"}],
            "People who do not have a favourite product that contains “mug”.",
        ),
        ([{"trait": "newsletter", "op": "is_true"}], "People who have newsletter set to yes."),
        (
            [ORDERED | {"count": {"op": "gte", "value": 2}, "where": MUG}],
            "People who ordered at least 2 times where the product contains “mug”.",
        ),
        ([ORDERED | {"sum": {"op": "gte", "value": 100}}], "People who ordered for at least €100."),
        ([{"event": "Visited", "count": {"op": "gte", "value": 1}}], "People who did “Visited”."),
        ([{"event": "Visited", "count": {"op": "eq", "value": 0}}], "People who did not do “Visited”."),
        ([{"segment": str(SEGMENT.pk), "op": "not_in"}], "People who are not in the segment “Old friends”."),
        ([{"list": str(LISTED.pk)}], "People who are on the list “Invited”."),
        ([{"any": [THREE, IN_UK]}], "People who either ordered at least 3 times or live in UK."),
        ([{"none": [THREE, IN_UK]}], "People who did not order at least 3 times and do not live in UK."),
        (
            [{"any": [{"all": [THREE, IN_UK]}, {"segment": str(SEGMENT.pk)}]}],
            "People who either both ordered at least 3 times and live in UK or are in the segment “Old friends”.",
        ),
    ],
)  # fmt: skip
def test_a_rule_is_one_sentence(nodes: list[Any], said: str) -> None:
    nodes = [{k: v for k, v in node.items() if v is not None} for node in nodes]

    assert sentence(parse(rule(*nodes), None, vocabulary=SHOP)) == said  # type: ignore[arg-type]
