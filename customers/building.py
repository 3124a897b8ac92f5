"""Compute what can be said of everybody: one query, one file, one row per known customer."""

import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import sqlglot.expressions as exp
from django.db import transaction
from django.utils.timezone import now

from accounts.jobs import JobFailed, Work
from accounts.models.workspace import Workspace
from customers import counting, engine, storage
from customers.engine import parse
from customers.features import catalogue, statement
from customers.models.customer import Customer
from customers.models.event import Code, EventLog
from customers.models.profile import ProfileTable, RfmFit
from customers.profiling import reading, relations
from customers.science import rfm
from customers.signals import profiles_computed

LEFT_BEHIND = timedelta(minutes=10)  # how long a retired file stays for readers that hold it


def build(work: Work) -> dict[str, Any]:
    """Compute the profile of everybody as of the job's moment, unless a later request did already."""
    job, workspace = work.job, work.job.workspace
    as_of = job.as_of
    if as_of is None:
        raise JobFailed("This job does not say from when to count back. Please ask for it again.")
    work.advance(0, total=3, message="Reading what everybody did.")
    version = _version(workspace)
    path, rows, columns = write(workspace, as_of)
    work.advance(1, message="Scoring buying habits.")
    fitted = _fitted(workspace, path, as_of, again=bool(job.asked.get("refit")))
    work.advance(2, message="Keeping the figures.")
    table = ProfileTable(
        workspace=workspace, path=path, as_of=as_of, asked_at=job.created_at, log_version=version, rows=rows,
        columns=columns, revenue=workspace.revenue,
    )  # fmt: skip
    with transaction.atomic():
        work.hold()
        kept = keep(table, fitted)
        if kept:
            transaction.on_commit(lambda: _tell(table, job.requested_by))
    if not kept:
        storage.absolute(path).unlink(missing_ok=True)
    return {"customers": rows, "as_of": as_of.isoformat(), "kept": kept}


def _version(workspace: Workspace) -> int:
    log = EventLog.objects.in_workspace(workspace).only("version").first()
    return log.version if log else 0


def _tell(table: ProfileTable, by: Any) -> None:
    profiles_computed.send(sender=ProfileTable, workspace=table.workspace, profile=table, by=by)


def keep(table: ProfileTable, fitted: RfmFit | None) -> bool:
    """Put the table in force, unless one that was asked for later is. Call it inside a transaction."""
    Workspace.objects.select_for_update().get(pk=table.workspace_id)  # one writer at a time
    in_force = ProfileTable.objects.in_workspace(table.workspace).filter(retired_at=None)
    if in_force.filter(asked_at__gt=table.asked_at).exists():
        return False
    in_force.update(retired_at=now())
    table.save(force_insert=True)
    if fitted is not None:
        fitted.save(force_insert=True)
    return True


def write(workspace: Workspace, as_of: datetime) -> tuple[str, int, list[str]]:
    """Compute the stored figures and write them to a new file: its path, rows and columns."""
    people, columns = _people(workspace)
    figures = catalogue.in_sql(workspace)
    tree = statement.stored(figures, reading(workspace, as_of), people=exp.to_table("known"), carried=columns).order_by(
        engine.column("number", "people")
    )
    sources = relations(workspace, as_of)
    sources |= {"known": people, **labels(workspace)}
    found = engine.query(workspace, tree, relations=sources)
    path = storage.new_path(workspace, "profiles", ".parquet")
    pq.write_table(found, storage.absolute(path), compression="zstd")
    return path, found.num_rows, found.column_names


def _people(workspace: Workspace) -> tuple[pa.Table, list[str]]:
    """The known customers but those left out: number, and each detail as text."""
    names = list(catalogue.traits(workspace))
    numbers: list[int] = []
    told: dict[str, list[str | None]] = {name: [] for name in names}
    left_out = counting.chosen(workspace).left_out
    known = Customer.objects.in_workspace(workspace).known().exclude(number__in=left_out).order_by("number")
    for number, traits in known.values_list("number", "traits").iterator(chunk_size=10_000):
        numbers.append(number)
        for name in names:
            told[name].append(_text(traits.get(name)))
    columns = {f"trait:{name}": pa.array(values, pa.string()) for name, values in told.items()}
    return pa.table({"number": pa.array(numbers, pa.uint32()), **columns}), list(columns)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    return json.dumps(value)


