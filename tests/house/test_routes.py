"""Every address x method x actor: who comes in, who is turned away, and that looking changes nothing.

The addresses are read from the resolver, so a new one is walked from its first day. One that neither
names a workspace nor stands in the lists below fails.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client

from accounts.models.user import User
from accounts.models.workspace import Membership, Role, Workspace
from accounts.permissions import PERMISSIONS
from tests.house.routes import Route, every_route
from tests.house.world import WRITE_KEY, a_key, one_of_everything

# Open to everybody, and why.
PUBLIC = {
    "accounts:door": "the door",
    "accounts:join": "whoever holds the invitation's secret",
    "accounts:mail-stop": "whoever holds the signed link that stands in the mail",
    "accounts:mails": "mails that left nowhere, in development only: the page itself decides",
    "icp:example": "the door to the example; a click makes a guest of it",
    "icp:door": "whoever has a room's code",
    "icp:door-room": "whoever has a room's code; guests are admitted, guessing is slowed down",
    "icp:room-wait": "whoever has a place in the round: the page itself finds it",
    "icp:room-follow": "whoever has a place in the round: the page itself finds it",
    "icp:room-mine": "whoever has a place in the round: the page itself finds it",
    "icp:seat-in": "whoever holds the signed link that stands in the mail",
    "bring": "whoever holds the upload link's secret",
    "signed-link": "whoever holds the signed link",
    "health-live": "asked by load balancers",
    "health-ready": "asked by load balancers",
    "schema": "the contract is public",
    "docs": "the contract is public",
}
PUBLIC_PREFIXES = ("account_", "mfa_")  # allauth guards its own pages
# Asks who you are, but is not about one workspace.
EXAMPLE = {
    "icp:example-reveal",
    "icp:example-reset",
    "icp:example-leave",
    "icp:example-tour",
}  # each finds the visit of whoever asks
SIGNED_IN = {"accounts:arrive", "accounts:workspace-new", "api-me", "api-workspaces"} | EXAMPLE

# Reading that leaves a trace, and why.
WRITTEN_DOWN = {
    "segments:export": "a list that leaves is written down in Activity",
    "segment-members-csv": "a list that leaves is written down in Activity",
    "icp:insight-csv": "a list that leaves is written down in Activity",
    "segments:delivery-file": "a list that leaves is written down in Activity",
    "api-delivery-file": "a list that leaves is written down in Activity",
    "customers:download-file": "everything that leaves is written down in Activity",
    "api-download-file": "everything that leaves is written down in Activity",
}

ROUTES = every_route()
PAGES = [route for route in ROUTES if route.is_guarded_page]
CALLS = [route for route in ROUTES if route.is_workspace_api]
ROLES = {"alice": Role.OWNER, "adam": Role.ADMIN, "erin": Role.ANALYST, "gina": Role.GRADER, "bob": Role.VIEWER}
NOT_OFFERED = 405
FILES: dict[Path, bytes] = {}  # the world's files, to be put back after each request


# Members who hold the right, and still may not find it.
NOT_THEIRS = {("accounts:key-revoke", "erin"): "an analyst revokes keys of her own only"} | {
    ("accounts:notification-open", actor): "a notification is one person's own" for actor in ROLES if actor != "alice"
}


@pytest.fixture
def world(acme: Workspace, alice: User, own_data_folder: Path) -> dict[str, str]:
    made = one_of_everything(acme, alice)
    FILES.clear()
    FILES.update({file: file.read_bytes() for file in own_data_folder.rglob("*.csv")})
    return made


@pytest.fixture(autouse=True)
def answers_instead_of_exceptions(client: Client) -> None:
    client.raise_request_exception = False


def steps(routes: list[Route], world: dict[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """(name, method, path, right), one for each method of each route."""
    for route in routes:
        for method, right in route.needs:
            yield route.name, method, route.path(world), right


def status(client: Client, method: str, path: str, **extra: Any) -> int:
    """What the answer is; whatever the request changed is taken back, rows and files."""
    with transaction.atomic():
        answer = getattr(client, method)(path, **extra)
        transaction.set_rollback(True)
    for file, content in FILES.items():
        if not file.exists():
            file.write_bytes(content)
    return int(answer.status_code)


def test_every_address_has_a_name_and_says_who_may_come() -> None:
    unlisted = [
        f"{route.pattern} ({route.name})"
        for route in ROUTES
        if not route.name
        or not (
            route.is_guarded_page
            or route.is_seat
            or route.is_workspace_api
            or route.name in PUBLIC
            or route.name in SIGNED_IN
            or route.name.startswith(PUBLIC_PREFIXES)
        )
    ]

    assert unlisted == [], unlisted


def test_every_address_of_a_workspace_is_guarded() -> None:
    assert [
        r.pattern for r in ROUTES if "<slug:slug>" in r.pattern and not (r.is_guarded_page or r.is_workspace_api)
    ] == []


def test_the_lists_name_only_addresses_that_exist() -> None:
    names = {route.name for route in ROUTES}

    assert (set(PUBLIC) | SIGNED_IN) - names == set()


def test_every_right_is_in_the_map() -> None:
    wanted = {right for route in [*PAGES, *CALLS] for _, right in route.needs if right}

    assert wanted - set(PERMISSIONS) == set()


def test_nobody_reaches_a_page_without_signing_in(client: Client, world: dict[str, str]) -> None:
    wrong = [
        (name, method, got)
        for name, method, path, _ in steps(PAGES, world)
        if (got := status(client, method, path)) not in {302, NOT_OFFERED}
    ]

    assert wrong == [], wrong


@pytest.mark.parametrize("name", sorted(SIGNED_IN))
def test_what_asks_who_you_are_turns_away_whoever_does_not_say(client: Client, db: None, name: str) -> None:
    route = next(route for route in ROUTES if route.name == name)

    assert status(client, "get", route.path({})) in {302, 401}


@pytest.mark.parametrize("actor", ["charlie", "frank"])
def test_a_page_does_not_exist_for_strangers_and_former_members(
    client: Client, world: dict[str, str], actor: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(actor))

    wrong = [
        (name, method, got)
        for name, method, path, _ in steps(PAGES, world)
        if (got := status(client, method, path)) not in {404, NOT_OFFERED}
    ]

    assert wrong == [], wrong


@pytest.mark.parametrize("actor", list(ROLES))
def test_a_page_lets_in_whoever_has_the_right_and_nobody_else(
    client: Client, world: dict[str, str], actor: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(actor))

    wrong = []
    for name, method, path, right in steps(PAGES, world):
        got = status(client, method, path)
        may = ROLES[actor] in PERMISSIONS[right]
        if (name, actor) in NOT_THEIRS:
            may, got = False, 403 if got == 404 else got
        if got != NOT_OFFERED and ((got == 403) == may or got >= 500 or (may and got == 404)):
            wrong.append((name, method, got))
    assert wrong == [], wrong


def test_every_page_offers_a_method(client: Client, world: dict[str, str], alice: User) -> None:
    client.force_login(alice)
    offered: dict[str, set[int]] = {}
    for name, method, path, _ in steps(PAGES, world):
        offered.setdefault(name, set()).add(status(client, method, path))

    assert [name for name, got in offered.items() if got == {NOT_OFFERED}] == []


def test_ids_of_another_workspace_do_not_exist_in_ones_own(
    client: Client, world: dict[str, str], charlie: User
) -> None:
    """Charlie owns Zenith and holds every right there; Acme's ids must mean nothing below /w/zenith/."""
    client.force_login(charlie)
    key = a_key(Workspace.objects.get(slug="zenith"), charlie, Role.OWNER)
    foreign = {**world, "<slug>": "zenith"}
    named = [route for route in [*PAGES, *CALLS] if _names_an_id(route, world)]

    wrong = [
        (name, method, got)
        for name, method, path, _ in steps(named, foreign)
        if (got := status(client, method, path, headers={"Authorization": f"Token {key}"})) not in {404, NOT_OFFERED}
    ]
    assert named
    assert wrong == [], wrong


