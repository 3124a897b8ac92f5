"""An Armory-shaped round: thirteen candidates, three people, and exactly the two leaders are the focus.

As a client that knows the HTTP contract alone, and as somebody in front of a browser.
"""

import re
from typing import Any

import pytest

from tests.journeys.conftest import PASSWORD, Caller, House
from tests.journeys.looking import WIDE, Looker

pytestmark = [pytest.mark.xdist_group("house"), pytest.mark.slow]
OWNER = "owner@armory.example"
# What the three say, question by question; the middle one is the consensus.
LEADERS = {"Firearm Enthusiasts": [9] * 9 + [10], "Self-Defense Seekers": [9] * 5 + [8] * 5}  # 91 and 85 of 100
OTHERS = {
    "Sport Shooters": 78, "Hunters": 74, "Collectors": 70, "First-Time Buyers": 66, "Law Enforcement": 61,
    "Ranch Owners": 57, "Security Firms": 52, "Outdoor Families": 48, "Gift Givers": 41, "Bargain Hunters": 33,
    "Online Browsers": 25,
}  # fmt: skip


def marks(total: int) -> list[int]:
    """Ten whole answers that add up to the total, as even as possible."""
    return [total // 10 + (question < total % 10) for question in range(10)]


WANTED = {**LEADERS, **{name: marks(total) for name, total in OTHERS.items()}}


def answers(icps: dict[str, str], questions: list[dict[str, Any]], shift: int) -> list[dict[str, Any]]:
    """One person's sheet: the middle, or one above or below it; "likely to buy" is kept beside the total."""
    counting = [question["id"] for question in questions if question["counts"]]
    beside = [question["id"] for question in questions if not question["counts"]]
    return [
        {"icp": icps[name], "dimension": id, "score": min(10, max(1, score + shift)), "reason": ""}
        for name, scores in WANTED.items()
        for id, score in [*zip(counting, scores, strict=True), *((id, 5) for id in beside)]
    ]


@pytest.fixture(scope="module")
def decided(house: House) -> tuple[Caller, str]:
    """The round, graded by three and closed: the owner's client, and the round's id."""
    call = house.caller(OWNER, "Armory")
    icps = {name: call.post("icps/", {"name": name})["id"] for name in WANTED}
    rubric = next(each for each in call.get("rubrics/")["results"] if each["name"] == "ICP 10")
    people = [call, *(house.caller(f"{name}@armory.example", "Armory") for name in ("dana", "lee"))]
    emails = [OWNER, "dana@armory.example", "lee@armory.example"]
    asked = {"name": "Armory", "icps": list(icps.values()), "rubric": rubric["id"], "graders": emails}
    opened = call.post("rounds/", asked)
    assert opened["minutes"] == 19  # 13 candidates x 11 questions
    where = f"rounds/{opened['id']}/"
    for person, shift in zip(people, (0, 1, -1), strict=True):
        person.post(f"{where}grades/", answers(icps, rubric["dimensions"], shift), expect=200)
        seen = person.get(f"{where}grades/")
        assert len(seen) == 13 * 11
        assert all(grade["mine"] for grade in seen), "nobody sees anybody else’s answers before the close"
    assert [each["done"] for each in call.get(where)["progress"]] == [True] * 3
    call.post(f"{where}close/", expect=200)
    return call, opened["id"]


def test_by_api_exactly_the_leaders_are_the_focus(decided: tuple[Caller, str]) -> None:
    call, round_id = decided
    result = call.get(f"rounds/{round_id}/result/")
    rows = result["ranking"]

    assert [(row["name"], row["total"], row["max"], row["rank"]) for row in rows[:2]] == [
        ("Firearm Enthusiasts", 91.0, 100, 1),
        ("Self-Defense Seekers", 85.0, 100, 2),
    ]
    assert [row["name"] for row in rows if row["focus"]] == list(LEADERS)
    assert {row["name"]: row["total"] for row in rows[2:]} == OTHERS
    assert (len(rows), result["places"], result["is_weak"], result["is_provisional"]) == (13, 2, False, False)
    effort = {share["name"]: share["percent"] for share in result["allocation"]}
    assert effort == {"Firearm Enthusiasts": 41, "Self-Defense Seekers": 39, "Everyone else": 20}
    assert len(call.get(f"rounds/{round_id}/grades/")) == 3 * 13 * 11


@pytest.mark.browser
def test_by_browser_the_focus_says_the_same(house: House, decided: tuple[Caller, str], chromium: Any) -> None:
    call, round_id = decided
    page = chromium.new_context(viewport=WIDE).new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{house.address}/w/{call.workspace}/ideal-customers/rounds/{round_id}/focus/")
    page.get_by_label(re.compile("^E-?mail", re.IGNORECASE)).fill(OWNER)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", level=1).filter(has_text="Firearm Enthusiasts").wait_for()
    title = page.get_by_role("heading", level=1).inner_text()
    looker = Looker(page)
    looker.look("the Armory's focus")

    assert re.match(r"Of 13 candidates, 2 are (proposed as )?the focus", title)
    assert title.index("Firearm Enthusiasts 91") < title.index("Self-Defense Seekers 85")
    shares = page.evaluate("() => [...document.querySelectorAll('main input')].map((each) => each.value)")
    said = page.locator("main").inner_text().replace("\u202f", " ").replace("\xa0", " ")
    assert all(share in shares or f"{share} %" in said for share in ("41", "39")), said
    assert not looker.faults, "\n".join(looker.faults)
