"""The only door to DuckDB: query(workspace, tree) -> Arrow.

A tree is a sqlglot query over relations, which are named, never pathed: `events` (customers/schema.py,
merged customers folded) and `profile` (one row per known customer, every feature and trait a column);
see customers/profiling.py. Values travel as placeholders (`exp.Placeholder(this="p0")`), never as text.
Only the node classes and functions of customers/allowed.py may occur.

Each process holds one in-memory database per workspace, which may read that workspace's folder and
nothing else.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Mapping
from functools import cache
from typing import Any

import pyarrow as pa
import sqlglot
import sqlglot.expressions as exp

from accounts.models.workspace import Workspace
from customers import storage
from customers.allowed import ALLOWED, FUNCTIONS

type Tree = Any  # a sqlglot expression: its classes are not typed well enough to say more

MEMORY = "512MB"
THREADS = 2
OPEN_AT_MOST = 16
DIALECT = "duckdb"


class Forbidden(ValueError):
    """The tree holds something that our queries never need."""


class Relations(dict[str, Any]):
    """What each named table is: a subtree to read, or an Arrow table.

    `renewed` reads the manifest again. The engine asks once, when a file vanished under a reader.
    """

    def renewed(self) -> "Relations | None":
        return None


class Databases:
    """In-memory databases by workspace, the least recently used one closed when there are too many."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.open: OrderedDict[str, Any] = OrderedDict()

    def cursor(self, workspace: Workspace) -> Any:
        """A cursor of its own for this call: DuckDB connections are not to be shared by threads."""
        name = str(storage.folder(workspace))
        with self.lock:
            if name not in self.open:
                self.open[name] = _connect(name)
            self.open.move_to_end(name)
            while len(self.open) > OPEN_AT_MOST:
                self.open.popitem(last=False)
            return self.open[name].cursor()


_databases = Databases()


def _forget() -> None:
    """A forked child must not touch its parent's databases: their threads did not come along."""
    global _databases
    _left_alone.append(_databases)
    _databases = Databases()


_left_alone: list[Databases] = []  # closing them in the child would wait for threads that are not there
os.register_at_fork(after_in_child=_forget)


def _connect(folder: str) -> Any:
    import duckdb  # imported late: most requests never need it

    temporary = f"{folder}/temporary/{os.getpid()}"
    os.makedirs(temporary, exist_ok=True)
    database = duckdb.connect(":memory:")
    database.execute("SET memory_limit = ?", [MEMORY])
    database.execute("SET threads = ?", [THREADS])
    database.execute("SET TimeZone = 'UTC'")
    database.execute("SET temp_directory = ?", [temporary])
    database.execute("SET python_enable_replacements = false")
    database.execute("SET autoinstall_known_extensions = false")
    database.execute(f"SET allowed_directories = ['{folder.replace("'", "''")}/']")
    database.execute("SET enable_external_access = false")
    database.execute("SET lock_configuration = true")
    return database


def query(
    workspace: Workspace,
    tree: Tree,
    values: Mapping[str, Any] | None = None,
    *,
    relations: Mapping[str, Tree | pa.Table],
) -> pa.Table:
    """Run the tree. `relations` says what each named table is: a subtree to read, or an Arrow table.

    Raises Forbidden for a node or function that is not on the list.
    """
    import duckdb

    check(tree)
    try:
        return _run(workspace, tree, values or {}, relations)
    except duckdb.IOException:
        fresh = relations.renewed() if isinstance(relations, Relations) else None
        if fresh is None:
            raise
        return _run(workspace, tree, values or {}, fresh)


def _run(workspace: Workspace, tree: Tree, values: Mapping[str, Any], relations: Mapping[str, Any]) -> pa.Table:
    cursor = _databases.cursor(workspace)
    try:
        bound = _bind(tree, relations, cursor)
        return cursor.sql(bound.sql(dialect=DIALECT), params=_used(bound, values)).to_arrow_table()
    finally:
        cursor.close()


