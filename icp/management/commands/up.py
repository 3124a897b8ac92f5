"""manage.py up: everything that Bestfit needs, started by one command and ended by Ctrl-C."""

import fcntl
import os
import signal
import socket
import sys
import time
import urllib.request
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import jobs, signing
from icp import seeding
from icp.management import broker, collected
from icp.management.processes import Processes

START = 120.0  # seconds until the web server must answer
FEW_THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
SOFT_STOP = {"REMAP_SIGTERM": "SIGQUIT"}  # celery: put the work back instead of waiting for its end
QUIET = {"PYTHONWARNINGS": "ignore::RuntimeWarning:celery.platforms"}  # that it runs as root in a container


class Command(BaseCommand):
    """Starts the broker (unless REDIS_URL names one), the web server, the worker and the clock."""

    help = "Run everything: embedded broker (without REDIS_URL), migrations, web, worker, beat. Ctrl-C ends it."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="Where the web server listens (8000).")
        parser.add_argument("--host", default="127.0.0.1", help="The address it listens on (127.0.0.1).")
        parser.add_argument("--no-demo", action="store_true", help="Start without the example workspace.")

    def handle(self, *args: Any, port: int, host: str, no_demo: bool, **options: Any) -> None:
        lock = _only_one(settings.DATA / "up.lock")
        _port_is_free(host, port)
        processes = Processes({**os.environ, **FEW_THREADS})
        _when_told_to_end(_interrupt)
        try:
            _start(processes, host=host, port=port)
            code = self._watch(processes, port=port, with_demo=not no_demo)
        except KeyboardInterrupt:
            code = 0
        finally:
            _when_told_to_end(signal.SIG_IGN)
            processes.end()
            lock.close()
        print("     up | Everything has ended. Work that was running goes on at the next start.", flush=True)
        sys.exit(code)

    def _watch(self, processes: Processes, *, port: int, with_demo: bool) -> int:
        """Wait for the first program that ends by itself, or for Ctrl-C (KeyboardInterrupt)."""
        announced, until = False, time.monotonic() + START
        while True:
            time.sleep(0.2)
            if dead := processes.ended():
                self.stderr.write(f"{dead[0][0]} ended by itself with code {dead[0][1]}. Ending the rest.")
                return 1
            if not announced and _answers(port):
                announced = True
                _announce(port)
                if with_demo:
                    _ask_for_the_example()
            if not announced and time.monotonic() > until:
                self.stderr.write(f"The web server did not answer within {START:.0f} seconds. Ending.")
                return 1


def _when_told_to_end(answer: Any) -> None:
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, answer)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Also when the shell started us with Ctrl-C ignored, as it does for what runs in the background."""
    raise KeyboardInterrupt


def _only_one(path: Path) -> Any:
    """One installation per data folder: two workers' worth of programs would fight over its files."""
    lock = open(path, "w")  # noqa: SIM115  # held until the end
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise CommandError(
            f"Bestfit runs already on {settings.DATA}. End it first, or name another folder with BESTFIT_DATA."
        ) from None
    return lock


def _port_is_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise CommandError(
                f"Port {port} is taken by another program. Choose another: make run PORT={port + 1}"
            ) from None


def _start(processes: Processes, *, host: str, port: int) -> None:
    python, address = sys.executable, f"http://127.0.0.1:{port}"
    processes.environment.setdefault("BESTFIT_URL", address)
    own_broker = "REDIS_URL" not in os.environ
    if own_broker:
        processes.environment["REDIS_URL"] = broker.start(processes, folder=settings.DATA / "valkey")
    call_command("migrate", verbosity=0, interactive=False)
    collected.collect()
    if own_broker:  # nobody else can be at work, so nobody has to wait a minute to be believed gone
        jobs.take_over_at_once()
    web = ("-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws")
    tuning = ("--workers", "1", "--blocking-threads", "8", "--log-level", "error")
    celery = ("-m", "celery", "--quiet", "-A", "config")
    alone = ("--without-gossip", "--without-mingle", "--loglevel", "WARNING")
    processes.start("web", python, *web, *tuning, "config.wsgi:application")
    processes.start("worker", python, *celery, "worker", "--concurrency", "2", *alone, extra={**SOFT_STOP, **QUIET})
    processes.start("beat", python, *celery, "beat", "--loglevel", "WARNING", extra=QUIET)


def _ask_for_the_example() -> None:
    """A job builds it, or adds the days since the last start, while everything answers already."""
    if seeding.renew():
        print("     up | The example workspace is being built; it is open in about a minute.", flush=True)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _announce(port: int) -> None:
    address = os.environ.get("BESTFIT_URL", f"http://127.0.0.1:{port}").rstrip("/")
    lines = [f"Bestfit is ready at {address}/"]
    if local := signing.local_owner(address):
        lines.append(f"Sign in once, within 15 minutes: {address}{signing.link(local)}")
    lines.append("Ctrl-C ends it.")
    for line in lines:
        print(f"     up | {line}", flush=True)
