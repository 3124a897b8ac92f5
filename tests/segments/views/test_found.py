"""Found for you: the form, the wait, the proposal, the refusal."""

from typing import Any

import pytest

from accounts.models.job import Job
from accounts.models.user import User
from accounts.models.workspace import Workspace
from segments.models.segment import SegmentSet
from tests.conftest import run_jobs
from tests.segments.shop import Kind, a_shop

pytestmark = pytest.mark.django_db
PAGES = "/w/acme/segments"
FIGURES = {"features": ["recency_days", "orders", "average_order_value"], "algorithm": "kmeans", "k": "auto"}


def test_a_look_leads_to_a_proposal_that_can_be_kept(acme: Workspace, erin: User, signed_in: Any) -> None:
    a_shop(acme, follow=False)
    client = signed_in(erin)

    asked = client.post(f"{PAGES}/found/", FIGURES)
    whole = SegmentSet.objects.in_workspace(acme).get()
    assert asked.headers["Location"] == f"{PAGES}/sets/{whole.pk}/"
    assert "We are looking for segments" in client.get(asked.headers["Location"]).content.decode()

    run_jobs(acme)
    page = client.get(asked.headers["Location"]).content.decode()
    assert "We found <b>3 segments</b> among 400 buyers" in page
    assert "Clear segments" in page

    first = whole.segments.get(position=1)
    kept = client.post(f"{PAGES}/sets/{whole.pk}/keep/", {f"name-{first.pk}": "Once only"})
    assert kept.headers["Location"] == f"{PAGES}/"
    assert "Once only" in client.get(f"{PAGES}/").content.decode()


def test_a_name_given_twice_is_said_and_what_was_typed_stays(acme: Workspace, erin: User, signed_in: Any) -> None:
    a_shop(acme, follow=False)
    client = signed_in(erin)
    client.post(f"{PAGES}/found/", FIGURES)
    run_jobs(acme)
    whole = SegmentSet.objects.in_workspace(acme).get()

    names = {f"name-{segment.pk}": "Same" for segment in whole.segments.all()}
    answer = client.post(f"{PAGES}/sets/{whole.pk}/keep/", names)

    assert answer.status_code == 422
    assert "Two of these segments have the same name." in answer.content.decode()
    assert answer.content.decode().count('value="Same"') == 3


def test_too_few_people_get_an_honest_page(acme: Workspace, erin: User, signed_in: Any) -> None:
    a_shop(acme, {"few": Kind(60, 3, 60, 20, 2000)}, follow=False)
    client = signed_in(erin)
    client.post(f"{PAGES}/found/", FIGURES)
    run_jobs(acme)
    whole = SegmentSet.objects.in_workspace(acme).get()

    page = client.get(f"{PAGES}/sets/{whole.pk}/").content.decode()

    assert "We cannot tell yet whether there are segments." in page
    assert "60 people are too few to say; it takes 100." in page
    assert "Use buying habits instead" in page


def test_no_figure_at_all_is_refused_on_the_form(acme: Workspace, erin: User, signed_in: Any) -> None:
    answer = signed_in(erin).post(f"{PAGES}/found/", {"algorithm": "kmeans", "k": "auto"})
    assert answer.status_code == 422
    assert "Choose 1 to 12 figures." in answer.content.decode()
    assert not Job.objects.in_workspace(acme).exists()


def test_a_look_that_was_stopped_says_so(acme: Workspace, erin: User, signed_in: Any) -> None:
    client = signed_in(erin)
    client.post(f"{PAGES}/found/", FIGURES)
    Job.objects.in_workspace(acme).update(status="cancelled", message="Erin stopped it.")
    whole = SegmentSet.objects.in_workspace(acme).get()
    page = client.get(f"{PAGES}/sets/{whole.pk}/").content.decode()
    assert "This look did not come to an end." in page
    assert "Erin stopped it." in page


@pytest.mark.parametrize(("person", "status"), [("bob", 403), ("gina", 403), ("charlie", 404)])
def test_who_may_not_look(
    acme: Workspace, signed_in: Any, request: pytest.FixtureRequest, person: str, status: int
) -> None:
    answer = signed_in(request.getfixturevalue(person)).post(f"{PAGES}/found/", FIGURES)
    assert answer.status_code == status
    assert not SegmentSet.objects.in_workspace(acme).exists()
