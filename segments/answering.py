"""The next orders answer whether a list worked: who got it against who was held back."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from pyroaring import BitMap

from accounts.models.workspace import Workspace
from customers.models.customer import Customer
from segments import observing
from segments.models.delivery import Delivery
from segments.science import trials
from segments.science.effects import newcombe


def answer_all(workspace: Workspace, as_of: datetime) -> int:
    """Read again every list without a final result; how many there were. Safe to repeat."""
    open_ones = list(Delivery.objects.in_workspace(workspace).filter(is_answered=False).select_related("workspace"))
    for delivery in open_ones:
        answer(delivery, as_of)
    return len(open_ones)


def answer(delivery: Delivery, as_of: datetime) -> None:
    """Keep what the orders say as of the moment; final once they reach the day of the check."""
    end = ends_at(delivery)
    delivery.result = outcome(delivery, min(as_of, end), is_final=as_of >= end) if as_of > delivery.as_of else {}
    delivery.is_answered = bool(delivery.result) and as_of >= end
    delivery.save(update_fields=["result", "is_answered"])


def ends_at(delivery: Delivery) -> datetime:
    """The start of the day of the check, where the business is: later orders do not count."""
    return datetime.combine(delivery.check_on, time.min, tzinfo=ZoneInfo(delivery.workspace.timezone))


def outcome(delivery: Delivery, until: datetime, *, is_final: bool) -> dict[str, Any]:
    """Of each arm: people, who ordered, what they spent; the difference with its range; the verdict."""
    spent = observing.spent(delivery.workspace, delivery.as_of, until)
    lives_on = _survivors(delivery.workspace)
    sent, held = (_arm(bytes(kept), spent, lives_on) for kept in (delivery.sent, delivery.held_back))
    found: dict[str, Any] = {"sent": sent, "held_back": held, "until": until.isoformat(), "is_final": is_final}
    if not (sent["people"] and held["people"]):
        return found | {"difference": None, "low": None, "high": None, "needed": None, "verdict": "not measured"}
    shares = [arm["ordered"] / arm["people"] for arm in (sent, held)]
    interval = newcombe(sent["ordered"], sent["people"], held["ordered"], held["people"])
    needed = trials.people_needed(*shares)
    return found | {
        "difference": shares[0] - shares[1],
        "low": interval.low,
        "high": interval.high,
        "needed": round(needed) if needed < 1e9 else None,
        "verdict": verdict(interval.low, interval.high) if is_final else "too early",
    }


def verdict(low: float, high: float) -> str:
    """worked, did not (it cost orders), or cannot tell (the range spans zero)."""
    return "worked" if low > 0 else "did not" if high < 0 else "cannot tell"


def _arm(kept: bytes, spent: "pd.Series[float]", lives_on: dict[int, int]) -> dict[str, Any]:
    people = BitMap.deserialize(kept)
    now_called = {lives_on.get(number, number) for number in people}
    mine = spent[spent.index.isin(list(now_called))]
    return {"people": len(people), "ordered": len(mine), "revenue": round(float(mine.sum()), 2)}


def _survivors(workspace: Workspace) -> dict[int, int]:
    merged = Customer.objects.in_workspace(workspace).exclude(merged_into=None)
    return dict(merged.values_list("number", "merged_into__number"))
