"""A small shop whose orders carry coupons, and its lines as a frame for whoever wants to count by hand."""

import json
from typing import Any

import numpy as np
import pandas as pd

from accounts.models.workspace import Workspace
from customers.models.event import Code
from customers.tasks import request_profile
from tests.conftest import run_jobs
from tests.customers.stage import AS_OF, a_customer, a_product, bought, recorded

SHARE = {  # share of orders with coupon, 12 months
    "kind": "ratio",
    "top": {
        "measure": "orders",
        "days": 365,
        "where": [{"field": "detail", "name": "coupon", "op": "set"}],
    },
    "bottom": {"measure": "orders", "days": 365},
}


def a_coupon_shop(workspace: Workspace, *, people: int = 60) -> pd.DataFrame:
    """Some never order, some always use a coupon, some send things back; no profile yet."""
    rng = np.random.default_rng(7)
    for code in (1, 2, 3):
        a_product(workspace, code, f"Product {code}")
    for code, name in enumerate(("Beans", "Tea"), start=1):
        Code.objects.create(workspace=workspace, kind=Code.Kind.CATEGORY, value=name, code=code)
    Code.objects.create(workspace=workspace, kind=Code.Kind.CHANNEL, value="web", code=1)
    lines = [bought(None, 0, 1_00, order=0)]  # somebody unknown ends the data at noon
    order = 0
    for i in range(people):
        person = a_customer(workspace, f"buyer-{i}")
        for _ in range(int(rng.integers(0, 7))):
            order += 1
            lines += _lines(rng, person, order, keen=i % 3)
    recorded(workspace, lines)
    return _frame(lines)


def _lines(rng: np.random.Generator, person: Any, order: int, *, keen: int) -> list[dict[str, Any]]:
    days = float(rng.integers(1, 700))
    coupon = ["SAVE10", "spring", ""][int(rng.integers(0, 3))] if keen else None
    told = None if coupon is None else json.dumps({"coupon": coupon})
    found = []
    for _ in range(int(rng.integers(1, 4))):
        product = int(rng.integers(1, 4))
        found.append(
            bought(
                person, days, int(rng.integers(100, 9000)), order=order, product=product,
                category=[1, 2, None][product - 1], channel=1 if order % 2 else None,
                quantity=float(rng.integers(1, 5)), properties=told,
            )
        )  # fmt: skip
    if rng.random() < 0.2:
        found.append(bought(person, days - 1, -int(rng.integers(50, 400)), order=order, product=product))
    return found


def _frame(lines: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(lines[1:])
    frame["coupon"] = [json.loads(text)["coupon"] if isinstance(text, str) else None for text in frame["properties"]]
    frame["days"] = (AS_OF - pd.to_datetime(frame["happened_at"], utc=True)).dt.total_seconds() / 86_400
    frame["line"] = frame["line"].astype(int)
    return frame


def profiled(workspace: Workspace) -> None:
    request_profile(workspace, None)
    done = [(job.status, job.message) for job in run_jobs(workspace) if job.kind == "profile"]
    assert all(status == "done" for status, _ in done), done
