"""Settings come from the environment; a missing or odd value stops the start with a sentence."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str) -> str:
    return os.environ.get(name) or default


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name, str(default))
    if value not in {"True", "False"}:
        raise ImproperlyConfigured(f"{name}={value} is not understood. Use True or False.")
    return value == "True"


def number(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name}={value} is not understood. Use a whole number.")
    return int(value)


def words(name: str, default: str) -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(name: str, *, fallback: Path) -> dict[str, Any]:
    """The database behind a URL such as postgres://user:secret@host:5432/bestfit, or SQLite."""
    url = os.environ.get(name, "")
    parts = urlsplit(url)
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgres(parts.path, parts.username, parts.password, parts.hostname, parts.port, parts.query)
    if url and parts.scheme != "sqlite":
        raise ImproperlyConfigured(
            f"{name} starts with {parts.scheme}://. Use postgres://user:password@host/name, "
            "sqlite:///path, or leave it out for SQLite in the data folder."
        )
    return _sqlite(Path(unquote(parts.path[1:])) if url else fallback)


def _sqlite(path: Path) -> dict[str, Any]:
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA mmap_size=134217728;"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas},
    }


def _postgres(
    path: str, user: str | None, password: str | None, host: str | None, port: int | None, query: str
) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(path[1:]),
        "USER": unquote(user or ""),
        "PASSWORD": unquote(password or ""),
        "HOST": host or "",
        "PORT": str(port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(query)),
    }


def secret(name: str, *, file: Path) -> str:
    """The secret in the environment, else the one kept in `file` (made at the first start)."""
    import secrets

    if value := os.environ.get(name):
        return value
    try:
        with open(file, "x", opener=lambda path, flags: os.open(path, flags, 0o600)) as new:
            new.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return file.read_text()
