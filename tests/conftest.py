"""The cast: acme and its people, and the little stage that all tests share."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models.job import Job
from accounts.models.user import User
from accounts.models.workspace import Membership, Role, Workspace

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data sets that lie beside the repository; tests that need them skip by name without."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real data sets (../shared/data) are not on this machine")
    return SHARED_DATA


@pytest.fixture(autouse=True)
def own_data_folder(settings: Any, tmp_path: Path) -> Path:
    """Every test keeps its files in a folder of its own."""
    settings.DATA = tmp_path
    settings.MAIL_FOLDER = tmp_path / "mail"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return tmp_path


@pytest.fixture
def acme(db: None) -> Workspace:
    return Workspace.objects.create(slug="acme", name="Acme")


def a_person(name: str) -> User:
    return User.objects.create_user(f"{name}@example.com", "correct horse battery", name=name.capitalize())


def a_member(workspace: Workspace, name: str, role: Role) -> User:
    user = a_person(name)
    Membership.objects.create(workspace=workspace, user=user, role=role)
    return user


@pytest.fixture
def alice(acme: Workspace) -> User:
    """The owner."""
    return a_member(acme, "alice", Role.OWNER)


@pytest.fixture
def adam(acme: Workspace) -> User:
    """An admin."""
    return a_member(acme, "adam", Role.ADMIN)


@pytest.fixture
def erin(acme: Workspace) -> User:
    """An analyst."""
    return a_member(acme, "erin", Role.ANALYST)


@pytest.fixture
def gina(acme: Workspace) -> User:
    """A grader."""
    return a_member(acme, "gina", Role.GRADER)


@pytest.fixture
def bob(acme: Workspace) -> User:
    """A viewer."""
    return a_member(acme, "bob", Role.VIEWER)


@pytest.fixture
def charlie(db: None) -> User:
    """A stranger, owner of a workspace of his own."""
    zenith = Workspace.objects.create(slug="zenith", name="Zenith")
    return a_member(zenith, "charlie", Role.OWNER)


@pytest.fixture
def frank(acme: Workspace) -> User:
    """A former member."""
    user = a_member(acme, "frank", Role.ADMIN)
    Membership.objects.in_workspace(acme).filter(user=user).delete()
    return user


@pytest.fixture
def signed_in(client: Client) -> Any:
    """signed_in(alice) -> a browser-like client in which alice is signed in."""

    def sign_in(user: User) -> Client:
        client.force_login(user)
        return client

    return sign_in


def run_jobs(workspace: Workspace) -> list[Job]:
    """Carry out every waiting job of the workspace, oldest first, in this process; the rows afterwards."""
    from celery import current_app

    current_app.loader.import_default_modules()  # the tasks of every app
    carried_out = []
    while job := Job.objects.in_workspace(workspace).filter(status=Job.Status.QUEUED).order_by("created_at").first():
        current_app.tasks[job.task](str(job.pk))
        job.refresh_from_db()
        carried_out.append(job)
    return carried_out


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Tests that do not ask for a real broker publish nothing; run_jobs carries the work out."""
    if "real_broker" not in request.fixturenames:
        monkeypatch.setattr("accounts.jobs.publish", lambda job: True)


os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright's loop runs beside Django's database
