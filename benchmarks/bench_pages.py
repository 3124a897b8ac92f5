"""How fast the pages answer in a shop of 100,000 customers with a million lines, on SQLite.

    python benchmarks/bench_pages.py                        # everything, in a folder that is thrown away
    python benchmarks/bench_pages.py --folder /tmp/pages    # keeps the world, so that the next run only measures
    python benchmarks/bench_pages.py --customers 10000 --times 20

The world is drawn from a seed, imported through the doors that everybody uses, and profiled; then each page is
asked for again and again as its owner would, with everything in memory that a running server has there.
Prints the median, the 95th percentile, the slowest, the number of queries to the database, and the page's size.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
WANTED = 200.0  # ms, for the 95th percentile of every page
UNTIL = np.datetime64("2026-11-20T00:00:00")
TOWNS = np.array(["Hamburg", "Berlin", "Lyon", "Graz", "Leeds", "Utrecht", "Malmo", "Porto"])


def main() -> int:
    asked = _asked()
    if asked.folder:
        asked.folder.mkdir(parents=True, exist_ok=True)
        return measured_in(asked.folder, asked)
    with tempfile.TemporaryDirectory() as name:
        return measured_in(Path(name), asked)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=50, help="How often each page is asked for (50).")
    parser.add_argument("--folder", type=Path, help="Keep the world here, or use the one that is kept here.")
    parser.add_argument("--only", default="", help="Only pages whose name holds this.")
    return parser.parse_args()


def measured_in(folder: Path, asked: argparse.Namespace) -> int:
    _open_house(folder)
    from accounts.models.workspace import Workspace

    if not Workspace.objects.filter(slug="acme").exists():
        _build(folder, asked.customers)
    pages = {name: path for name, path in _pages().items() if asked.only in name}
    print(f"{'page':<26}{'p50 ms':>9}{'p95 ms':>9}{'slowest':>9}{'queries':>9}{'KiB':>7}")
    late = [name for name, path in pages.items() if _measured(name, path, asked.times) > WANTED]
    print(f"Above {WANTED:.0f} ms: {', '.join(late)}." if late else f"All within {WANTED:.0f} ms.")
    return 1 if late else 0


def _open_house(folder: Path) -> None:
    os.environ |= {"BESTFIT_DATA": str(folder / "var"), "DJANGO_SETTINGS_MODULE": "config.settings"}
    os.environ.pop("DATABASE_URL", None)
    sys.path.insert(0, str(ROOT))
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    from accounts import jobs

    jobs.publish = lambda job: True  # nobody listens: the jobs are carried out here


# The world -------------------------------------------------------------------------------------


def _build(folder: Path, customers: int) -> None:
    from accounts.models.user import User
    from accounts.models.workspace import Membership, Workspace
    from customers.receiving import receive
    from customers.tasks import request_import

    began = time.perf_counter()
    lines = write_orders(folder / "orders.csv", customers)
    workspace = Workspace.objects.create(slug="acme", name="Acme", currency="EUR")
    user = User.objects.create_user(email="alice@acme.example", password="not used here")
    Membership.everywhere.create(workspace=workspace, user=user, role="owner")
    with open(folder / "orders.csv", "rb") as file:
        import_ = receive(workspace, name="orders.csv", chunks=iter(lambda: file.read(1 << 20), b""))
    request_import(import_, None)
    _carry_out_everything(workspace)
    print(f"{customers:,} customers with {lines:,} lines, ready after {time.perf_counter() - began:.0f} s.", flush=True)


def _carry_out_everything(workspace: Any) -> None:
    from celery import current_app

    from accounts.models.job import Job

    current_app.loader.import_default_modules()
    waiting = Job.objects.in_workspace(workspace).filter(status="queued").order_by("created_at")
    while job := waiting.first():
        current_app.tasks[job.task](str(job.pk))
        job.refresh_from_db()
        assert job.status == "done", f"{job.kind}: {job.message}"


def write_orders(path: Path, customers: int, *, seed: int = 1) -> int:
    """About ten lines for each customer: most order once or twice, some for years. Returns the lines written."""
    rng = np.random.default_rng(seed)
    orders = 1 + rng.geometric(0.23, customers) * (rng.random(customers) < 0.62)
    buyer = np.repeat(np.arange(customers), orders)
    start = rng.integers(5, 720, customers)
    days = (start[buyer] * rng.random(len(buyer)) ** 0.7).astype(int)
    lines = 1 + rng.poisson(1.7, len(buyer))
    order, rows = np.repeat(np.arange(len(buyer)), lines), int(lines.sum())
    who, day = buyer[order], days[order]
    product, pieces = rng.integers(0, 400, rows), 1 + rng.poisson(0.4, rows)
    back = rng.random(rows) < 0.02
    cents = 390 + (product * 37) % 2900
    agreed = np.where(rng.random(customers) < 0.6, "yes", np.where(rng.random(customers) < 0.6, "no", ""))
    dates = np.datetime_as_string(UNTIL - day.astype("timedelta64[D]") + (order % 80_000).astype("timedelta64[s]"))
    quantity = np.where(back, -pieces, pieces)
    with path.open("w") as file:
        file.write("Order,Date,Customer ID,Name,Email,Town,Accepts Marketing,Product,Quantity,Price\n")
        for i in range(rows):
            n = who[i]
            file.write(
                f"R{order[i]},{dates[i]},C{n},Person {n},p{n}@example.com,{TOWNS[n % 8]},{agreed[n]},"
                f"Product {product[i]},{quantity[i]},{cents[i] / 100:.2f}\n"
            )
    return rows


# The measurement -------------------------------------------------------------------------------


def _pages() -> dict[str, str]:
    from django.urls import NoReverseMatch, reverse

    from accounts.models.workspace import Workspace
    from customers.models.customer import Customer
    from segments.models.segment import Segment

    workspace = Workspace.objects.get(slug="acme")
    people = Customer.objects.in_workspace(workspace).order_by("number")
    person = people[people.count() // 2]
    segments = {segment.name: segment.pk for segment in Segment.objects.in_workspace(workspace).main().with_size()}
    largest = max(Segment.objects.in_workspace(workspace).main().with_size(), key=lambda segment: segment.size)
    wanted: dict[str, tuple[str, list[Any]]] = {
        "Home": ("icp:home", []),
        "First look": ("icp:first-look", []),
        "Segments": ("segments:list", []),
        f"Segment {largest.name}": ("segments:detail", [largest.pk]),
        "Segment At risk": ("segments:detail", [segments["At risk"]]),
        "Customers": ("customers:list", []),
        "One person": ("customers:detail", [person.pk]),
    }
    found = {}
    for name, (route, arguments) in wanted.items():
        try:
            found[name] = reverse(route, args=["acme", *arguments])
        except NoReverseMatch:
            print(f"{name}: there is no such page here.")
    if "Customers" in found:
        found["Customers, searched"] = found["Customers"] + "?search=person+777"
        found["Customers, page 900"] = found["Customers"] + "?page=900"
    return found


def _measured(name: str, path: str, times: int) -> float:
    """Ask for the page; its 95th percentile in milliseconds."""
    ask = _asker(path)
    for _ in range(2):
        answer = ask()
    assert answer.status_code == 200, f"{path} answered {answer.status_code}"
    took = np.array([_timed(ask) for _ in range(times)])
    p50, p95 = np.percentile(took, [50, 95])
    size = len(answer.content) / 1024
    print(f"{name:<26}{p50:>9.0f}{p95:>9.0f}{took.max():>9.0f}{_queries(ask):>9}{size:>7.0f}", flush=True)
    return float(p95)


def _asker(path: str) -> Callable[[], Any]:
    from django.conf import settings
    from django.test import Client

    from accounts.models.user import User

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(User.objects.get(email="alice@acme.example"))
    return lambda: client.get(path)


def _timed(ask: Callable[[], Any]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def _queries(ask: Callable[[], Any]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        ask()
    return len(captured)


if __name__ == "__main__":
    sys.exit(main())
