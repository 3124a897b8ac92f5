"""A definition, as JSON -> a Rule, or a sentence that says what is wrong and what would be right.

The syntax is api.md's: {"v": 1, "entity": "customer", "where": NODE}. A NODE is {"all": [...]},
{"any": [...]}, {"none": [...]}, or one condition: feature, trait, event, segment or list.
"""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from accounts.models.workspace import Workspace
from customers.features.feature import Type
from customers.models.customer import Entity
from segments.models.segment import Method, Segment
from segments.rules import vocabulary as words
from segments.rules.durations import Duration, duration
from segments.rules.nodes import Belongs, Column, Compare, Condition, Did, Group, Node, Rule, Window
from segments.rules.operators import COUNTS, OPERATORS, Shape, shape
from segments.rules.values import InvalidRule, a_day, value_of
from segments.rules.vocabulary import Vocabulary

__all__ = ["InvalidRule", "parse"]

CONDITIONS = 500
DEPTH = 10
GROUPS = ("all", "any", "none")
_SHARED = {"op", "value", "negate", "missing", "case"}
_KEYS = {
    "feature": {"feature", *_SHARED},
    "trait": {"trait", *_SHARED},
    "field": {"field", *_SHARED},
    "property": {"property", *_SHARED, "type"},
    "event": {"event", "count", "sum", "in_last", "after", "before", "where", "negate"},
    "segment": {"segment", "op", "negate"},
    "list": {"list", "op", "negate"},
}
_ABOUT_CUSTOMERS = ("feature", "trait", "event", "segment", "list")
_ABOUT_EVENTS = ("field", "property")


def parse(
    definition: Any, workspace: Workspace, *, of: Segment | None = None, vocabulary: Vocabulary | None = None
) -> Rule:
    """Read and check a definition. `of` is the segment it belongs to: a circle back to it is refused.

    Raises InvalidRule with a sentence for people.
    """
    known = vocabulary or words.of(workspace)
    if not isinstance(definition, Mapping):
        raise InvalidRule('A rule looks like {"v": 1, "entity": "customer", "where": {"all": []}}.')
    _only(definition, {"v", "entity", "where"}, "a rule")
    if definition.get("v") != 1:
        raise InvalidRule("This rule has another version. Only “v”: 1 is known.")
    entity = definition.get("entity", Entity.CUSTOMER)
    if entity != Entity.CUSTOMER:
        raise InvalidRule("Rules are about customers for now: “entity” must be “customer”.")
    where = _Reader(known, of).node(definition.get("where"), depth=1)
    return Rule(str(entity), where, known.zone, known.currency, definition)


class _Reader:
    """Reads nodes, and counts the conditions while it goes."""

    def __init__(self, known: Vocabulary, of: Segment | None) -> None:
        self.known = known
        self.of = of
        self.conditions = 0

    def node(self, raw: Any, *, depth: int, kinds: tuple[str, ...] = _ABOUT_CUSTOMERS) -> Node:
        if not isinstance(raw, Mapping):
            raise InvalidRule(f"A condition is an object with one of: {_list([*GROUPS, *kinds])}.")
        if depth > DEPTH:
            raise InvalidRule(f"Conditions may be nested {DEPTH} deep at most.")
        found = [name for name in (*GROUPS, *kinds) if name in raw]
        if len(found) != 1:
            raise InvalidRule(f"Each condition needs exactly one of: {_list([*GROUPS, *kinds])}.")
        if found[0] in GROUPS:
            return self._group(raw, found[0], depth, kinds)
        return self._leaf(raw, found[0], depth)

    def _group(self, raw: Mapping[str, Any], kind: str, depth: int, kinds: tuple[str, ...]) -> Group:
        _only(raw, {kind}, f"“{kind}”")
        parts = raw[kind]
        if not isinstance(parts, list):
            raise InvalidRule(f"“{kind}” takes a list of conditions.")
        if not parts and (kind != "all" or depth > 1):
            raise InvalidRule(f"“{kind}” needs at least one condition.")
        return Group(kind, tuple(self.node(part, depth=depth + 1, kinds=kinds) for part in parts))

    def _leaf(self, raw: Mapping[str, Any], kind: str, depth: int) -> Node:
        self.conditions += 1
        if self.conditions > CONDITIONS:
            raise InvalidRule(f"A rule may hold {CONDITIONS} conditions at most.")
        _only(raw, _KEYS[kind], f"a condition on “{kind}”")
        if not isinstance(raw[kind], str):
            raise InvalidRule(f"“{kind}” takes a name.")
        if kind == "event":
            return self._event(raw, depth)
        if kind in {"segment", "list"}:
            return self._membership(raw, kind)
        return self._condition(raw, self._column(raw, kind))

    def _column(self, raw: Mapping[str, Any], kind: str) -> Column:
        name = raw[kind]
        if kind == "feature":
            return _known(name, self.known.features, "figure")
        if kind == "trait":
            return _known(name, self.known.traits, "detail")
        if kind == "field":
            return _known(name, words.FIELDS, "field of an event")
        return _property(name, raw.get("type", "text"))

    def _condition(self, raw: Mapping[str, Any], column: Column) -> Condition:
        allowed = OPERATORS[column.type]
        op = raw.get("op")
        if op not in allowed:
            raise InvalidRule(f"“{column.label}” cannot be asked with “{_short(op)}”. Possible: {_list(allowed)}.")
        return Condition(
            column,
            op,
            value_of(column, op, raw),
            negate=_yes_or_no(raw, "negate"),
            missing=_one_of(raw, "missing", ("exclude", "include", "match")),
            case=_one_of(raw, "case", ("insensitive", "sensitive")),
        )

    def _event(self, raw: Mapping[str, Any], depth: int) -> Did:
        name = raw["event"]
        if not 0 < len(name) <= 200 or "\x00" in name:
            raise InvalidRule("An event has a name of 1 to 200 characters.")
        code = self.known.events.get(name)
        if code is None and self.known.events:
            _known(name, self.known.events, "event")
        total = _compare(raw.get("sum"), "sum", whole=False) if "sum" in raw else None
        count = _compare(raw["count"], "count", whole=True) if "count" in raw else None
        where = self.node(raw["where"], depth=depth + 1, kinds=_ABOUT_EVENTS) if raw.get("where") else None
        if count is None and total is None:
            count = Compare("gte", 1)
        return Did(name, code, count, total, _window(raw), where, _yes_or_no(raw, "negate"))

    def _membership(self, raw: Mapping[str, Any], kind: str) -> Belongs:
        op = raw.get("op", "in")
        if op not in {"in", "not_in"}:
            raise InvalidRule("Belonging to a segment can be asked with: in, not_in.")
        segment = self.known.segments.get(raw[kind].lower())
        if segment is None:
            raise InvalidRule(f"There is no {kind} “{_short(raw[kind])}” in this workspace.")
        if kind == "list" and segment.method != Method.FIXED:
            raise InvalidRule(f"“{segment.name}” is not a fixed list. Ask for it with “segment”.")
        if kind == "segment" and self.of is not None and _leads_to(segment, self.of, self.known.segments):
            raise InvalidRule(f"“{segment.name}” depends on this very segment. Segments must not go round in a circle.")
        negate = (op == "not_in") != _yes_or_no(raw, "negate")
        return Belongs(str(segment.pk), segment.name, is_list=kind == "list", negate=negate)


