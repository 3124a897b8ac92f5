"""A small shop with kinds of buyers that are planted, and therefore to be found again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import F

from accounts.jobs import carry_out
from accounts.models.workspace import Workspace
from customers.models.customer import Customer
from customers.models.trait import Trait
from customers.tasks import request_profile
from segments.grouping import make_main_segments
from segments.tasks import request_main_segments
from tests.conftest import run_jobs
from tests.customers.stage import a_product, bought, recorded


@dataclass(frozen=True)
class Kind:
    """How many buyers, how many orders each, how long ago the last, days between, cents per order."""

    people: int
    orders: int
    last: int
    gap: int
    cents: int
    products: int = 1
    country: str = "Germany"


REGULARS = Kind(120, orders=12, last=10, gap=20, cents=9_000, products=9)
TRYERS = Kind(200, orders=1, last=250, gap=1, cents=1_500)
SLIPPING = Kind(80, orders=5, last=160, gap=30, cents=30_000, products=4, country="France")
KINDS = {"regulars": REGULARS, "tryers": TRYERS, "slipping": SLIPPING}


def people(workspace: Workspace, names: list[str], **values: Any) -> list[Customer]:
    """Known customers in one go."""
    workspace.refresh_from_db(fields=["next_number"])
    first = workspace.next_number
    Workspace.objects.filter(pk=workspace.pk).update(next_number=F("next_number") + len(names))
    rows = [
        Customer(workspace=workspace, number=first + i, external_id=name, name=name.capitalize(), **values)
        for i, name in enumerate(names)
    ]
    return Customer.objects.bulk_create(rows)


def a_shop(
    workspace: Workspace, kinds: Mapping[str, Kind] = KINDS, *, never: int = 0, follow: bool = True
) -> dict[str, list[int]]:
    """Buyers of each kind, each a little different; the numbers of each kind. The profile is built."""
    rng = np.random.default_rng(0)
    for code in range(1, 11):
        a_product(workspace, code, f"Product {code}")
    Trait.objects.create(workspace=workspace, name="country", label="Country")
    lines: list[dict[str, Any]] = []
    found: dict[str, list[int]] = {}
    for name, kind in kinds.items():
        crowd = people(workspace, [f"{name}-{i}" for i in range(kind.people)], traits={"country": kind.country})
        found[name] = [customer.number for customer in crowd]
        for customer in crowd:
            lines += _orders(customer, kind, rng, start=len(lines))
    people(workspace, [f"reader-{i}" for i in range(never)])
    recorded(workspace, lines)
    request_profile(workspace, None)
    run_jobs(workspace)
    if follow:  # inside a test's transaction nothing ever commits, so nobody is told
        carry_out(str(request_main_segments(workspace, None).pk), make_main_segments)
    return found


def _orders(customer: Customer, kind: Kind, rng: np.random.Generator, *, start: int) -> list[dict[str, Any]]:
    orders = max(1, kind.orders + int(rng.integers(-1, 2))) if kind.orders > 1 else 1
    last = kind.last + int(rng.integers(-8, 9))
    return [
        bought(
            customer,
            last + i * kind.gap + int(rng.integers(0, 4)),
            int(kind.cents * rng.uniform(0.7, 1.4)),
            order=start + i + 1,
            product=1 + int(rng.integers(0, kind.products)),
        )
        for i in range(orders)
    ]
