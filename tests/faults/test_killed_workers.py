"""Workers are killed, stopped and thought dead: each job still has exactly one effect."""

import os
import random
import signal
import time
from typing import Any

import pytest

from tests.faults.conftest import Installation

pytestmark = [
    pytest.mark.xdist_group("faults"),
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="needs signals"),
]

QUICK = 2
POINTS = [random.Random(number).random() for number in range(20)]  # how far into the job the blow falls
BLOWS = [
    pytest.param(number, point, marks=[pytest.mark.slow] if number >= QUICK else [], id=f"{number}-at-{point:.2f}")
    for number, point in enumerate(POINTS)
]


def is_running(seen: dict[str, Any]) -> bool:
    return bool(seen["status"] == "running")


def is_over(seen: dict[str, Any]) -> bool:
    return seen["status"] in {"done", "failed", "cancelled"}


@pytest.mark.parametrize(("number", "point"), BLOWS)
def test_a_killed_worker_leaves_exactly_one_effect(worker: Installation, number: int, point: float) -> None:
    job = worker.ask("request", seconds=1.0)["job"]
    worker.wait(job, is_running)
    time.sleep(point)

    if number % 2:
        worker.kill_worker()
        worker.start_worker()
    else:
        os.kill(worker.busy_child() if point < 0.9 else worker.pool()[0], signal.SIGKILL)

    seen = worker.wait(job, is_over)
    assert (seen["status"], seen["marks"]) == ("done", 1)
    assert seen["attempts"] <= 3


@pytest.mark.parametrize(("fence", "effects"), [(True, 1), (False, 2)])
def test_the_fence_is_what_keeps_a_worker_that_was_thought_dead_from_writing(
    worker: Installation, fence: bool, effects: int
) -> None:
    job = worker.ask("request", seconds=0.2, before_writing=1.0, fence=fence)["job"]
    worker.wait(job, is_running)
    time.sleep(0.3)
    sleeper = worker.busy_child()
    os.kill(sleeper, signal.SIGSTOP)
    try:
        worker.wait(job, is_over)  # the other process of the pool takes the job over and ends it
    finally:
        os.kill(sleeper, signal.SIGCONT)
    time.sleep(2.0)  # the first wakes up, and wants to write

    seen = worker.ask("look", job=job)
    assert (seen["status"], seen["attempts"], seen["marks"]) == ("done", 2, effects)


def test_a_clean_stop_gives_the_attempt_back_and_the_next_worker_goes_on(worker: Installation) -> None:
    job = worker.ask("request", seconds=6.0)["job"]
    worker.wait(job, is_running)
    time.sleep(0.5)
    assert worker.worker is not None

    began = time.monotonic()
    worker.worker.send_signal(signal.SIGTERM)
    worker.worker.wait(timeout=10)

    assert time.monotonic() - began < 6
    stopped = worker.ask("look", job=job)
    assert (stopped["status"], stopped["given_back"], stopped["marks"]) == ("queued", 1, 0)
    worker.start_worker()
    seen = worker.wait(job, is_over)
    assert (seen["status"], seen["attempts"] - seen["given_back"], seen["marks"]) == ("done", 1, 1)


def test_a_job_that_is_delivered_three_times_has_one_effect(worker: Installation) -> None:
    job = worker.ask("request", seconds=0.5)["job"]
    worker.ask("publish", job=job)
    worker.ask("publish", job=job)

    seen = worker.wait(job, is_over)
    time.sleep(1.0)
    assert (seen["status"], seen["attempts"]) == ("done", 1)
    assert worker.ask("look", job=job)["marks"] == 1


def test_a_job_that_kills_its_worker_ends_after_three_attempts(worker: Installation) -> None:
    job = worker.ask("request", seconds=0.2, poison=True)["job"]

    seen = worker.wait(job, is_over, seconds=60)
    assert (seen["status"], seen["attempts"], seen["marks"]) == ("failed", 3, 0)
    assert seen["message"] == "It stopped three times without an end. Please tell us."