def write(workspace: Workspace, tree: Tree, path: str, *, relations: Mapping[str, Tree | pa.Table]) -> None:
    """Run the tree straight into a Parquet file of ours (a relative path), without holding the answer in memory."""
    check(tree)
    cursor = _databases.cursor(workspace)
    try:
        bound = _bind(tree, relations, cursor)
        cursor.sql(bound.sql(dialect=DIALECT)).write_parquet(str(storage.absolute(path)), compression="zstd")
    finally:
        cursor.close()


def check(tree: Tree) -> None:
    """Raise Forbidden unless every node and function of the tree is on the list."""
    for node in tree.walk():
        if type(node) not in ALLOWED:
            raise Forbidden(f"{type(node).__name__} is not part of our queries.")
        if isinstance(node, exp.Anonymous) and node.name.lower() not in FUNCTIONS:
            raise Forbidden(f"{node.name} is not part of our queries.")


@cache
def _parsed(text: str) -> Tree:
    return sqlglot.parse_one(text, dialect=DIALECT)


def parse(text: str) -> Tree:
    """SQL of our own, written down in the code, as a tree. Never call it with what a person typed."""
    return _parsed(text).copy()


def sql(tree: Tree, *, dialect: str = DIALECT) -> str:
    """The tree as text, for people: pretty, with named relations and placeholders."""
    return tree.sql(dialect=dialect, pretty=True)


def _bind(tree: Tree, relations: Mapping[str, Any], cursor: Any) -> Tree:
    """Put in the place of every named table what it stands for; relations may name relations."""

    def bound(node: Tree) -> Tree:
        if not isinstance(node, exp.Table) or node.name not in relations:
            return node
        relation = relations[node.name]
        if isinstance(relation, pa.Table):
            cursor.register(node.name, relation)
            return node
        rest = {name: other for name, other in relations.items() if name != node.name}
        alias = exp.TableAlias(this=exp.to_identifier(node.alias_or_name, quoted=True))
        return exp.Subquery(this=_bind(relation, rest, cursor), alias=alias)

    return tree.copy().transform(bound, copy=False)


def _used(tree: Tree, values: Mapping[str, Any]) -> dict[str, Any]:
    wanted = {node.name for node in tree.find_all(exp.Placeholder)}
    return {name: value for name, value in values.items() if name in wanted}


def column(name: str, table: str | None = None) -> exp.Column:
    """A column by its exact name, such as trait:country."""
    return exp.column(exp.to_identifier(name, quoted=True), table=table)


def parquet(paths: list[str]) -> exp.Select:
    """`SELECT * FROM read_parquet([...])` over files of ours (relative paths)."""
    files = exp.Array(expressions=[exp.Literal.string(str(storage.absolute(path))) for path in paths])
    read = exp.Anonymous(this="read_parquet", expressions=[files])
    return exp.Select(expressions=[exp.Star()]).from_(exp.Table(this=read))


def empty(schema: pa.Schema) -> exp.Select:
    """No rows, with the right types: the first day of every workspace."""
    return nothing({field.name: _type(field.type) for field in schema})


def nothing(columns: Mapping[str, str]) -> exp.Select:
    """No rows, with columns of the given SQL types."""
    nulls = [
        exp.alias_(exp.Cast(this=exp.Null(), to=exp.DataType.build(kind, dialect=DIALECT)), name, quoted=True)
        for name, kind in columns.items()
    ]
    return exp.Select(expressions=nulls).where(exp.false())


_TYPES = {"uint32": "UINTEGER", "uint64": "UBIGINT", "uint8": "UTINYINT", "int64": "BIGINT", "double": "DOUBLE"}


def _type(kind: pa.DataType) -> str:
    return _TYPES.get(str(kind)) or ("TIMESTAMPTZ" if pa.types.is_timestamp(kind) else "TEXT")
