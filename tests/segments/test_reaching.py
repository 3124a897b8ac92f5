"""Whom we may write to: sums that add up, and doubt that leaves people out."""

import pytest
from pyroaring import BitMap

from accounts.models.workspace import Workspace
from customers.agreeing import told
from segments.reaching import everyone, reach, tally
from tests.customers.stage import a_customer, a_trait

pytestmark = pytest.mark.django_db


def everybody(workspace: Workspace) -> dict[str, int]:
    """One person for each way to stand to us; `twin` writes from the address of `yes`."""
    a_trait(workspace, "Accepts Marketing")
    a_trait(workspace, "Unsubscribed")
    people = {
        "yes": ("yes@example.com", {"Accepts Marketing": "yes"}),
        "twin": ("YES@example.com", {"Accepts Marketing": "yes"}),
        "no": ("no@example.com", {"Accepts Marketing": "no"}),
        "silent": ("silent@example.com", {}),
        "odd": ("odd@example.com", {"Accepts Marketing": "perhaps"}),
        "stopped": ("stopped@example.com", {"Accepts Marketing": "yes", "Unsubscribed": "true"}),
        "silent-stopped": ("ss@example.com", {"Unsubscribed": "yes"}),
        "nowhere": ("", {"Accepts Marketing": "yes"}),
    }
    return {who: a_customer(workspace, who, email=e, traits=t).number for who, (e, t) in people.items()}


def test_only_who_agreed_and_did_not_ask_to_stop_gets_it(acme: Workspace) -> None:
    people = everybody(acme)
    found = reach(acme, BitMap(people.values()))

    assert found.chosen(unknown=False) == BitMap([people["yes"]])
    assert found.counts(unknown=False) == {
        "in_segment": 8, "with_address": 6, "same_address": 1, "agreed": 2, "unknown": 3, "refused": 1,
        "asked": 2, "stopped": 1, "chosen": 1,
    }  # fmt: skip


def test_a_tally_of_everybody_is_the_same_as_reading_the_members(acme: Workspace) -> None:
    people = list(everybody(acme).values())
    standing = everyone(acme)

    for members in (BitMap(people), BitMap(people[1:]), BitMap(people[:1]), BitMap()):
        assert tally(standing, members) == reach(acme, members)


def test_on_request_those_of_whom_nobody_knows_but_never_a_no_or_a_stop(acme: Workspace) -> None:
    people = everybody(acme)
    found = reach(acme, BitMap(people.values()))

    assert found.chosen(unknown=True) == BitMap([people["yes"], people["silent"], people["odd"]])
    assert found.counts(unknown=True)["stopped"] == 2


def test_without_a_detail_of_consent_nobody_has_agreed(acme: Workspace) -> None:
    person = a_customer(acme, "pam", email="pam@example.com", traits={"country": "UK"})
    found = reach(acme, BitMap([person.number]))

    assert not found.is_told
    assert found.chosen(unknown=False) == BitMap()
    assert len(found.unknown) == 1


def test_one_no_outweighs_a_yes(acme: Workspace) -> None:
    a_trait(acme, "accepts_marketing")
    a_trait(acme, "Newsletter")
    person = a_customer(
        acme, "pam", email="pam@example.com", traits={"accepts_marketing": True, "Newsletter": "unsubscribed"}
    )

    assert reach(acme, BitMap([person.number])).chosen(unknown=True) == BitMap()


def test_people_of_another_workspace_are_not_counted(acme: Workspace, charlie: object) -> None:
    zenith = Workspace.objects.get(slug="zenith")
    theirs = a_customer(zenith, "pam", email="pam@example.com")

    assert reach(acme, BitMap([theirs.number])).addressed == 0


@pytest.mark.parametrize(
    ("value", "meant"), [("TRUE", True), (1, True), (False, False), ("not_subscribed", False), ("", None), (None, None)]
)
def test_answers_are_understood_as_shops_write_them(value: object, meant: bool | None) -> None:
    assert told(value) is meant
