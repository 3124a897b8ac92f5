"""Fay has opinions and no data: nine candidates, five people, one room, and a decision on one page.

Five browsers: hers with the remote and the projected screen, and four phones that come in by the code. One phone
loses its network while it grades; nothing it said is lost or doubled.
"""

import json
import re
from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.house.words import unsaid
from tests.journeys.conftest import PASSWORD, House
from tests.journeys.looking import PHONE, WIDE, Looker
from tests.journeys.walking import Visitor

pytestmark = [pytest.mark.xdist_group("meeting"), pytest.mark.browser, pytest.mark.slow]
FAY = "fay@harbour.example"
NINE = [
    "Small offices", "Starter-kit brewers", "Bean regulars", "One-owner restaurants", "December gift buyers",
    "Discount hunters", "Hotels nearby", "Tea switchers", "Bakeries",
]  # fmt: skip
PEOPLE = ["Tom", "Priya", "Luis", "Kaja"]
BEST, SECOND = "Small offices", "Starter-kit brewers"
PROJECTED = {"width": 1280, "height": 720}
MOVES = ["Call 60 offices", "Brew course with each grinder", "Invoice at the first order"]

TAP = """([choose]) => document.querySelectorAll("[data-grading] [data-row]").forEach((row) => {
    const name = row.querySelector("legend").textContent.trim();
    const score = choose[name] ?? choose["else"];
    const radio = [...row.querySelectorAll("[type=radio]")].find((each) => each.value === String(score));
    if (radio && !radio.checked && !row.disabled) radio.click();
})"""
SMALLEST = """() => {
    const texts = document.createTreeWalker(document.querySelector("#room"), NodeFilter.SHOW_TEXT);
    const found = [];
    while (texts.nextNode()) {
        const on = texts.currentNode.parentElement, box = on.getBoundingClientRect();
        const seen = texts.currentNode.textContent.trim() && box.width > 1 && box.height > 1;
        if (!seen || on.closest("svg, .room-keys, .visually-hidden, summary, table, form, template")) continue;
        found.push([parseFloat(getComputedStyle(on).fontSize), texts.currentNode.textContent.trim()]);
    }
    const drawn = [...document.querySelectorAll("#room svg text")].filter((text) => text.textContent.trim());
    for (const text of drawn) {
        const scale = text.ownerSVGElement.getScreenCTM()?.a ?? 1;
        found.push([parseFloat(getComputedStyle(text).fontSize) * scale, text.textContent.trim()]);
    }
    return found.filter(([size]) => size < 15.9).slice(0, 5);
}"""


def score_of(person: str, question: int, name: str) -> int:
    """What each of the four says: close together, but about how well offices are reached (question 3)."""
    if name == BEST:
        return {"Tom": 9, "Priya": 3, "Luis": 9, "Kaja": 8}[person] if question == 3 else 9
    if name == SECOND:
        return 8
    return 3 + (NINE.index(name) + question) % 3


def chosen_by(person: str, question: int) -> dict[str, int]:
    return {name: score_of(person, question, name) for name in NINE}


class Phone:
    """One of the four, on a phone of 390 px."""

    def __init__(self, chromium: Any, name: str) -> None:
        self.name = name
        self.context = chromium.new_context(viewport=PHONE, is_mobile=True, has_touch=True)
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)

    def knock(self, house: House, code: str, *, by_qr: str = "") -> None:
        """By the address behind the QR code, or by typing the code."""
        if by_qr:
            self.page.goto(by_qr)
        else:
            self.page.goto(f"{house.address}/room/")
            self.page.get_by_label("Code of the room").fill(code.lower())
            self.page.get_by_role("button", name="Come in").click()
        self.page.get_by_label("Your name").fill(self.name)
        self.page.get_by_label("Your e-mail address").fill(f"{self.name.lower()}@harbour.example")
        self.page.get_by_role("button", name="Ask to come in").click()
        self.page.get_by_text("lets you in").wait_for()

    def is_at(self, question: str) -> None:
        expect(self.page.get_by_role("heading", name=question)).to_be_visible(timeout=30_000)

    def tap(self, choose: dict[str, int]) -> None:
        self.page.evaluate(TAP, [choose])

    def is_saved(self, many: int) -> None:
        expect(self.page.locator("[data-status]")).to_contain_text(f"{many} of {many}", timeout=30_000)
        expect(self.page.locator("[data-status]")).to_contain_text("saved", timeout=30_000)


