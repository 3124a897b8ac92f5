"""The only door to DuckDB: what it lets through, and what it does not."""

import os
import threading
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlglot.expressions as exp
from django.conf import settings

from accounts.models.workspace import Workspace
from customers import engine, profiling, storage
from customers.engine import parse
from customers.models.event import EventFile
from customers.schema import EVENTS
from tests.customers.stage import AS_OF, a_customer, bought, recorded


@pytest.fixture
def zenith(db: None) -> Workspace:
    return Workspace.objects.create(slug="zenith", name="Zenith")


def a_file(workspace: Workspace) -> str:
    path = storage.new_path(workspace, "events", ".parquet")
    pq.write_table(pa.table({"a": [1, 2]}), storage.absolute(path))
    return path


def rows(answer: pa.Table) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer.to_pylist()
    return found


def test_a_workspace_reads_its_own_files(acme: Workspace) -> None:
    answer = engine.query(acme, parse("SELECT sum(a) AS a FROM t"), relations={"t": engine.parquet([a_file(acme)])})
    assert rows(answer) == [{"a": 3}]


def test_another_workspaces_file_is_refused(acme: Workspace, zenith: Workspace) -> None:
    with pytest.raises(duckdb.PermissionException):
        engine.query(acme, parse("SELECT * FROM t"), relations={"t": engine.parquet([a_file(zenith)])})


def test_the_way_through_the_parent_folder_is_refused(acme: Workspace, zenith: Workspace) -> None:
    around = str(Path("workspaces") / str(acme.pk) / ".." / Path(a_file(zenith)).relative_to("workspaces"))
    with pytest.raises(duckdb.PermissionException):
        engine.query(acme, parse("SELECT * FROM t"), relations={"t": engine.parquet([around])})


def test_a_folder_that_only_begins_with_the_same_name_is_refused(acme: Workspace) -> None:
    beside = Path(settings.DATA) / "workspaces" / f"{acme.pk}-beside"
    beside.mkdir(parents=True)
    pq.write_table(pa.table({"a": [1]}), beside / "x.parquet")
    path = f"workspaces/{acme.pk}-beside/x.parquet"
    with pytest.raises(duckdb.PermissionException):
        engine.query(acme, parse("SELECT * FROM t"), relations={"t": engine.parquet([path])})


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SET threads = 4",
        "SET enable_external_access = true",
        "ATTACH '/tmp/elsewhere.db'",
        "COPY (SELECT 1) TO '/tmp/elsewhere.csv'",
        "INSTALL httpfs",
    ],
)
def test_the_machine_is_out_of_reach_even_without_the_list(acme: Workspace, statement: str) -> None:
    with pytest.raises(duckdb.Error, match=r"disabled by configuration|has been locked"):
        engine._databases.cursor(acme).execute(statement)


@pytest.mark.parametrize(
    "tree",
    [
        parse("SELECT read_text('/etc/passwd')"),
        parse("SELECT * FROM (SELECT read_parquet(['x']))"),
        exp.Insert(this=exp.to_table("events"), expression=parse("SELECT 1")),
        exp.Drop(this=exp.to_table("events")),
        exp.Command(this="SET", expression="threads = 4"),
        exp.select(exp.Parameter(this=exp.to_identifier("x"))),
    ],
    ids=lambda tree: type(tree).__name__,
)
def test_what_our_queries_never_need_is_forbidden(acme: Workspace, tree: Any) -> None:
    with pytest.raises(engine.Forbidden):
        engine.query(acme, tree, relations={})


def test_a_hostile_value_stays_a_value(acme: Workspace) -> None:
    hostile = "'; DROP TABLE events; --"
    tree = exp.select(exp.alias_(exp.Placeholder(this="p0"), "said"))
    assert rows(engine.query(acme, tree, {"p0": hostile, "unused": 1}, relations={})) == [{"said": hostile}]


def test_arrow_tables_are_relations_too(acme: Workspace) -> None:
    found = engine.query(acme, parse("SELECT t.a FROM chosen AS t"), relations={"chosen": pa.table({"a": [7]})})
    assert rows(found) == [{"a": 7}]


