"""The example is replaced as a whole, and nothing else ever is."""

import pytest

from accounts.models.user import User
from accounts.models.workspace import Membership, Workspace
from icp import replacing


def test_only_an_example_can_be_emptied(acme: Workspace, alice: User) -> None:
    with pytest.raises(ValueError, match="not an example"):
        replacing.clear_away(acme)

    assert Membership.objects.in_workspace(acme).count() == 1


def test_the_new_one_takes_the_address_of_the_old(db: None) -> None:
    old = Workspace.objects.create(name="Fern", slug=replacing.SLUG, is_example=True)
    new = Workspace.objects.create(name="Fern", slug=replacing.hidden_slug(), is_example=True)
    assert replacing.shown() == old

    assert replacing.put_in_place(new) == [old]

    new.refresh_from_db()
    assert replacing.shown() == new
    assert new.slug == "fern-kettle"


def test_somebody_elses_workspace_keeps_its_address(db: None) -> None:
    theirs = Workspace.objects.create(name="Fern & Kettle", slug="fern-kettle")
    new = Workspace.objects.create(name="Fern", slug=replacing.hidden_slug(), is_example=True)

    assert replacing.shown() is None
    assert replacing.put_in_place(new) == []

    theirs.refresh_from_db()
    new.refresh_from_db()
    assert (theirs.slug, new.slug) == ("fern-kettle", "fern-kettle-2")
