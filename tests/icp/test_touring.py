"""The tour of the example: five stops at most, skippable, never twice, and nowhere else."""

from typing import Any

import pytest
from django.test import Client

from accounts.models.user import User
from accounts.models.workspace import Role, Workspace
from icp import replacing, touring, visiting
from tests.conftest import a_member
from tests.customers.stage import NOON

ON = "Tour of the example"


@pytest.fixture
def fern(db: None) -> Workspace:
    workspace = Workspace.objects.create(name="Fern & Kettle", slug=replacing.SLUG, is_example=True)
    a_member(workspace, "ines", Role.OWNER)
    return workspace


@pytest.fixture
def visitor(fern: Workspace, client: Client, settings: Any) -> Client:
    client.force_login(visiting.come_in(fern, None, at=NOON), settings.AUTHENTICATION_BACKENDS[0])
    return client


def test_it_has_five_stops_at_most_and_each_has_its_page() -> None:
    assert len(touring.STOPS) <= 5
    assert all(touring.address(number, "fern").startswith("/w/fern/") for number in range(1, 6))


def test_it_goes_from_stop_to_stop_and_is_never_seen_again(visitor: Client, fern: Workspace) -> None:
    page = f"/w/{fern.slug}/plan/"
    assert f"1 of {len(touring.STOPS)}, Home." in visitor.get(page).content.decode()
    for number in range(2, len(touring.STOPS) + 1):
        answer = visitor.post("/example/tour/", {"stop": number})
        assert answer["Location"] == touring.address(number, fern.slug)
        assert f"{number} of {len(touring.STOPS)}, " in visitor.get(page).content.decode()
    visitor.post("/example/tour/", {"stop": 0})
    assert ON not in visitor.get(page).content.decode()


@pytest.mark.parametrize("stop", ["0", "99", "x", ""])
def test_skipping_ends_it_for_good(visitor: Client, fern: Workspace, stop: str) -> None:
    visitor.post("/example/tour/", {"stop": stop})
    assert ON not in visitor.get(f"/w/{fern.slug}/plan/").content.decode()


def test_nobody_is_toured_through_a_real_workspace(acme: Workspace, alice: User, client: Client) -> None:
    client.force_login(alice)
    assert ON not in client.get("/w/acme/").content.decode()
    assert client.post("/example/tour/", {"stop": 2})["Location"] == "/example/"
    assert touring.COOKIE not in client.cookies
