"""How fast answers are kept while fifty people grade at once, and that none is lost or doubled.

    python benchmarks/bench_grading.py                          # 50 people, 20 candidates, 11 questions, on SQLite
    DATABASE_URL=postgres:///bench python benchmarks/bench_grading.py
    python benchmarks/bench_grading.py --people 10 --pause 0.1

Two ways to load the house. *Tapping*: everybody answers one cell after the other, with a short pause in between, as
phones send them. *All at once*: at the same moment everybody sends a whole question about every candidate, as phones
do when the network is back. Several processes ask through the whole stack of pages, each with its own people.
Prints the median, the 95th percentile and the slowest save; fails above 150 ms for taps, or if an answer is missing.
"""

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import time
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
        connection.close()
        print(f"{'':<14}{'saves':>8}{'p50 ms':>9}{'p95 ms':>9}{'slowest':>9}{'a second':>10}")
        p95 = _run("tapping", folder, asked)
        first = _kept(asked)
        _run("all at once", folder, asked)
        wanted = asked.people * asked.candidates * 11
        second = _kept(asked)
        print(f"{first:,} of {wanted:,} answers are kept after tapping, {second:,} after all at once.")
        return 0 if p95 <= WANTED and first == second == wanted else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--candidates", type=int, default=20)
    parser.add_argument("--pause", type=float, default=1.0, help="Seconds between two taps; people take about 8.")
    parser.add_argument("--processes", type=int, default=max(2, os.cpu_count() or 2))
    return parser.parse_args()


def _open_house(folder: str) -> None:
    sys.path.insert(0, str(ROOT))
    os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "BESTFIT_DATA": folder, "BESTFIT_DEBUG": "False"}
    import django
    from django.conf import settings

    django.setup()
    settings.ALLOWED_HOSTS = ["*"]


def _build(asked: argparse.Namespace) -> None:
    from django.core.management import call_command

    from accounts.models.user import User
    from accounts.models.workspace import Membership, Role, Workspace
    from icp import defining, preparing

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
    rubric = preparing.default_rubric(workspace)
    emails = [person.email for person in people]
    preparing.prepare_round(workspace, name="Bench", icps=icps, rubric=rubric, emails=emails, by=owner)


def _kept(asked: argparse.Namespace) -> int:
    from icp.models.grading import Grade

    rows = Grade.everywhere.filter(workspace__slug="bench")
    cells = rows.values("grader", "icp", "dimension").distinct().count()
    return cells if cells == rows.count() else -1


def _run(how: str, folder: str, asked: argparse.Namespace) -> float:
    """Load the house in one way; the 95th percentile in milliseconds."""
    from django.db import connections

    connections.close_all()
    spawn = multiprocessing.get_context("spawn")
    results: Any = spawn.Queue()
    barrier = spawn.Barrier(asked.processes)
    parts = [range(n, asked.people, asked.processes) for n in range(asked.processes)]
    workers = [spawn.Process(target=_work, args=(how, folder, asked, part, barrier, results)) for part in parts]
    for worker in workers:
        worker.start()
    told = [results.get() for _ in workers]
    for worker in workers:
        worker.join()
    took = np.array([each for saves, _ in told for each in saves])
    span = max(seconds for _, seconds in told)
    p50, p95 = np.percentile(took, [50, 95])
    print(f"{how:<14}{len(took):>8,}{p50:>9.0f}{p95:>9.0f}{took.max():>9.0f}{len(took) / span:>10.0f}", flush=True)
    return float(p95)


def _work(how: str, folder: str, asked: argparse.Namespace, part: range, barrier: Any, results: Any) -> None:
    """One process of the server, with some of the people."""
    _open_house(folder)
    from accounts.models.user import User

    people = list(User.objects.filter(email__endswith="@bench.example").order_by("pk"))
    phones = [_Phone(people[n], n, asked) for n in part]
    barrier.wait()
    began = time.perf_counter()
    threads = [Thread(target=phone.tap if how == "tapping" else phone.burst) for phone in phones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put(([each for phone in phones for each in phone.took], time.perf_counter() - began))


class _Phone:
    """One person who grades, signed in, with the address that keeps answers."""

    def __init__(self, person: Any, number: int, asked: argparse.Namespace) -> None:
        from django.test import Client
        from django.urls import reverse

        from icp.models.grading import Round

        round = Round.everywhere.get(workspace__slug="bench")
        self.client, self.number, self.asked = Client(), number, asked
        self.client.force_login(person)
        self.address = reverse("icp:grade-answers", args=["bench", round.pk])
        self.icps = [str(pk) for pk in round.icps.order_by("name").values_list("pk", flat=True)]
        self.questions = [dimension["id"] for dimension in round.rubric.dimensions]
        self.took: list[float] = []
        self.client.post(self.address, '{"answers": []}', content_type="application/json")  # what is loaded once

    def tap(self) -> None:
        """One answer after the other; nobody begins at the same moment."""
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
        from django.db import connection

        moment = int(time.time() * 1000)
        answers = [
            {"icp": icp, "dimension": dimension, "score": 1 + (self.number + place) % 10, "given_at": moment}
            for place, (icp, dimension) in enumerate(cells)
        ]
        began = time.perf_counter()
        answer = self.client.post(self.address, json.dumps({"answers": answers}), content_type="application/json")
        self.took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.content[:200]
        assert all(each["fate"] == "kept" for each in answer.json()["answers"]), answer.content[:200]
        if connection.vendor != "sqlite":
            connection.close_if_unusable_or_obsolete()


if __name__ == "__main__":
    sys.exit(main())
