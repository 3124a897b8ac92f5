"""Mara has an order export and no time: ten minutes to a list that left, two more to its result.

Her clicks and the answers that she types are counted (address and password are hers, not answers to us).
"""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from icp.science import world
from tests.house.words import unsaid
from tests.journeys.conftest import PASSWORD, House
from tests.journeys.looking import WIDE
from tests.journeys.shop import export
from tests.journeys.walking import Visitor

pytestmark = [pytest.mark.xdist_group("house"), pytest.mark.browser]
UNTIL = date.today() - timedelta(days=1)  # noqa: DTZ011 - the world ends yesterday
A_WEEK_AGO = UNTIL - timedelta(days=7)
CLICKS, TYPED = 40, 3
TEN_MINUTES, TWO_MINUTES = 600, 120


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Her export of a week ago, and today's, which holds the last thirty days."""
    shop = world.make(4_000, UNTIL)
    old, new = tmp_path / "orders_export.csv", tmp_path / "orders_export_2.csv"
    old.write_text(export(shop, A_WEEK_AGO))
    new.write_text(export(shop, UNTIL + timedelta(days=1), days=30))
    return old, new


def test_ten_minutes_to_a_list_and_two_more_to_its_result(
    house: House, chromium: Any, files: tuple[Path, Path]
) -> None:
    page = chromium.new_context(viewport=WIDE, accept_downloads=True).new_page()
    page.set_default_timeout(30_000)
    mara = Visitor(page)
    met: list[str] = []

    def reads() -> str:
        met.extend(unsaid(said := mara.reads()))
        return said

    # The door, an account, a workspace: nothing to type but who she is.
    page.goto(house.address)
    mara.click("Use my data")
    page.get_by_label(re.compile("^E-?mail", re.IGNORECASE)).fill("mara.ten.minutes@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    mara.click("Make the account")
    mara.click("Make the workspace")

    # Three questions.
    mara.sees("Three questions")
    reads()
    mara.choose("A shop")
    mara.choose("People who buy again")
    mara.sees("Home shows how many buyers came back")
    mara.choose("Orders")
    mara.sees("Bring the order file first")
    mara.click("Go on to your data")
    mara.sees("Where do I find it?")
    home = page.url
    reads()

    # The file is recognised; nothing is asked.
    mara.drop("Order file", files[0])
    mara.sees("This looks like a Shopify order export")
    reads()
    assert page.get_by_label("Questions", exact=True).count() == 0, mara.reads()
    mara.click(re.compile("^Import$"), "button")
    mara.click("Check against your books", "link")
    mara.sees("Does this look like your shop?")
    reads()
    mara.click("Looks right")

    # Six sentences.
    mara.click("Insights", "link")
    mara.waits_until("What we cannot tell from this file")
    said = reads()
    assert re.search(r"\(1 in 5\) bring \d+ ?% of revenue", said)
    assert re.search(r"\d+ ?% came back; half of those within \d+ days", said)
    assert "comes back" in said
    assert page.get_by_text("Where does this come from?").count() >= 3

    # The overdue ones become a list, some of them held back.
    overdue = page.locator("li", has_text="overdue")
    overdue.get_by_role("button", name="See these customers").or_(
        overdue.get_by_role("link", name="See these customers")
    ).first.click()
    mara.clicks += 1
    mara.click("Use this segment", "link")
    mara.sees("Hold some back")
    reads()
    for choice in (page.get_by_text("Mailchimp").first, page.locator("#use .pick label").last):  # half are held back
        with page.expect_response(lambda answer: answer.url.endswith("/use/")):
            choice.click()
        mara.clicks += 1
    mara.type("What for", "We miss you")
    mara.click(re.compile(r"^Save file of"), "button")
    with page.expect_download() as download:
        mara.click(re.compile(r"^Download the file of"), "link")
    saved = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert "email" in saved[0].lower()
    assert len(saved) > 5
    minutes = mara.seconds
    assert mara.clicks <= CLICKS, mara.clicks
    assert len(mara.typed) <= TYPED, mara.typed
    assert minutes < TEN_MINUTES

    # Next week: one drop, no question, and the list has an answer.
    page.goto(home)
    page.goto(f"{home}data/")
    mara.drop("Order file", files[1])
    mara.sees("Your file is in.")
    reads()
    mara.click("Plan", "link")
    mara.waits_until(re.compile(r"who got it ordered|ordered \("))
    said = reads()
    assert re.search(r"\d+ of \d+ who got it ordered", said)
    assert re.search(r"Too early to tell|Cannot tell|It worked|It did not", said)
    assert mara.seconds - minutes < TWO_MINUTES
    assert not met, "\n".join(met)
