"""What a browser must fetch before it can paint: at most 500 KB, packed."""

import gzip
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib.staticfiles import finders

from accounts.models.user import User
from accounts.models.workspace import Workspace
from segments.models.segment import Segment
from tests.segments.shop import Kind, a_shop

MOST = 500_000
SHEET = re.compile(r'<link[^>]*rel="stylesheet"[^>]*href="/static/([^"]+)"|<link[^>]*href="/static/([^"]+\.css)"')
SCRIPT = re.compile(r'<script[^>]*src="/static/([^"]+)"')
PICTURE = re.compile(r'(?:href|src)="/static/([^"#]+\.svg)')
FACE = re.compile(r"@font-face\s*{[^}]*}")
URL = re.compile(r"url\([\"']?([^\"')]+)[\"']?\)")

pytestmark = pytest.mark.django_db


def test_the_first_paint_of_a_page_is_small(client: Any, acme: Workspace, alice: User) -> None:
    a_shop(acme, {"often": Kind(40, 6, 20, 12, 5_000), "once": Kind(40, 1, 200, 1, 900)})
    largest = max(Segment.objects.in_workspace(acme).main().with_size(), key=lambda segment: segment.size)
    door = client.get("/")
    client.force_login(alice)
    inside = [client.get(f"/w/acme/{page}") for page in ("", "segments/", f"segments/{largest.pk}/", "customers/")]

    needed = [_needed(answer) for answer in (door, *inside)]

    assert all(50_000 < bytes_ < MOST for bytes_ in needed), needed  # the lower end: something was found at all


def _needed(answer: Any) -> int:
    """The page, its style sheets with the faces for Latin letters, its scripts and drawings."""
    assert answer.status_code == 200
    page = answer.content.decode()
    sheets = {first or second for first, second in SHEET.findall(page)}
    files = sheets | set(SCRIPT.findall(page)) | set(PICTURE.findall(page))
    assert sheets
    return (
        _packed(answer.content)
        + sum(_packed(_file(name).read_bytes()) for name in files)
        + sum(len(face.read_bytes()) for name in sheets for face in _faces(name))
    )


def _faces(sheet: str) -> list[Path]:
    """The files of faces that Latin letters need; they are packed already."""
    path = _file(sheet)
    wanted = [face for face in FACE.findall(path.read_text()) if "unicode-range" not in face or "U+0000-00FF" in face]
    return [path.parent / URL.findall(face)[0] for face in wanted if "italic" not in face]


def _file(name: str) -> Path:
    found = finders.find(unquote(name))
    assert found, name
    return Path(str(found))


def _packed(content: bytes) -> int:
    return len(gzip.compress(content, 6))
