"""Write a segment down, change it, set it aside. Each is counted at once, so that it never stands empty."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now
from pyroaring import BitMap

from accounts import auditing
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers.models.customer import Customer
from segments.models.segment import Method, Segment
from segments.remembering import DEFINED, keep_snapshot
from segments.rules import running
from segments.rules.tree import parse, segments_in

FREE_SLOT = 7  # the mark that the main segments leave over
MOST_LINES = 100_000


class NotPossible(ValueError):
    """It cannot be done; the message says why, and what would be possible."""


@dataclass(frozen=True)
class Found:
    """What became of the lines that somebody pasted."""

    members: BitMap
    lines: int
    missing: list[str]


def define(workspace: Workspace, *, name: str, definition: Any, as_of: datetime, by: User | None) -> Segment:
    """A new segment by conditions, counted as of the moment. Raises InvalidRule or NotPossible."""
    rule = parse(definition, workspace)
    members = running.numbers(workspace, rule, as_of)
    segment = Segment(workspace=workspace, name=_free_name(workspace, name), definition=definition, created_by=by)
    segment.slot = _slot(workspace)
    with transaction.atomic():
        segment.save(force_insert=True)
        keep_snapshot(segment, members, as_of=as_of, reason=DEFINED)
        auditing.record(workspace, by, "segments.created", f"Made the segment “{segment.name}”.", subject=segment.pk)
    return segment


def redefine(segment: Segment, *, as_of: datetime, by: User | None, name: str = "", definition: Any = None) -> Segment:
    """Change name or conditions, and count again where the conditions changed."""
    workspace = segment.workspace
    if definition is not None and segment.method != Method.RULES:
        raise NotPossible(f"“{segment.name}” was not made by conditions. Make a new segment by conditions instead.")
    changed = definition is not None and definition != segment.definition
    members = running.numbers(workspace, parse(definition, workspace, of=segment), as_of) if changed else None
    if name:
        segment.name = _free_name(workspace, name, segment)
    with transaction.atomic():
        if members is not None:
            segment.definition = definition
        segment.save()
        if members is not None:
            keep_snapshot(segment, members, as_of=as_of, reason=DEFINED)
        auditing.record(workspace, by, "segments.changed", f"Changed the segment “{segment.name}”.", subject=segment.pk)
    return segment


def set_aside(segment: Segment, *, by: User | None) -> None:
    """Archive a segment: it is counted no more, and its history stays. Repeating it changes nothing."""
    if segment.set and segment.set.is_main:
        raise NotPossible("The main segments belong together. A single one cannot be set aside.")
    for other in Segment.objects.in_workspace(segment.workspace).live().exclude(pk=segment.pk):
        if str(segment.pk) in segments_in(other.definition) or _lists(other.definition, str(segment.pk)):
            raise NotPossible(f"“{other.name}” has a condition on “{segment.name}”. Change that first.")
    if segment.archived_at:
        return
    with transaction.atomic():
        segment.archived_at = now()
        segment.save(update_fields=["archived_at"])
        sentence = f"Set the segment “{segment.name}” aside."
        auditing.record(segment.workspace, by, "segments.archived", sentence, subject=segment.pk)


def write_list(workspace: Workspace, *, name: str, found: Found, as_of: datetime, by: User | None) -> Segment:
    """A fixed list: exactly these people, until somebody changes it."""
    if not found.members:
        raise NotPossible("None of these lines is a customer we know. Paste customer numbers or e-mail addresses.")
    segment = Segment(workspace=workspace, name=_free_name(workspace, name), method=Method.FIXED, created_by=by)
    segment.definition = {"v": 1, "entity": "customer", "where": {"list": str(segment.pk)}}
    segment.slot = _slot(workspace)
    with transaction.atomic():
        segment.save(force_insert=True)
        keep_snapshot(segment, found.members, as_of=as_of, reason=DEFINED)
        sentence = f"Made the fixed list “{segment.name}” of {len(found.members):,}."
        auditing.record(workspace, by, "segments.created", sentence, subject=segment.pk)
    return segment


def look_up(workspace: Workspace, text: str) -> Found:
    """Customers by number or e-mail, one a line (or parted by commas). The same line twice is one person."""
    lines = list(dict.fromkeys(part.strip() for part in text.replace(",", "\n").replace(";", "\n").splitlines()))
    lines = [line for line in lines if line]
    if len(lines) > MOST_LINES:
        raise NotPossible(f"A list takes up to {MOST_LINES:,} lines at a time.")
    known = _numbers(workspace, lines)
    return Found(
        members=BitMap(known[line.lower()] for line in lines if line.lower() in known),
        lines=len(lines),
        missing=[line for line in lines if line.lower() not in known],
    )


def _numbers(workspace: Workspace, lines: list[str]) -> dict[str, int]:
    """Line in lower case -> number of the customer (of the survivor, for a merged one)."""
    found: dict[str, int] = {}
    customers = Customer.objects.in_workspace(workspace).filter(is_known=True).select_related("merged_into")
    for part in _in_chunks(lines, 500):
        lowered = [line.lower() for line in part]
        for customer in customers.filter(Q(external_id__in=part) | Q(email__in=[*part, *lowered])):
            number = customer.merged_into.number if customer.merged_into else customer.number
            for key in (customer.email.lower(), customer.external_id.lower()):
                if key:
                    found[key] = number
    return found


def _in_chunks(lines: list[str], size: int) -> Iterable[list[str]]:
    return (lines[start : start + size] for start in range(0, len(lines), size))


def _free_name(workspace: Workspace, name: str, of: Segment | None = None) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= 80:
        raise NotPossible("Give the segment a name of 1 to 80 characters.")
    others = Segment.objects.in_workspace(workspace).live().filter(name=name, set=None)
    if others.exclude(pk=of.pk if of else None).exists():
        raise NotPossible(f"This workspace already has a segment “{name}”. Choose another name.")
    return name


def _slot(workspace: Workspace) -> int:
    taken = Segment.objects.in_workspace(workspace).filter(slot=FREE_SLOT).exists()
    return 0 if taken else FREE_SLOT


def _lists(definition: Any, key: str) -> bool:
    if isinstance(definition, dict):
        return definition.get("list") == key or any(_lists(part, key) for part in definition.values())
    return isinstance(definition, list) and any(_lists(part, key) for part in definition)
