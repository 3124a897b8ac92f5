"""The figures of half a million real order lines."""

import csv
import gzip
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlglot.expressions as exp

from accounts.models.workspace import Workspace
from customers import engine, storage
from customers.engine import parse
from customers.features import statement
from customers.features.catalogue import HOW_OFTEN, PRODUCTS, WHEN, spending
from customers.features.habits import habits
from customers.features.statement import Reading
from customers.schema import EVENTS, Line
from customers.science import rfm

LONDON = ZoneInfo("Europe/London")
AS_OF = datetime(2011, 12, 10, tzinfo=LONDON)
READING = Reading(AS_OF, "Europe/London", 100)


def lines_of(path: Path) -> pa.Table:
    """The file as event lines, by the rules of house.md 3.5 and nothing of ours."""
    orders: dict[str, int] = {}
    products: dict[str, int] = {}
    rows: list[dict[str, Any]] = []
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            quantity, price = int(row["Quantity"]), Decimal(row["UnitPrice"])
            back = quantity < 0 or row["InvoiceNo"].startswith("C")
            order = orders.setdefault(row["InvoiceNo"], len(orders))
            rows.append(
                {
                    "number": int(float(row["CustomerID"])) if row["CustomerID"] else None,
                    "happened_at": datetime.fromisoformat(row["InvoiceDate"]).replace(tzinfo=LONDON),
                    "line": Line.FREE if not price else Line.RETURN if back else Line.PURCHASE,
                    "order": order,
                    "occurrence": order,
                    "product": products.setdefault(row["StockCode"], len(products)),
                    "amount": int((100 * quantity * price).to_integral_value(ROUND_HALF_UP)),
                }
            )
    return pa.Table.from_pylist(rows, schema=EVENTS)


@pytest.mark.slow
def test_house_figures_hold_on_online_retail(acme: Workspace, shared_data: Path) -> None:
    events = lines_of(shared_data / "online-retail" / "online_retail.csv.gz")
    path = storage.new_path(acme, "events", ".parquet")
    pq.write_table(events, storage.absolute(path))
    figures = [*HOW_OFTEN, *WHEN, *spending("net"), *PRODUCTS]
    people = exp.Subquery(this=parse(statement.KNOWN))
    products = pa.table({"code": pa.array([], pa.uint32()), "label": pa.array([], pa.string())})
    relations = {"events": engine.parquet([path]), "products": products, "categories": products}
    stored = engine.query(acme, statement.stored(figures, READING, people=people), relations=relations)
    file = exp.select("*").from_("stored")
    profile = statement.read(figures, READING, file=file)
    everybody = engine.query(acme, profile, relations={"stored": stored}).to_pandas()

    buyers = everybody[everybody["orders"] > 0]
    assert (len(everybody), len(buyers), buyers["orders"].sum()) == (4372, 4338, 18532)
    assert round(buyers["orders"].mean(), 3) == 4.272
    assert round(buyers["recency_days"].mean(), 3) == 93.059
    assert (buyers["recency_days"].min(), buyers["recency_days"].max()) == (1, 374)
    assert round(buyers["gross_revenue"].mean(), 2) == 2054.27
    assert round(buyers["net_revenue"].mean(), 2) == 1915.74
    assert round(everybody["gross_revenue"].sum(), 2) == 8_911_407.90
    assert round(everybody["returns_value"].sum(), 2) == 611_342.09

    fit = rfm.fit(buyers["recency_days"], buyers["orders"], buyers["revenue"])
    scored = statement.read([*figures, *habits(fit)], READING, file=file)
    named = engine.query(acme, scored, relations={"stored": stored}).to_pandas().set_index("number")
    r, f = rfm.score(buyers["recency_days"], fit.r.cuts, falling=True), rfm.score(buyers["orders"], fit.f.cuts)
    m = rfm.score(buyers["revenue"], fit.m.cuts)
    groups = [rfm.group(*scores) for scores in zip(r, f, m, strict=True)]
    assert named["rfm_group"].loc[buyers["number"]].tolist() == groups
    assert (named["main_segment"] == rfm.NEVER).sum() == 34
