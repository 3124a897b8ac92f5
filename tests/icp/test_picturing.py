"""Pictures of the first look: what is drawn is what was found, whatever it was, and inside the frame."""

import re
from xml.etree import ElementTree

import pytest

from icp.picturing import picture

TOLD = {
    "best": {"so_far": [0.3, 0.45, 0.55, 0.66, *[0.8] * 15, 1.0], "at": 4},
    "back": {"bars": [9, 12, *[3] * 18], "half": 38, "hardly": 90},
    "overdue": {"who": [3, 1], "rhythms": [[80, 120, 150], [61, 95]]},
    "start": {"ratio": 2.1, "low": 1.7, "high": 2.6},
    "newcomers": {"this": [[0, 0.0], [90, 0.25]], "last": [[0, 0.0], [90, 0.28]]},
    "growth": {"returning": 340_000.0, "new": -40_000.0, "words": ["+€340,000", "−€40,000"]},
}


def words(svg: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(svg).iter() if node.tag == "text"]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("best", "66\u202f% of revenue"), ("back", "half by day 38"), ("overdue", "until 20 Nov"),
        ("start", "2.1 times"), ("newcomers", "25\u202f% this year"), ("growth", "−€40,000"),
    ],
)  # fmt: skip
def test_each_picture_says_its_figure(kind: str, said: str) -> None:
    assert said in words(picture(kind, TOLD[kind], until="20 Nov"))


@pytest.mark.parametrize("kind", TOLD)
def test_nothing_is_drawn_far_outside_the_frame(kind: str) -> None:
    svg = picture(kind, TOLD[kind])
    places = [float(x) for x in re.findall(r' (?:x|cx)="(-?[\d.]+)"', svg)]
    assert places
    assert min(places) >= 0
    assert max(places) <= 284


def test_dots_of_an_order_days_stand_in_the_order_of_their_days() -> None:
    dots = re.findall(r'cx="([\d.]+)" cy="22"', picture("overdue", TOLD["overdue"]))
    assert [float(dot) for dot in dots] == sorted((float(dot) for dot in dots), reverse=True)


def test_what_was_not_found_has_no_picture() -> None:
    assert picture("best", {}) == ""


def test_a_name_in_a_picture_cannot_become_markup() -> None:
    svg = picture("growth", TOLD["growth"] | {"words": ["<script>", "x"]})
    assert "<script>" not in svg


def test_half_by_a_late_day_keeps_its_words_inside() -> None:
    assert "half by day 400" not in picture("back", TOLD["back"] | {"half": 400})
    assert 'class="tb e"' in picture("back", TOLD["back"] | {"half": 150})
