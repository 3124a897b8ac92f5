"""Guesses that data can check, in a shop of which everything is known."""

from typing import Any

import pytest

from accounts.models.notification import Notification
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import clock
from icp import checking, claiming, defining, evidencing
from icp.checking import Checked
from icp.defining import Line
from icp.models.definition import Evidence, Icp
from icp.observing import observed
from icp.refusing import NotPossible
from segments.models.segment import Segment
from tests.icp.stage import a_candidate, the_offices, two_kinds


@pytest.fixture
def shop(acme: Workspace) -> Workspace:
    two_kinds(acme)
    return acme


@pytest.fixture
def behind(shop: Workspace, alice: User) -> Segment:
    return the_offices(shop, alice)


def said(segment: Segment, kind: str, value: Any = None) -> Checked:
    members = evidencing.newest_members(segment)
    as_of = clock.as_of(segment.workspace)
    return checking.check(claiming.claim(kind, value), members, observed(segment.workspace, as_of))


PLANTED = [
    ("often", None, "holds"),
    ("seldom", None, "fails"),
    ("again", None, "holds"),
    ("once", None, "fails"),
    ("back_within", 60, "holds"),
    ("back_within", 7, "fails"),
    ("spend_year", 100, "holds"),
    ("spend_year", 5_000, "fails"),
    ("order_worth", 50, "holds"),
    ("spend_more", None, "holds"),
    ("weekdays", None, "holds"),
    ("mornings", None, "holds"),
    ("coupons", None, "fails"),
    ("no_coupons", None, "holds"),
    ("country", "germany", "holds"),
    ("country", "France", "fails"),
    ("begin_with", "Tea", "fails"),
    ("quiet", None, "fails"),
]


def test_what_was_planted_is_what_is_said(behind: Segment) -> None:
    found = {(kind, value): said(behind, kind, value).verdict for kind, value, _ in PLANTED}

    assert found == {(kind, value): verdict for kind, value, verdict in PLANTED}


def test_every_kind_of_claim_can_be_checked_and_says_a_sentence(behind: Segment) -> None:
    for kind in claiming.KINDS.values():
        found = said(behind, kind.name, "Germany" if kind.asks == claiming.WORD else None)
        assert found.sentence.endswith("."), kind.name


def test_under_thirty_people_nothing_is_told(shop: Workspace, alice: User) -> None:
    members = evidencing.newest_members(the_offices(shop, alice))
    few = type(members)(list(members)[:29])
    seen = observed(shop, clock.as_of(shop))

    for kind in ("weekdays", "often", "coupons"):
        found = checking.check(claiming.claim(kind), few, seen)
        assert (found.verdict, "Too few people" in found.sentence) == ("open", True)


def guesses(shop: Workspace, alice: User, segment: Segment | None) -> Icp:
    """Nine guesses: four can be checked, of which two hold, one does not, and one cannot be told."""
    can = [
        Line("lifestyle", "They order on weekdays", claim=claiming.claim("weekdays")),
        Line("buying_behaviour", "They come back within 60 days", claim=claiming.claim("back_within", 60)),
        Line("buyer", "They use coupons", claim=claiming.claim("coupons")),
        Line("pain_points", "They send back more", claim=claiming.claim("returns")),
    ]
    cannot = [Line("goals", f"They want thing {n}") for n in range(5)]
    return a_candidate(shop, alice, *can, *cannot, segments=[segment] if segment else [])


def test_four_of_nine_guesses_are_checked(shop: Workspace, behind: Segment, alice: User) -> None:
    guesses(shop, alice, behind)
    checking.check_all(shop, clock.as_of(shop))
    found = checking.standing(shop)

    assert found is not None
    assert found.sentence == "**4 of your 9 guesses** can now be checked."
    assert (
        found.outcome == "**2** hold, **2** do not."
        or found.outcome == "**2** hold, **1** does not, **1** cannot be told."
    )
    assert found.without_segment == 0


def test_without_data_nothing_can_be_checked(acme: Workspace, alice: User) -> None:
    guesses(acme, alice, None)

    assert checking.standing(acme) is None
    assert checking.check_all(acme, clock.as_of(acme)) == 0


def test_a_candidate_without_a_segment_waits(shop: Workspace, alice: User) -> None:
    guesses(shop, alice, None)
    found = checking.standing(shop)

    assert checking.check_all(shop, clock.as_of(shop)) == 0
    assert found is not None
    assert found.without_segment == 4
    assert set(Evidence.everywhere.values_list("kind", flat=True)) == {"guess"}


def checked(shop: Workspace, behind: Segment, alice: User, text: str) -> Evidence:
    guesses(shop, alice, behind)
    checking.check_all(shop, clock.as_of(shop))
    return Evidence.everywhere.select_related("icp", "workspace").get(text=text)


def test_what_holds_becomes_a_fact_by_a_click_with_its_evidence(shop: Workspace, behind: Segment, alice: User) -> None:
    line = checked(shop, behind, alice, "They order on weekdays")
    assert line.kind == "guess"  # not by itself
    checking.accept(line, by=alice)
    line.refresh_from_db()

    assert line.kind == "fact"
    assert line.text.startswith("They order on weekdays: **100")
    assert line.evidence[0]["segment"] == str(behind.pk)
    assert {"feature", "value", "n", "low", "high", "as_of"} <= set(line.evidence[0])


def test_what_does_not_hold_can_be_struck_and_brought_back_but_is_no_fact(
    shop: Workspace, behind: Segment, alice: User
) -> None:
    line = checked(shop, behind, alice, "They use coupons")
    with pytest.raises(NotPossible, match="Only a guess that holds"):
        checking.accept(line, by=alice)
    checking.strike(line, by=alice)
    checking.check_all(shop, clock.as_of(shop))
    line.refresh_from_db()
    assert line.checked["struck"]  # the same verdict again leaves it struck

    checking.strike(line, by=alice)
    assert not line.checked["struck"]


def test_what_holds_cannot_be_struck(shop: Workspace, behind: Segment, alice: User) -> None:
    with pytest.raises(NotPossible, match="Only a guess that does not hold"):
        checking.strike(checked(shop, behind, alice, "They order on weekdays"), by=alice)


def test_other_words_forget_what_was_said_of_the_old_ones(shop: Workspace, behind: Segment, alice: User) -> None:
    line = checked(shop, behind, alice, "They order on weekdays")
    defining.change_line(line, text="They order on Sundays", kind="guess", by=alice)
    line.refresh_from_db()

    assert line.checked == {}


def test_people_hear_of_the_same_guesses_once(shop: Workspace, behind: Segment, alice: User, bob: User) -> None:
    guesses(shop, alice, behind)

    assert checking.tell(shop) == 1  # alice may change candidates, bob may not
    assert checking.tell(shop) == 0
    told = Notification.objects.in_workspace(shop).get()
    assert (told.user, told.sentence) == (alice, "4 of your 9 guesses can now be checked.")
    assert told.link == "/w/acme/ideal-customers/guesses/"
