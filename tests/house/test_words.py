"""Nobody meets a word of the method on a page, outside *How we know*."""

from typing import Any

import pytest
from django.test import Client

from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers.models.customer import Customer
from tests.house.routes import every_route
from tests.house.words import read, unsaid
from tests.house.world import one_of_everything
from tests.icp.shop import settle, twelve_buyers

PAGES = [route for route in every_route() if route.is_guarded_page]
OPEN = ["/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]


@pytest.fixture
def world(acme: Workspace, alice: User, django_capture_on_commit_callbacks: Any) -> dict[str, str]:
    """One of everything, in a shop whose customers have been counted."""
    twelve_buyers(acme)
    settle(acme, django_capture_on_commit_callbacks)
    Customer.objects.in_workspace(acme).filter(number=0).update(number=1000)  # the world brings a number 0 of its own
    return one_of_everything(acme, alice)


def test_no_page_says_a_word_that_people_do_not_use(client: Client, world: dict[str, str], alice: User) -> None:
    client.force_login(alice)
    client.raise_request_exception = False

    said: dict[str, list[str]] = {}
    shown = 0
    for name, path in [(path, path) for path in OPEN] + [(route.name, route.path(world)) for route in PAGES]:
        answer = client.get(path)
        if answer.status_code != 200 or not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        shown += 1
        if words := unsaid(read(answer.content.decode())):
            said[name] = words
    assert shown > 40
    assert not said, "\n".join(f"{name}: {words}" for name, words in said.items())


@pytest.mark.parametrize(
    "text",
    [
        "This cohort is stale.",
        "k = 4 clusters",
        "A churn score",
        "Your audiences",
        "her profile",
        "an attribute",
        "RFM",
    ],
)
def test_a_word_of_the_method_is_found(text: str) -> None:
    assert unsaid(text)


@pytest.mark.parametrize(
    "text",
    [
        "A file for Meta audiences",
        "Business profile",
        "an ideal customer profile",
        "Insights",
        "Insight 360",
        "a weekly review",
    ],
)
def test_a_name_that_is_in_order_is_left_alone(text: str) -> None:
    assert not unsaid(text)


def test_what_stands_in_the_drawer_is_not_read() -> None:
    page = '<main><p>A clear segment</p><aside id="how"><p>silhouette 0.41<br>k = 3</p></aside><p>And on</p></main>'

    assert read(page) == "A clear segment And on"
