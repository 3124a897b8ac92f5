"""Run a rule: tell the engine what its relations are, and read the answer."""

from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import sqlglot.expressions as exp
from django.db.models import Q
from pyroaring import BitMap

from accounts.models.workspace import Workspace
from customers import counting, engine, profiling
from customers.engine import Relations
from customers.models.event import Code
from segments.models.segment import Segment
from segments.remembering import listed_members, newest_members
from segments.rules.compile import Compiled, Tree
from segments.rules.nodes import Belongs, Rule


def numbers(workspace: Workspace, rule: Rule, as_of: datetime) -> BitMap:
    """The numbers of those who meet the rule."""
    compiled = Compiled(rule, as_of)
    tree = compiled.select(engine.column("number", "profile"), where=compiled.flag(rule.where))
    answer = run(workspace, compiled, tree)
    return BitMap(answer.column("number").to_numpy().astype(np.uint32))


def run(workspace: Workspace, compiled: Compiled, tree: Tree, **values: Any) -> pa.Table:
    """The answer to a query that `compiled` helped to make."""
    relations = Known(workspace, compiled)
    return engine.query(workspace, tree, {**compiled.values, **values}, relations=relations)


def spelled_out(workspace: Workspace, rule: Rule, as_of: datetime) -> Tree:
    """The query for the members as anybody can run it on the downloaded files: every value, list and choice in it."""
    compiled = Compiled(rule, as_of)
    tree = compiled.select(engine.column("number", "profile"), where=compiled.flag(rule.where))

    def told(node: Tree) -> Tree:
        if isinstance(node, exp.Placeholder) and node.name in compiled.values:
            return _literal(compiled.values[node.name])
        if isinstance(node, exp.Table) and node.name in compiled.sets:
            meaning = compiled.sets[node.name]
            inner = _of_segment(meaning) if isinstance(meaning, Belongs) else _of_codes(workspace, meaning)
            return exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier(node.name)))
        return node

    whole = tree.transform(told)
    asks_events = any(table.name == "events" for table in whole.find_all(exp.Table))
    return counting.shown(whole, counting.chosen(workspace)) if asks_events else whole


def _of_segment(leaf: Belongs) -> Tree:
    named = exp.EQ(this=engine.column("segment"), expression=exp.Literal.string(str(leaf.segment)))
    return exp.select(engine.column("number")).from_("members").where(named)


def _of_codes(workspace: Workspace, asked: Any) -> Tree:
    """The codes themselves: what a name stood for when the query was shown."""
    codes = _codes(workspace, asked)["code"].to_pylist() or [-1]
    kind = exp.EQ(this=engine.column("kind"), expression=exp.Literal.string(asked.column))
    found = exp.In(this=engine.column("code"), expressions=[exp.Literal.number(code) for code in codes])
    return exp.select(engine.column("code")).from_("codes").where(exp.and_(kind, found))


def _literal(value: Any) -> Tree:
    if isinstance(value, datetime | date):
        kind = "TIMESTAMPTZ" if isinstance(value, datetime) else "DATE"
        return exp.cast(exp.Literal.string(value.isoformat()), kind, dialect=engine.DIALECT)
    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    return exp.Literal.number(value) if isinstance(value, int | float) else exp.Literal.string(str(value))


class Known(Relations):
    """Events and profile, and the other segments and names that a rule refers to."""

    def __init__(self, workspace: Workspace, compiled: Compiled) -> None:
        super().__init__(profiling.relations(workspace, compiled.as_of))
        self.workspace, self.compiled = workspace, compiled
        for name, meaning in compiled.sets.items():
            self[name] = _members(workspace, meaning) if isinstance(meaning, Belongs) else _codes(workspace, meaning)

    def renewed(self) -> Relations:
        return Known(self.workspace, self.compiled)


def _members(workspace: Workspace, leaf: Belongs) -> pa.Table:
    segment = Segment.objects.in_workspace(workspace).get(pk=leaf.segment)
    found = listed_members(segment) if leaf.is_list else newest_members(segment)
    return pa.table({"number": pa.array(list(found), pa.uint32())})


def _codes(workspace: Workspace, asked: Any) -> pa.Table:
    """The codes whose value or label answers the condition."""
    rows = Code.objects.in_workspace(workspace).filter(_named(asked), kind=asked.column)
    return pa.table({"code": pa.array(rows.values_list("code", flat=True), pa.uint32())})


def _named(asked: Any) -> Q:
    lookups = {"eq": "exact", "in": "in", "contains": "contains", "starts_with": "startswith", "ends_with": "endswith"}
    lookup = lookups[asked.op]
    if asked.case == "insensitive" and lookup not in {"in", "exact"}:
        lookup = f"i{lookup}"
    return Q(**{f"value__{lookup}": asked.value}) | Q(**{f"label__{lookup}": asked.value})
