"""Notifications: to whom, once, read, and counted without a query of their own."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import jobs, notifying
from accounts.access import membership_of
from accounts.jobs import JobFailed, Work
from accounts.models.job import Job
from accounts.models.notification import Notification
from accounts.models.user import User
from accounts.models.workspace import Workspace


def told(workspace: Workspace, user: User) -> list[str]:
    return [row.sentence for row in notifying.of(membership_of(user, workspace.slug))]


def test_the_same_thing_is_said_once(acme: Workspace, alice: User, bob: User) -> None:
    for _ in range(2):
        notifying.tell(acme, alice, kind="job", key="job:1", sentence="It is done.")

    assert told(acme, alice) == ["It is done."]
    assert told(acme, bob) == []


def test_only_members_with_the_right_hear_of_it(acme: Workspace, alice: User, erin: User, bob: User) -> None:
    assert notifying.tell_all(acme, "data.change", kind="data", key="old", sentence="Your data are old.") == 2

    assert [bool(told(acme, person)) for person in (alice, erin, bob)] == [True, True, False]


def test_strangers_and_former_members_are_told_nothing(acme: Workspace, charlie: User, frank: User) -> None:
    for person in (charlie, frank, None):
        assert not notifying.tell(acme, person, kind="job", key="job:1", sentence="It is done.")

    assert not Notification.objects.in_workspace(acme).exists()


def test_graders_hear_only_of_their_rounds(acme: Workspace, gina: User) -> None:
    assert not notifying.tell(acme, gina, kind="import", key="job:1", sentence="A file is in.")
    assert notifying.tell(acme, gina, kind=notifying.ROUND, key="round:1", sentence="Autumn is open.")

    assert told(acme, gina) == ["Autumn is open."]


def test_whoever_was_made_a_grader_does_not_see_what_was_said_before(acme: Workspace, erin: User) -> None:
    notifying.tell(acme, erin, kind="import", key="job:1", sentence="A file is in.")
    erin.memberships.update(role="grader")

    assert told(acme, erin) == []


def test_reading_counts_down_and_touches_nobody_else(acme: Workspace, alice: User, erin: User) -> None:
    for key in ("1", "2"):
        for person in (alice, erin):
            notifying.tell(acme, person, kind="job", key=key, sentence=f"Job {key} is done.")
    place = membership_of(alice, "acme")

    assert (place.unread, notifying.read(place), membership_of(alice, "acme").unread) == (2, 2, 0)
    assert membership_of(erin, "acme").unread == 2


def test_the_number_in_the_frame_costs_no_query_of_its_own(acme: Workspace, alice: User) -> None:
    with CaptureQueriesContext(connection) as seen:
        assert membership_of(alice, "acme").unread == 0

    assert len(seen) == 1


def _cannot(work: Work) -> None:
    raise JobFailed("The disk is full.")


def _breaks(work: Work) -> None:
    raise RuntimeError("boom")


def a_job(workspace: Workspace, by: User | None) -> Job:
    return jobs.request(workspace, kind="refresh", task="accounts.tick", by=by)


def test_whoever_asked_hears_that_work_could_not_be_done(acme: Workspace, alice: User, erin: User) -> None:
    jobs.carry_out(str(a_job(acme, erin).pk), _cannot)
    with pytest.raises(RuntimeError):
        jobs.carry_out(str(a_job(acme, erin).pk), _breaks)

    assert told(acme, erin)[1] == "Counting a segment again could not be done. The disk is full."
    assert "Something went wrong on our side." in told(acme, erin)[0]
    assert told(acme, alice) == []


def test_work_that_was_done_or_that_nobody_asked_for_makes_no_noise(acme: Workspace, alice: User) -> None:
    jobs.carry_out(str(a_job(acme, alice).pk), lambda work: None)
    jobs.carry_out(str(a_job(acme, None).pk), _cannot)

    assert not Notification.objects.in_workspace(acme).exists()


def test_a_job_that_stopped_three_times_is_told(acme: Workspace, alice: User) -> None:
    job = a_job(acme, alice)
    Job.everywhere.filter(pk=job.pk).update(status=Job.Status.RUNNING, attempts=3, heard_from_at="2026-01-01T00:00:00Z")
    jobs.tick()

    assert "stopped three times" in told(acme, alice)[0]


def test_a_listener_that_breaks_does_not_harm_the_work(
    acme: Workspace, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **told: object) -> bool:
        raise RuntimeError("no")

    monkeypatch.setattr(notifying, "tell", broken)
    job = a_job(acme, alice)
    jobs.carry_out(str(job.pk), _cannot)

    job.refresh_from_db()
    assert job.status == Job.Status.FAILED