def _names_an_id(route: Route, world: dict[str, str]) -> bool:
    return any(len(world.get(f"<{name}>", world.get(word, ""))) == 36 for name, word in route.words.items())


def test_the_api_turns_away_whoever_has_no_valid_key(client: Client, world: dict[str, str], alice: User) -> None:
    """Nothing, a cookie alone, the public write key, nonsense: 401, whatever is asked."""
    client.force_login(alice)
    keys = ["", "Token ", f"Token {WRITE_KEY}_acme", "Token nonsense", f"Bearer {WRITE_KEY}_acme"]

    wrong = [
        (name, method, key, got)
        for name, method, path, _ in steps(CALLS, world)
        for key in keys
        if (got := status(client, method, path, headers={"Authorization": key} if key else {})) != 401
    ]
    assert wrong == [], wrong


def test_the_api_has_nothing_for_a_stranger_with_a_key_of_another_workspace(
    client: Client, world: dict[str, str], charlie: User
) -> None:
    key = a_key(Workspace.objects.get(slug="zenith"), charlie, Role.OWNER)

    wrong = [
        (name, method, got)
        for name, method, path, _ in steps(CALLS, world)
        if (got := status(client, method, path, headers={"Authorization": f"Token {key}"})) != 404
    ]
    assert wrong == [], wrong