def test_a_python_variable_is_no_relation(acme: Workspace) -> None:
    sneaky = pa.table({"a": [7]})
    with pytest.raises(duckdb.CatalogException):
        engine.query(acme, parse("SELECT a FROM sneaky"), relations={})
    assert sneaky.num_rows == 1


def test_an_empty_log_is_empty_and_typed(acme: Workspace) -> None:
    found = engine.query(acme, parse("SELECT * FROM events"), relations=profiling.relations(acme, AS_OF))
    assert found.num_rows == 0
    assert found.schema.names == EVENTS.names
    assert found.schema.field("amount").type == pa.int64()
    assert found.schema.field("number").type == pa.uint32()
    assert pa.types.is_timestamp(found.schema.field("happened_at").type)


def test_a_reader_whose_file_vanished_reads_the_new_manifest(acme: Workspace) -> None:
    pam = a_customer(acme, "pam")
    old = recorded(acme, [bought(pam, 2, 10_00, order=1)])
    relations = profiling.relations(acme, AS_OF)
    recorded(acme, [bought(pam, 2, 10_00, order=1), bought(pam, 1, 5_00, order=2)])
    EventFile.objects.in_workspace(acme).filter(pk=old.pk).delete()
    storage.absolute(old.path).unlink()

    total = parse("SELECT CAST(sum(amount) AS BIGINT) AS total FROM events")
    assert rows(engine.query(acme, total, relations=relations)) == [{"total": 15_00}]
    with pytest.raises(duckdb.IOException):  # without a second look at the manifest there is nothing to read
        engine.query(acme, total, relations=dict(relations))


def test_events_after_the_moment_are_not_there_yet(acme: Workspace) -> None:
    pam = a_customer(acme, "pam")
    recorded(acme, [bought(pam, 2, 10_00, order=1), bought(pam, -2, 5_00, order=2)])
    found = engine.query(acme, parse("SELECT amount FROM events"), relations=profiling.relations(acme, AS_OF))
    assert rows(found) == [{"amount": 10_00}]


def test_a_merged_customer_is_read_as_the_last_survivor(acme: Workspace) -> None:
    pam = a_customer(acme, "pam")
    pamela = a_customer(acme, "pamela", merged_into=pam)
    pammy = a_customer(acme, "pammy", merged_into=pamela)
    recorded(acme, [bought(pam, 3, 1, order=1), bought(pamela, 2, 2, order=2), bought(pammy, 1, 4, order=3)])
    counted = parse("SELECT number, CAST(sum(amount) AS BIGINT) AS total FROM events GROUP BY number")
    found = engine.query(acme, counted, relations=profiling.relations(acme, AS_OF))
    assert rows(found) == [{"number": pam.number, "total": 7}]


def test_threads_ask_side_by_side(acme: Workspace) -> None:
    relations = {"t": engine.parquet([a_file(acme)])}
    answers: list[int] = []

    def ask() -> None:
        for _ in range(20):
            found = engine.query(acme, parse("SELECT sum(a) AS a FROM t"), relations=relations)
            answers.append(found.to_pylist()[0]["a"])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert answers == [3] * 80


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
def test_a_forked_child_opens_its_own(acme: Workspace) -> None:
    relations = {"t": engine.parquet([a_file(acme)])}
    engine.query(acme, parse("SELECT a FROM t"), relations=relations)
    child = os.fork()
    if child == 0:  # as a worker of Celery does
        try:
            fresh = not engine._databases.open
            found = engine.query(acme, parse("SELECT sum(a) AS a FROM t"), relations=relations).to_pylist()
            os._exit(0 if fresh and found == [{"a": 3}] else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0


def test_the_least_recently_used_database_makes_room(acme: Workspace, zenith: Workspace) -> None:
    databases = engine.Databases()
    databases.cursor(acme)
    for _ in range(engine.OPEN_AT_MOST):
        databases.open[os.urandom(4).hex()] = object()
    databases.cursor(zenith)
    assert len(databases.open) == engine.OPEN_AT_MOST
    assert str(storage.folder(acme)) not in databases.open
