"""The inbox becomes event files: what arrived by itself joins the log, each message once.

A drain takes the oldest rows of the inbox, finds out whom they are about, writes one file, and in one
transaction puts the file in force and deletes the rows. If another drain had one of the rows, or the
manifest moved, it throws its file away and starts again.
"""

from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from accounts.models.workspace import Workspace
from customers import recording
from customers.coding import codes_for
from customers.exploding import EventLine, lines_of
from customers.identifying import Told, Who, identify
from customers.models.event import Code, InboxEvent
from customers.recording import Manifest, NewFile, Stale
from customers.schema import EVENTS

AT_ONCE = 2_000  # messages
WORDS = {
    Code.Kind.EVENT: "event",
    Code.Kind.ORDER: "order",
    Code.Kind.PRODUCT: "product",
    Code.Kind.CATEGORY: "category",
    Code.Kind.CHANNEL: "channel",
}


def drain(workspace: Workspace, *, at: datetime) -> int:
    """Move what waits in the inbox into the event log; how many messages were taken."""
    taken = 0
    while True:
        before = recording.manifest(workspace)
        rows = list(InboxEvent.objects.in_workspace(workspace).order_by("created_at", "id")[:AT_ONCE])
        if not rows:
            return taken
        files = _write(workspace, rows, before)
        try:
            recording.swap(workspace, before, add=files, at=at, also=lambda: _clear(workspace, rows))  # noqa: B023
        except Stale:
            recording.discard(files)
            continue
        taken += len(rows)


def _clear(workspace: Workspace, rows: list[InboxEvent]) -> None:
    deleted, _ = InboxEvent.objects.in_workspace(workspace).filter(pk__in=[row.pk for row in rows]).delete()
    if deleted != len(rows):
        raise Stale


def _write(workspace: Workspace, rows: list[InboxEvent], before: Manifest) -> list[NewFile]:
    """One file of the lines that the log does not hold yet; none if it holds them all."""
    lines = [line for row in rows for line in lines_of(row, workspace.currency)]
    keys = np.frombuffer(b"".join(line.key for line in lines), dtype=np.uint64).reshape(-1, 2)
    new = ~recording.already_there(workspace, before.files, keys)
    fresh = [line for line, is_new in zip(lines, new, strict=True) if is_new]
    return [recording.write_file(workspace, _table(workspace, fresh), keys[new])] if fresh else []


def _table(workspace: Workspace, lines: list[EventLine]) -> pa.Table:
    people: dict[Who, Told] = {line.who: Told(line.happened_at) for line in lines if line.who.identifiers()}
    numbers: dict[Any, int] = dict(identify(workspace, people).numbers)
    codes = {kind: codes_for(workspace, kind, _words(lines, column)) for kind, column in WORDS.items()}
    columns: dict[str, list[Any]] = {
        name: [getattr(line, name) for line in lines]
        for name in ("happened_at", "received_at", "line", "quantity", "amount", "properties")
    }
    columns["number"] = [numbers.get(line.who) for line in lines]
    for kind, name in WORDS.items():
        columns[name] = [codes[kind].get(getattr(line, name)) for line in lines]
    columns["occurrence"] = _occurrences(workspace, lines, columns["order"])
    unsaid = [None] * len(lines)
    arrays = {field.name: pa.array(columns.get(field.name, unsaid), field.type) for field in EVENTS}
    return pa.table(arrays, schema=EVENTS)


def _words(lines: list[EventLine], column: str) -> dict[str, str]:
    found = {getattr(line, column): line.label if column == "product" else "" for line in lines}
    found.pop("", None)
    return found


def _occurrences(workspace: Workspace, lines: list[EventLine], orders: list[int | None]) -> list[int]:
    """The order's code; for everything else a number of its own per message."""
    own = recording.reserve_occurrences(workspace, len(lines))
    return [own + place if order is None else order for place, order in enumerate(orders)]
