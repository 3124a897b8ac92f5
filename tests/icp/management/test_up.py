"""manage.py up, as a real process: it answers, refuses a second start, and leaves nothing behind."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from icp.management.broker import free_port

ROOT = Path(__file__).resolve().parents[3]

pytestmark = [
    pytest.mark.xdist_group("faults"),
    pytest.mark.slow,
    pytest.mark.skipif(not (ROOT / "node_modules" / "@tabler").is_dir(), reason="front-end files are not installed"),
]


class Started:
    """A running `up` with its data folder and port."""

    def __init__(self, folder: Path, port: int, *more: str) -> None:
        self.folder, self.port = folder, port
        left_out = {"REDIS_URL", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "BESTFIT_URL"}
        environment = {name: value for name, value in os.environ.items() if name not in left_out}
        self.environment = {**environment, "BESTFIT_DATA": str(folder)}
        self.log = folder.parent / f"{folder.name}.log"
        command = [sys.executable, "manage.py", "up", "--port", str(port), *more]
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def wait_for(self, words: str, *, seconds: float = 240) -> str:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if words in (said := self.log.read_text()):
                return said
            assert self.process.poll() is None, said
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def children(self) -> list[int]:
        return [int(p) for p in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()]

    def end(self, how: int = signal.SIGINT) -> int:
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(timeout=30)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    folder = tmp_path_factory.mktemp("up") / "var"
    folder.mkdir()
    started = Started(folder, free_port(), "--no-demo")
    try:
        started.wait_for("Ctrl-C ends it")
        yield started
    finally:
        started.end()


def test_it_answers_and_prints_a_link_that_signs_in(up: Started) -> None:
    said = up.log.read_text()
    with urllib.request.urlopen(f"http://127.0.0.1:{up.port}/health/ready") as answer:
        assert answer.status == 200

    link = re.search(r"http://127\.0\.0\.1:\d+/in/\S+", said)
    assert link is not None
    with urllib.request.urlopen(link.group()) as page:
        assert "owner@localhost" in page.read().decode()


def test_the_broker_listens_here_only_and_its_password_is_nobody_elses(up: Started) -> None:
    configuration = up.folder / "valkey" / "valkey.conf"

    assert configuration.stat().st_mode & 0o077 == 0
    assert "bind 127.0.0.1\n" in configuration.read_text()
    assert "maxmemory-policy noeviction" in configuration.read_text()


def test_a_second_start_on_the_same_folder_is_refused_with_a_sentence(up: Started) -> None:
    command = [sys.executable, "manage.py", "up", "--port", str(free_port())]
    second = subprocess.run(command, cwd=ROOT, env=up.environment, capture_output=True, text=True, timeout=60)

    assert second.returncode == 1
    assert "Bestfit runs already on" in second.stderr
    assert up.process.poll() is None


def test_a_port_that_is_taken_is_said_in_a_sentence(up: Started, tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "up", "--port", str(up.port)]
    environment = {**up.environment, "BESTFIT_DATA": str(tmp_path / "other")}
    second = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)

    assert second.returncode == 1
    assert f"Port {up.port} is taken by another program. Choose another: make run PORT={up.port + 1}" in second.stderr


def test_when_one_part_dies_the_rest_ends_and_the_exit_code_says_so(up: Started) -> None:
    """The last test of this start; then a second start on the same folder ends cleanly on Ctrl-C."""
    children = up.children()
    assert len(children) == 4  # valkey, web, worker, beat

    os.kill(children[-1], signal.SIGKILL)

    assert up.process.wait(timeout=30) == 1
    assert "beat ended by itself" in up.log.read_text()
    assert [child for child in children if Path(f"/proc/{child}").exists()] == []


def test_it_starts_again_and_ends_cleanly_on_ctrl_c(up: Started) -> None:
    up.end()
    again = Started(up.folder, up.port, "--no-demo")
    try:
        again.wait_for("Ctrl-C ends it")
        children = again.children()
    finally:
        code = again.end()

    assert code == 0
    assert [child for child in children if Path(f"/proc/{child}").exists()] == []


@pytest.mark.slow
def test_it_answers_while_the_example_is_built_which_takes_a_minute(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    folder.mkdir()
    started = Started(folder, free_port())
    try:
        started.wait_for("Ctrl-C ends it")
        begun, address = time.monotonic(), f"http://127.0.0.1:{started.port}/example/"
        with urllib.request.urlopen(address) as page:
            assert "Look around</button>" not in page.read().decode()
        while "Look around</button>" not in urllib.request.urlopen(address).read().decode():
            assert time.monotonic() < begun + 120
            time.sleep(1)
        print(f"The example stood open after {time.monotonic() - begun:.0f} seconds.")
    finally:
        started.end()
