"""What the event files hold, learnt once per file: they never change."""

from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import sqlglot.expressions as exp

from customers import engine, storage
from customers.counting import STANDINGS
from customers.engine import Tree
from customers.schema import EVENTS, Line

LATER = ("tax", "standing")  # columns that files written before them lack
WHOLE = frozenset(EVENTS.names)


def lines(paths: list[str]) -> Tree:
    """The lines of the files, with nothing in the columns that older files lack."""
    old = [path for path in paths if lacks(path)]
    if not old:
        return engine.parquet(paths)
    new = [path for path in paths if path not in set(old)]
    parts = [_part(files, missing=missing) for files, missing in ((new, ()), (old, LATER)) if files]
    return parts[0] if len(parts) == 1 else exp.union(*parts, distinct=False)


def _part(paths: list[str], *, missing: tuple[str, ...]) -> Tree:
    kinds = {"tax": "BIGINT", "standing": "UTINYINT"}
    columns = [
        exp.alias_(exp.cast(exp.Null(), kinds[name], dialect=engine.DIALECT), name, quoted=True)
        if name in missing
        else engine.column(name)
        for name in EVENTS.names
    ]
    return exp.select(*columns).from_(exp.Subquery(this=engine.parquet(paths), alias=_FILES))


_FILES = exp.TableAlias(this=exp.to_identifier("files"))


def lacks(path: str) -> bool:
    """Whether the file is older than the columns of LATER. A file that is gone lacks nothing: its reader finds out."""
    return not _columns(path) >= WHOLE


@lru_cache(maxsize=8192)
def _columns(path: str) -> frozenset[str]:
    try:
        return frozenset(pq.read_schema(storage.absolute(path)).names)
    except FileNotFoundError:
        return WHOLE


def said(paths: list[str]) -> frozenset[str]:
    """What the files say at all: tax, shipping, returns, cancelled, test, staff."""
    return frozenset().union(*(_said(path) for path in paths))


@lru_cache(maxsize=8192)
def _said(path: str) -> frozenset[str]:
    wanted = [name for name in ("line", *LATER) if name in _columns(path)]
    try:
        table = pq.read_table(storage.absolute(path), columns=wanted)
    except FileNotFoundError:
        return frozenset()
    kinds = set(pc.unique(table["line"]).to_pylist())
    found = {name for name, line in (("returns", Line.RETURN), ("shipping", Line.SHIPPING)) if line in kinds}
    if "tax" in wanted and _any(table["tax"]):
        found.add("tax")
    standings = set(pc.unique(table["standing"]).to_pylist()) if "standing" in wanted else set()
    return frozenset(found | {name for name, standing in STANDINGS.items() if standing in standings})


def _any(column: pa.ChunkedArray) -> bool:
    return bool(pc.any(pc.not_equal(column, 0)).as_py())
