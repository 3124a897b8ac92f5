"""What can be said of each customer, read: `events` and `profile` for every query, frames for science."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import sqlglot.expressions as exp
from django.db import transaction

from accounts.models.workspace import Workspace
from customers import counting, engine, logged, money, storage
from customers.counting import Choice
from customers.engine import Relations, Tree, parse
from customers.features import catalogue, statement
from customers.features.feature import Feature, Type
from customers.features.statement import Reading
from customers.models.customer import Customer
from customers.models.event import EventFile
from customers.models.profile import ProfileTable, Score
from customers.models.trait import Trait
from customers.schema import EVENTS

TRAIT_TYPES = {
    Trait.Type.TEXT: "TEXT",
    Trait.Type.NUMBER: "DOUBLE",
    Trait.Type.DATE: "TIMESTAMPTZ",
    Trait.Type.BOOLEAN: "BOOLEAN",
}


@dataclass
class Current(Relations):
    """`log`, `events` and `profile` of a workspace as of a moment; `choice` counts otherwise than chosen."""

    workspace: Workspace
    as_of: datetime
    choice: Choice | None = None

    def __post_init__(self) -> None:
        merged = _merged(self.workspace)
        self["log"] = log(self.workspace, self.as_of, merged=merged is not None)
        choice = self.choice or counting.chosen(self.workspace)
        self["events"] = counting.counted(choice)
        self["everything"] = counting.counted(choice.but(**counting.EVERYTHING))
        self["profile"] = profile(self.workspace, self.as_of)
        if merged is not None:
            self["merged"] = merged

    def renewed(self) -> Relations:
        return Current(self.workspace, self.as_of, self.choice)


def relations(workspace: Workspace, as_of: datetime, *, choice: Choice | None = None) -> Current:
    """The relations that every query may name: `events` (what counts), `profile`, and `log` (what the files tell)."""
    return Current(workspace, as_of, choice)


def current(workspace: Workspace) -> ProfileTable | None:
    """The profile in force."""
    tables = ProfileTable.objects.in_workspace(workspace).filter(retired_at=None)
    found: ProfileTable | None = tables.order_by("-created_at").first()
    return found


def log(workspace: Workspace, as_of: datetime, *, merged: bool) -> Tree:
    """Every line that happened before `as_of`; `merged` customers are read as their survivors."""
    paths = paths_of(workspace)
    if not paths:
        return engine.empty(EVENTS)
    names = [engine.column(name, "lines") for name in EVENTS.names if name != "number"]
    number = (
        parse('coalesce(merged.survivor, lines.number) AS "number"') if merged else engine.column("number", "lines")
    )
    tree = exp.select(number, *names).from_(exp.Subquery(this=logged.lines(paths), alias=_alias("lines")))
    if merged:
        tree = tree.join("merged", on=parse("merged.number = lines.number"), join_type="left")
    return Reading(as_of, workspace.timezone, 1).fill(tree.where(parse("lines.happened_at < :as_of")))


def paths_of(workspace: Workspace) -> list[str]:
    """The event files in force, the earliest first."""
    files = EventFile.objects.in_workspace(workspace).filter(retired_at=None).order_by("first_at", "created_at")
    return list(files.values_list("path", flat=True))


def said(workspace: Workspace) -> frozenset[str]:
    """What the files say at all: tax, shipping, returns, cancelled, test, staff."""
    return logged.said(paths_of(workspace))


def revenue_in_words(workspace: Workspace) -> str:
    """What revenue means here, as chosen on Check against your books."""
    return counting.in_words(counting.chosen(workspace), said(workspace))


def _alias(name: str) -> exp.TableAlias:
    return exp.TableAlias(this=exp.to_identifier(name))


def _merged(workspace: Workspace) -> pa.Table | None:
    """Each merged customer's number and its survivor's, chains followed to their end."""
    pairs = Customer.objects.in_workspace(workspace).exclude(merged_into=None)
    step = dict(pairs.values_list("number", "merged_into__number"))
    if not step:
        return None
    columns = {"number": list(step), "survivor": [_end(number, step) for number in step]}
    return pa.table(columns, schema=pa.schema([("number", pa.uint32()), ("survivor", pa.uint32())]))


def _end(number: int, step: dict[int, int]) -> int:
    seen = {number}
    while number in step and step[number] not in seen:
        number = step[number]
        seen.add(number)
    return number


def reading(workspace: Workspace, as_of: datetime) -> Reading:
    minor = money.minor_units(workspace.currency)
    return Reading(as_of, workspace.timezone, minor, counting.chosen(workspace))


def profile(workspace: Workspace, as_of: datetime) -> Tree:
    """One row per known customer: number, every figure, trait:<name> for every detail, every score."""
    table = current(workspace)
    kinds = {f"trait:{name}": TRAIT_TYPES[Trait.Type(t.type)] for name, t in catalogue.traits(workspace).items()}
    scores = list(Score.objects.in_workspace(workspace).order_by("created_at")) if table else []
    tree = _read(
        tuple(catalogue.in_sql(workspace)), reading(workspace, as_of), table.path if table else None,
        tuple(kinds.items()), frozenset(table.columns if table else ()),
    )  # fmt: skip
    return _with_scores(tree, scores)


@lru_cache(maxsize=64)
def _read(
    figures: tuple[Feature, ...], reading: Reading, path: str | None, kinds: tuple[Any, ...], held: frozenset[str]
) -> Tree:
    """The reading of one file; kept, because putting it together costs more than running it."""
    stored = {figure.name: figure.sql_type for figure in figures if figure.is_stored}
    file = engine.parquet([path]) if path else engine.nothing({"number": "UINTEGER", **stored})
    carried = [_trait(name, kind, held) for name, kind in kinds]
    lacks = stored.keys() - held if path else ()
    return statement.read(figures, reading, file=file, carried=carried, lacks=lacks)


def _trait(name: str, kind: str, held: frozenset[str]) -> Tree:
    """The detail as its type, whatever was typed; nothing where it does not read as one."""
    told = engine.column(name) if name in held else exp.Null()
    cast: Any = exp.Cast if kind == "TEXT" else exp.TryCast
    return exp.alias_(cast(this=told, to=exp.DataType.build(kind, dialect=engine.DIALECT)), name, quoted=True)


def _with_scores(tree: Tree, scores: list[Score]) -> Tree:
    if not scores:
        return tree
    columns = [exp.alias_(engine.column("value", f"score_{i}"), row.name, quoted=True) for i, row in enumerate(scores)]
    whole = exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier("figures")), *columns)
    whole = whole.from_(exp.Subquery(this=tree.copy(), alias=_alias("figures")), copy=False)
    for i, row in enumerate(scores):  # a join that copies would copy the whole reading of the profile each time
        file = exp.Subquery(this=engine.parquet([row.path]), alias=_alias(f"score_{i}"))
        whole.join(file, on=parse(f"score_{i}.number = figures.number"), join_type="left", copy=False)
    return whole


def frame(workspace: Workspace, features: list[str], as_of: datetime) -> pd.DataFrame:
    """The figures (or trait:<name>, or scores) of every known customer, by number, in the order of numbers."""
    tree = exp.select("number", *(engine.column(name) for name in features)).from_("profile").order_by("number")
    found = engine.query(workspace, tree, relations=relations(workspace, as_of))
    return found.to_pandas().set_index("number")


def keep_score(
    workspace: Workspace, *, name: str, label: str, frame: pd.DataFrame, as_of: datetime, type: str = Type.NUMBER
) -> Score:
    """Keep a figure computed outside SQL (columns number and value); it is read as the figure `name`."""
    path = storage.new_path(workspace, "scores", ".parquet")
    table = pa.Table.from_pandas(frame[["number", "value"]].sort_values("number"), preserve_index=False)
    table = table.set_column(0, "number", table["number"].cast(pa.uint32()))
    pq.write_table(table, storage.absolute(path), compression="zstd")
    with transaction.atomic():
        old = Score.objects.in_workspace(workspace).filter(name=name).first()
        kept = {"label": label, "path": path, "as_of": as_of, "type": type}
        score, _ = Score.everywhere.update_or_create(workspace=workspace, name=name, defaults=kept)
        if old:
            transaction.on_commit(lambda: storage.absolute(old.path).unlink(missing_ok=True))
    return score
