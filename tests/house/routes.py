"""Every address of the product, read from the URL resolver, and what it asks of whoever comes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import get_resolver, reverse

from accounts.api.views import WorkspaceViewSet

SAFE = {"get", "head", "options"}
_GROUP = re.compile(r"\(\?P<(\w+)>[^)]*\)")


@dataclass(frozen=True)
class Route:
    """One address: its pattern in words, its name, and the view behind it."""

    pattern: str
    name: str
    view: Any

    @property
    def kind(self) -> type | None:
        return getattr(self.view, "cls", None)

    @property
    def is_guarded_page(self) -> bool:
        return bool(getattr(self.view, "is_guarded", False))

    @property
    def is_seat(self) -> bool:
        """A guest's page of one round: guarded by the secret in the browser, see tests/icp/test_seats.py."""
        return bool(getattr(self.view, "is_seated", False))

    @property
    def is_workspace_api(self) -> bool:
        return self.kind is not None and issubclass(self.kind, WorkspaceViewSet)

    @property
    def needs(self) -> list[tuple[str, str]]:
        """(method, right) for a viewset. A page has one right for whatever methods it takes."""
        if self.is_guarded_page:
            return [("get", self.view.permission), ("post", self.view.permission)]
        kind: Any = self.kind
        plain = {True: kind.reads, False: kind.writes}
        return [(m, kind.rights.get(a, plain[m in SAFE])) for m, a in sorted(self.view.actions.items())]

    @property
    def words(self) -> dict[str, str]:
        """Parameter -> the word that stands before it in the address: what it is an id of."""
        parts, words = self.pattern.split("/"), {}
        for number, part in enumerate(parts):
            for parameter in re.findall(r"<(?:\w+:)?(\w+)>", part):
                before = [p for p in parts[:number] if p and "<" not in p]
                words[parameter] = before[-1] if before else ""
        return words

    def path(self, values: Mapping[str, str]) -> str:
        """The address with each parameter filled in: by its own name, else by the word that stands before it."""
        filled = {
            parameter: values[f"<{parameter}>"] if f"<{parameter}>" in values else values[word]
            for parameter, word in self.words.items()
        }
        return reverse(self.name, kwargs=filled)


def every_route() -> list[Route]:
    return sorted(_walk(get_resolver().url_patterns, "", ""), key=lambda route: route.pattern)


def _walk(patterns: Any, before: str, namespace: str) -> Iterator[Route]:
    for entry in patterns:
        here = before + _plain(str(entry.pattern))
        if hasattr(entry, "url_patterns"):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry.url_patterns, here, inner)
        else:
            yield Route(here, f"{namespace}{entry.name}" if entry.name else "", entry.callback)


def _plain(pattern: str) -> str:
    return _GROUP.sub(r"<\1>", pattern).replace("^", "").replace("$", "")
