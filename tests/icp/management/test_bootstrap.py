"""manage.py bootstrap."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from accounts import joining
from accounts.models.key import ApiKey
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers.models.source import Source
from tests.conftest import a_person

PASSWORD = "correct horse battery"


def bootstrap(email: str = "owner@example.com", password: str = PASSWORD, workspace: str = "Acme") -> dict[str, str]:
    out = StringIO()
    call_command("bootstrap", email=email, password=password, workspace=workspace, stdout=out)
    answer: dict[str, str] = json.loads(out.getvalue())
    assert out.getvalue().count("\n") == 1
    return answer


def test_it_prints_one_line_with_a_token_that_opens_the_workspace(db: None, client: Client) -> None:
    answer = bootstrap()

    assert set(answer) == {"workspace", "token", "write_key"}
    assert answer["workspace"] == "acme"
    opened = client.get("/api/v1/workspaces/acme/jobs/", headers={"Authorization": f"Token {answer['token']}"})
    assert opened.status_code == 200


def test_the_person_signs_in_with_the_password(db: None, client: Client) -> None:
    bootstrap()

    assert client.login(email="owner@example.com", password=PASSWORD)


def test_a_second_call_finds_all_and_makes_only_a_new_token(db: None) -> None:
    first, second = bootstrap(), bootstrap()

    assert first["workspace"] == second["workspace"]
    assert first["write_key"] == second["write_key"]
    assert first["token"] != second["token"]
    assert (User.objects.count(), Workspace.objects.count()) == (1, 1)
    assert ApiKey.everywhere.count() == 2
    assert Source.everywhere.filter(kind=Source.Kind.LIVE).count() == 1


def test_a_second_person_gets_a_token_to_the_same_workspace(acme: Workspace, alice: User, client: Client) -> None:
    answer = bootstrap("sam@example.com", workspace="Acme")

    assert answer["workspace"] == "acme"
    assert Workspace.objects.count() == 1
    me = client.get("/api/v1/workspaces/acme/members/", headers={"Authorization": f"Token {answer['token']}"})
    assert {row["email"] for row in me.json()["results"]} == {"alice@example.com", "sam@example.com"}


def test_an_own_workspace_comes_before_one_of_the_same_name(acme: Workspace, alice: User) -> None:
    mine = joining.make_workspace(a_person("sam"), name="Acme")

    assert bootstrap("sam@example.com", workspace="Acme")["workspace"] == mine.slug == "acme-2"


def test_the_write_key_belongs_to_a_live_source(db: None) -> None:
    answer = bootstrap()

    source = Source.everywhere.get(write_key=answer["write_key"])
    assert source.kind == Source.Kind.LIVE
    assert source.workspace.slug == "acme"


@pytest.mark.parametrize(("email", "password"), [("not an address", PASSWORD), ("owner@example.com", "short")])
def test_a_wrong_address_or_password_makes_nothing(db: None, email: str, password: str) -> None:
    with pytest.raises(CommandError, match=r"\.$"):
        bootstrap(email=email, password=password)

    assert (User.objects.count(), Workspace.objects.count()) == (0, 0)
