"""Ours beside a plain script: half a million order lines become profiles, segments and clusters.

Each step runs in a process of its own, which reports its seconds and its largest resident memory. The plain
script (pandas and scikit-learn) does the same computations without what makes them a product: refused rows with
reasons, exactly once, a database, forty figures instead of four, history, progress. Run: make bench
"""

import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ORDERS = ROOT.parent / "shared" / "data" / "online-retail" / "online_retail.csv.gz"
FIGURES = ["orders", "net_revenue", "recency_days", "distinct_products"]
STEPS = {
    "import": "541,909 lines read, checked, kept",
    "profile": "profile and main segments",
    "clusters": "segments found by clustering, doubted",
}
LIMITS = {"import": "25 s, 400 MiB", "profile": "5 s", "clusters": "10 s"}


def main() -> int:
    if not ORDERS.is_file():
        print(f"The benchmark needs {ORDERS}, which is not on this machine.")
        return 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with gzip.open(ORDERS) as packed, open(folder / "orders.csv", "wb") as plain:
            shutil.copyfileobj(packed, plain)
        _run(folder, "ours", "prepare")
        print(f"{'step':<42}{'ours':>18}{'plain pandas':>18}   wanted")
        for step, words in STEPS.items():
            ours, plain_ = _run(folder, "ours", step), _run(folder, "plain", step)
            print(f"{words:<42}{_said(ours):>18}{_said(plain_):>18}   {LIMITS[step]}", flush=True)
            if ours["note"] != plain_["note"]:
                print(f"    ours: {ours['note']}\n    plain: {plain_['note']}", flush=True)
    return 0


def _said(measured: dict[str, Any]) -> str:
    return f"{measured['seconds']:.1f} s {measured['mebibytes']:.0f} MiB"


def _run(folder: Path, who: str, step: str) -> dict[str, Any]:
    environment = {**os.environ, "BESTFIT_DATA": str(folder / "var"), "PYTHONPATH": str(ROOT)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, __file__, who, step, str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def report(work: Callable[[], str]) -> None:
    """Do the work and print what it took. Imports are done before, as in a worker that is warm."""
    began = time.perf_counter()
    note = work()
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "mebibytes": peak, "note": note}))


