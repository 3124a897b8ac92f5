"""The meaning of rules once more, in plain Python over rows: slow, short, and independent of the compiler.

It reads the JSON itself, not the parsed nodes, so that a mistake in parsing shows as well.
"""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

type Row = dict[str, Any]
OPPOSITES = {
    "neq": "eq",
    "not_in": "in",
    "not_contains": "contains",
    "not_between": "between",
    "not_in_last": "in_last",
    "not_set": "is_set",
}
LENGTHS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(days=7)}


def meets(node: Row, person: Row, events: list[Row], lists: dict[str, set[int]], as_of: datetime) -> bool:
    """Whether the person meets the node. Times are UTC; months and years are tested elsewhere."""
    for kind, decide in (("all", all), ("any", any)):
        if kind in node:
            return decide([meets(part, person, events, lists, as_of) for part in node[kind]])
    if "none" in node:
        return not any(meets(part, person, events, lists, as_of) for part in node["none"])
    if "event" in node:
        return did(node, [e for e in events if e["number"] == person["number"]], as_of)
    if "segment" in node or "list" in node:
        inside = person["number"] in lists[node.get("segment") or node["list"]]
        wanted = (node.get("op", "in") == "in") != node.get("negate", False)
        return inside == wanted
    is_trait = "trait" in node
    value = person[f"trait:{node['trait']}" if is_trait else node["feature"]]
    return condition(node, value, as_of, is_trait)


def did(node: Row, events: list[Row], as_of: datetime) -> bool:
    counted = [e for e in events if e["event"] == {"Order Completed": 0, "Visited": 1}[node["event"]]]
    if node["event"] == "Order Completed":
        counted = [e for e in counted if e["line"] == 1]
    counted = [e for e in counted if e["happened_at"] < as_of]
    if "in_last" in node:
        counted = [e for e in counted if e["happened_at"] >= as_of - length(node["in_last"])]
    if "after" in node:
        counted = [e for e in counted if e["happened_at"].date() > date.fromisoformat(node["after"])]
    if "before" in node:
        counted = [e for e in counted if e["happened_at"].date() < date.fromisoformat(node["before"])]
    if "where" in node:
        counted = [e for e in counted if line_meets(node["where"], e, as_of)]
    answers = []
    if "count" in node or "sum" not in node:
        wanted = node.get("count", {"op": "gte", "value": 1})
        answers.append(compare(wanted["op"], len({e["occurrence"] for e in counted}), wanted["value"]))
    if "sum" in node:
        total = sum(e["amount"] or 0 for e in counted) / 100
        answers.append(compare(node["sum"]["op"], total, node["sum"]["value"]))
    return all(answers) != node.get("negate", False)


def line_meets(node: Row, event: Row, as_of: datetime) -> bool:
    for kind, decide in (("all", all), ("any", any)):
        if kind in node:
            return decide([line_meets(part, event, as_of) for part in node[kind]])
    if "none" in node:
        return not any(line_meets(part, event, as_of) for part in node["none"])
    if "property" in node:
        value = json.loads(event["properties"] or "{}").get(node["property"])
        return condition(node, value, as_of, False)
    value = event[node["field"]]
    if node["field"] == "amount" and value is not None:
        value /= 100
    return condition(node, value, as_of, False)


def condition(node: Row, value: Any, as_of: datetime, is_trait: bool) -> bool:
    op, opposite = node["op"], node.get("negate", False)
    if op in OPPOSITES:
        op, opposite = OPPOSITES[op], not opposite
    if op == "is_set":
        return (value is not None) != opposite
    if value is None:
        return {"exclude": False, "include": True, "match": opposite}[node.get("missing", "exclude")]
    if isinstance(value, datetime):
        return on_time(op, value, node["value"], as_of, is_trait) != opposite
    return compare(op, value, node.get("value"), node.get("case", "insensitive") == "insensitive") != opposite


def on_time(op: str, value: datetime, wanted: Any, as_of: datetime, is_trait: bool) -> bool:
    """Details are plain days: the hour plays no part in them."""
    if op in {"in_last", "older_than"}:
        start, end = as_of - length(wanted), as_of
        if is_trait:
            start, end, value = midnight(start), midnight(end), midnight(value)
        return start <= value < end if op == "in_last" else value < start
    day = value.date()
    if op == "between":
        return date.fromisoformat(wanted[0]) <= day <= date.fromisoformat(wanted[1])
    return day < date.fromisoformat(wanted) if op == "before" else day > date.fromisoformat(wanted)


def compare(op: str, value: Any, wanted: Any, fold: bool = True) -> bool:
    if op in {"contains", "starts_with", "ends_with"}:
        left, right = (value.lower(), wanted.lower()) if fold else (value, wanted)
        return {"contains": right in left, "starts_with": left.startswith(right), "ends_with": left.endswith(right)}[op]
    if op in {"is_true", "is_false"}:
        return bool(value == (op == "is_true"))
    if op == "between":
        return bool(wanted[0] <= value <= wanted[1])
    if op == "in":
        return value in wanted
    if op == "eq" or op == "neq":
        return bool((value == wanted) == (op == "eq"))
    return bool({"lt": value < wanted, "lte": value <= wanted, "gt": value > wanted, "gte": value >= wanted}[op])


def length(text: str) -> timedelta:
    return int(text[:-1]) * LENGTHS[text[-1]]


def midnight(moment: datetime) -> datetime:
    return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
