"""Jobs: one effect, whoever dies; progress that people can trust; nothing after a cancel."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils.timezone import now

from accounts import jobs
from accounts.jobs import JobFailed, Superseded, Work
from accounts.jobs import publish as real_publish
from accounts.models.audit import AuditEntry
from accounts.models.job import Job
from accounts.models.user import User
from accounts.models.workspace import Workspace

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def job(acme: Workspace, alice: User) -> Job:
    return jobs.request(acme, kind="count", task="tests.count", by=alice, asked={"what": "all"})


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Job ids that were handed to the broker."""
    sent: list[str] = []
    monkeypatch.setattr("accounts.jobs.publish", real_publish)
    monkeypatch.setattr("accounts.jobs.current_app.send_task", lambda task, args, **options: sent.extend(args))
    return sent


def claimed(job: Job) -> Work:
    work = jobs.claim(job.pk)
    assert work is not None
    return work


def deeds(workspace: Workspace) -> int:
    return int(AuditEntry.objects.in_workspace(workspace).count())


def write_once(work: Work) -> None:
    """What a verb does at its end: hold, then write."""
    with transaction.atomic():
        work.hold()
        AuditEntry.objects.create(workspace=work.job.workspace, action="test.done", sentence="Done.")


def test_a_request_is_queued_and_remembers_what_was_asked(job: Job, alice: User) -> None:
    assert (job.status, job.asked, job.requested_by, job.attempts) == ("queued", {"what": "all"}, alice, 0)


