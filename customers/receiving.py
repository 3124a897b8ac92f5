"""An uploaded file is taken in: kept, looked through, understood as far as it goes.

What cannot become an import is refused here with a sentence, and leaves nothing behind.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path, PurePath
from typing import Any

from django.db import transaction

from accounts import auditing
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import mapping as columns_of
from customers import reading, recognising, storage
from customers.mapping import Guess, Question
from customers.models.event import EventFile
from customers.models.source import Import
from customers.reading import Shape, Unreadable
from customers.recognising import WrongMapping
from customers.shops.known import SHOPS
from customers.sourcing import file_source

KINDS = {"orders": "Orders, one line per row"}
SHOWN = 20  # rows
CURRENCY = re.compile("[A-Z]{3}")
Refusals = (Unreadable, WrongMapping)


def receive(
    workspace: Workspace,
    *,
    name: str,
    chunks: Iterable[bytes],
    kind: str = "orders",
    mapping: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
    sure: bool = False,
) -> Import:
    """Keep the file and say what we make of it: an import that waits for its answers.

    Raises Unreadable or WrongMapping with a sentence (with `sure` also where a question remains);
    then nothing is kept.
    """
    if kind not in KINDS:
        raise WrongMapping(f"“{kind}” cannot be imported yet. Accepted: {', '.join(KINDS)}.")
    path = storage.new_path(workspace, "imports", ".csv")
    try:
        size, sha256 = _keep(storage.absolute(path), chunks)
        import_ = Import(
            workspace=workspace, source=file_source(workspace), kind=kind, path=path, size=size, sha256=sha256
        )
        import_.file_name = (PurePath(name.replace("\\", "/")).name or "file.csv")[-200:]
        guess = understand(import_, mapping=mapping, options=options)
        if sure and guess.questions:
            raise WrongMapping(" ".join(map(_as_refusal, guess.questions)))
    except BaseException:
        storage.absolute(path).unlink(missing_ok=True)
        raise
    import_.save()
    return import_


def discard(import_: Import, *, by: User | None) -> bool:
    """Throw a file away that brought nothing yet; False if it is being imported or is in."""
    if import_.standing not in (Import.Status.ASKED, Import.Status.FAILED):
        return False
    with transaction.atomic():
        Import.objects.in_workspace(import_.workspace).filter(pk=import_.pk, status=import_.status).delete()
        sentence = f"Threw {import_.file_name} away before it was imported."
        auditing.record(import_.workspace, by, "import.discarded", sentence, subject=import_.pk)
        for path in (import_.path, f"{import_.path}.rejects.csv"):
            transaction.on_commit(partial(storage.absolute(path).unlink, missing_ok=True))
    return True


def _keep(path: Path, chunks: Iterable[bytes]) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    with path.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    if not size:
        raise Unreadable(f"The file is empty. {reading.ACCEPTED}")
    return size, digest.hexdigest()


def understand(
    import_: Import, *, mapping: Mapping[str, str] | None = None, options: Mapping[str, Any] | None = None
) -> Guess:
    """Look through the import's file and write down mapping, options, sample and questions (unsaved).

    What was answered before (here, or for the last file of the source with the same columns) is not
    asked again. Raises Unreadable or WrongMapping.
    """
    path, answers = storage.absolute(import_.path), dict(options or {})
    header = {"yes": True, "no": False}.get(str(answers.get("header")))
    shape = reading.inspect(path, has_header=header)
    remembered = _remembered(import_, shape) if mapping is None else None
    if remembered:
        mapping, answers = remembered["mapping"], remembered["options"] | answers
    known = {**answers, "header_is_settled": header is not None or shape.has_header}
    guess = recognising.recognise(path, shape, given=dict(mapping) if mapping is not None else None, options=known)
    if problem := recognising.refusal(guess, shape) or _other_money(import_, guess):
        raise Unreadable(problem) if mapping is None else WrongMapping(problem)
    changes = changed_since(import_.source.mapping, shape.columns)
    again = {"as_last_time": bool(remembered and not changes and not guess.questions), "changes": changes}
    again["twice"] = _said_twice(import_, guess)
    _write_down(import_, path, shape, guess, again)
    return guess


def _other_money(import_: Import, guess: Guess) -> str | None:
    """Why amounts in another currency than the workspace's cannot be read; a first file decides the currency."""
    theirs, ours = guess.options["currency"], import_.workspace.currency
    if theirs in (None, ours) or not CURRENCY.fullmatch(theirs):
        return None
    if has_events(import_.workspace):
        return (
            f"The amounts are in {theirs}; this workspace counts in {ours}. Bring this file to a workspace of its own."
        )
    guess.notes.append(f"The amounts are in {theirs}, so this workspace will count in {theirs}.")
    return None


