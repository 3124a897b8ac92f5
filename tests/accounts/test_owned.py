"""Rows of a workspace cannot be read without saying whose they are."""

import pytest

from accounts.models.job import Job
from accounts.models.owned import Unscoped, new_id
from accounts.models.user import User
from accounts.models.workspace import Membership, Workspace


def test_rows_without_a_scope_are_refused(alice: User) -> None:
    for unscoped in (
        lambda: Membership.objects.all(),
        lambda: Membership.objects.filter(user=alice),
        Job.objects.count,
    ):
        with pytest.raises(Unscoped, match="Say whose rows"):
            unscoped()


def test_a_row_is_not_made_without_its_workspace(db: None) -> None:
    with pytest.raises(Unscoped, match="belongs to a workspace"):
        Job.objects.create(kind="count")


def test_a_scope_shows_only_its_own_rows(acme: Workspace, alice: User, charlie: User) -> None:
    assert [membership.user for membership in Membership.objects.in_workspace(acme)] == [alice]
    assert Membership.objects.in_workspace(None).count() == 0


def test_ids_are_ordered_by_time_and_are_version_7() -> None:
    made = [new_id() for _ in range(50)]
    assert {number.version for number in made} == {7}
    assert [number.int >> 80 for number in made] == sorted(number.int >> 80 for number in made)
    assert len(set(made)) == 50
