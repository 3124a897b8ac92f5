"""Sets and comparisons over the API."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models.job import Job
from accounts.models.workspace import Workspace
from segments.models.segment import Segment, SegmentSet
from tests.conftest import run_jobs
from tests.customers.stage import AS_OF
from tests.segments.shop import a_shop
from tests.segments.stage import a_segment
from tests.segments.test_comparing import two_moments

pytestmark = pytest.mark.django_db
API = "/api/v1/workspaces/acme"
LOOK = {"method": "clusters", "features": ["recency_days", "orders", "average_order_value"], "k": "auto"}


@pytest.fixture
def api(request: pytest.FixtureRequest) -> Any:
    def as_person(name: str) -> APIClient:
        client = APIClient()
        client.force_authenticate(request.getfixturevalue(name))
        return client

    return as_person


def test_a_look_over_the_api_ends_in_segments_and_a_verdict(acme: Workspace, api: Any) -> None:
    a_shop(acme, follow=False)
    client = api("erin")

    asked = client.post(f"{API}/segment-sets/", LOOK, format="json")
    run_jobs(acme)

    assert asked.status_code == 202
    result = client.get(f"{API}/jobs/{asked.json()['id']}/").json()["result"]
    told = client.get(f"{API}/segment-sets/{result['set']}/").json()
    assert [segment["id"] for segment in told["segments"]] == result["segments"]
    assert told["validity"]["verdict"] == "clear segments"
    assert [segment["size"] for segment in told["segments"]] == [200, 120, 80]
    assert sum(segment["share"] for segment in told["segments"]) == pytest.approx(1)


def test_a_proposal_is_kept_under_a_new_name(acme: Workspace, api: Any) -> None:
    whole, _ = two_moments(acme)
    SegmentSet.everywhere.update(status="proposed")
    good = whole.segments.get(name="Good")

    body = {"names": {str(good.pk): "Very good"}}
    answer = api("erin").post(f"{API}/segment-sets/{whole.pk}/keep/", body, format="json")

    assert (answer.status_code, answer.json()["status"]) == (200, "kept")
    good.refresh_from_db()
    assert good.name == "Very good"


def test_buying_habits_are_asked_for_as_a_job(acme: Workspace, api: Any) -> None:
    a_shop(acme, follow=False)
    answer = api("erin").post(f"{API}/segment-sets/", {"method": "rfm"}, format="json")
    run_jobs(acme)
    assert (answer.status_code, answer.json()["kind"]) == (202, "main-segments")
    assert len(Job.objects.in_workspace(acme).get(pk=answer.json()["id"]).result["segments"]) == 18


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"method": "clusters", "features": ["mood"]}, "“mood” cannot be used to find segments."),
        ({"method": "clusters", "features": ["orders"], "k": 99}, "from 2 to 10."),
    ],
)
def test_what_cannot_be_looked_for_is_refused_in_a_sentence(
    acme: Workspace, api: Any, body: dict[str, Any], sentence: str
) -> None:
    answer = api("erin").post(f"{API}/segment-sets/", body, format="json")
    assert answer.status_code == 400
    assert sentence in answer.json()["message"]
    assert not SegmentSet.objects.in_workspace(acme).exists()
    assert not Job.objects.in_workspace(acme).exists()


@pytest.mark.parametrize(("person", "status"), [("erin", 202), ("bob", 403), ("gina", 403), ("charlie", 404)])
def test_who_may_look(acme: Workspace, api: Any, person: str, status: int) -> None:
    answer = api(person).post(f"{API}/segment-sets/", LOOK, format="json")
    assert answer.status_code == status
    assert SegmentSet.objects.in_workspace(acme).count() == (status == 202)


def test_overlap_over_the_api(acme: Workspace, api: Any) -> None:
    two_moments(acme)
    ids = ",".join(str(segment.pk) for segment in Segment.objects.in_workspace(acme).order_by("position"))
    told = api("bob").get(f"{API}/segments/overlap/?ids={ids}").json()
    assert told["names"] == ["Good", "Bad"]
    assert told["counts"] == [[2, 0], [0, 2]]


def test_overlap_with_somebody_elses_segment_is_refused(acme: Workspace, api: Any) -> None:
    other = Workspace.objects.create(slug="other", name="Other")
    theirs = a_segment(other, "Theirs", {"feature": "orders", "op": "gte", "value": 1})
    answer = api("bob").get(f"{API}/segments/overlap/?ids={theirs.pk}")
    assert answer.status_code == 400
    assert "Theirs" not in answer.content.decode()


def test_movement_over_the_api(acme: Workspace, api: Any) -> None:
    whole, later = two_moments(acme)
    query = {"set": str(whole.pk), "from": AS_OF.isoformat(), "to": later.isoformat()}
    told = api("bob").get(f"{API}/segments/movement/", query).json()
    assert told["counts"] == [[1, 1, 1], [0, 1, 0], [1, 0, 0]]
    assert told["names"][-1] == "Outside"
    assert told["ids"][-1] is None


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({}, "Say from when"),
        ({"from": "soon"}, "“from” is a day"),
        ({"from": "2026-03-01", "to": "2026-02-01"}, "lies before"),
        ({"from": "2026-02-31"}, "“from” is a day"),
    ],
)
def test_movement_needs_two_moments(acme: Workspace, api: Any, query: dict[str, str], sentence: str) -> None:
    whole, _ = two_moments(acme)
    answer = api("bob").get(f"{API}/segments/movement/", {"set": str(whole.pk)} | query)
    assert answer.status_code == 400
    assert sentence in answer.json()["message"]
