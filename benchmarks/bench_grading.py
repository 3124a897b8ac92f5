"""How fast answers are kept while fifty people grade at once, and that none is lost or doubled.

    python benchmarks/bench_grading.py                          # 50 people, 20 candidates, 11 questions, on SQLite
    DATABASE_URL=postgres:///bench python benchmarks/bench_grading.py
    python benchmarks/bench_grading.py --people 10 --pause 0.2

A server is started as `make run` starts it, and fifty phones talk to it over HTTP. Two ways to load it. *Tapping*:
everybody answers one cell after the other, with a short pause in between. *All at once*: at the same moment everybody
sends whole questions about every candidate, without a pause, as phones do when the network is back. Prints the
median, the 95th percentile and the slowest save; fails above 150 ms for taps, or if an answer is missing.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
WANTED = 150.0  # ms, for the 95th percentile of a save


def main() -> int:
    asked = _asked()
    with tempfile.TemporaryDirectory() as folder:
        _open_house(folder)
        _build(asked)
        from django.db import connection

        print(f"{asked.people} people, {asked.candidates} candidates, 11 questions, on {connection.vendor}")
        print(f"{'':<14}{'saves':>8}{'p50 ms':>9}{'p95 ms':>9}{'slowest':>9}{'a second':>10}")
        with _server() as port:
            p95 = _run("tapping", port, asked)
            first = _kept()
            _run("all at once", port, asked)
        wanted, second = asked.people * asked.candidates * 11, _kept()
        print(f"{first:,} of {wanted:,} answers are kept after tapping, {second:,} after all at once.")
        return 0 if p95 <= WANTED and first == second == wanted else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--candidates", type=int, default=20)
    parser.add_argument("--pause", type=float, default=1.0, help="Seconds between two taps; people take about 8.")
    return parser.parse_args()


def _open_house(folder: str) -> None:
    sys.path.insert(0, str(ROOT))
    os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "BESTFIT_DATA": folder, "BESTFIT_DEBUG": "True"}
    import django

    django.setup()


def _build(asked: argparse.Namespace) -> None:
    from django.core.management import call_command

    from accounts.models.user import User
    from accounts.models.workspace import Membership, Role, Workspace
    from icp import defining, preparing, wording

    call_command("migrate", verbosity=0)
    Workspace.objects.filter(slug="bench").delete()
    User.objects.filter(email__endswith="@bench.example").delete()
    workspace = Workspace.objects.create(slug="bench", name="Bench")
    people = [User(email=f"p{n}@bench.example", name=f"P{n}") for n in range(asked.people)]
    User.objects.bulk_create(people)
    people = list(User.objects.filter(email__endswith="@bench.example").order_by("pk"))
    roles = [Membership(workspace=workspace, user=person, role=Role.GRADER) for person in people]
    Membership.objects.bulk_create(roles)
    owner = people[0]
    icps = [defining.name_candidate(workspace, name=f"Candidate {n}", by=owner) for n in range(asked.candidates)]
    rubric = wording.default_rubric(workspace)
    emails = [person.email for person in people]
    preparing.prepare_round(workspace, name="Bench", icps=icps, rubric=rubric, emails=emails, by=owner)


def _kept() -> int:
    """How many cells hold an answer; -1 if one holds two."""
    from icp.models.grading import Grade

    rows = Grade.everywhere.filter(workspace__slug="bench")
    cells = rows.values("grader", "icp", "dimension").distinct().count()
    return cells if cells == rows.count() else -1


@contextmanager
def _server() -> Iterator[int]:
    """The web server, as `up` starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    web = ["-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws"]
    tuning = ["--workers", "1", "--blocking-threads", "8", "--log-level", "error", "config.wsgi:application"]
    server = subprocess.Popen([sys.executable, *web, *tuning], cwd=ROOT)
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/health/live")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The server did not answer within two minutes.")


def _run(how: str, port: int, asked: argparse.Namespace) -> float:
    """Load the house in one way; the 95th percentile in milliseconds."""
    from accounts.models.user import User

    people = list(User.objects.filter(email__endswith="@bench.example").order_by("pk"))
    phones = [_Phone(person, number, port, asked) for number, person in enumerate(people)]
    threads = [Thread(target=phone.tap if how == "tapping" else phone.burst) for phone in phones]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    span = time.perf_counter() - began
    took = np.array([each for phone in phones for each in phone.took])
    p50, p95 = np.percentile(took, [50, 95])
    print(f"{how:<14}{len(took):>8,}{p50:>9.0f}{p95:>9.0f}{took.max():>9.0f}{len(took) / span:>10.0f}", flush=True)
    return float(p95)


class _Phone:
    """One person who grades, signed in, with a connection of their own."""

    def __init__(self, person: Any, number: int, port: int, asked: argparse.Namespace) -> None:
        from django.conf import settings
        from django.test import Client
        from django.urls import reverse

        from icp.models.grading import Round

        round = Round.everywhere.select_related("rubric").get(workspace__slug="bench")
        signed_in, token = Client(), "x" * 32
        signed_in.force_login(person)
        session = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
        self.headers = {
            "Content-Type": "application/json",
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={token}",
            "X-CSRFToken": token,
        }
        self.number, self.asked, self.took = number, asked, list[float]()
        self.server = HTTPConnection("127.0.0.1", port, timeout=120)
        self.address = reverse("icp:grade-answers", args=["bench", round.pk])
        self.icps = [str(pk) for pk in round.icps.order_by("name").values_list("pk", flat=True)]
        self.questions = [dimension["id"] for dimension in round.rubric.dimensions]

    def tap(self) -> None:
        """One answer after the other; people do not begin at the same moment."""
        time.sleep(self.asked.pause * (self.number % 10) / 10)
        for question in self.questions:
            for icp in self.icps:
                due = time.perf_counter() + self.asked.pause
                self._save([(icp, question)])
                time.sleep(max(0.0, due - time.perf_counter()))

    def burst(self) -> None:
        """Whole questions, one after the other without a pause."""
        for question in self.questions:
            self._save([(icp, question) for icp in self.icps])

    def _save(self, cells: list[tuple[str, str]]) -> None:
        moment = int(time.time() * 1000)
        answers = [
            {"icp": icp, "dimension": dimension, "score": 1 + (self.number + place) % 10, "given_at": moment}
            for place, (icp, dimension) in enumerate(cells)
        ]
        began = time.perf_counter()
        self.server.request("POST", self.address, json.dumps({"answers": answers}), self.headers)
        answer = self.server.getresponse()
        told = answer.read()
        self.took.append((time.perf_counter() - began) * 1000)
        assert answer.status == 200, told[:300]
        assert all(each["fate"] == "kept" for each in json.loads(told)["answers"]), told[:300]


if __name__ == "__main__":
    sys.exit(main())
