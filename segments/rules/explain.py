"""Why somebody is in, or is not: each condition with what they have and what is asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlglot.expressions as exp

from accounts.models.workspace import Workspace
from accounts.templatetags import words
from customers import engine
from customers.features.feature import Type
from customers.money import minor_units
from segments.rules import english, running
from segments.rules.compile import Compiled, top
from segments.rules.nodes import Belongs, Column, Condition, Did, Group, Leaf, Node, Rule

RECENCY = "recency_days"
TIMES = Column("times", "times", Type.NUMBER)
TOTAL = Column("total", "total", Type.MONEY)


@dataclass(frozen=True)
class Reason:
    """One condition, as one customer meets it or not."""

    sentence: str
    value: Any
    value_in_words: str
    threshold: Any
    verdict: bool
    until: date | None = None  # the day on which time alone turns the verdict


@dataclass(frozen=True)
class Verdict:
    """Whether somebody is in, each condition, and until when if nothing happens."""

    is_in: bool
    reasons: list[Reason]
    outlook: str = ""


def why(workspace: Workspace, rule: Rule, customer_number: int, as_of: datetime) -> list[Reason]:
    """Each condition of the rule for one customer; none for somebody who is not known."""
    return verdict(workspace, rule, customer_number, as_of).reasons


def verdict(workspace: Workspace, rule: Rule, customer_number: int, as_of: datetime) -> Verdict:
    """The same expressions that select the members, for one row of the profile."""
    compiled = Compiled(rule, as_of)
    leaves = list(rule.leaves())
    columns = [exp.alias_(compiled.flag(rule.where), "is_in")]
    for i, leaf in enumerate(leaves):
        columns.append(exp.alias_(compiled.flag(leaf), f"met_{i}"))
        columns.append(exp.alias_(compiled.value(leaf), f"value_{i}"))
    asked = exp.EQ(this=engine.column("number", "profile"), expression=exp.Placeholder(this="who"))
    rows = running.run(workspace, compiled, compiled.select(*columns, where=asked), who=customer_number).to_pylist()
    if not rows:
        return Verdict(False, [])
    row = rows[0]
    wanted = list(_wanted(rule.where))
    reasons = [
        _reason(rule, leaf, row[f"value_{i}"], row[f"met_{i}"] == wanted[i], as_of, wanted=wanted[i])
        for i, leaf in enumerate(leaves)
    ]
    return Verdict(bool(row["is_in"]), reasons, _outlook(rule, leaves, reasons) if row["is_in"] else "")


def _wanted(node: Node, holds: bool = True) -> Iterator[bool]:
    """For each condition whether it is to be true: inside “none” it is to be false."""
    if isinstance(node, Group):
        for part in node.nodes:
            yield from _wanted(part, holds != (node.kind == "none"))
    else:
        yield holds


def _reason(rule: Rule, leaf: Leaf, value: Any, met: bool, as_of: datetime, *, wanted: bool) -> Reason:
    """`met` says whether it is as wanted."""
    value, column = _shown(rule, leaf, value)
    said = ("Yes" if value else "No") if column is None else english.value_in_words(value, column, rule.currency)
    until = _until(rule, leaf, value, as_of) if met and wanted else None
    return Reason(english.ask(leaf, rule.currency, holds=wanted), value, said, _threshold(leaf), bool(met), until)


def _shown(rule: Rule, leaf: Leaf, value: Any) -> tuple[Any, Column | None]:
    if isinstance(leaf, Belongs):
        return bool(value), None
    if isinstance(leaf, Did):
        if leaf.count is None:
            return float(value) / minor_units(rule.currency), TOTAL
        return int(value), TIMES
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(rule.zone)) if leaf.column.kind != "trait" else value.date()
    return value, leaf.column


def _threshold(leaf: Leaf) -> Any:
    if isinstance(leaf, Belongs):
        return {"in": not leaf.negate}
    if isinstance(leaf, Did):
        wanted = leaf.count or leaf.total
        return {wanted.op: _plain(wanted.value)} if wanted else None
    return {leaf.op: _plain(leaf.value)}


def _plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value if value is None or isinstance(value, int | float | bool | str) else str(value)


# Until when ------------------------------------------------------------------------------------


def _until(rule: Rule, leaf: Leaf, value: Any, as_of: datetime) -> date | None:
    """The day on which somebody stops meeting a recency condition, if they do nothing."""
    if not isinstance(leaf, Condition) or leaf.negate or value is None:
        return None
    today = as_of.astimezone(ZoneInfo(rule.zone)).date()
    if leaf.column.name == RECENCY and leaf.op in {"lt", "lte", "between"}:
        most = leaf.value[1] if leaf.op == "between" else leaf.value
        days = int(most) - int(value) + (0 if leaf.op == "lt" else 1)
        return today + timedelta(days=max(1, days))
    if leaf.op == "in_last" and isinstance(value, datetime) and leaf.value.unit in {"d", "w"}:
        length = leaf.value.amount * (7 if leaf.value.unit == "w" else 1)
        return (value + timedelta(days=length)).date() + timedelta(days=1)
    return None


def _outlook(rule: Rule, leaves: list[Leaf], reasons: list[Reason]) -> str:
    """What would take them out again, where every condition must hold and one is about how recent."""
    if any(node not in leaves for node in top(rule.where)):
        return ""
    days = [reason.until for reason in reasons if reason.until]
    if days:
        return f"They will leave on **{words.day(min(days))}** unless they order again."
    return "They would leave with their **next order**." if any(map(_asks_for_quiet, leaves)) else ""


def _asks_for_quiet(leaf: Leaf) -> bool:
    if isinstance(leaf, Did):
        return leaf.count is not None and leaf.count.op == "eq" and leaf.count.value == 0 and not leaf.negate
    if not isinstance(leaf, Condition) or leaf.negate:
        return False
    if leaf.column.name == RECENCY:
        return leaf.op in {"gt", "gte"}
    return leaf.column.name == "last_order_at" and leaf.op in {"older_than", "not_in_last"}