def has_events(workspace: Workspace) -> bool:
    """Whether any order is in force, whose money is in the workspace's currency."""
    return EventFile.objects.in_workspace(workspace).filter(retired_at=None).exists()


def adopt_currency(import_: Import, by: User | None) -> None:
    """A first file decides in which currency a workspace counts."""
    workspace, theirs = import_.workspace, import_.options.get("currency")
    wanted = theirs and theirs != workspace.currency and CURRENCY.fullmatch(theirs)
    if wanted and not has_events(workspace):
        before, workspace.currency = workspace.currency, theirs
        workspace.save(update_fields=["currency"])
        sentence = f"Counts in {theirs} instead of {before}, as the first file does."
        auditing.record(workspace, by, "workspace.currency", sentence, subject=workspace.pk)


def _remembered(import_: Import, shape: Shape) -> dict[str, Any] | None:
    """The mapping of the last file, if this one has all of its columns; new columns are left out."""
    told: dict[str, Any] = import_.source.mapping
    used = [column for column, field in told.get("mapping", {}).items() if field != columns_of.IGNORE]
    if not used or not set(used) <= set(shape.columns):
        return None
    kept = {column: told["mapping"][column] for column in used}
    return {
        "mapping": kept,
        "options": {"decimal": told["options"].get("decimal"), "date": told["options"].get("date")},
    }


def changed_since(told: dict[str, Any], columns: Sequence[str]) -> str:
    """How the header differs from the last file's, in a sentence; nothing if it does not, or there was none."""
    before = told.get("shape")
    if not before or set(before) == set(columns):
        return ""
    gone = [column for column in before if column not in columns]
    if len(gone) * 2 > len(before):
        return ""  # another kind of table, not the same one changed
    used = [column for column in gone if told["mapping"].get(column, columns_of.IGNORE) != columns_of.IGNORE]
    new = [column for column in columns if column not in before]
    said = [_are(used or gone, "missing", "no longer there")] if gone else []
    return " ".join(["The columns changed since the last file.", *said, *([_are(new, "new", "new")] if new else [])])


def _said_twice(import_: Import, guess: Guess) -> str:
    """A shop's orders and the payments for them are the same sales: said before they are counted twice."""
    mine = SHOPS.get(guess.options.get("shop") or "")
    done = Import.objects.in_workspace(import_.workspace).filter(status=Import.Status.DONE)
    others = {SHOPS[key].name for key in done.values_list("options__shop", flat=True) if key in SHOPS}
    if mine is None or not others - {mine.name}:
        return ""
    named = " and ".join(sorted(others - {mine.name}))
    return f"You brought {named} before. If these are the same sales, they would count twice: keep only one of the two."


def _are(columns: Sequence[str], one: str, many: str) -> str:
    named = ", ".join(f"“{column}”" for column in columns[:5]) + (" and others" if len(columns) > 5 else "")
    return f"{named} is {one}." if len(columns) == 1 else f"{named} are {many}."


def _write_down(import_: Import, path: Path, shape: Shape, guess: Guess, again: dict[str, Any]) -> None:
    import_.mapping, import_.options = guess.mapping, guess.options
    import_.reading = again | {
        "shape": shape.as_json(),
        "sample": [[_shown(cell) for cell in row] for row in reading.sample(path, shape, SHOWN)],
        "questions": [question.as_json() for question in guess.questions],
        "notes": guess.notes + shape.notes,
    }


def _as_refusal(question: Question) -> str:
    """The question for a caller who cannot be asked: what to send instead."""
    field, _, column = question.name.partition(":")
    answers = ", ".join(f"“{value}”" for value, _ in question.choices)
    if field == "column":
        return f"{question.text} It could be {answers}. Send a mapping that says which column is {column}."
    return f"{question.text} Send options with {field}: one of {answers}."


def questions_of(import_: Import) -> list[Question]:
    """What stands between the file and its import."""
    return [Question(**question) for question in import_.reading.get("questions", [])]


def _shown(cell: str) -> str:
    """The start of a cell. A NUL is shown as its picture: PostgreSQL keeps none in JSON."""
    return cell[:200].replace("\x00", "\u2400")
