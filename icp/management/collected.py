"""Static files, collected into the data folder when they changed since the last start."""

from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError


def collect() -> None:
    """Copy, name by content and compress, unless nothing changed. In development files are served as they lie."""
    if settings.DEBUG:
        return
    _assets_are_installed()
    seal, now = Path(settings.STATIC_ROOT) / ".collected", _fingerprint()
    if seal.is_file() and seal.read_text() == now:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True, ignore_patterns=settings.STATIC_LEFT_OUT)
    seal.write_text(now)


def _assets_are_installed() -> None:
    missing = [name for name in settings.NPM_ASSETS if not (settings.NODE_MODULES / name).is_dir()]
    if missing:
        raise CommandError(f"Front-end files are missing ({', '.join(missing)}). Run: make setup")


def _fingerprint() -> str:
    """Names, sizes and times of every static file: what decides whether collecting again would change anything."""
    seen = sha256(settings.VERSION.encode())
    for finder in get_finders():
        for name, storage in finder.list(settings.STATIC_LEFT_OUT):
            facts = Path(storage.path(name)).stat()
            seen.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return seen.hexdigest()
