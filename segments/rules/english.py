"""A rule as one English sentence: People who ordered at least 3 times, and live in UK."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from accounts.templatetags import words
from customers.features.feature import Type
from segments.rules.compile import ORDERED
from segments.rules.durations import Duration
from segments.rules.nodes import Belongs, Column, Compare, Condition, Did, Group, Leaf, Node, Rule, Window
from segments.rules.operators import POSITIVE

COMPARED = {
    "eq": "exactly",
    "neq": "other than",
    "lt": "fewer than",
    "lte": "at most",
    "gt": "more than",
    "gte": "at least",
}
SPENT = {  # what follows the amount
    "revenue": "",
    "net_revenue": " after returns",
    "gross_revenue": " before returns",
    "average_order_value": " per order",
}
GROUPS = {"main_segment", "rfm_group"}
HOME = {"country", "city", "region"}


def sentence(rule: Rule) -> str:
    """The whole rule, with a full stop."""
    if isinstance(rule.where, Group) and rule.where.kind == "all":
        parts = [clause(node, rule.currency) for node in rule.where.nodes]
        return f"People who {_enumerated(parts)}." if parts else "All customers."
    return f"People who {clause(rule.where, rule.currency)}."


def clause(node: Node, currency: str, *, holds: bool = True) -> str:
    """What is true of people who meet the node, or of those who do not: a verb and its object."""
    if isinstance(node, Group):
        return _group(node, currency, holds)
    if isinstance(node, Condition):
        return _condition(node, currency, holds != node.negate)
    if isinstance(node, Did):
        return _did(node, currency, holds != node.negate)
    return _belongs(node, holds != node.negate)


def ask(leaf: Leaf, currency: str, *, holds: bool = True) -> str:
    """One condition (or its opposite), to stand as a line of its own."""
    said = clause(leaf, currency, holds=holds)
    return said[0].upper() + said[1:]


def value_in_words(value: Any, column: Column, currency: str) -> str:
    """How a customer's value of the column is said."""
    if value is None:
        return "not known"
    if column.type is Type.MONEY:
        return words.money(float(value), currency)
    if column.type is Type.SHARE:
        return words.percent(float(value))
    if column.type is Type.BOOLEAN:
        return "yes" if value else "no"
    if isinstance(value, date):
        return words.day(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value)
    return str(value)


def _group(group: Group, currency: str, holds: bool) -> str:
    """None of a and b is not a and not b; not (a and b) is not a or not b."""
    inner = holds if group.kind != "none" else not holds
    everything = (group.kind == "all") == holds if group.kind != "none" else holds
    parts = [clause(node, currency, holds=inner) for node in group.nodes]
    if len(parts) < 2:
        return parts[0] if parts else "are customers"
    return (
        f"both {_joined(parts, 'and')}"
        if everything and group.kind == "all"
        else _joined(parts, "and" if everything else "or", before="" if everything else "either ")
    )


def _condition(leaf: Condition, currency: str, holds: bool) -> str:
    column, op = leaf.column, leaf.op
    if op in POSITIVE and op not in {"neq", "not_set"}:
        op, holds = POSITIVE[op], not holds
    said = _special(leaf, op, currency, holds) or _plain(leaf, op, currency, holds)
    unknown = leaf.missing == "include" or (leaf.missing == "match" and ((leaf.op in POSITIVE) != leaf.negate))
    return f"{said} (or {_lower(column.label)} is not known)" if unknown else said