def segments_in(definition: Any) -> set[str]:
    """The ids of the segments that a definition refers to (not of fixed lists, which depend on nothing)."""
    found: set[str] = set()
    waiting = [definition]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            if isinstance(part.get("segment"), str):
                found.add(part["segment"].lower())
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
    return found


def _leads_to(start: Segment, goal: Segment, segments: Mapping[str, Segment]) -> bool:
    seen: set[str] = set()
    waiting = {str(start.pk)}
    while waiting:
        here = waiting.pop()
        if here == str(goal.pk):
            return True
        seen.add(here)
        if here in segments:
            waiting |= segments_in(segments[here].definition) - seen
    return False


def _known[Meaning](name: str, known: Mapping[str, Meaning], noun: str) -> Meaning:
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=5, cutoff=0.5)
    shown = [*near, *sorted(set(known) - set(near))][:40]
    more = f" and {len(known) - len(shown)} more" if len(known) > len(shown) else ""
    listed = f"Known {noun}s: {_list(shown)}{more}." if known else f"No {noun} is known yet."
    raise InvalidRule(f"Unknown {noun} “{_short(name)}”. {listed}".replace("field of an events", "fields of an event"))


def _property(name: str, type_name: Any) -> Column:
    if not 0 < len(name) <= 100 or any(sign in name for sign in "\x00\"'\\"):
        raise InvalidRule("A property has a name of 1 to 100 characters, without quotes.")
    if type_name not in {"text", "number"}:
        raise InvalidRule("A property is read as “text” or as “number”.")
    return Column(name, name, Type(type_name), kind="property")


def _window(raw: Mapping[str, Any]) -> Window:
    length: Duration | None = None
    if raw.get("in_last") is not None:
        length = duration(raw["in_last"])
        if length is None:
            raise InvalidRule(
                f"“in_last” takes a length such as 90d, 12h, 2w, 3mo or 1y, not “{_short(raw['in_last'])}”."
            )
    since = a_day(raw["after"]) if raw.get("after") is not None else None
    until = a_day(raw["before"]) if raw.get("before") is not None else None
    return Window(length, since, until)


def _compare(raw: Any, name: str, *, whole: bool) -> Compare:
    if not isinstance(raw, Mapping):
        raise InvalidRule(f'“{name}” looks like {{"op": "gte", "value": 2}}.')
    _only(raw, {"op", "value"}, f"“{name}”")
    op = raw.get("op")
    if op not in COUNTS:
        raise InvalidRule(f"“{name}” can be asked with: {_list(COUNTS)}.")
    column = Column(name, name, Type.NUMBER if whole else Type.MONEY)
    value = value_of(column, op, raw)
    if whole and any(n < 0 or n != int(n) for n in (value if shape(op) is Shape.PAIR else (value,))):
        raise InvalidRule("How often is counted in whole numbers from 0 on.")
    return Compare(op, value)


def _yes_or_no(raw: Mapping[str, Any], name: str) -> bool:
    value = raw.get(name, False)
    if not isinstance(value, bool):
        raise InvalidRule(f"“{name}” is true or false.")
    return value


def _one_of(raw: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> str:
    value = raw.get(name, allowed[0])
    if value not in allowed:
        raise InvalidRule(f"“{name}” is one of: {_list(allowed)}.")
    return str(value)


def _only(raw: Mapping[str, Any], allowed: set[str], what: str) -> None:
    odd = [str(name) for name in raw if name not in allowed]
    if odd:
        raise InvalidRule(f"Unknown key “{_short(odd[0])}” in {what}. Known keys: {_list(sorted(allowed))}.")


def _list(names: Iterable[object]) -> str:
    return ", ".join(str(name) for name in names)


def _short(text: object) -> str:
    said = str(text)
    return said if len(said) <= 60 else f"{said[:57]}…"