def test_a_request_is_published_only_once_its_transaction_commits(
    acme: Workspace, broker: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.request(acme, kind="count", task="tests.count", by=None)
        assert broker == []
    assert broker == [str(job.pk)]


def test_work_that_ends_well_keeps_its_result(job: Job) -> None:
    def verb(work: Work) -> dict[str, int]:
        work.advance(3, total=4, message="Counting.")
        return {"counted": 4}

    assert jobs.carry_out(str(job.pk), verb) is True
    job.refresh_from_db()
    assert (job.status, job.result, job.done, job.total, job.attempts) == ("done", {"counted": 4}, 4, 4, 1)
    assert job.ended_at is not None


def test_a_reason_for_people_ends_the_job_with_that_sentence(job: Job) -> None:
    def verb(work: Work) -> None:
        raise JobFailed("The file is empty.")

    jobs.carry_out(str(job.pk), verb)
    job.refresh_from_db()
    assert (job.status, job.message, job.result) == ("failed", "The file is empty.", None)


def test_a_fault_ends_the_job_with_a_general_sentence_and_reaches_the_log(job: Job) -> None:
    def verb(work: Work) -> None:
        raise ZeroDivisionError("secret detail")

    with pytest.raises(ZeroDivisionError):
        jobs.carry_out(str(job.pk), verb)
    job.refresh_from_db()
    assert job.status == "failed"
    assert "secret" not in job.message


def test_a_job_is_claimed_by_one_worker_only(job: Job) -> None:
    claimed(job)
    assert jobs.claim(job.pk) is None


def test_a_second_message_for_a_finished_job_does_nothing(job: Job) -> None:
    ran: list[int] = []
    jobs.carry_out(str(job.pk), lambda work: ran.append(1))
    assert jobs.carry_out(str(job.pk), lambda work: ran.append(2)) is False
    assert ran == [1]


@pytest.mark.parametrize(("silence", "taken"), [(59, False), (61, True)])
def test_a_worker_is_thought_dead_after_a_minute_of_silence(job: Job, silence: int, taken: bool) -> None:
    with time_machine.travel(NOON, tick=False):
        claimed(job)
    with time_machine.travel(NOON + timedelta(seconds=silence), tick=False):
        assert (jobs.claim(job.pk) is not None) is taken


def test_a_sign_of_life_keeps_the_claim(job: Job) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        work = claimed(job)
        clock.shift(50)
        work.advance(1)
        clock.shift(50)
        assert jobs.claim(job.pk) is None


def take_over(job: Job) -> tuple[Work, Work]:
    """A worker that was thought dead, and its successor."""
    with time_machine.travel(NOON, tick=False):
        zombie = claimed(job)
    with time_machine.travel(NOON + timedelta(minutes=2), tick=False):
        return zombie, claimed(job)


def test_a_worker_that_was_thought_dead_writes_nothing(job: Job, acme: Workspace) -> None:
    zombie, successor = take_over(job)
    before = deeds(acme)
    with time_machine.travel(NOON + timedelta(minutes=2), tick=False):
        write_once(successor)
        with pytest.raises(Superseded):
            write_once(zombie)
    assert deeds(acme) == before + 1


def test_without_the_fence_the_effect_would_be_there_twice(
    job: Job, acme: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Work, "hold", lambda work: None)
    zombie, successor = take_over(job)
    before = deeds(acme)
    write_once(successor)
    write_once(zombie)
    assert deeds(acme) == before + 2


def test_a_worker_that_was_thought_dead_neither_advances_nor_ends_the_job(job: Job) -> None:
    zombie, _ = take_over(job)
    with pytest.raises(Superseded):
        zombie.advance(5)
    zombie.finish({"wrong": True})
    zombie.fail("Wrong.")
    job.refresh_from_db()
    assert (job.status, job.done, job.result, job.message) == ("running", 0, None, "")


def test_a_clean_stop_gives_the_attempt_back_and_never_reuses_its_number(job: Job) -> None:
    def verb(work: Work) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        jobs.carry_out(str(job.pk), verb)
    job.refresh_from_db()
    assert (job.status, job.ended_at, job.given_back, job.published_at) == ("queued", None, 1, None)
    assert claimed(job).attempt == 2


def test_clean_stops_do_not_use_up_the_three_attempts(job: Job) -> None:
    for _ in range(5):
        jobs.give_back(claimed(job))
    assert claimed(job).attempt == 6


def test_three_attempts_are_enough(job: Job) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(3):
            claimed(job)
            clock.shift(61)
        assert jobs.claim(job.pk) is None
        jobs.tick()
    job.refresh_from_db()
    assert (job.status, job.message) == ("failed", "It stopped three times without an end. Please tell us.")


def test_a_new_claim_starts_counting_at_nothing(job: Job) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        claimed(job).advance(70, total=100, message="Reading.")
        clock.shift(61)
        claimed(job)
    job.refresh_from_db()
    assert (job.done, job.message) == (0, "")


def test_a_cancelled_job_stops_its_worker_at_the_next_step(job: Job, acme: Workspace) -> None:
    before = deeds(acme)

    def verb(work: Work) -> dict[str, bool]:
        jobs.cancel(job)
        write_once(work)
        return {"written": True}

    assert jobs.carry_out(str(job.pk), verb) is True
    job.refresh_from_db()
    assert (job.status, job.result, job.message) == ("cancelled", None, "Cancelled. Nothing was changed.")
    assert deeds(acme) == before


def test_a_cancel_after_something_was_written_does_not_claim_that_nothing_was(job: Job) -> None:
    write_once(claimed(job))
    assert jobs.cancel(job) is True
    job.refresh_from_db()
    assert job.message == "Cancelled. Some of it had been written already."


def test_a_job_that_is_over_cannot_be_cancelled(job: Job) -> None:
    jobs.carry_out(str(job.pk), lambda work: {"fine": True})
    assert jobs.cancel(job) is False
    job.refresh_from_db()
    assert job.status == "done"


def test_a_cancelled_job_is_never_claimed(job: Job) -> None:
    jobs.cancel(job)
    assert jobs.claim(job.pk) is None


def test_the_tick_publishes_what_the_broker_missed(job: Job, broker: list[str]) -> None:
    jobs.tick()
    assert broker == [str(job.pk)]


def test_the_tick_leaves_a_published_job_alone_for_half_a_minute(job: Job, broker: list[str]) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        jobs.tick()
        clock.shift(29)
        jobs.tick()
        assert len(broker) == 1
        clock.shift(2)
        jobs.tick()
    assert broker == [str(job.pk)] * 2


def test_the_tick_publishes_a_job_whose_worker_fell_silent(job: Job, broker: list[str]) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        jobs.publish(job)
        claimed(job)
        clock.shift(45)
        jobs.tick()
        assert len(broker) == 1
        clock.shift(20)
        jobs.tick()
    assert broker == [str(job.pk)] * 2


def test_the_tick_does_not_touch_what_is_over(job: Job, broker: list[str]) -> None:
    jobs.carry_out(str(job.pk), lambda work: None)
    jobs.tick()
    assert broker == []


def test_a_broker_that_is_away_costs_nothing(job: Job, broker: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any, **options: Any) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr("accounts.jobs.current_app.send_task", away)
    assert jobs.publish(job) is False
    job.refresh_from_db()
    assert (job.status, job.published_at) == ("queued", None)  # so the very next tick tries again


def test_what_was_left_running_can_be_taken_over_at_once(job: Job, broker: list[str]) -> None:
    jobs.publish(job)
    claimed(job)
    assert jobs.take_over_at_once() == 1
    jobs.tick()
    assert broker == [str(job.pk)] * 2
    assert claimed(job).attempt == 2


def test_a_heartbeat_is_given_while_the_work_goes_on(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    beats: list[Any] = []
    monkeypatch.setattr(jobs, "BEAT", 0.01)

    class Mine:
        def update(self, **told: Any) -> int:
            beats.append(told["heard_from_at"])
            return 1

    work = claimed(job)
    monkeypatch.setattr(Work, "_mine", lambda self: Mine())
    with jobs.heartbeat(work):
        until = now() + timedelta(seconds=2)
        while not beats and now() < until:
            pass
    assert beats
