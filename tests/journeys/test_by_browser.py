"""The main job end to end, as people do it in a browser, on half a million real order lines."""

import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import PASSWORD, House
from tests.journeys.looking import WIDE, Looker

pytestmark = [pytest.mark.xdist_group("house"), pytest.mark.browser]

LONG = 150_000  # milliseconds: an import on a busy machine


@pytest.fixture
def pictures() -> Path | None:
    """Where to keep pictures of every page; set BESTFIT_PICTURES to a folder to get them."""
    folder = os.environ.get("BESTFIT_PICTURES")
    if not folder:
        return None
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder)


def sign_up(page: Any, *, name: str, email: str) -> None:
    page.get_by_label("Your name").fill(name)
    page.get_by_label(re.compile("^(E-?mail|Address)", re.IGNORECASE)).fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()


def grade_all(page: Any, round_address: str, scores: dict[str, int], looker: Looker | None = None) -> None:
    """Answer every question: the same score for a candidate throughout, a reason where one is asked."""
    page.goto(round_address)
    page.get_by_role("link", name=re.compile("^(Grade|Go on grading)$")).click()
    for number in range(11):
        for name, score in scores.items():
            candidate = page.get_by_role("group", name=name)
            candidate.get_by_role("radio", name=str(score), exact=True).check()
            if score >= 9 or score <= 3:
                candidate.get_by_role("textbox").fill("Their orders say so.")
        if looker and number == 0:
            looker.look("grade")
        page.locator("[data-status]", has_text="saved").wait_for()
        asked = page.locator("h1").inner_text()
        page.get_by_role("button", name=re.compile("Next question|Done")).click()
        page.wait_for_function("asked => document.querySelector('h1').innerText !== asked", arg=asked)


