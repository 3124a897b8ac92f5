"""Jobs and deeds over the API."""

from typing import Any

import pytest

from accounts import jobs
from accounts.models.job import Job
from accounts.models.user import User
from accounts.models.workspace import Workspace


@pytest.fixture
def job(acme: Workspace, alice: User) -> Job:
    return jobs.request(acme, kind="count", task="tests.count", by=alice)


def test_a_job_says_how_far_it_is(call: Any, bob: User, job: Job) -> None:
    work = jobs.claim(job.pk)
    assert work is not None
    work.advance(3, total=10, message="Counting.")
    said = call(bob).get(f"jobs/{job.pk}/").json()
    expected = {"id": str(job.pk), "kind": "count", "status": "running", "done": 3, "total": 10, "result": None}
    assert expected.items() <= said.items()
    assert said["message"] == "Counting."


def test_a_finished_job_holds_its_result(call: Any, bob: User, job: Job) -> None:
    jobs.carry_out(str(job.pk), lambda work: {"size": 312})
    said = call(bob).get(f"jobs/{job.pk}/").json()
    assert (said["status"], said["result"]) == ("done", {"size": 312})


def test_a_job_can_be_cancelled_once(call: Any, erin: User, job: Job) -> None:
    program = call(erin)
    first, second = program.post(f"jobs/{job.pk}/cancel/"), program.post(f"jobs/{job.pk}/cancel/")
    assert (first.status_code, first.json()["status"]) == (200, "cancelled")
    assert (second.status_code, second.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize(("actor", "status"), [("bob", 403), ("gina", 403), ("charlie", 404)])
def test_who_may_not_cancels_nothing(
    call: Any, job: Job, actor: str, status: int, request: pytest.FixtureRequest
) -> None:
    program = call(request.getfixturevalue(actor))
    assert program.post(f"/api/v1/workspaces/acme/jobs/{job.pk}/cancel/").status_code == status
    job.refresh_from_db()
    assert job.status == "queued"


def test_a_job_of_another_workspace_does_not_exist(call: Any, charlie: User, job: Job) -> None:
    assert call(charlie).get(f"jobs/{job.pk}/").status_code == 404


def test_deeds_are_listed_for_admins_only(call: Any, adam: User, erin: User) -> None:
    program = call(adam)
    said = program.get("audit/").json()["results"]
    assert [(entry["action"], entry["actor"]) for entry in said] == [("keys.made", "adam@example.com")]
    assert call(erin).get("audit/").status_code == 403
    assert program.post("audit/", {}).status_code == 405
