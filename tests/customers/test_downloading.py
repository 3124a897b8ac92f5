"""Everything as Parquet: the SQL that pages show gives the same numbers there; who gets what."""

import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from django.test import Client
from django.utils.timezone import now

from accounts.models.audit import AuditEntry
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import balancing, downloading, figuring, profiling
from customers.features import catalogue, statement
from customers.models.customer import Customer
from customers.models.trait import Trait
from customers.science.rfm import NEVER
from customers.tasks import request_download
from icp import figures, measuring
from segments.models.segment import Segment
from segments.previewing import preview
from segments.remembering import keep_snapshot
from tests.conftest import run_jobs
from tests.customers.figures import SHARE, a_coupon_shop, profiled
from tests.customers.stage import AS_OF
from tests.house.world import a_key

PAGE = "/w/acme/data/downloads/"


@pytest.fixture
def shop(acme: Workspace, alice: User) -> Any:
    acme.timezone = "America/New_York"
    acme.revenue = {"tax": "without"}
    acme.save()
    lines = a_coupon_shop(acme, people=40)
    Trait.objects.create(workspace=acme, name="phone", label="Phone", is_personal=True)
    Trait.objects.create(workspace=acme, name="country", label="Country")
    Customer.objects.in_workspace(acme).update(traits={"phone": "123", "country": "UK"}, email="pam@example.com")
    figuring.define(acme, name="Coupon share", definition=SHARE, by=alice)
    formula = {"kind": "formula", "text": "own:coupon_share * revenue / recency_days", "shown_as": "money"}
    figuring.define(acme, name="Odd", definition=formula, by=alice)
    profiled(acme)
    return lines


def downloaded(workspace: Workspace, by: User, *, personal: bool = True) -> Any:
    job = request_download(workspace, by, personal=personal)
    run_jobs(workspace)
    job.refresh_from_db()
    assert job.status == "done", job.message
    return job


def opened(path: Path, folder: Path) -> Any:
    """What anybody does with the zip: unpack it, run open.sql."""
    zipfile.ZipFile(path).extractall(folder)
    database = duckdb.connect()
    database.execute("SET TimeZone = 'Asia/Tokyo'")  # whatever the notebook's own
    database.execute(f"SET file_search_path = '{folder}'")
    database.execute((folder / "open.sql").read_text())
    return database


def test_the_sql_of_every_figure_gives_the_same_numbers_on_the_files(
    acme: Workspace, alice: User, shop: Any, tmp_path: Path
) -> None:
    job = downloaded(acme, alice)
    there = opened(downloading.path_of(job), tmp_path / "unpacked")
    known = catalogue.features(acme)
    reading = profiling.reading(acme, job.as_of)
    here = profiling.frame(acme, list(known), job.as_of)
    for name, figure in known.items():
        found = there.sql(statement.shown(figure, known, reading)).df().set_index("number")[name].dropna().sort_index()
        right = here[name].reindex(found.index)
        pd.testing.assert_series_equal(found, right, check_dtype=False, check_names=False, check_index_type=False)
        assert set(here[name].drop(found.index).dropna()) <= {0, NEVER}, name  # who never ordered
    assert {"own:coupon_share", "own:odd"} <= set(known)


def test_the_sql_of_home_and_of_segments_gives_the_same_numbers_on_the_files(
    acme: Workspace, alice: User, shop: Any, tmp_path: Path
) -> None:
    lovers = Segment.objects.create(
        workspace=acme, name="Lovers",
        definition={"v": 1, "entity": "customer", "where": {"all": [
            {"feature": "own:coupon_share", "op": "gte", "value": 0.5}]}},
    )  # fmt: skip
    keep_snapshot(lovers, preview(acme, lovers.definition, AS_OF).members, as_of=AS_OF, reason="data")
    job = downloaded(acme, alice)
    there = opened(downloading.path_of(job), tmp_path / "unpacked")
    rules: list[dict[str, Any]] = [
        {"feature": "own:coupon_share", "op": "gte", "value": 0.5},
        {"segment": str(lovers.pk), "op": "in"},
        {"trait": "country", "op": "eq", "value": "UK"},
        {"event": "Order Completed", "count": {"op": "gte", "value": 1}, "in_last": "365d",
         "where": {"all": [{"field": "product", "op": "contains", "value": "duct 2"}]}},
    ]  # fmt: skip
    for rule in rules:
        seen = preview(acme, {"v": 1, "entity": "customer", "where": {"all": [rule]}}, job.as_of)
        assert {row[0] for row in there.sql(seen.sql).fetchall()} == set(seen.members), rule
    total = balancing.books(acme, as_of=job.as_of)
    assert there.sql(total.sql).fetchall()[0][0] == pytest.approx(float(total.revenue(total.total)))
    business = measuring.business(acme, job.as_of)
    said = figures.said(acme, business, list(figures.SAYINGS), at_most=20)
    assert len(said) > 8
    for figure in said:
        row = there.sql(figure.sql).df().iloc[0].to_dict()
        for name, value in row.items():
            if name in business.values:
                assert float(value) == pytest.approx(float(business[name])), (figure.name, name)