def _special(leaf: Condition, op: str, currency: str, holds: bool) -> str | None:
    """The figures that people have a verb for."""
    column, name = leaf.column, leaf.column.name.removeprefix("trait:")
    if column.kind == "feature" and name.split("_")[0] == "orders" and column.type is Type.NUMBER and op in _ranges():
        window = f" in the last {_window_words(column.window)}" if column.window else ""
        return f"{'ordered' if holds else 'did not order'} {_range(op, leaf, currency)} {_time(leaf.value)}{window}"
    if column.kind == "feature" and (name in SPENT or name.startswith("revenue_")) and op in _ranges():
        window = f" in the last {_window_words(column.window)}" if column.window else SPENT.get(name, "")
        return f"{'spent' if holds else 'did not spend'} {_range(op, leaf, currency)}{window}"
    if name == "recency_days" and op in {"lt", "lte", "gt", "gte"}:
        return _recency(op, leaf.value, holds)
    if name in GROUPS | HOME and op == "neq":
        op, holds = "eq", not holds
    if name in GROUPS and op in {"eq", "in"}:
        return f"are {'' if holds else 'not '}{_values(leaf, currency, quote=False)}"
    if name in HOME and op in {"eq", "in"}:
        return f"{'live' if holds else 'do not live'} in {_values(leaf, currency, quote=False)}"
    return None


def _recency(op: str, days: Any, holds: bool) -> str:
    recent = op in {"lt", "lte"}
    exact = {"lt": "less than", "lte": "at most", "gt": "more than", "gte": "at least"}[op]
    said = f"{exact} {_number(days)} days ago"
    return (
        f"{'ordered last' if holds else 'did not order last'} {said}" if recent or not holds else f"ordered last {said}"
    )


def _plain(leaf: Condition, op: str, currency: str, holds: bool) -> str:
    name, column = _lower(leaf.column.label), leaf.column
    have = "have" if holds else "do not have"
    if op in {"is_set", "not_set"}:
        return f"{'have' if (op == 'is_set') == holds else 'do not have'} a known {name}"
    if op in {"is_true", "is_false"}:
        return f"{have} {name} set to {'yes' if op == 'is_true' else 'no'}"
    if column.type is Type.DATE:
        return f"{have} their {name} {_when(op, leaf.value)}"
    if column.type is Type.TEXT:
        return f"{have} a {name} that {_text(op, leaf, currency)}"
    if column.type is Type.NUMBER and op != "in":
        return f"{have} {_range(op, leaf, currency)} {name}"
    amount = _values(leaf, currency) if op == "in" else _range(op, leaf, currency)
    return f"{have} {_article(name)} {name} of {amount}"


def _text(op: str, leaf: Condition, currency: str) -> str:
    verb = {"contains": "contains", "starts_with": "starts with", "ends_with": "ends with", "neq": "is not"}
    return f"{verb.get(op, 'is')} {_values(leaf, currency)}"


def _range(op: str, leaf: Condition, currency: str) -> str:
    if op == "between":
        low, high = (_amount(value, leaf.column, currency) for value in leaf.value)
        return f"between {low} and {high}"
    if op == "in":
        return _values(leaf, currency)
    compared = COMPARED[op]
    if op == "lt" and leaf.column.type is not Type.NUMBER:
        compared = "less than"
    return f"{compared} {_amount(leaf.value, leaf.column, currency)}"


def _values(leaf: Condition, currency: str, *, quote: bool = True) -> str:
    values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    said = [_amount(value, leaf.column, currency) for value in values[:5]]
    if quote and leaf.column.type is Type.TEXT:
        said = [f"“{value}”" for value in said]
    if len(values) > 5:
        said = [*said[:4], f"{len(values) - 4} others"]
    return _joined(said, "or")


def _amount(value: Any, column: Column, currency: str) -> str:
    return value if isinstance(value, str) else value_in_words(value, column, currency)


def _when(op: str, value: Any) -> str:
    if op == "in_last":
        return f"in the last {_length(value)}"
    if op == "older_than":
        return f"more than {value} ago"
    if op == "between":
        return f"between {words.day(value[0])} and {words.day(value[1])}"
    return f"{op} {words.day(value)}"


