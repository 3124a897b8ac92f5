"""Pages work without JavaScript, hold nothing inline, and open no hole."""

import re
from pathlib import Path

import pytest

from tests.house.sources import ROOT, templates

TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)\b((?:[^<>\"']|\"[^\"]*\"|'[^']*'|\{%.*?%\}|\{\{.*?\}\})*)>", re.DOTALL)
INLINE_SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>", re.IGNORECASE)


def tags(template: Path) -> list[tuple[str, str]]:
    return [(name.lower(), attributes) for name, attributes in TAG.findall(template.read_text())]


def named(template: Path) -> str:
    return str(template.relative_to(ROOT))


@pytest.mark.parametrize("wrong", [r"\sstyle=", r"\son[a-z]+=", r"hx-on", r"\shx-vals=.js:", r"href=.javascript:"])
def test_no_tag_carries_code_or_style(wrong: str) -> None:
    carried = [f"{named(t)}: <{n}{a[:80]}>" for t in templates() for n, a in tags(t) if re.search(wrong, a)]

    assert carried == []


def test_no_template_holds_a_script_or_a_style_sheet_of_its_own() -> None:
    """Mails hold theirs: a mail has no style sheet to link to, and no policy of ours to pass."""
    pages = [t for t in templates() if t.parent.name != "mail"]
    held = [named(t) for t in templates() if INLINE_SCRIPT.search(t.read_text())]
    held += [named(t) for t in pages if "<style" in t.read_text()]

    assert held == []


def test_what_htmx_fetches_is_a_link_too() -> None:
    """hx-get on a link or button that only scripts understand shuts people out. Polling parts are exempt."""
    shut = [
        f"{named(t)}: <{name}{attributes[:90]}>"
        for t in templates()
        for name, attributes in tags(t)
        if name == "a" and "hx-get" in attributes and "href=" not in attributes
    ]

    assert shut == []


def test_what_htmx_posts_is_a_form_too() -> None:
    shut = [
        f"{named(t)}: <{name}{attributes[:90]}>"
        for t in templates()
        for name, attributes in tags(t)
        if re.search(r"hx-(post|put|patch|delete)", attributes)
        and not (name == "form" and "action=" in attributes and 'method="post"' in attributes)
        and not (name in {"button", "input"} and ("formaction=" in attributes or "name=" in attributes))
        and not (name in {"input", "select", "textarea", "fieldset", "div"} and "hx-trigger" in attributes)
    ]

    assert shut == []


def test_every_form_that_posts_carries_the_token() -> None:
    bare = [
        f"{named(template)}: {form[:90]}"
        for template in templates()
        for form in re.findall(r"<form\b.*?</form>", template.read_text(), re.DOTALL)
        if re.search(r'method="post"', form, re.IGNORECASE) and "csrf_token" not in form
    ]

    assert bare == []


def test_nothing_from_people_is_trusted_as_markup() -> None:
    trusted = {named(t) for t in templates() if re.search(r"\|\s*safe\b|autoescape off", t.read_text())}

    assert trusted - set(OURS) == set()


OURS = {"templates/components/field.html": "help texts are Django's and ours; the rules for passwords come as a list"}
