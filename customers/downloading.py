"""Everything as Parquet, to be asked in one's own notebook: the SQL that pages show gives the same answers there."""

import shutil
import zipfile
from collections.abc import Mapping
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
from customers import belonging, engine, profiling, storage
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
PEOPLE = pa.schema([("number", pa.uint32()), *((name, pa.string()) for name in ("id", "external_id", "email", "name"))])
CODES = pa.schema([("kind", pa.string()), ("code", pa.uint32()), ("value", pa.string()), ("label", pa.string())])


def path_of(job: Job) -> Path:
    """Where the file of a download lies: made from ids of ours alone."""
    return storage.folder(job.workspace) / "downloads" / f"{job.pk}.zip"


def of(workspace: Workspace, *, personal: bool) -> Any:
    """The downloads of a workspace; those with personal details only for whoever may see them."""
    rows = Job.objects.in_workspace(workspace).filter(kind="download").select_related("workspace", "requested_by")
    return rows if personal else rows.exclude(asked__personal=True)


def name_of(job: Job) -> str:
    """Such as acme-2026-11-21.zip."""
    day = f"-{job.as_of:%Y-%m-%d}" if job.as_of else ""
    return f"{job.workspace.slug}{day}.zip"


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


def _tables(work: Work, folder: Path, as_of: datetime, *, personal: bool) -> dict[str, int]:
    """Every table as a file of its own; how many rows each holds."""
    workspace = work.job.workspace
    below = folder.relative_to(settings.DATA).as_posix()
    relations = profiling.relations(workspace, as_of)
    relations["codes"] = codes = _codes(workspace)
    work.advance(0, total=4, message="Writing the lines of orders.")
    engine.write(workspace, _lines(personal=personal), f"{below}/events.parquet", relations=relations)
    work.advance(1, message="Writing what can be said of everybody.")
    columns = _columns(workspace, personal=personal)
    engine.write(workspace, _profile(columns), f"{below}/profile.parquet", relations=relations)
    work.advance(2, message="Writing who they are.")
    pq.write_table(codes, folder / "codes.parquet", compression="zstd")
    _write_people(workspace, folder / "customers.parquet", personal=personal)
    pq.write_table(_members(workspace), folder / "members.parquet", compression="zstd")
    work.advance(3, message="Packing.")
    rows = {file.stem: pq.read_metadata(file).num_rows for file in sorted(folder.glob("*.parquet"))}
    (folder / "open.sql").write_text(OPEN)
    (folder / "README.md").write_text(_readme(workspace, as_of, rows, columns, personal=personal))
    return rows


def _lines(*, personal: bool) -> Tree:
    """The lines as the files tell them, with their codes read beside the codes."""
    tree = parse(DECODED)
    return tree if personal else tree.transform(_without_details)


def _without_details(node: Tree) -> Tree:
    """Details of orders may be anything that somebody typed: personal until somebody says otherwise."""
    if not (isinstance(node, exp.Column) and isinstance(node.this, exp.Star)):
        return node
    nothing = exp.alias_(exp.cast(exp.Null(), "TEXT", dialect=engine.DIALECT), "properties", quoted=True)
    return exp.Column(this=exp.Star(replace=[nothing]), table=node.args["table"].copy())


def _columns(workspace: Workspace, *, personal: bool) -> dict[str, str]:
    """The columns of `profile` and what each means; personal details only for those who may see them."""
    known, told = catalogue.features(workspace), catalogue.traits(workspace)
    figures = {name: f"{each.label}. {each.description}" for name, each in known.items()}
    details = {f"trait:{n}": each.label for n, each in told.items() if personal or not each.is_personal}
    return {"number": "The customer, as in the other files.", **figures, **details}


def _profile(columns: Mapping[str, str]) -> Tree:
    return exp.select(*(engine.column(name) for name in columns)).from_("profile").order_by("number")


def _codes(workspace: Workspace) -> pa.Table:
    rows = Code.objects.in_workspace(workspace).order_by("kind", "code")
    found = list(rows.values_list("kind", "code", "value", "label").iterator(chunk_size=AT_ONCE))
    columns = list(zip(*found, strict=True)) or [()] * len(CODES)
    return pa.table([pa.array(values, field.type) for values, field in zip(columns, CODES, strict=True)], schema=CODES)


