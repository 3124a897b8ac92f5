"""The stage for ideal customers: candidates, a round, and people who grade it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connection, connections
from rest_framework.test import APIClient

from accounts.models.key import ApiKey
from accounts.models.user import User
from accounts.models.workspace import Workspace
from accounts.secrets import hashed, new_secret
from customers import storage
from customers.models.customer import Customer
from customers.models.event import EventFile, EventLog
from customers.schema import EVENTS
from customers.tasks import request_profile
from icp import defining, preparing, wording
from icp.models.definition import Icp
from icp.models.grading import Round
from tests.conftest import run_jobs


@pytest.fixture
def offices(acme: Workspace, alice: User) -> Icp:
    return defining.name_candidate(acme, name="Small offices", by=alice)


@pytest.fixture
def gifts(acme: Workspace, alice: User) -> Icp:
    return defining.name_candidate(acme, name="Gift buyers", by=alice)


def a_round(workspace: Workspace, by: User, *icps: Icp, graders: list[User], close: str = "round") -> Round:
    rubric = wording.default_rubric(workspace)
    emails = [person.email for person in graders]
    return preparing.prepare_round(
        workspace, name="Autumn", icps=icps, rubric=rubric, emails=emails, close=close, by=by
    )


@pytest.fixture
def autumn(acme: Workspace, erin: User, gina: User, offices: Icp, gifts: Icp) -> Round:
    """Erin asked Gina; both may grade."""
    return a_round(acme, erin, offices, gifts, graders=[gina])


@pytest.fixture
def api(acme: Workspace) -> Callable[[User], APIClient]:
    """api(alice) -> a client with a key of hers."""

    def with_key(user: User, workspace: Workspace = acme) -> APIClient:
        secret = new_secret("bf")
        role = user.memberships.get().role
        ApiKey.objects.create(workspace=workspace, user=user, name="test", secret_hash=hashed(secret), role=role)
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
        return client

    return with_key


def at(*parts: Any) -> str:
    """An address of Acme's API."""
    return "/api/v1/workspaces/acme/" + "".join(f"{part}/" for part in parts)


@pytest.fixture
def database_on_disk(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """Threads need what SQLite in memory cannot: a file with its own locks. PostgreSQL stays as it is."""
    if connection.vendor != "sqlite":
        yield
        return
    memory: Any = connections["default"]
    settings = connections.settings["default"]
    with closing(sqlite3.connect(tmp_path / "threads.sqlite3")) as disk:
        memory.connection.backup(disk)
    connections.settings["default"] = settings | {"NAME": tmp_path / "threads.sqlite3"}
    connections["default"] = connections.create_connection("default")
    yield
    connections["default"].close()
    connections.settings["default"], connections["default"] = settings, memory


@pytest.fixture
def retail(acme: Workspace, shared_data: Path) -> tuple[Workspace, pd.DataFrame]:
    """Online-retail's known customers as events, written by pandas alone, and the frame that they came from."""
    lines = pd.read_csv(shared_data / "online-retail" / "online_retail.csv.gz", parse_dates=["InvoiceDate"])
    lines = lines[lines["CustomerID"].notna() & (lines["UnitPrice"] > 0)]
    lines["cents"] = (lines["Quantity"] * lines["UnitPrice"] * 100 + 1e-6).round().astype("int64")
    lines["number"], known = pd.factorize(lines["CustomerID"].astype("int64"), sort=True)
    lines["receipt"] = pd.factorize(lines["InvoiceNo"])[0]
    Customer.objects.bulk_create(
        [Customer(workspace=acme, number=n, external_id=str(name)) for n, name in enumerate(known)], batch_size=500
    )
    at = pa.array(lines["InvoiceDate"].dt.tz_localize("UTC"), pa.timestamp("us", tz="UTC"))
    columns = {
        "number": lines["number"], "happened_at": at, "received_at": at, "event": [0] * len(lines),
        "line": (lines["Quantity"] < 0).astype(int) + 1, "order": lines["receipt"], "occurrence": lines["receipt"],
        "product": pd.factorize(lines["StockCode"])[0], "quantity": lines["Quantity"], "amount": lines["cents"],
    }  # fmt: skip
    empty = {name: pa.nulls(len(lines)) for name in EVENTS.names if name not in columns}
    path = storage.new_path(acme, "events", ".parquet")
    pq.write_table(pa.table(columns | empty).select(EVENTS.names).cast(EVENTS), storage.absolute(path))
    EventFile.objects.create(workspace=acme, path=path, lines=len(lines))
    EventLog.objects.create(workspace=acme, newest_at=lines["InvoiceDate"].max().tz_localize("UTC"))
    request_profile(acme, None)
    run_jobs(acme)
    return acme, lines
