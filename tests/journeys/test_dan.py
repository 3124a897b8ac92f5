"""Dan doubts every figure: he counts it again by himself, defines one of his own, and sends a number to a doubter."""

import io
import json
import re
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from icp.science import world
from tests.house.words import unsaid
from tests.journeys.conftest import PASSWORD, Caller, House
from tests.journeys.looking import WIDE
from tests.journeys.shop import export
from tests.journeys.walking import Visitor

pytestmark = [pytest.mark.xdist_group("house"), pytest.mark.browser]
UNTIL = date.today() - timedelta(days=1)  # noqa: DTZ011 - the world ends yesterday
A_WEEK_AGO = UNTIL - timedelta(days=7)
OWNER, DOUBTER = "dan.doubts@example.com", "dora.doubts@example.com"


def by_month(file: bytes) -> dict[str, tuple[int, int]]:
    """His own count of a Shopify export: orders and cents paid (delivery and refunds apart) by month."""
    lines = pd.read_csv(io.BytesIO(file), dtype=str)
    orders = lines[lines["Total"].notna()]
    cents = orders[["Total", "Shipping"]].astype(float).mul(100).round().astype(int)
    month = pd.to_datetime(orders["Created at"], format="%Y-%m-%d %H:%M:%S %z", utc=True).dt.strftime("%Y-%m")
    table = pd.DataFrame({"month": month, "cents": cents["Total"] - cents["Shipping"]})
    return {str(name): (len(rows), int(rows["cents"].sum())) for name, rows in table.groupby("month")}


def bring(call: Caller, file: bytes, name: str) -> None:
    """Import by API, and wait until everything that follows has been counted."""
    answer = call.upload("imports/", file, name=name, kind="orders")
    assert answer.status == 202, answer.body[:500]
    done = call.wait_for(answer.json())
    assert done["status"] == "done", done
    call.as_of_settles("segments/", lambda found: any(row["name"] == "Champions" for row in found["results"]))


def sign_in(chromium: Any, house: House, email: str) -> Visitor:
    page = chromium.new_context(viewport=WIDE, accept_downloads=True).new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{house.address}/accounts/login/")
    page.get_by_label(re.compile("^E-?mail", re.IGNORECASE)).fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/w/**")
    return Visitor(page)


def test_every_figure_can_be_counted_again_and_sent_to_a_doubter(house: House, chromium: Any, tmp_path: Path) -> None:
    shop = world.make(1_000, UNTIL)
    file = export(shop, A_WEEK_AGO).encode()
    call = house.caller(OWNER, "Doubters")
    house.caller(DOUBTER, "Doubters")
    bring(call, file, "orders_export.csv")
    dan = sign_in(chromium, house, OWNER)
    page, home = dan.page, f"{house.address}/w/doubters/"
    met: list[str] = []

    # Totals per month equal his own.
    mine = by_month(file)
    ours = {row["month"]: row for row in months_of(call)}
    assert {month: (row["orders"], row["gross"]) for month, row in ours.items()} == mine
    page.goto(f"{home}data/books/")
    page.get_by_text("Does this look like your shop?").wait_for()
    met += unsaid(dan.reads())

    # A figure of his own: the share of orders with a coupon, in twelve months.
    page.goto(f"{home}data/figures/new/")
    dan.type("Name of the figure", "Share of orders with coupon")
    page.get_by_text("One divided by another").first.click()
    for place in ("top", "bottom"):
        page.locator(f"select[name={place}-measure]").select_option("orders")
        page.locator(f"select[name={place}-days]").select_option("365")
    page.locator("#maker").get_by_role("button", name="Only where").first.click()
    what = page.locator("select[name^=top][name$=-what]").first
    what.wait_for()
    coupon = what.locator("option", has_text=re.compile("discount.code", re.IGNORECASE)).first
    what.select_option(value=coupon.get_attribute("value"))
    page.locator("select[name^=top][name$=-op]").first.select_option("set")
    page.locator("#tried").get_by_text("customers have a value").wait_for()
    met += unsaid(dan.reads())
    page.get_by_role("button", name="Save figure").click()
    page.get_by_role("heading", name="Share of orders with coupon").wait_for()
    name = re.search(r"own:\w+", page.content())
    assert name

    # It stands in conditions, in Found for you and on the sheet.
    call.as_of_settles("features/", lambda found: name[0] in json.dumps(found))
    rule = {"v": 1, "entity": "customer", "where": {"all": [{"feature": name[0], "op": "gt", "value": 0.5}]}}
    call.as_of_settles("jobs/", lambda found: all(row["status"] == "done" for row in found["results"]))
    hunters = call.post("segments/preview/", {"definition": rule}, expect=200)
    assert 0 < hunters["count"] < 1000
    page.goto(f"{home}segments/found/")
    assert page.locator(f"input[name=features][value='{name[0]}']").count() == 1, name[0]
    made = call.post("segments/", {"name": "Coupon people", "definition": rule})
    icp = call.post("icps/", {"name": "Coupon people", "segments": [made["id"]]})
    page.goto(f"{home}ideal-customers/{icp['id']}/")
    met += unsaid(dan.reads())

    # Everything as Parquet: the SQL that a page shows gives the number of the page.
    page.goto(f"{home}data/downloads/")
    page.get_by_role("button", name="Prepare download").click()
    dan.waits_until(re.compile("^As of "))
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^As of ")).first.click()
    zipfile.ZipFile(download.value.path()).extractall(tmp_path)
    there = duckdb.connect()
    there.execute(f"SET file_search_path = '{tmp_path}'")
    there.execute((tmp_path / "open.sql").read_text())
    assert there.sql(hunters["sql"]).df().shape[0] == hunters["count"]
    page.goto(f"{home}insights/")
    page.get_by_text("What we cannot tell from this file").wait_for()
    best = page.locator("#best b").first.inner_text()
    shown = page.locator("#why-best .code").first.text_content()
    twentieths = there.sql(shown).df()
    assert best.startswith(f"{int(twentieths['people'].head(4).sum()):,}")

    # The number has an address; a week later the doubter sees the same.
    page.goto(home)
    link = page.locator("form[action$='/figures/keep/']").first
    page.goto(f"{home}#{link.locator('xpath=ancestor::aside').get_attribute('id')}")
    link.get_by_role("button", name="Get a link to this number").click()
    page.wait_for_url("**/figures/*/")
    address, said = page.url, dan.reads()
    bring(call, export(shop, UNTIL + timedelta(days=1), days=20).encode(), "orders_export_2.csv")
    dora = sign_in(chromium, house, DOUBTER)
    dora.page.goto(address)
    figures = re.findall(r"\d[\d,.]*", said)
    assert figures
    assert all(figure in dora.reads() for figure in figures[:3])
    assert not met, "\n".join(met)


def months_of(call: Caller) -> list[dict[str, Any]]:
    """Our books by month, in his units."""
    rows = call.get("books/?by=month")["results"]
    return [
        {"month": str(row["start"])[:7], "orders": row["orders"], "gross": round(float(row["gross"]) * 100)}
        for row in rows
    ]
