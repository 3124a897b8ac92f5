"""Calling the API: call(alice).get("segments/")."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts import keying
from accounts.models.user import User
from accounts.models.workspace import Membership, Workspace


class Caller:
    """A program with a key of one person to one workspace."""

    def __init__(self, secret: str, base: str) -> None:
        self.client = APIClient(HTTP_AUTHORIZATION=f"Token {secret}")
        self.secret, self.base = secret, base

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        def call(path: str, body: Any = None, **more: Any) -> Any:
            address = path if path.startswith("/") else self.base + path
            return getattr(self.client, verb)(address, body, **more)

        return call


@pytest.fixture
def call(db: None) -> Callable[..., Caller]:
    """call(alice) -> a program with alice's key; call(alice, "viewer") -> with a lesser one."""

    def program(user: User, role: str = "", *, at: Workspace | None = None) -> Caller:
        memberships = Membership.everywhere.select_related("workspace", "user")
        membership = memberships.get(user=user, **({"workspace": at} if at else {}))
        made = keying.make_key(membership, name="Test", role=role or membership.role)
        return Caller(made.secret, f"/api/v1/workspaces/{membership.workspace.slug}/")

    return program