def test_codes_are_read_beside_the_codes(acme: Workspace, alice: User, shop: Any, tmp_path: Path) -> None:
    there = opened(downloading.path_of(downloaded(acme, alice)), tmp_path / "unpacked")
    found = dict(there.sql("SELECT DISTINCT product_number, product_name FROM events").fetchall())
    assert found == {f"SKU-{n}": f"Product {n}" for n in (1, 2, 3)}
    assert there.sql("SELECT count(*) FROM events").fetchall()[0][0] == len(shop) + 1
    whole = (tmp_path / "unpacked" / "README.md").read_text()
    assert "as of 2026-03-02" in whole
    assert "| `own:coupon_share` | Coupon share. Orders in the last 12 months" in whole


def test_without_the_right_personal_details_are_not_in_the_file(
    acme: Workspace, alice: User, bob: User, shop: Any, tmp_path: Path, client: Client
) -> None:
    whole = downloaded(acme, alice)
    client.force_login(bob)
    assert client.get(f"{PAGE}{whole.pk}/file/").status_code == 404
    assert client.post(PAGE).status_code == 302
    run_jobs(acme)
    mine = downloading.of(acme, personal=False).get()
    answer = client.get(f"{PAGE}{mine.pk}/file/")
    content = b"".join(answer.streaming_content)
    (tmp_path / "bob.zip").write_bytes(content)
    assert zipfile.ZipFile(BytesIO(content)).testzip() is None
    there = opened(tmp_path / "bob.zip", tmp_path / "bob")
    assert there.sql("SELECT DISTINCT email, name, external_id FROM customers").fetchall() == [
        ("p***@e***.com", "", "")
    ]
    columns = there.sql("DESCRIBE profile").df()["column_name"].tolist()
    assert "trait:country" in columns
    assert "trait:phone" not in columns
    assert there.sql("SELECT count(properties) FROM events").fetchall() == [(0,)]
    taken = AuditEntry.objects.in_workspace(acme).get(action="data.downloaded")
    assert (taken.actor, taken.details["personal"]) == (bob, False)


def test_another_workspace_finds_nothing_and_after_a_day_nobody_does(
    acme: Workspace, alice: User, charlie: User, shop: Any, client: Client
) -> None:
    job = downloaded(acme, alice)
    client.force_login(charlie)
    assert client.get(f"{PAGE}{job.pk}/file/").status_code == 404
    assert client.get(f"/w/zenith/data/downloads/{job.pk}/file/").status_code == 404
    client.force_login(alice)
    assert "Ready to take" in client.get(PAGE).content.decode()
    assert downloading.sweep(at=now() + timedelta(hours=23)) == 0
    assert downloading.sweep(at=now() + timedelta(hours=25)) == 1
    assert client.get(f"{PAGE}{job.pk}/file/").status_code == 404
    assert "Ready to take" not in client.get(PAGE).content.decode()


def test_the_api_asks_and_takes(acme: Workspace, alice: User, shop: Any) -> None:
    client = Client(headers={"Authorization": f"Token {a_key(acme, alice, 'viewer')}"})
    asked = client.post("/api/v1/workspaces/acme/downloads/")
    assert asked.status_code == 202
    assert client.post("/api/v1/workspaces/acme/downloads/").json()["id"] == asked.json()["id"]
    run_jobs(acme)
    answer = client.get(f"/api/v1/workspaces/acme/downloads/{asked.json()['id']}/file.zip")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="acme-2026-03-02.zip"'
    assert zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))).namelist() == [
        "README.md", "codes.parquet", "customers.parquet", "events.parquet", "members.parquet", "open.sql",
        "profile.parquet",
    ]  # fmt: skip
