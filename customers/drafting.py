"""A figure while somebody makes it: what the form holds, as a definition and back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models.workspace import Workspace
from customers import engine, figuring, profiling, trying
from customers.engine import parse
from customers.features.asked import FIELDS, MEASURES, OPS, SHOWN_AS, WINDOWS, BadDefinition, as_json, read, type_of
from customers.features.feature import Type
from customers.models.event import Code
from customers.models.figure import Figure
from customers.trying import Tried

KINDS = {
    "aggregate": ("Count or add up", "such as pieces bought in 90 days"),
    "ratio": ("One divided by another", "such as the share of orders with a coupon"),
    "formula": ("A formula", "such as spent divided by orders"),
}
SEEN = 2_000  # different details of orders that are looked through for their names
OFFERED = 100  # values offered while typing
DETAILS = "SELECT DISTINCT properties FROM events WHERE NOT properties IS NULL"


@dataclass
class Row:
    """One condition of the form. `what` is product, category, channel or detail:<name>."""

    place: str
    what: str = "product"
    op: str = "is"
    values: str = ""
    offered: list[str] = field(default_factory=list)

    @property
    def compares(self) -> bool:
        return self.op in {"is", "is_not"}

    def as_json(self) -> dict[str, Any]:
        kind, _, name = self.what.partition(":")
        said: dict[str, Any] = {"field": kind, "op": self.op}
        if kind == "detail":
            said["name"] = name
        if self.compares:
            said["values"] = [value for value in (part.strip() for part in self.values.split(",")) if value]
        return said


@dataclass
class Part:
    """What is counted: over what, since when, where."""

    place: str
    measure: str = "orders"
    days: str = "365"
    rows: list[Row] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        days = int(self.days) if self.days.isdecimal() and len(self.days) < 5 else None
        return {"measure": self.measure, "days": days, "where": [row.as_json() for row in self.rows]}


@dataclass
class Draft:
    """Everything that the form holds."""

    kind: str = "aggregate"
    name: str = ""
    meaning: str = ""
    unit: str = ""
    top: Part = field(default_factory=lambda: Part("top"))
    bottom: Part = field(default_factory=lambda: Part("bottom"))
    text: str = ""
    shown_as: str = "number"

    @property
    def parts(self) -> list[Part]:
        return {"aggregate": [self.top], "ratio": [self.top, self.bottom]}.get(self.kind, [])

    @property
    def may_have_unit(self) -> bool:
        try:
            return type_of(read(self.definition)) == Type.NUMBER
        except BadDefinition:
            return True

    @property
    def definition(self) -> dict[str, Any]:
        if self.kind == "formula":
            return {"kind": "formula", "text": self.text, "shown_as": self.shown_as}
        if self.kind == "ratio":
            return {"kind": "ratio", "top": self.top.as_json(), "bottom": self.bottom.as_json()}
        return {"kind": "aggregate", **self.top.as_json()}


def of_figure(figure: Figure) -> Draft:
    """An existing figure as the form shows it."""
    said = as_json(read(figure.definition))
    draft = Draft(said["kind"], figure.name, figure.meaning, figure.unit)
    if draft.kind == "formula":
        draft.text, draft.shown_as = said["text"], said["shown_as"]
        return draft
    draft.top = _part("top", said.get("top", said))
    draft.bottom = _part("bottom", said.get("bottom", {}))
    return draft


def _part(place: str, said: Mapping[str, Any]) -> Part:
    part = Part(place, said.get("measure", "orders"), str(said.get("days") or ""))
    for number, one in enumerate(said.get("where", [])):
        what = f"detail:{one['name']}" if one["field"] == "detail" else one["field"]
        part.rows.append(Row(f"{place}-{number}", what, one["op"], ", ".join(one.get("values", []))))
    return part


def posted(form: Any) -> Draft:
    """The form as it was sent. Odd values become the usual ones; whether it makes sense is asked later."""
    draft = Draft(name=form.get("name", ""), meaning=form.get("meaning", ""), unit=form.get("unit", ""))
    draft.kind = form.get("kind") if form.get("kind") in KINDS else "aggregate"
    draft.text = form.get("text", "")[:1_000]
    draft.shown_as = form.get("shown_as") if form.get("shown_as") in SHOWN_AS else "number"
    draft.top, draft.bottom = _posted("top", form), _posted("bottom", form)
    return draft


def _posted(place: str, form: Any) -> Part:
    measure, days = form.get(f"{place}-measure"), form.get(f"{place}-days", "365")
    known = {str(length or "") for length in WINDOWS}
    part = Part(place, measure if measure in MEASURES else "orders", days if days in known else "365")
    for number in range(10):
        what = form.get(f"{place}-{number}-what")
        if what and what.partition(":")[0] in FIELDS:
            op = form.get(f"{place}-{number}-op")
            row = Row(f"{place}-{len(part.rows)}", what, op if op in OPS else "is")
            row.values = form.get(f"{place}-{number}-values", "")[:2_000]
            part.rows.append(row)
    return part


def changed(draft: Draft, do: str, details: Mapping[str, Any]) -> Draft:
    """A button of the form: add:top, remove:top-0."""
    verb, _, place = do.partition(":")
    for part in (draft.top, draft.bottom):
        if verb == "add" and place == part.place and len(part.rows) < 5:
            first = next((f"detail:{name}" for name in details), "product")
            part.rows.append(Row(f"{place}-{len(part.rows)}", first, "set" if details else "is"))
        if verb == "remove":
            part.rows = [row for row in part.rows if row.place != place]
            for number, row in enumerate(part.rows):
                row.place = f"{part.place}-{number}"
    return draft


def details(workspace: Workspace, as_of: datetime) -> dict[str, list[str]]:
    """The details that orders carry: name -> some of their values."""
    relations = profiling.relations(workspace, as_of)
    rows = engine.query(workspace, parse(DETAILS).limit(SEEN), relations=relations)["properties"].to_pylist()
    found: dict[str, dict[str, None]] = {}
    for text in rows:
        told = json.loads(text)
        for name, value in told.items() if isinstance(told, dict) else ():
            if isinstance(value, str | int | float) and len(name) <= 80:
                values = found.setdefault(name, {})
                if str(value) and len(values) < OFFERED:
                    values[str(value)[:80]] = None
    return {name: sorted(values) for name, values in sorted(found.items())}


def offer(workspace: Workspace, draft: Draft, known: Mapping[str, list[str]]) -> None:
    """Put into each row what may be typed there."""
    names: dict[str, list[str]] = {}
    for row in (row for part in draft.parts for row in part.rows if row.compares):
        kind, _, name = row.what.partition(":")
        if kind == "detail":
            row.offered = known.get(name, [])
        elif kind not in names:
            codes = Code.objects.in_workspace(workspace).filter(kind=figuring.CODED[kind])
            names[kind] = [label or value for value, label in codes.values_list("value", "label")[:OFFERED]]
        row.offered = row.offered or names.get(kind, [])


def subjects(known: Mapping[str, Any], draft: Draft) -> list[tuple[str, str]]:
    """What a condition may be about: value and words."""
    used = [row.what.partition(":")[2] for part in draft.parts for row in part.rows if row.what.startswith("detail:")]
    told = [(f"detail:{name}", name.replace("_", " ")) for name in dict.fromkeys([*known, *used]) if name]
    return [*told, *((kind, kind) for kind in FIELDS if kind != "detail")]


@dataclass
class Attempt:
    """What the draft would say of everybody, or why it cannot."""

    tried: Tried | None = None
    problem: str = ""


def attempt(workspace: Workspace, draft: Draft, *, as_of: datetime, figure: Figure | None = None) -> Attempt:
    try:
        definition = figuring.understood(workspace, draft.definition, figure=figure)
    except figuring.NotPossible as problem:
        return Attempt(problem=str(problem))
    return Attempt(trying.try_out(workspace, definition, as_of=as_of, label=draft.name, unit=draft.unit))
