"""The documents tell the truth."""

import re

from tests.house.sources import APPS, ROOT

NAMED = re.compile(r"env\.(?:text|flag|number|words|database|secret)\(\s*\"([A-Z_]+)\"")
FOLDERS = [*APPS, "config", "templates", "tests", "docs", "static", "benchmarks", "deploy"]


def test_every_setting_is_explained() -> None:
    variables = set(NAMED.findall((ROOT / "config" / "settings.py").read_text()))
    explained = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE))

    assert variables
    assert explained >= variables
    assert explained - variables == {"PORT"}


def test_every_file_that_the_documents_name_exists() -> None:
    """`accounts/jobs.py` in backticks is a promise that it is there."""
    path = re.compile(
        r"`((?:accounts|customers|segments|icp|config|templates|tests|docs|static|benchmarks|deploy)/[\w./-]+)`"
    )
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    missing = [
        f"{page.name}: {name}"
        for page in pages
        for name in path.findall(page.read_text())
        if not (ROOT / name).exists()
    ]

    assert missing == []


def test_the_change_log_names_the_version_that_runs() -> None:
    from django.conf import settings

    log = (ROOT / "CHANGELOG.md").read_text()
    project = (ROOT / "pyproject.toml").read_text()
    assert f"## {settings.VERSION}" in log
    assert f'version = "{settings.VERSION}"' in project
