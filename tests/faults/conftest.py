"""A small installation of its own: database, broker, worker and a desk, each a real process."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from icp.management import broker
from icp.management.processes import Processes

ROOT = Path(__file__).resolve().parents[2]


class Installation:
    """What the tests break. Everything it starts, it ends by its own id."""

    def __init__(self, folder: Path, database: str, redis_url: str) -> None:
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
            "BESTFIT_DATA": str(folder),
            "DATABASE_URL": database,
            "REDIS_URL": redis_url,
            "PYTHONPATH": str(ROOT),
            "OMP_NUM_THREADS": "1",
        }
        self.folder = folder
        self.worker: subprocess.Popen[bytes] | None = None
        self.desk = self.open_desk()

    def open_desk(self, **changed: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.faults.desk"]
        environment = {**self.environment, **changed}
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, do: str, *, desk: subprocess.Popen[str] | None = None, **asked: Any) -> dict[str, Any]:
        desk = desk or self.desk
        assert desk.stdin is not None
        assert desk.stdout is not None
        desk.stdin.write(json.dumps({"do": do, **asked}) + "\n")
        desk.stdin.flush()
        answer: dict[str, Any] = json.loads(desk.stdout.readline())
        return answer

    def start_worker(self) -> None:
        log = open(self.folder / "worker.log", "ab")  # noqa: SIM115  # as long as the worker
        command = [sys.executable, "-m", "celery", "--quiet", "-A", "tests.faults.effects", "worker"]
        tuning = ["--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
        environment = {**self.environment, "REMAP_SIGTERM": "SIGQUIT"}
        self.worker = subprocess.Popen(
            [*command, *tuning], cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )

    def pool(self) -> list[int]:
        """The processes that do the work, newest last."""
        assert self.worker is not None
        children = Path(f"/proc/{self.worker.pid}/task/{self.worker.pid}/children").read_text().split()
        return [int(child) for child in children]

    def kill_worker(self) -> None:
        """kill -9 of the worker and its pool, as when the machine loses power."""
        assert self.worker is not None
        os.killpg(self.worker.pid, signal.SIGKILL)
        self.worker.wait()

    def busy_child(self) -> int:
        """The pool process that burns or sleeps inside the job: the one that holds the heartbeat thread."""
        for child in self.pool():
            if len(list(Path(f"/proc/{child}/task").iterdir())) > 1:
                return child
        raise AssertionError("No pool process is at work.")

    def wait(self, job: str, until: Callable[[dict[str, Any]], bool], *, seconds: float = 40) -> dict[str, Any]:
        """Look at the job, with a tick in between as beat would send it, until something is true of it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            seen = self.ask("look", job=job)
            if until(seen):
                return seen
            self.ask("tick")
            time.sleep(0.1)
        raise AssertionError(f"Still {seen} after {seconds} s. {(self.folder / 'worker.log').read_text()[-2000:]}")

    def end(self) -> None:
        if self.worker is not None and self.worker.poll() is None:
            self.kill_worker()
        self.desk.kill()
        self.desk.wait()


@contextmanager
def a_database(folder: Path) -> Iterator[str]:
    """A SQLite file, or a database of its own on the PostgreSQL that DATABASE_URL names."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{folder / 'db.sqlite3'}"
        return
    import psycopg

    server, _, _ = url.rpartition("/")
    name = f"bestfit_faults_{uuid4().hex[:8]}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield f"{server}/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("installation")
    processes = Processes(dict(os.environ))
    with a_database(folder) as database:
        url = os.environ.get("REDIS_URL") or broker.start(processes, folder=folder / "valkey")
        migrated = {**os.environ, "BESTFIT_DATA": str(folder), "DATABASE_URL": database, "REDIS_URL": url}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=migrated, check=True)
        made = Installation(folder, database, url)
        try:
            yield made
        finally:
            made.end()
            processes.end()


@pytest.fixture
def worker(installation: Installation) -> Installation:
    """The installation with a worker that lives (started again if the test before killed it)."""
    if installation.worker is None or installation.worker.poll() is not None:
        installation.start_worker()
    return installation
