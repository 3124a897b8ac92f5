"""Run a rule: tell the engine what its relations are, and read the answer."""

from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
from django.db.models import Q
from pyroaring import BitMap

from accounts.models.workspace import Workspace
from customers import engine, profiling
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
