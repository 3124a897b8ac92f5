"""What of a sentence data could check."""

from typing import Any

import pytest

from accounts.models.workspace import Workspace
from icp import claiming
from icp.refusing import NotPossible


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("They come with a coupon and leave without one.", "coupons", None),
        ("They never use a discount.", "no_coupons", None),
        ("They order for several people, on weekdays.", "weekdays", None),
        ("They come back within 60 days.", "back_within", 60),
        ("The same two bags every 35 days", "back_within", 35),
        ("They spend more than €1,200 a year.", "spend_year", 1200),
        ("One tasting set, and then nothing.", "once", None),
        ("They come back by themselves, often for the same thing.", "again", None),
        ("We keep losing them in the second month.", "quiet", None),
        ("Big orders, long decisions, many who sign.", "order_more", None),
    ],
)
def test_a_sentence_says_what_could_be_checked(text: str, kind: str, value: Any) -> None:
    found = claiming.heard(text)

    assert (found.get("kind"), found.get("value"), found.get("by")) == (kind, value, "words")


@pytest.mark.parametrize("text", ["They love our tins.", "", "One person orders for all, beside the real job."])
def test_nothing_is_heard_where_nothing_is_said(text: str) -> None:
    assert claiming.heard(text) == {}


@pytest.mark.parametrize(
    ("name", "value"), [("back_within", "soon"), ("back_within", -3), ("country", ""), ("love", None)]
)
def test_a_claim_that_cannot_be_checked_is_refused_with_a_sentence(name: str, value: Any) -> None:
    with pytest.raises(NotPossible):
        claiming.claim(name, value)


def test_a_claim_is_said_in_words(acme: Workspace) -> None:
    assert claiming.words(claiming.claim("back_within", "30"), acme) == "They come back within 30 days"
    assert claiming.words(claiming.claim("spend_year", 250), acme) == "They spend more than €250 a year"
    assert claiming.words(claiming.claim("country", "Austria"), acme) == "They live in Austria"
    assert claiming.words({}, acme) == ""
