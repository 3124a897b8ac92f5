"""What may be asked, and what is kept."""

from typing import Any

import pytest

from accounts.models.audit import AuditEntry
from accounts.models.user import User
from accounts.models.workspace import Workspace
from segments import proposing
from segments.models.segment import Segment, SegmentSet
from segments.proposing import NotPossible
from segments.science import clustering
from tests.segments.stage import a_segment

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"features": ["mood"]}, "“mood” cannot be used to find segments. Possible: orders, "),
        ({"features": ["rfm_group"]}, "“rfm_group” cannot be used"),
        ({"features": []}, "Choose 1 to 12 figures."),
        ({"algorithm": "oracle"}, "one of: kmeans, bisecting."),
        ({"k": 11}, "a whole number from 2 to 10."),
        ({"k": True}, "a whole number from 2 to 10."),
        ({"k": "many"}, "a whole number from 2 to 10."),
    ],
)
def test_what_cannot_be_asked_is_said_and_nothing_is_kept(
    acme: Workspace, asked: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(NotPossible) as refused:
        proposing.ask(acme, **{"features": ["orders"], "by": None} | asked)
    assert sentence in str(refused.value)
    assert not SegmentSet.objects.in_workspace(acme).exists()


def test_a_look_has_a_name_that_says_by_what(acme: Workspace, erin: User) -> None:
    whole = proposing.ask(acme, features=list(proposing.DEFAULT), by=erin)
    assert whole.name == "by days since last order, orders and 3 more"
    assert whole.asked == {"features": list(proposing.DEFAULT), "algorithm": "kmeans", "k": "auto"}
    assert AuditEntry.objects.in_workspace(acme).get().actor == erin


def test_the_ways_to_look_are_those_of_science() -> None:
    assert tuple(proposing.ALGORITHMS) == clustering.ALGORITHMS


def a_proposal(workspace: Workspace) -> SegmentSet:
    whole = SegmentSet.objects.create(workspace=workspace, name="by orders", method="clusters", status="proposed")
    for name in ("Many", "Few"):
        a_segment(workspace, name, {"feature": "orders", "op": "gte", "value": 1}, set=whole)
    return whole


def test_what_is_kept_has_the_names_that_people_gave(acme: Workspace, erin: User) -> None:
    whole = a_proposal(acme)
    many = whole.segments.get(name="Many")

    proposing.keep(whole, names={str(many.pk): "  Our   regulars "}, by=erin)

    whole.refresh_from_db()
    assert whole.status == SegmentSet.Status.KEPT
    assert set(Segment.objects.in_workspace(acme).values_list("name", flat=True)) == {"Our regulars", "Few"}


@pytest.mark.parametrize(("name", "sentence"), [("Few", "same name"), ("", "1 to 80"), ("x" * 81, "1 to 80")])
def test_a_bad_name_keeps_nothing(acme: Workspace, name: str, sentence: str) -> None:
    whole = a_proposal(acme)
    many = whole.segments.get(name="Many")

    with pytest.raises(NotPossible, match=sentence):
        proposing.keep(whole, names={str(many.pk): name}, by=None)

    whole.refresh_from_db()
    assert whole.status == SegmentSet.Status.PROPOSED
    assert set(whole.segments.values_list("name", flat=True)) == {"Many", "Few"}


def test_a_refusal_cannot_be_kept(acme: Workspace) -> None:
    whole = a_proposal(acme)
    SegmentSet.everywhere.update(status="refused")
    whole.refresh_from_db()
    with pytest.raises(NotPossible, match="no proposal"):
        proposing.keep(whole, names={}, by=None)
