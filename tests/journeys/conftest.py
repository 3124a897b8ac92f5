"""A whole house for whole stories: `manage.py up` in a folder of its own, with a real broker and worker."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
START = 240.0  # seconds; a busy machine takes its time
PASSWORD = f"Seldom {secrets.token_hex(8)}"  # never a leading dash: it travels as an argument


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Caller:
    """A client that knows nothing but the HTTP contract."""

    address: str
    workspace: str
    token: str
    made: list[str] = field(default_factory=list)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Call below the workspace (or from the root, where the path starts with a slash)."""
        url = self.address + (path if path.startswith("/") else f"/api/v1/workspaces/{self.workspace}/{path}")
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data=data, method=method)
        request.add_header("Authorization", f"Token {self.token}")
        for name, value in {"Content-Type": "application/json", **headers}.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Answer(answer.status, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as problem:
            return Answer(problem.code, dict(problem.headers), problem.read())

    def get(self, path: str) -> Any:
        answer = self("GET", path)
        assert answer.status == 200, (path, answer.status, answer.body[:500])
        return answer.json()

    def post(self, path: str, body: Any = None, expect: int = 201) -> Any:
        answer = self("POST", path, {} if body is None else body)
        assert answer.status == expect, (path, answer.status, answer.body[:800])
        return answer.json()

    def upload(self, path: str, file: bytes, *, name: str, **fields: str) -> Answer:
        """A multipart form, written by hand so that nothing of ours stands between."""
        edge = uuid.uuid4().hex
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in fields.items()
        ]
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        body = b"".join([*parts, head, file, f"\r\n--{edge}--\r\n".encode()])
        return self("POST", path, body, Content_Type=f"multipart/form-data; boundary={edge}")

    def wait_for(self, job: dict[str, Any], seconds: float = 120) -> dict[str, Any]:
        """The job once it is over."""
        until = time.monotonic() + seconds
        while job["status"] in {"queued", "running"}:
            assert time.monotonic() < until, job
            time.sleep(0.2)
            job = self.get(f"jobs/{job['id']}/")
        return job

    def as_of_settles(self, path: str, ready: Any, seconds: float = 60) -> Any:
        """Ask again until `ready(answer)`: what follows an import by itself (profile, segments) takes a moment."""
        until = time.monotonic() + seconds
        while not ready(found := self.get(path)):
            assert time.monotonic() < until, found
            time.sleep(0.3)
        return found


@dataclass
class House:
    """A running installation."""

    address: str
    environment: dict[str, str]
    log: Path

    def manage(self, *words: str) -> str:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def caller(self, email: str, workspace: str) -> Caller:
        said = self.manage("bootstrap", "--email", email, "--password", PASSWORD, "--workspace", workspace)
        told = json.loads(said.strip().splitlines()[-1])
        return Caller(self.address, told["workspace"], told["token"])


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Started once for all journeys. Uses DATABASE_URL and REDIS_URL where the machine has them."""
    folder = tmp_path_factory.mktemp("house")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")},
        "BESTFIT_DATA": str(folder),
        "BESTFIT_URL": f"http://127.0.0.1:{port}",
        "BESTFIT_API_CALLS_PER_MINUTE": "100000",
    }
    if database := own_database():
        environment["DATABASE_URL"] = database
    log = folder / "up.log"
    with log.open("w") as lines:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", str(port), "--no-demo"],
            cwd=ROOT, env=environment, stdout=lines, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    house = House(f"http://127.0.0.1:{port}", environment, log)
    try:
        _wait_until_ready(house, process)
        yield house
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def own_database() -> str | None:
    """A fresh PostgreSQL database where DATABASE_URL names a server; None for SQLite in the house's folder."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        return None
    import psycopg

    name = f"journey_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{url.rsplit('/', 1)[0]}/{name}"


def _wait_until_ready(house: House, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START
    while time.monotonic() < until:
        assert process.poll() is None, house.log.read_text()[-2000:]
        try:
            with urllib.request.urlopen(f"{house.address}/health/ready", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(house.log.read_text()[-2000:])


@pytest.fixture(scope="session")
def online_retail(shared_data: Path) -> bytes:
    """541,909 real order lines, as a CSV file."""
    import gzip

    return gzip.decompress((shared_data / "online-retail" / "online_retail.csv.gz").read_bytes())


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright; journeys without it are skipped by name."""
    import shutil

    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("Chromium is not on this machine, so nobody can walk through the pages")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=flags)
        yield browser
        browser.close()
