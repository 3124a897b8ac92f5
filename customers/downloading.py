"""Everything as Parquet, to be asked in one's own notebook: the SQL that pages show gives the same answers there."""

import shutil
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import sqlglot.expressions as exp
from django.conf import settings

from accounts import auditing
from accounts.jobs import JobFailed, Work
from accounts.models.job import Job
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import engine, profiling, storage, unfolded
from customers.engine import Tree, parse
from customers.features import catalogue
from customers.masking import masked
from customers.models.customer import Customer
from customers.models.event import Code

KEPT = timedelta(days=1)
AT_ONCE = 10_000
DECODED = """
    SELECT log.*, event_names.value AS event_name, orders.value AS order_number, products.value AS product_number,
        coalesce(nullif(products.label, ''), products.value) AS product_name, categories.value AS category_name,
        channels.value AS channel_name
    FROM log
    LEFT JOIN (SELECT code, value FROM codes WHERE kind = 'event') AS event_names ON event_names.code = log.event
    LEFT JOIN (SELECT code, value FROM codes WHERE kind = 'order') AS orders ON orders.code = log."order"
    LEFT JOIN (SELECT code, value, label FROM codes WHERE kind = 'product') AS products
        ON products.code = log.product
    LEFT JOIN (SELECT code, value FROM codes WHERE kind = 'category') AS categories
        ON categories.code = log.category
    LEFT JOIN (SELECT code, value FROM codes WHERE kind = 'channel') AS channels ON channels.code = log.channel"""
PEOPLE = pa.schema(
    [(name, pa.uint32() if name == "number" else pa.string()) for name in ("number", "id", "external_id", "email", "name")]
)
CODES = pa.schema([("kind", pa.string()), ("code", pa.uint32()), ("value", pa.string()), ("label", pa.string())])


def path_of(job: Job) -> Path:
    """Where the file of a download lies: made from ids of ours alone."""
    return storage.folder(job.workspace) / "downloads" / f"{job.pk}.zip"


def is_ready(job: Job) -> bool:
    return job.status == Job.Status.DONE and path_of(job).is_file()


def carry_out(work: Work) -> dict[str, Any]:
    """Write the tables, then pack them. `asked` says whether personal details may be among them."""
    job = work.job
    if job.as_of is None:
        raise JobFailed("This job does not say from when to count back. Please ask for it again.")
    goal = path_of(job)
    folder = goal.parent / f"{job.pk}.{work.attempt}"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        found = _tables(work, folder, job.as_of, personal=bool(job.asked.get("personal")))
        packed = folder / "all.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:  # Parquet is packed already
            for file in sorted(folder.glob("*.*")):
                if file != packed:
                    archive.write(file, file.name)
        work.hold()
        packed.replace(goal)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {"bytes": goal.stat().st_size, "rows": found, "as_of": job.as_of.isoformat()}