def _did(leaf: Did, currency: str, holds: bool) -> str:
    never = leaf.count is not None and leaf.count.op == "eq" and leaf.count.value == 0
    since = _within(leaf.window)
    what = f"{since}{_with(leaf, currency)}"
    if never:
        holds = not holds
    once = never or leaf.count is None or (leaf.count.op, leaf.count.value) == ("gte", 1)
    times = "" if once or leaf.count is None else f" {_times(leaf.count)}"
    total = f" for {_sum(leaf.total, currency)}" if leaf.total else ""
    if leaf.event == ORDERED:
        verb = "ordered" if holds else ("have not ordered" if once and not total else "did not order")
        return f"{verb}{times}{total}{what}"
    return f"{'did' if holds else 'did not do'} “{leaf.event}”{times}{total}{what}"


def _time(count: Any) -> str:
    return "time" if count == 1 else "times"


def _times(count: Compare) -> str:
    if count.op == "between":
        return f"between {count.value[0]} and {count.value[1]} times"
    return f"{COMPARED[count.op]} {count.value:,} {_time(count.value)}"


def _sum(total: Compare, currency: str) -> str:
    if total.op == "between":
        low, high = (words.money(value, currency) for value in total.value)
        return f"between {low} and {high}"
    return f"{COMPARED[total.op].replace('fewer', 'less')} {words.money(total.value, currency)}"


def _within(window: Window) -> str:
    said = f" in the last {_length(window.in_last)}" if window.in_last else ""
    said += f" after {words.day(window.since)}" if window.since else ""
    return said + (f" before {words.day(window.until)}" if window.until else "")


def _with(leaf: Did, currency: str) -> str:
    return f" where {_line(leaf.where, currency)}" if leaf.where is not None else ""


def _line(node: Node, currency: str) -> str:
    if isinstance(node, Group):
        parts = [_line(part, currency) for part in node.nodes]
        return (
            f"none of these hold: {_joined(parts, 'or')}"
            if node.kind == "none"
            else _joined(parts, "and" if node.kind == "all" else "or")
        )
    assert isinstance(node, Condition)  # noqa: S101  nothing else is read inside an event
    op, holds = node.op, not node.negate
    if op in POSITIVE and op not in {"neq", "not_set"}:
        op, holds = POSITIVE[op], not holds
    name = f"the {_lower(node.column.label)}"
    if op in {"is_set", "not_set"}:
        return f"{name} is {'' if (op == 'is_set') == holds else 'not '}known"
    if node.column.type is Type.TEXT:
        said = f"{name} {_text(op, node, currency)}"
        return said if holds else f"not ({said})"
    return f"{name} is {'' if holds else 'not '}{_range(op, node, currency)}"


def _belongs(leaf: Belongs, holds: bool) -> str:
    place = f"on the list “{leaf.name}”" if leaf.is_list else f"in the segment “{leaf.name}”"
    return f"are {'' if holds else 'not '}{place}"


def _enumerated(parts: list[str]) -> str:
    if len(parts) == 2:
        return f"{parts[0]}, and {parts[1]}" if any("," in part for part in parts) else f"{parts[0]} and {parts[1]}"
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])}, and {parts[-1]}"


def _joined(parts: Iterable[str], word: str, before: str = "") -> str:
    said = list(parts)
    if len(said) == 1:
        return said[0]
    return f"{before}{', '.join(said[:-1])} {word} {said[-1]}"


def _length(length: Duration | None) -> str:
    if length is None:
        return ""
    return str(length).removeprefix("1 ") if length.amount == 1 else str(length)


def _window_words(window: str | None) -> str:
    from segments.rules.durations import duration

    length = duration(window)
    return _length(length) if length else str(window)


def _number(value: Any) -> str:
    return f"{value:,.0f}" if float(value) == int(value) else f"{value:,.2f}".rstrip("0")


def _ranges() -> frozenset[str]:
    return frozenset({"eq", "neq", "lt", "lte", "gt", "gte", "between"})


def _lower(label: str) -> str:
    """Favourite product -> favourite product; RFM group stays."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _article(name: str) -> str:
    return "an" if name[:1] in "aeiou" else "a"