def test_the_key_of_a_former_member_opens_nothing(
    client: Client, world: dict[str, str], acme: Workspace, frank: User
) -> None:
    key = a_key(acme, frank, Role.OWNER)

    wrong = [
        (name, method, got)
        for name, method, path, _ in steps(CALLS, world)
        if (got := status(client, method, path, headers={"Authorization": f"Token {key}"})) != 401
    ]
    assert wrong == [], wrong


@pytest.mark.parametrize("actor", list(ROLES))
def test_the_api_lets_in_whoever_has_the_right_and_nobody_else(
    client: Client, world: dict[str, str], acme: Workspace, actor: str, request: pytest.FixtureRequest
) -> None:
    key = a_key(acme, request.getfixturevalue(actor), Role.OWNER)

    wrong = []
    for name, method, path, right in steps(CALLS, world):
        got = status(client, method, path, headers={"Authorization": f"Token {key}"}, content_type="application/json")
        may = bool(right) and ROLES[actor] in PERMISSIONS[right]
        if (got == 403) == may or got in {401, NOT_OFFERED} or got >= 500:
            wrong.append((name, method, got))
    assert wrong == [], wrong


@pytest.mark.parametrize("role", list(Role))
def test_a_key_never_allows_more_than_its_own_role(
    client: Client, world: dict[str, str], acme: Workspace, alice: User, role: Role
) -> None:
    key = a_key(acme, alice, role)

    wrong = [
        (name, method, got)
        for name, method, path, right in steps(CALLS, world)
        if role not in PERMISSIONS[right]
        and (got := status(client, method, path, headers={"Authorization": f"Token {key}"})) != 403
    ]
    assert wrong == [], wrong


def test_looking_changes_no_row(client: Client, world: dict[str, str], acme: Workspace, alice: User) -> None:
    client.force_login(alice)
    key = a_key(acme, alice, Role.OWNER)
    client.get(next(path for _, method, path, _ in steps(PAGES, world) if method == "get"))  # the session is made

    changed = []
    for name, method, path, _ in steps([*PAGES, *CALLS], world):
        if method != "get":
            continue
        before = rows()
        client.get(path, headers={"Authorization": f"Token {key}"} if name.startswith("api-") else {})
        if (after := rows()) != before and name not in WRITTEN_DOWN:
            changed.append((name, sorted(set(after.items()) ^ set(before.items()))))
    assert changed == [], changed


def rows() -> dict[str, int]:
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


def test_nothing_is_changed_from_a_page_of_somebody_else(world: dict[str, str], alice: User) -> None:
    """Without the token that only our own pages hold, each unsafe request is refused."""
    careful = Client(enforce_csrf_checks=True, raise_request_exception=False)
    careful.force_login(alice)
    open_doors = [route for route in ROUTES if route.name in PUBLIC and route.name in {"signed-link", "accounts:join"}]

    wrong = [
        (route.name, got)
        for route in [*PAGES, *open_doors]
        if (got := status(careful, "post", route.path(world))) not in {403, NOT_OFFERED}
    ]
    assert wrong == [], wrong


def test_a_person_who_leaves_loses_the_page_at_once(client: Client, world: dict[str, str], bob: User) -> None:
    client.force_login(bob)
    path = next(route.path(world) for route in PAGES if route.view.permission == "workspace.view" and not _ids(route))
    assert status(client, "get", path) in {200, NOT_OFFERED}

    Membership.everywhere.filter(user=bob).delete()
    assert status(client, "get", path) in {404, NOT_OFFERED}


def _ids(route: Route) -> bool:
    return set(route.words) != {"slug"}
