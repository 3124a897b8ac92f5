"""What is held in memory is never older than what is true."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from accounts.models.workspace import Workspace
from customers import holding, listing
from customers.listing import Asked
from customers.tasks import request_profile
from tests.conftest import run_jobs
from tests.customers.stage import AS_OF, a_customer, bought, recorded

pytestmark = pytest.mark.django_db


def test_the_same_is_counted_once_and_the_oldest_falls_out() -> None:
    shelf, counting = holding.Shelf(2), count()

    found = [shelf.hold(key, lambda: next(counting)) for key in ("a", "b", "a", "c", "b")]

    assert found == [0, 1, 0, 2, 3]


def test_whatever_changes_a_figure_changes_the_version(acme: Workspace) -> None:
    customer = a_customer(acme, "a")
    _figures(acme, [bought(customer, 5, 1_000, order=1)])
    before = holding.version(acme, AS_OF)

    assert holding.version(acme, AS_OF) == before
    assert holding.version(acme, AS_OF + timedelta(days=1)) != before
    acme.revenue = {"returns": "gross"}
    assert holding.version(acme, AS_OF) != before
    acme.revenue = {}
    _figures(acme, [bought(customer, 4, 500, order=2)])
    assert holding.version(acme, AS_OF) != before


def test_a_list_is_the_same_held_or_asked_for(acme: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [a_customer(acme, f"p{i}") for i in range(6)]
    spent = [(i, j) for i in range(5) for j in range(i)]
    _figures(acme, [bought(people[i], 9 * i + j, 900 * (i % 3 + 1), order=9 * i + j) for i, j in spent])
    a_customer(acme, "pat")  # has no figures yet
    orders = ("-revenue", "revenue", "favourite_product", "-last_order_at", "days_between_orders")
    asked = [Asked(order=o, search=s, start=n, size=4) for o in orders for s in ("", "p") for n in (0, 4, 400)]

    def listed(largest: int) -> list[tuple[int, list[tuple[str, object]]]]:
        monkeypatch.setattr(holding, "LARGEST", largest)
        pages = [listing.customers(acme, page, as_of=AS_OF) for page in asked]
        return [(page.count, [(row.customer.name, row.figures["orders"]) for row in page.rows]) for page in pages]

    held = listed(300_000)

    assert held == listed(0)
    assert held[0][1][0] == ("P4", 4)
    assert ("Pat", None) in held[4][1]


def _figures(workspace: Workspace, lines: list[dict[str, Any]]) -> None:
    recorded(workspace, lines)
    request_profile(workspace, None)
    run_jobs(workspace)
