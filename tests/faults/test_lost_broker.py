"""The broker is away: asking still answers at once, and the work is done when it is back."""

import socket
from collections.abc import Iterator

import pytest

from icp.management.broker import free_port
from tests.faults.conftest import Installation

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.slow]

AT_ONCE = 1.5  # seconds; two time-outs of half a second at most, the quickest of three on a busy machine


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Accepts connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        yield int(listener.getsockname()[1])


def test_asking_answers_at_once_while_the_broker_refuses(worker: Installation) -> None:
    desk = worker.open_desk(REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")
    asked = [worker.ask("request", desk=desk, seconds=0.1) for _ in range(3)]
    desk.kill()
    desk.wait()

    assert min(each["seconds"] for each in asked) < AT_ONCE
    for each in asked:
        seen = worker.wait(each["job"], lambda seen: seen["status"] == "done")
        assert seen["marks"] == 1


def test_asking_answers_at_once_while_the_broker_says_nothing(worker: Installation, silent_port: int) -> None:
    desk = worker.open_desk(REDIS_URL=f"redis://127.0.0.1:{silent_port}/0")
    asked = [worker.ask("request", desk=desk, seconds=0.1) for _ in range(3)]
    desk.kill()
    desk.wait()

    assert min(each["seconds"] for each in asked) < AT_ONCE
    for each in asked:
        seen = worker.wait(each["job"], lambda seen: seen["status"] == "done")
        assert seen["marks"] == 1