def labels(workspace: Workspace) -> dict[str, pa.Table]:
    """What products and categories are called, by code."""
    kinds = {"products": Code.Kind.PRODUCT, "categories": Code.Kind.CATEGORY}
    return {name: _labels(workspace, kind) for name, kind in kinds.items()}


def _labels(workspace: Workspace, kind: str) -> pa.Table:
    """What the codes of a kind are called."""
    rows = Code.objects.in_workspace(workspace).filter(kind=kind).values_list("code", "label", "value")
    named = [(code, label or value) for code, label, value in rows.iterator(chunk_size=10_000)]
    codes, labels = zip(*named, strict=True) if named else ((), ())
    return pa.table({"code": pa.array(codes, pa.uint32()), "label": pa.array(labels, pa.string())})


def _fitted(workspace: Workspace, path: str, as_of: datetime, *, again: bool) -> RfmFit | None:
    """New limits of buying habits where there are none, or they no longer suit; None to keep the old ones."""
    buyers = _buyers(workspace, path, as_of)
    old = RfmFit.objects.in_workspace(workspace).order_by("-created_at").first()
    if buyers.empty or (old and not again and _suits(old, workspace, len(buyers))):
        return None
    found = rfm.fit(buyers["recency_days"], buyers["orders"], buyers["revenue"])
    choice = counting.switches_of(workspace.revenue) | {"left_out": workspace.revenue.get("left_out") or []}
    limits = found.as_dict() | {"revenue": catalogue.revenue_means(workspace), "choice": choice}
    return RfmFit(workspace=workspace, cut_points=limits, fitted_as_of=as_of, buyers=len(buyers))


def _suits(old: RfmFit, workspace: Workspace, buyers: int) -> bool:
    told = old.cut_points.get("choice") or {"returns": old.cut_points.get("revenue")}
    same_money = counting.mark(told) == counting.mark(workspace.revenue)
    return same_money and (old.buyers < rfm.FEW) == (buyers < rfm.FEW)


def _buyers(workspace: Workspace, path: str, as_of: datetime) -> pd.DataFrame:
    figures = [figure for figure in catalogue.in_sql(workspace) if figure.family not in {"habits", "own"}]
    everybody = statement.read(figures, reading(workspace, as_of), file=engine.parquet([path]))
    tree = parse("SELECT recency_days, orders, revenue FROM everybody WHERE orders > 0")
    return engine.query(workspace, tree, relations={"everybody": everybody}).to_pandas()


def sweep(moment: datetime) -> int:
    """Unlink profiles that were retired ten minutes ago; how many."""
    gone = ProfileTable.everywhere.filter(retired_at__lt=moment - LEFT_BEHIND)
    paths = list(gone.values_list("path", flat=True))
    for path in paths:
        storage.absolute(path).unlink(missing_ok=True)
    gone.delete()
    return len(paths)


def is_stale(table: ProfileTable, as_of: datetime) -> bool:
    """Whether a profile in force should be computed again: new events, another day, another meaning of revenue."""
    workspace = table.workspace
    zone = ZoneInfo(workspace.timezone)
    same_day = table.as_of.astimezone(zone).date() == as_of.astimezone(zone).date()
    same_moment = same_day if workspace.clock == Workspace.Clock.LIVE else table.as_of == as_of
    same_money = counting.mark(table.revenue) == counting.mark(workspace.revenue)
    same_figures = {figure.name for figure in catalogue.in_sql(workspace) if figure.is_stored} <= set(table.columns)
    return not (same_moment and same_money and same_figures and table.log_version == _version(workspace))
