"""Answers customers' question who needs a figure (customers/using.py)."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from accounts.models.workspace import Workspace
from customers import using
from customers.using import Use
from segments.models.segment import Method, Segment, SegmentSet

BEHIND_MAIN = ("recency_days", "orders", "revenue", "r", "f", "m", "rfm_group", "main_segment")


class Segments:
    """Live segments by their conditions, and what was found for you by its figures, in three queries."""

    def uses(self, workspace: Workspace) -> dict[str, list[Use]]:
        found: dict[str, list[Use]] = {}
        rules = Segment.objects.in_workspace(workspace).live().filter(method=Method.RULES)
        for segment in rules.order_by("name"):
            href = reverse("segments:detail", args=[workspace.slug, segment.pk])
            for name in dict.fromkeys(named(segment.definition)):
                found.setdefault(name, []).append(Use("the segment", segment.name, href))
        main = SegmentSet.objects.in_workspace(workspace).filter(is_main=True).exists()
        for name in BEHIND_MAIN if main else ():
            found.setdefault(name, []).append(
                Use("the", "main segments", reverse("segments:list", args=[workspace.slug]))
            )
        for whole in SegmentSet.objects.in_workspace(workspace).placing().order_by("name"):
            href = reverse("segments:set", args=[workspace.slug, whole.pk])
            for name in whole.asked.get("features", []):
                found.setdefault(name, []).append(Use("the segments found", whole.name, href))
        return found


def named(node: Any) -> Iterator[str]:
    """The columns that a definition names, wherever they stand in it."""
    if isinstance(node, dict):
        if isinstance(node.get("feature"), str):
            yield node["feature"]
        if isinstance(node.get("trait"), str):
            yield f"trait:{node['trait']}"
        for part in node.values():
            yield from named(part)
    elif isinstance(node, list):
        for part in node:
            yield from named(part)


def answer() -> None:
    using.register(Segments())