def test_from_a_file_to_a_focus_in_a_browser(
    house: House, chromium: Any, shared_data: Path, online_retail: bytes, tmp_path: Path, pictures: Path | None
) -> None:
    file = tmp_path / "online_retail.csv"
    file.write_bytes(online_retail)
    page = chromium.new_context(viewport=WIDE, accept_downloads=True).new_page()
    page.set_default_timeout(30_000)
    looker = Looker(page, pictures=pictures)

    # Mara signs up and makes a workspace.
    page.goto(house.address)
    looker.look("door")
    page.get_by_role("link", name="Use my data").first.click()
    looker.look("signup")
    sign_up(page, name="Mara Weber", email="mara@example.com")
    looker.look("workspace-new")
    page.get_by_label("What is your business called?").fill("Gift house")
    page.get_by_label("Time zone").select_option("UTC")
    page.get_by_label("Currency").select_option("GBP")
    page.get_by_role("button", name="Make the workspace").click()
    page.wait_for_url("**/w/gift-house/start/")
    looker.look("start")
    page.get_by_role("link", name="Go on to your data").click()
    page.wait_for_url("**/w/gift-house/")
    home = page.url
    looker.look("home-empty")
    for empty in ("segments", "customers", "ideal-customers", "data"):
        page.goto(f"{home}{empty}/")
        looker.look(f"{empty}-empty")

    # The survey: each answer is kept as it is given, says what it changes, and brings the questions that follow.
    page.goto(f"{home}intake/")
    looker.look("intake")
    page.get_by_role("link", name="Begin").click()
    page.locator("label", has_text="A shop").click()
    page.get_by_text("Home shows how much returning customers bring.").wait_for()
    page.get_by_role("link", name="Go on: Offer and money").click()
    assert page.locator("#margin").count() == 0
    page.get_by_role("textbox", name="What does a usual purchase cost?").fill("34")
    page.keyboard.press("Tab")
    page.get_by_role("textbox", name="How much of the price is left after the goods?").wait_for()
    looker.look("intake-section")
    for inside in ("ask/goals", "ask/market", "history", "own"):
        page.goto(f"{home}intake/{inside}/")
        looker.look(f"intake-{inside.replace('/', '-')}")

    # The file becomes customers.
    page.goto(f"{home}data/")
    page.get_by_label("Order file").set_input_files(str(file))  # choosing is enough
    page.get_by_text("InvoiceDate").first.wait_for()
    looker.look("import-asked")
    assert page.locator("table tbody tr").count() == 20
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_text(re.compile("lines read|Waiting")).first.wait_for()
    looker.look("import-running")
    page.get_by_text("541,909").first.wait_for(timeout=LONG)
    page.get_by_role("link", name="Check against your books").first.wait_for(timeout=LONG)
    looker.look("import-done")
    page.get_by_role("link", name="Check against your books").first.click()
    page.get_by_text("4,338 customers").wait_for(timeout=LONG)
    assert "£8,911,408" in page.locator("main").inner_text()
    looker.look("books")
    page.get_by_role("button", name="Looks right").click()

    # The main segments are there, unasked.
    page.goto(f"{home}segments/")
    for _ in range(60):
        if page.get_by_text("Champions").count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    looker.look("segments")
    page.goto(home)
    looker.look("home")
    page.goto(f"{home}segments/")
    page.get_by_role("link", name="Champions").first.click()
    page.get_by_role("heading", name="Champions", level=1).wait_for()
    looker.look("segment")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Export|Save .*list", re.IGNORECASE)).first.click()
    exported = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(exported) > 100

    page.get_by_role("link", name="Use this segment").click()
    page.get_by_role("heading", name="Use this segment").wait_for()
    looker.look("use")

    # Ctrl K leads anywhere by keyboard alone, and Escape leads back.
    page.goto(home)
    page.keyboard.press("Control+k")
    page.keyboard.type("champ")
    page.locator("#find").get_by_role("link", name="Champions").first.wait_for()
    page.keyboard.press("Escape")
    assert not page.locator("#find").is_visible()
    page.keyboard.press("Control+k")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Champions", level=1).wait_for()

    # Customers, and one of them.
    page.goto(f"{home}customers/")
    looker.look("customers")
    page.locator("main").get_by_label("Find").fill("14646")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="14646").click()
    page.get_by_role("heading", name="14646", level=1).wait_for()
    looker.look("customer")

    # A segment by conditions, counted while she types.
    page.goto(f"{home}segments/new/")
    looker.look("segment-new")
    page.goto(f"{home}segments/new/conditions/")
    page.get_by_label("Name of the segment").fill("Regulars")
    page.get_by_label("How many").or_(page.locator("input.slot").first).first.fill("4")
    page.locator("#live").get_by_text("at least 4").wait_for()
    looker.look("conditions")
    page.get_by_role("button", name="Save segment").click()
    page.get_by_role("heading", name="Regulars", level=1).wait_for()
    looker.look("segment-by-conditions")

    # Segments found for her, doubted.
    page.goto(f"{home}segments/found/")
    looker.look("found")
    page.get_by_role("button", name="Look for segments").click()
    page.get_by_role("button", name="Keep these segments").or_(page.get_by_text("no real segments")).first.wait_for(
        timeout=LONG
    )
    looker.look("found-proposal")

    # Two candidates: one from a segment with its facts, one from a hunch.
    page.goto(f"{home}ideal-customers/")
    page.get_by_role("button", name=re.compile("Make it a candidate.*Champions")).click()
    page.get_by_role("heading", name="Champions", level=1).wait_for()
    looker.look("ideal-sheet")
    page.goto(f"{home}ideal-customers/new/")
    page.get_by_label("Name", exact=True).first.fill("Gift shops")
    looker.look("ideal-new")
    page.get_by_role("button", name="Save candidates").click()
    page.goto(f"{home}ideal-customers/")
    looker.look("ideal")

    # A round with two graders.
    page.goto(f"{home}ideal-customers/rounds/new/")
    page.get_by_label("Name of the round").fill("Autumn")
    for candidate in page.get_by_role("checkbox").all():
        candidate.check()
    page.get_by_label("Who else, from outside?").fill("sam.okoro@example.com")
    looker.look("round-new")
    page.get_by_role("button", name="Open the round").click()
    page.get_by_role("heading", name="Autumn", level=1).wait_for()
    looker.look("round")
    round_address = re.match(r".*/rounds/[0-9a-f-]+/", page.url)
    assert round_address
    page.get_by_role("button", name="Make a link to copy").click()
    page.get_by_role("heading", name="Send each of them their own link").wait_for()
    looker.look("round-links")
    link = re.search(r"http\S+/join/\S+", page.locator("main").inner_text())
    assert link
    grade_all(page, round_address[0], {"Champions": 9, "Gift shops": 4}, looker)

    # Sam joins by the link on a machine of his own, and grades without seeing Mara's answers.
    other = chromium.new_context(viewport={"width": 390, "height": 844}).new_page()
    other.set_default_timeout(30_000)
    other.goto(link[0])
    other.get_by_role("link", name="Make an account").click()
    sign_up(other, name="Sam Okoro", email="sam.okoro@example.com")
    other.get_by_role("button", name=re.compile("^Join")).click()
    other.goto(round_address[0])
    assert "9" not in re.findall(r"\b9\b", other.locator("main").inner_text())
    grade_all(other, round_address[0], {"Champions": 8, "Gift shops": 5})

    # Mara closes the round; the focus is shown.
    page.goto(round_address[0])
    page.get_by_role("button", name="Close the round").click()
    page.goto(f"{round_address[0]}result/")
    looker.look("result")
    page.goto(f"{round_address[0]}focus/")
    looker.look("focus")
    said = page.locator("main").inner_text()
    assert "Champions" in said
    assert "85" in said
    assert "80" in said

    # The rest of the house.
    for name, path in [
        ("settings", "settings/"), ("team", "settings/team/"), ("keys", "settings/keys/"),
        ("activity", "settings/activity/"), ("me", "me/"), ("more", "more/"), ("help", "help/"),
        ("jobs", "jobs/"), ("plan", "plan/"),
        ("personas", "ideal-customers/personas/"), ("persona-new", "ideal-customers/personas/new/"),
        ("search", "search/?q=champ"), ("key-figures", "key-figures/"),
        ("sources", "data/"), ("rounds", "ideal-customers/rounds/"),
        ("missing", "segments/00000000-0000-0000-0000-000000000000/"),
    ]:  # fmt: skip
        page.goto(home + path)
        looker.look(name)
    assert not looker.faults, "\n".join(looker.faults)
