"""The stage for ideal customers: candidates, a round, and people who grade it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from rest_framework.test import APIClient

from accounts.models.key import ApiKey
from accounts.models.user import User
from accounts.models.workspace import Workspace
from accounts.secrets import hashed, new_secret
from icp import defining, preparing
from icp.models.definition import Icp
from icp.models.grading import Round


@pytest.fixture
def offices(acme: Workspace, alice: User) -> Icp:
    return defining.name_candidate(acme, name="Small offices", by=alice)


@pytest.fixture
def gifts(acme: Workspace, alice: User) -> Icp:
    return defining.name_candidate(acme, name="Gift buyers", by=alice)


def a_round(workspace: Workspace, by: User, *icps: Icp, graders: list[User], close: str = "round") -> Round:
    rubric = preparing.default_rubric(workspace)
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
