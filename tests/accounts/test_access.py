"""The door-keeper: strangers 404, too little right 403, nobody the sign-in page."""

from typing import Any

import pytest
from django.test import Client

from accounts.access import member


@pytest.mark.parametrize(
    ("actor", "status"),
    [("alice", 200), ("adam", 200), ("erin", 403), ("bob", 403), ("gina", 403), ("charlie", 404), ("frank", 404)],
)
def test_who_may_see_activity(
    client: Client, acme: Any, actor: str, status: int, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(actor))
    assert client.get("/w/acme/settings/activity/").status_code == status


def test_nobody_is_led_to_the_sign_in_page_and_back(client: Client, acme: Any) -> None:
    assert client.get("/w/acme/settings/team/").url == "/accounts/login/?next=/w/acme/settings/team/"
    assert client.post("/w/acme/settings/team/invite/").url == "/accounts/login/?next=/arrive/"


def test_a_fragment_sends_the_whole_page_to_the_sign_in(client: Client, acme: Any) -> None:
    answer = client.get("/w/acme/jobs/running/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"].startswith("/accounts/login/")) == (204, True)


def test_a_right_that_is_not_in_the_map_does_not_start() -> None:
    with pytest.raises(KeyError, match="accounts/permissions"):
        member("moon.view")
