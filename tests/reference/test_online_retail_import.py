"""The import against the published figures of the UCI data set Online Retail (Chen 2012)."""

import pytest

from accounts.models.workspace import Workspace
from customers import clock
from customers.models.customer import Customer
from tests.factories import an_import

FIGURES = {
    "rows": 541_909,
    "accepted": 541_909,
    "rejected": 0,
    "duplicates": 0,
    "lines": 541_909,
    "events": 25_900,
    "purchase_lines": 397_884,
    "return_lines": 8_905,
    "free_lines": 40,
    "lines_without_customer": 135_080,
    "customers_new": 4_372,
    "orders": 18_532,
    "buyers": 4_338,
    "gross_revenue": "8911407.90",
    "returns_value": "611342.09",
}


@pytest.mark.slow
@pytest.mark.django_db
def test_online_retail_comes_to_its_published_figures_and_adds_nothing_twice(shared_data, acme):
    Workspace.objects.filter(pk=acme.pk).update(currency="GBP")
    acme.refresh_from_db()
    file = (shared_data / "online-retail" / "online_retail.csv.gz").read_bytes()

    first = an_import(acme, file, name="online_retail.csv.gz")

    assert {name: first.counts[name] for name in FIGURES} == FIGURES
    assert Customer.objects.in_workspace(acme).filter(external_id="17850").exists()
    assert clock.as_of(acme).isoformat() == "2011-12-10T00:00:00+00:00"

    again = an_import(acme, file, name="online_retail.csv.gz")

    assert (again.counts["accepted"], again.counts["duplicates"], again.counts["customers_new"]) == (0, 541_909, 0)