class Remote:
    """Fay's phone, and the screen that everybody sees."""

    def __init__(self, remote: Any, screen: Any) -> None:
        self.remote, self.screen = remote, screen

    def press(self, name: str | re.Pattern[str]) -> None:
        """A press is meant for the place that is shown: wait for that place, and press again if it moved on."""
        before = self.screen.locator("#room").get_attribute("hx-get")
        button = self.remote.locator(".remote-keys").get_by_role("button", name=name)
        button.first.click()
        for _ in range(60):
            self.screen.wait_for_timeout(250)
            if self.screen.locator("#room").get_attribute("hx-get") != before:
                return
        raise AssertionError(f"{name!r} moved nothing: {self.remote.locator('main').inner_text()[:500]}")

    def shows(self, words: str | re.Pattern[str]) -> None:
        expect(self.screen.locator("#room")).to_contain_text(words, timeout=30_000)

    def is_legible(self) -> None:
        """A proxy for six metres: nothing under 16 px at 1280 x 720, the question at 40 or more."""
        assert self.screen.evaluate(SMALLEST) == []
        heading = self.screen.locator("#room h1").first
        size = heading.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
        assert size >= 40, (heading.inner_text(), size)


def look_at(page: Any, name: str, faults: list[str]) -> None:
    """axe, words and width, without turning the page or its theme around."""
    looker = Looker(page)
    looker._check(name, "as it is")
    looker._note(name, "a word that people do not use", unsaid(page.locator("body").inner_text()))
    faults += looker.faults


def test_from_opinions_to_a_decision_with_four_phones(house: House, chromium: Any) -> None:
    page = chromium.new_context(viewport=WIDE).new_page()
    page.set_default_timeout(30_000)
    fay, faults = Visitor(page), list[str]()

    # No data: the third door, an account, nine candidates.
    page.goto(house.address)
    fay.click("Grade your ideal customers with your team.", "link")
    page.get_by_label(re.compile("^E-?mail", re.IGNORECASE)).fill(FAY)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    fay.click("Make the account")
    page.get_by_label("What is your business called?").fill("Harbour Roast")
    fay.click("Make the workspace")
    page.wait_for_url("**/w/**")
    home = re.match(r"(.*/w/[^/]+/)", page.url)[1]  # type: ignore[index]
    assert page.url == f"{home}ideal-customers/new/", "whoever has no data is led to naming candidates"
    for number, name in enumerate(NINE):
        rows = page.locator("input[name=name]")
        if rows.count() <= number:
            fay.click("Add a line", "button")
        rows.nth(number).fill(name)
    fay.click("Save candidates", "button")
    fay.sees("Bakeries")

    # A round, live, and its room.
    page.goto(f"{home}ideal-customers/rounds/new/")
    assert "9 candidates × 11 questions" in fay.reads()
    fay.choose(re.compile("Live in one room"))
    expect(page.locator("#effort")).to_contain_text("about 13 minutes")
    look_at(page, "start grading", faults)
    page.locator("#id_members input").first.uncheck()  # she leads, and does not grade
    fay.click("Open the round", "button")
    look_at(page, "the round", faults)
    round_page = page.url
    fay.click("Open the room", "link")
    fay.click("Open the room", "button")
    page.set_viewport_size(PHONE)
    screen = page.context.new_page()
    screen.set_viewport_size(PROJECTED)
    screen.goto(f"{round_page}room/screen/")
    desk = Remote(page, screen)
    code = screen.locator(".room-code").inner_text().replace(" ", "").replace("\u202f", "")
    desk.is_legible()

    # Four phones knock: one by the code that is typed, three by the address behind the picture.
    phones = [Phone(chromium, name) for name in PEOPLE]
    for number, phone in enumerate(phones):
        phone.knock(house, code, by_qr=f"{house.address}/room/{code}/" if number else "")
    for phone in phones:
        page.get_by_role("button", name=f"Let in {phone.name}").click()
        phone.page.get_by_text(f"You are in as {phone.name}").wait_for()
    desk.shows("4 are here")

    # Question by question; the second phone loses its network on the second one.
    questions = _grade_all(desk, phones, house, faults)
    assert len(questions) == 11

    # The ladder, from the bottom up; then three moves, typed in front of everybody.
    while not page.get_by_label("What will you do?").count():
        desk.press(re.compile("^(Uncover|Three moves)"))
    desk.is_legible()
    for move in MOVES:
        page.get_by_label("What will you do?").fill(move)
        page.get_by_label("Until when?").fill("2027-01-29")
        page.get_by_label("Success would be").fill("20 new ones")
        page.get_by_role("button", name="Add the move").click()
        desk.shows(move)
    page.get_by_role("button", name="End the meeting").click()
    desk.shows("over")

    _nothing_is_lost_or_doubled(house, round_page, questions)

    # One page: the focus is decided, to be read, printed and sent.
    page.set_viewport_size(WIDE)
    page.goto(f"{round_page}focus/")
    look_at(page, "the decision before it is made", faults)
    _decide(page)
    fay.click("Make it the focus", "button")
    fay.sees(re.compile("^Decided by"))
    said = fay.reads()
    assert BEST in said
    assert SECOND in said
    look_at(page, "the focus", faults)
    page.goto(f"{home}plan/")
    said = fay.reads()
    assert all(move in said for move in MOVES)
    phones[0].page.goto(f"{house.address}/room/results/{round_page.rstrip('/').rsplit('/', 1)[1]}/")
    assert BEST in phones[0].page.locator("main").inner_text()
    assert not faults, "\n".join(faults)


