"""A rule as rows with controls in them: from a definition, from what was posted, and back.

Every row has a place such as 1 or 1.0, which is also the beginning of the names of its controls. What the
controls cannot show (missing, case, sums, ...) travels along unseen in `more`, so that nothing is lost.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from customers.features.feature import Type
from segments.models.segment import Method
from segments.rules.durations import duration
from segments.rules.nodes import Column
from segments.rules.operators import NUMERIC, OPERATORS, Shape, shape
from segments.rules.vocabulary import Vocabulary

WINDOWS = [("", "ever"), ("30d", "in 30 days"), ("90d", "in 90 days"), ("6mo", "in 6 months"), ("1y", "in 12 months")]
COUNTS = [
    ("gte", "at least"), ("lte", "at most"), ("eq", "exactly"), ("gt", "more than"), ("lt", "fewer than"),
    ("between", "between"), ("never", "not once"),
]  # fmt: skip
SAID = {
    "gte": "at least", "lte": "at most", "gt": "more than", "lt": "less than", "eq": "exactly", "neq": "other than",
    "between": "between", "not_between": "not between", "in": "one of", "not_in": "none of",
    "contains": "contains", "not_contains": "does not contain", "starts_with": "starts with",
    "ends_with": "ends with", "is_set": "is known", "not_set": "is not known", "is_true": "is yes",
    "is_false": "is no", "before": "before", "after": "after", "in_last": "in the last",
    "not_in_last": "not in the last", "older_than": "more than … ago",
}  # fmt: skip
TEXT_SAID = {"eq": "is", "neq": "is not", "in": "is one of", "not_in": "is none of"}
FIRST_OP = {Type.TEXT: "eq", Type.DATE: "in_last", Type.BOOLEAN: "is_true"}
UNITS = [("d", "days"), ("w", "weeks"), ("mo", "months"), ("y", "years"), ("h", "hours")]
MOST_ROWS = 60


@dataclass
class Row:
    """One line of the page: a condition, or a group of them."""

    place: str
    what: str = ""
    op: str = ""
    value: str = ""
    value2: str = ""
    unit: str = "d"
    within: str = ""
    product: str = ""
    more: dict[str, Any] = field(default_factory=dict)
    group: str = ""
    rows: list["Row"] = field(default_factory=list)
    joint: str = ""
    type: str = ""
    column: Column | None = None
    left: int | None = None
    choices: list[str] = field(default_factory=list)

    @property
    def shape(self) -> str:
        """Which controls stand on the right: nothing, one, several, pair or length."""
        return str(shape(self.op)) if self.type != "event" else "event"

    @property
    def ops(self) -> list[tuple[str, str]]:
        if self.type == "event":
            return COUNTS
        if self.type in {"segment", "list"}:
            return [("in", "is in"), ("not_in", "is not in")]
        kind = Type(self.type)
        return [(op, TEXT_SAID.get(op, SAID[op]) if kind is Type.TEXT else SAID[op]) for op in OPERATORS[kind]]

    @property
    def is_number(self) -> bool:
        return self.type in {str(kind) for kind in NUMERIC}

    @property
    def path(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self.place.split("."))

    @property
    def has_own_window(self) -> bool:
        """A length of time that the usual choices do not hold."""
        return self.within not in dict(WINDOWS)

    @property
    def suffix(self) -> str:
        """What stands behind the number."""
        if self.shape not in {"one", "pair"} or self.column is None:
            return ""
        return "%" if self.column.type is Type.SHARE else self.column.unit if self.column.unit == "days" else ""

    @property
    def more_json(self) -> str:
        return json.dumps(self.more) if self.more else ""


# From a definition -----------------------------------------------------------------------------


def rows_of(definition: Mapping[str, Any], known: Vocabulary) -> list[Row]:
    """The rows of a definition that parse accepts."""
    where = definition["where"]
    nodes = where.get("all", [where])
    return placed([_row(node, known) for node in nodes], known)


def first_row(known: Vocabulary) -> Row:
    """What a new condition starts as."""
    if "orders" in known.features:
        return Row("", what="feature:orders", op="gte", value="2")
    return Row("", what=next((f"feature:{name}" for name in known.features), ""), op="gte", value="1")


def _row(node: Mapping[str, Any], known: Vocabulary) -> Row:
    for kind in ("all", "any", "none"):
        if kind in node:
            return Row("", group=kind, rows=[_row(part, known) for part in node[kind]])
    if "event" in node:
        return _event_row(node)
    if "segment" in node or "list" in node:
        kind = "segment" if "segment" in node else "list"
        more = {"negate": True} if node.get("negate") else {}
        return Row("", what=f"{kind}:{node[kind]}", op=node.get("op", "in"), more=more)
    kind = "feature" if "feature" in node else "trait"
    row = Row("", what=f"{kind}:{node[kind]}", op=node["op"])
    row.more = {name: node[name] for name in ("negate", "missing", "case") if name in node}
    column = (known.features if kind == "feature" else known.traits)[node[kind]]
    _show_value(row, node.get("value"), column)
    return row


def _event_row(node: Mapping[str, Any]) -> Row:
    count = node.get("count") or {"op": "gte", "value": 1}
    row = Row("", what=f"event:{node['event']}", op=count["op"])
    values = count["value"] if isinstance(count["value"], list) else [count["value"]]
    row.value, row.value2 = str(values[0]), str(values[-1]) if len(values) > 1 else ""
    row.more = {name: node[name] for name in ("sum", "after", "before", "negate") if name in node}
    if count == {"op": "eq", "value": 0}:
        row.op, row.value = "never", ""
    if "sum" in node and "count" not in node:
        row.more["no_count"] = True
    row.within = node.get("in_last") or ""
    where = node.get("where") or {}
    if where.get("field") == "product" and where.get("op") == "contains" and len(where) == 3:
        row.product = where["value"]
    elif where:
        row.more["where"] = where
    return row


def _show_value(row: Row, value: Any, column: Column) -> None:
    wanted = shape(row.op)
    if wanted is Shape.PAIR:
        row.value, row.value2 = (_shown(part, column) for part in value)
    elif wanted is Shape.SEVERAL:
        row.value = ", ".join(_shown(part, column) for part in value)
    elif wanted is Shape.LENGTH:
        length = duration(value)
        row.value, row.unit = (str(length.amount), length.unit) if length else ("", "d")
    elif wanted is Shape.ONE:
        row.value = _shown(value, column)


def _shown(value: Any, column: Column) -> str:
    if column.type is Type.SHARE:
        return f"{round(100 * float(value), 6):g}"
    return str(value)


# From what was posted --------------------------------------------------------------------------


def posted(sent: Mapping[str, Any], known: Vocabulary) -> list[Row]:
    """The rows as the controls stand, whether they are right or not."""
    places = sorted(
        {name.removeprefix("c").rpartition("-")[0] for name in sent if name.startswith("c") and _is_row(name)},
        key=lambda place: tuple(int(part) for part in place.split(".")),
    )[:MOST_ROWS]
    by_place = {place: _posted_row(place, sent) for place in places}
    top: list[Row] = []
    for place, row in by_place.items():
        parent = by_place.get(place.rpartition(".")[0])
        (parent.rows if parent and parent.group else top).append(row)
    return placed(top, known)


def _is_row(name: str) -> bool:
    place, _, control = name.removeprefix("c").rpartition("-")
    return control in {"what", "group"} and all(part.isdigit() and len(part) < 4 for part in place.split("."))


def _posted_row(place: str, sent: Mapping[str, Any]) -> Row:
    def control(name: str) -> str:
        return str(sent.get(f"c{place}-{name}", "")).strip()

    group = control("group")
    return Row(
        place,
        what=control("what"),
        op=control("op"),
        value=control("value"),
        value2=control("value2"),
        unit=control("unit") if control("unit") in dict(UNITS) else "d",
        within=control("within") if duration(control("within")) else "",
        product=control("product"),
        more=_more(control("more")),
        group=group if group in {"all", "any", "none"} else "",
    )


def _more(text: str) -> dict[str, Any]:
    try:
        more = json.loads(text) if text else {}
    except ValueError:
        return {}
    return more if isinstance(more, dict) else {}


def placed(rows: list[Row], known: Vocabulary, above: str = "", joint: str = "and") -> list[Row]:
    """Number the rows, say how each is joined to the one before, and fit controls to what is asked about."""
    for i, row in enumerate(rows):
        row.place = f"{above}{i}"
        row.joint = joint if i else ("who" if not above else "")
        if row.group:
            placed(row.rows, known, f"{row.place}.", "and" if row.group == "all" else "or")
        else:
            _fit(row, known)
    return rows


def _fit(row: Row, known: Vocabulary) -> None:
    """An operator that the type does not know becomes its usual one."""
    kind, _, name = row.what.partition(":")
    if kind in {"event", "segment", "list"}:
        row.type = kind
    else:
        row.column = (known.traits if kind == "trait" else known.features).get(name)
        row.type = str(row.column.type) if row.column else str(Type.NUMBER)
    if row.op not in dict(row.ops):
        usual = {"event": "gte", "segment": "in", "list": "in"}
        row.op = usual.get(row.type) or FIRST_OP.get(Type(row.type), "gte")
        row.value = "1" if row.type == "event" else ""
        row.value2, row.more = "", {}


# Changing rows ---------------------------------------------------------------------------------


def changed(rows: list[Row], do: str, known: Vocabulary) -> list[Row]:
    """The rows after a button: add, add-any, add-none, add:<place>, remove:<place>. Others change nothing."""
    verb, _, place = do.partition(":")
    if verb == "add" and not place:
        rows = [*rows, first_row(known)]
    elif verb in {"add-any", "add-none"}:
        rows = [*rows, Row("", group=verb.removeprefix("add-"), rows=[first_row(known)])]
    elif verb == "add":
        for row in _all(rows):
            if row.place == place:
                row.rows.append(first_row(known))
    elif verb == "remove":
        rows = _without(rows, place)
    return placed(rows, known)


def _all(rows: list[Row]) -> list[Row]:
    return [each for row in rows for each in (row, *_all(row.rows))]


def _without(rows: list[Row], place: str) -> list[Row]:
    kept = [row for row in rows if row.place != place]
    for row in kept:
        row.rows = _without(row.rows, place)
    return [row for row in kept if not row.group or row.rows]


# Back to a definition --------------------------------------------------------------------------


def definition_of(rows: list[Row]) -> dict[str, Any]:
    """What the rows say, as a rule. parse decides whether it is one."""
    return {"v": 1, "entity": "customer", "where": {"all": [_node(row) for row in rows]}}


def _node(row: Row) -> dict[str, Any]:
    if row.group:
        return {row.group: [_node(part) for part in row.rows]}
    kind, _, name = row.what.partition(":")
    if kind == "event":
        return _event_node(row, name)
    if kind in {"segment", "list"}:
        return {kind: name.strip(), "op": row.op, **_kept(row, "negate")}
    node = {kind or "feature": name, "op": row.op, **_kept(row, "negate", "missing", "case")}
    wanted = shape(row.op)
    if wanted is Shape.PAIR:
        node["value"] = [_typed(row, row.value), _typed(row, row.value2)]
    elif wanted is Shape.SEVERAL:
        node["value"] = [_typed(row, part) for part in row.value.split(",") if part.strip()]
    elif wanted is Shape.LENGTH:
        node["value"] = f"{row.value}{row.unit}"
    elif wanted is Shape.ONE and row.value:
        node["value"] = _typed(row, row.value)
    return node


def _event_node(row: Row, name: str) -> dict[str, Any]:
    node: dict[str, Any] = {"event": name, **_kept(row, "sum", "after", "before", "negate", "where")}
    if row.op == "never":
        node["count"] = {"op": "eq", "value": 0}
    elif not row.more.get("no_count"):
        value: Any = [_times(row.value), _times(row.value2)] if row.op == "between" else _times(row.value)
        node["count"] = {"op": row.op, "value": value}
    if row.within:
        node["in_last"] = row.within
    if row.product:
        node["where"] = {"field": "product", "op": "contains", "value": row.product}
    return node


def _times(text: str) -> Any:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text or None


def _kept(row: Row, *names: str) -> dict[str, Any]:
    return {name: row.more[name] for name in names if name in row.more}


def _typed(row: Row, text: str) -> Any:
    """Numbers as numbers (shares are typed in percent), everything else as it is."""
    text = text.strip()
    if not row.is_number:
        return text
    try:
        number = float(text.replace("\u202f", "").replace(" ", ""))
    except ValueError:
        return text or None
    if row.type == Type.SHARE:
        number = round(number / 100, 9)
    return int(number) if number.is_integer() else number


def subjects(known: Vocabulary) -> list[tuple[str, list[tuple[str, str]]]]:
    """Everything that can be asked about, in groups, for the first control of a row."""
    usable = [segment for segment in known.segments.values() if not segment.archived_at]
    groups = [
        ("Figures", [(f"feature:{name}", column.label) for name, column in known.features.items()]),
        ("Details", [(f"trait:{name}", column.label) for name, column in known.traits.items()]),
        ("What they did", [(f"event:{name}", _event_label(name)) for name in known.events]),
        ("Segments", [(f"segment:{s.pk}", f"Segment {s.name}") for s in usable if s.method != Method.FIXED]),
        ("Fixed lists", [(f"list:{s.pk}", f"List {s.name}") for s in usable if s.method == Method.FIXED]),
    ]
    return [(label, options) for label, options in groups if options]


def _event_label(name: str) -> str:
    return {"Order Completed": "Ordered", "Order Refunded": "Sent something back"}.get(name, f"Did “{name}”")