def _write_people(workspace: Workspace, path: Path, *, personal: bool) -> None:
    people = Customer.objects.in_workspace(workspace).known().order_by("number")
    names = ("number", "pk", "external_id", "email", "name")
    with pq.ParquetWriter(path, PEOPLE, compression="zstd") as writer:
        batch: list[tuple[Any, ...]] = []
        for number, pk, external_id, email, name in people.values_list(*names).iterator(chunk_size=AT_ONCE):
            shown = (external_id, email, name) if personal else ("", masked(email), "")
            batch.append((number, str(pk), *shown))
            if len(batch) == AT_ONCE:
                _write(writer, batch)
        _write(writer, batch)


def _write(writer: pq.ParquetWriter, batch: list[tuple[Any, ...]]) -> None:
    if batch:
        columns = zip(*batch, strict=True)
        arrays = [pa.array(values, field.type) for values, field in zip(columns, PEOPLE, strict=True)]
        writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=PEOPLE))
        batch.clear()


def _members(workspace: Workspace) -> pa.Table:
    """Who is in which segment, one row for each."""
    groups = belonging.groups(workspace)
    return pa.table({
        "segment": pa.array([str(group.id) for group in groups for _ in group.members], pa.string()),
        "name": pa.array([group.full_name for group in groups for _ in group.members], pa.string()),
        "number": pa.array([number for group in groups for number in group.members], pa.uint32()),
    })  # fmt: skip


TABLES = {
    "events": "One row per line of an order, or per other event, as your files and tracking tell it. “line” is 1 for a "
    "purchase, 2 for a return, 3 for a free line, 4 for a correction, 5 for delivery; “amount” and “tax” are in the "
    "smallest coin; “standing” is 1 for a cancelled order, 2 for a test, 3 for staff. Codes are read in the columns "
    "event_name, order_number, product_number, product_name, category_name and channel_name.",
    "profile": "One row per known customer: every figure and every detail.",
    "customers": "Who the numbers are.",
    "codes": "What the codes in events stand for.",
    "members": "Who is in which segment.",
}
VIEW = "CREATE VIEW {name} AS SELECT * FROM read_parquet('{name}.parquet');"
CALLED = (
    "CREATE VIEW {name} AS SELECT code, coalesce(nullif(label, ''), value) AS label FROM codes WHERE kind = '{kind}';"
)
VIEWS = [
    *(VIEW.format(name=name) for name in TABLES),
    *(CALLED.format(name=name, kind=kind) for name, kind in (("products", "product"), ("categories", "category"))),
]
OPEN = "\n".join(["SET TimeZone = 'UTC';", *VIEWS, ""])
HOW = """In DuckDB, run open.sql first. Any SQL that Bestfit shows then gives the same answer as the page, as long
as the page counts back from the same moment. In Python, in the folder of these files:

    import duckdb
    con = duckdb.connect()
    con.execute(open("open.sql").read())
    con.sql("SELECT sum(revenue) FROM profile")

"""


def _readme(
    workspace: Workspace, as_of: datetime, rows: Mapping[str, int], columns: Mapping[str, str], *, personal: bool
) -> str:
    """What the files hold, as of when, and how to ask them."""
    means = profiling.revenue_in_words(workspace)
    hidden = (
        "" if personal else "\nPersonal details and the details of orders are left out: your role may not see them.\n"
    )
    tables = "".join(f"- **{name}.parquet** ({rows.get(name, 0):,} rows). {said}\n" for name, said in TABLES.items())
    named = "".join(f"| `{name}` | {said.replace('|', '/')} |\n" for name, said in columns.items())
    return (
        f"# {workspace.name}, everything as of {as_of.isoformat()}\n\n"
        f"Days are days in {workspace.timezone}, money is in {workspace.currency}. Revenue: {means}.\n{hidden}\n"
        f"{tables}\n## Asking\n\n"
        f"{HOW}"
        f"## Columns of profile.parquet\n\n| column | meaning |\n| --- | --- |\n{named}"
    )


def take(job: Job, *, by: User) -> Path:
    """The file, and an entry that says who took it."""
    rows = (job.result or {}).get("rows", {})
    auditing.record(
        job.workspace, by, "data.downloaded", f"Downloaded everything: {rows.get('profile', 0):,} customers.",
        subject=job.pk, personal=bool(job.asked.get("personal")),
    )  # fmt: skip
    return path_of(job)


def sweep(*, at: datetime) -> int:
    """Unlink what is older than a day, in every workspace; how many files went."""
    files = Path(settings.DATA).glob("workspaces/*/downloads/*.zip")
    old = [file for file in files if datetime.fromtimestamp(file.stat().st_mtime, at.tzinfo) < at - KEPT]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)