def _grade_all(desk: Remote, phones: list[Phone], house: House, faults: list[str]) -> list[str]:
    """Every question: asked, graded by four, shown; the third is talked about and graded again."""
    asked: list[str] = []
    desk.press(re.compile("^Begin with"))
    while True:
        question = desk.screen.locator("#room h1").inner_text()
        asked.append(question)
        number = len(asked)
        for phone in phones:
            phone.is_at(question)
        if number == 1:
            desk.is_legible()
            look_at(phones[0].page, "a phone", faults)
        lost = phones[1] if number == 2 else None
        if lost:
            lost.context.set_offline(True)
        for phone in phones:
            phone.tap(chosen_by(phone.name, number))
        if lost:
            expect(lost.page.locator("body")).to_contain_text("Not sent yet", timeout=30_000)
            desk.shows("3 of 4 are done")
            lost.page.wait_for_timeout(4000)
            lost.context.set_offline(False)
        for phone in phones:
            phone.is_saved(len(NINE))
        desk.shows("4 of 4 are done")
        assert not re.search(r"Tom|Priya|Luis|Kaja", desk.screen.locator("#room").inner_text()), "nobody is named"
        desk.press("Show answers")
        if number == 3:
            _talk_and_think_again(desk, phones, faults)
        desk.press(re.compile("^(Go to|To the result)"))
        if len(asked) == 11:
            return asked


def _talk_and_think_again(desk: Remote, phones: list[Phone], faults: list[str]) -> None:
    """One said 3, the others 8 and 9: they talk, Priya says that it was her, and all think again."""
    desk.is_legible()
    desk.shows(BEST)
    desk.press(re.compile("^Talk about"))
    desk.shows(re.compile(r"said 3"))
    desk.is_legible()
    priya = phones[1].page
    priya.get_by_role("button", name="It was me").click()
    desk.shows("Priya")
    desk.press("Grade this one again")
    for phone in phones:
        expect(phone.page.locator("[data-row]").first).to_be_visible(timeout=30_000)
        phone.tap({"else": 8, BEST: 8})
    desk.shows("4 of 4 are done")
    desk.press("Show answers")
    desk.shows(BEST)


def _decide(page: Any) -> None:
    """The three moves that were typed in the room say what would count as success; one candidate is let go."""
    rows = page.locator("fieldset.mv:not(.mv-not)")
    typed = [rows.nth(number).locator("input[name$=-name]").input_value() for number in range(3)]
    assert sorted(typed) == sorted(MOVES)
    for number in range(3):
        rows.nth(number).locator("input[name$=-target]").fill("20 new ones")
    page.locator("input[name^=left-]").first.fill("No more ads for them.")


def _nothing_is_lost_or_doubled(house: House, round_page: str, questions: list[str]) -> None:
    """Every answer of each phone once, as it was tapped; and the second thoughts beside the first."""
    workspace = re.search(r"/w/([^/]+)/", round_page)[1]  # type: ignore[index]
    code = (
        "import json; from icp.models.grading import Grade; print(json.dumps([[g.grader.name, g.icp.name, g.dimension,"
        f" g.turn, g.score] for g in Grade.everywhere.filter(workspace__slug='{workspace}')"
        ".select_related('grader', 'icp')]))"
    )
    kept = json.loads(house.manage("shell", "-v", "0", "-c", code).strip().splitlines()[-1])
    first = Counter((who, icp, score) for who, icp, _, turn, score in kept if turn == 1)
    numbers = range(1, len(questions) + 1)
    assert first == Counter((p, icp, score_of(p, n, icp)) for p in PEOPLE for n in numbers for icp in NINE)
    assert sorted((who, icp, score) for who, icp, _, turn, score in kept if turn == 2) == sorted(
        (person, BEST, 8) for person in PEOPLE
    )