def ours(step: str, folder: Path) -> Callable[[], str]:
    """The product's own verbs, carried out as a worker does, on a SQLite database."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from celery import current_app

    current_app.loader.import_default_modules()  # a worker has everything loaded before its first job
    import duckdb  # noqa: F401
    import pandas  # noqa: F401

    from accounts import jobs

    jobs.publish = lambda job: True  # nobody listens: the steps are carried out here
    steps: dict[str, Callable[[Path], Callable[[], str]]] = {
        "prepare": _ours_prepare,
        "import": _ours_import,
        "profile": _ours_profile,
        "clusters": _ours_clusters,
    }
    return steps[step](folder)


def _ours_prepare(folder: Path) -> Callable[[], str]:
    from django.core.management import call_command

    from accounts.models.workspace import Workspace

    call_command("migrate", verbosity=0)
    Workspace.objects.create(slug="acme", name="Acme", currency="GBP")
    return str


def _acme() -> Any:
    from accounts.models.workspace import Workspace

    return Workspace.objects.get(slug="acme")


def _carry_out(job: Any) -> Any:
    from celery import current_app

    current_app.tasks[job.task](str(job.pk))
    job.refresh_from_db()
    assert job.status == "done", job.message
    return job


def _ours_import(folder: Path) -> Callable[[], str]:
    from customers.models.source import Import
    from customers.receiving import receive
    from customers.tasks import request_import

    with open(folder / "orders.csv", "rb") as file:
        import_ = receive(_acme(), name="orders.csv", chunks=iter(lambda: file.read(1 << 20), b""))
    job = request_import(import_, None)

    def work() -> str:
        _carry_out(job)
        counts = Import.objects.in_workspace(_acme()).get(pk=import_.pk).counts
        return _note(counts["orders"], counts["buyers"], float(counts["gross_revenue"]))

    return work


def _ours_profile(folder: Path) -> Callable[[], str]:
    from accounts.models.job import Job
    from segments.models.segment import Segment

    waiting = Job.objects.in_workspace(_acme()).filter(status="queued", kind__in=["profile", "main-segments"])

    def work() -> str:
        while job := waiting.order_by("created_at").first():
            _carry_out(job)
        return f"{Segment.objects.in_workspace(_acme()).filter(set__is_main=True, parent=None).count()} main segments"

    return work


def _ours_clusters(folder: Path) -> Callable[[], str]:
    from segments import clustering, proposing  # noqa: F401  # a worker has it loaded
    from segments.tasks import request_clustering

    job = request_clustering(proposing.ask(_acme(), features=FIGURES, by=None), None)

    def work() -> str:
        return str(_carry_out(job).result)

    return work


def _note(orders: int, buyers: int, gross: float) -> str:
    return f"{orders:,} orders of {buyers:,} buyers, gross {gross:,.2f}"


def plain(step: str, folder: Path) -> Callable[[], str]:
    import pandas  # noqa: F401
    import sklearn.cluster  # noqa: F401

    return {"import": _plain_import, "profile": _plain_profile, "clusters": _plain_clusters}[step](folder)


def _plain_import(folder: Path) -> Callable[[], str]:
    import pandas as pd

    def work() -> str:
        lines = pd.read_csv(
            folder / "orders.csv", dtype={"InvoiceNo": str, "StockCode": str}, parse_dates=["InvoiceDate"]
        )
        lines = lines.dropna(subset=["CustomerID"])
        lines["amount"] = lines["Quantity"] * lines["UnitPrice"]
        lines.to_parquet(folder / "plain.parquet")
        bought = lines[(lines["Quantity"] > 0) & (lines["UnitPrice"] > 0)]
        return _note(bought["InvoiceNo"].nunique(), bought["CustomerID"].nunique(), bought["amount"].sum())

    return work


def _plain_profile(folder: Path) -> Callable[[], str]:
    import pandas as pd

    def work() -> str:
        lines = pd.read_parquet(folder / "plain.parquet")
        bought = lines[(lines["Quantity"] > 0) & (lines["UnitPrice"] > 0)]
        as_of = lines["InvoiceDate"].max().normalize() + pd.Timedelta(days=1)
        people = bought.groupby("CustomerID").agg(
            orders=("InvoiceNo", "nunique"),
            last=("InvoiceDate", "max"),
            distinct_products=("StockCode", "nunique"),
        )
        people["net_revenue"] = lines.groupby("CustomerID")["amount"].sum()
        people["recency_days"] = (as_of - people["last"].dt.normalize()).dt.days
        ranks = people[["orders", "net_revenue"]].rank(method="average", pct=True).mul(5).clip(1, 5).round()
        recency = people["recency_days"].rank(ascending=False, method="average", pct=True).mul(5).clip(1, 5).round()
        people["segment"] = pd.cut((ranks["orders"] + recency) / 2, [0, 1.5, 2.2, 2.9, 3.6, 4.3, 5], labels=False)
        people.drop(columns="last").to_parquet(folder / "people.parquet")
        return f"{people['segment'].nunique()} segments of {len(people):,} buyers"

    return work


def _plain_clusters(folder: Path) -> Callable[[], str]:
    import numpy as np
    import pandas as pd
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score
    from sklearn.preprocessing import StandardScaler

    def jaccard(ours: Any, theirs: Any, k: int) -> float:
        overlaps = np.zeros((k, k))
        np.add.at(overlaps, (ours, theirs), 1)
        unions = overlaps.sum(1)[:, None] + overlaps.sum(0)[None, :] - overlaps
        return float((overlaps / np.maximum(unions, 1)).max(1).mean())

    def work() -> str:
        people = pd.read_parquet(folder / "people.parquet")[FIGURES]
        points = StandardScaler().fit_transform(np.sign(people) * np.log1p(people.abs()))
        fits = {k: KMeans(k, n_init=10, random_state=1).fit(points) for k in range(2, 11)}
        scores = {k: silhouette_score(points, fit.labels_, sample_size=2000, random_state=1) for k, fit in fits.items()}
        k, rng = max(scores, key=lambda k: scores[k]), np.random.default_rng(1)
        found = []
        for _ in range(20):
            drawn = rng.integers(len(points), size=len(points))
            again = KMeans(k, n_init=3, random_state=1).fit(points[drawn])
            found.append(jaccard(fits[k].labels_, again.predict(points), k))
        return f"k={k}, found again {np.mean(found):.2f}"

    return work


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit(main())
    who, step, folder = sys.argv[1:]
    report({"ours": ours, "plain": plain}[who](step, Path(folder)))
