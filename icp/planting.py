"""The segments of the example, as somebody of the shop would describe them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pyroaring import BitMap

from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import clock, figuring
from icp.science.wares import BEANS, GIFTS, KITS, OFFICE, TASTING, TEA
from icp.science.world import QUIET as QUIET_DAYS
from segments import defining
from segments.models.delivery import Delivery
from segments.models.segment import Segment

QUIET = "Regulars gone quiet"
COUPONS, BAGS = "Share of orders with coupon", "Large bags"
MEANING = {
    COUPONS: "Of all orders, the share that carries a discount code.",
    BAGS: "How many bags of a kilogram for offices somebody bought.",
}
STILL_BUYING = 75  # days
GOAL = 44.0  # percent of repeat buyers
SLOTS = {
    "Small offices": 1,
    "Starter-kit brewers": 2,
    "Bean regulars": 3,
    "December gift buyers": 4,
    "Discount hunters": 5,
    "One-time tryers": 6,
    "Tea switchers": 7,
}


def define_figures(workspace: Workspace, *, by: User) -> dict[str, str]:
    """Two figures of the shop's own, and what conditions call them."""
    coupon = {"field": "detail", "name": "discount_code", "op": "set"}
    bags = {"field": "category", "op": "is", "values": [OFFICE]}
    share = {"v": 1, "kind": "ratio", "top": {"measure": "orders", "where": [coupon]}, "bottom": {"measure": "orders"}}
    pieces = {"v": 1, "kind": "aggregate", "measure": "pieces", "where": [bags]}
    return {
        COUPONS: figuring.define(workspace, name=COUPONS, definition=share, by=by, meaning=MEANING[COUPONS]).feature,
        BAGS: figuring.define(workspace, name=BAGS, definition=pieces, by=by, meaning=MEANING[BAGS]).feature,
    }


def describe_segments(workspace: Workspace, figures: Mapping[str, str], *, by: User) -> dict[str, Segment]:
    """Each kind by conditions, with the mark that it keeps for life; and those who went quiet."""
    as_of = clock.as_of(workspace)
    made: dict[str, Segment] = {}
    for name, where in _kinds(figures[COUPONS]):
        for condition in where:
            if condition.get("segment") in made:
                condition["segment"] = str(made[condition["segment"]].pk)
        definition = {"v": 1, "entity": "customer", "where": {"all": where}}
        made[name] = defining.define(workspace, name=name, definition=definition, as_of=as_of, by=by)
        made[name].slot = SLOTS.get(name, 0)
        made[name].save(update_fields=["slot"])
    return made


def _kinds(coupons: str) -> list[tuple[str, list[dict[str, Any]]]]:
    return [
        ("Small offices", [_bought(OFFICE)]),
        ("Starter-kit brewers", [_bought(KITS)]),
        (
            "Bean regulars",
            [
                _bought(BEANS, times=3),
                {"segment": "Starter-kit brewers", "op": "not_in"},
                {"feature": coupons, "op": "eq", "value": 0},
            ],
        ),
        (
            "Bean regulars still buying",
            [
                {"segment": "Bean regulars", "op": "in"},
                {"feature": "recency_days", "op": "lte", "value": STILL_BUYING},
            ],
        ),
        ("December gift buyers", [_bought(GIFTS)]),
        ("Discount hunters", [{"feature": coupons, "op": "gt", "value": 0}]),
        ("One-time tryers", [{"feature": "orders", "op": "eq", "value": 1}, _bought(TASTING)]),
        ("Tea switchers", [_bought(TEA)]),
        (
            QUIET,
            [
                {"feature": "orders", "op": "gte", "value": 2},
                {"feature": "recency_days", "op": "gte", "value": QUIET_DAYS},
            ],
        ),
    ]


def _bought(category: str, *, times: int = 1) -> dict[str, Any]:
    """Ordered something of the category at least so often."""
    where = {"field": "category", "op": "eq", "value": category}
    return {"event": "Order Completed", "count": {"op": "gte", "value": times}, "where": where}


def arms(delivery: Delivery) -> list[BitMap]:
    """The numbers of those who got the list, and of those held back."""
    return [BitMap.deserialize(bytes(kept)) for kept in (delivery.sent, delivery.held_back)]


def goal_day(until: date) -> date:
    """The last day of June that is more than four months away."""
    june = date(until.year, 6, 30)
    return june if (june - until).days > 120 else date(until.year + 1, 6, 30)
