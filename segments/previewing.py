"""What a definition means today: exactly how many, in words, step by step. Nothing is stored."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlglot.expressions as exp
from pyroaring import BitMap

from accounts.models.workspace import Workspace
from customers import engine, profiling
from segments.rules import english, running
from segments.rules.compile import Compiled, counted_if, members_query, steps
from segments.rules.nodes import Rule
from segments.rules.tree import parse

SAMPLE = 10
YEAR = "revenue_365d"


@dataclass(frozen=True)
class Preview:
    """How many meet a definition, of how many, and the query that says so."""

    count: int
    base: int
    share: float
    sample_numbers: list[int]
    sql: str
    sql_postgres: str
    sentence: str
    as_of: datetime
    members: BitMap = field(default_factory=BitMap, repr=False)


@dataclass(frozen=True)
class Steps:
    """How many are left after each condition, and what those who remain spent in a year."""

    left: dict[tuple[int, ...], int]
    spent: float
    spent_by_all: float


def preview(workspace: Workspace, definition: Any, as_of: datetime) -> Preview:
    """Count exactly, and say it in words. Raises InvalidRule."""
    return preview_of(workspace, parse(definition, workspace), as_of)


def preview_of(workspace: Workspace, rule: Rule, as_of: datetime) -> Preview:
    found = running.numbers(workspace, rule, as_of)
    everybody = base(workspace, as_of)
    tree, _ = members_query(rule, as_of)
    shown = running.spelled_out(workspace, rule, as_of)
    return Preview(
        count=len(found),
        base=everybody,
        share=len(found) / everybody if everybody else 0.0,
        sample_numbers=list(found[:SAMPLE]),
        sql=engine.sql(shown),
        sql_postgres=engine.sql(tree, dialect="postgres"),
        sentence=english.sentence(rule),
        as_of=as_of,
        members=found,
    )


def base(workspace: Workspace, as_of: datetime) -> int:
    """How many customers are known: what every share is a share of."""
    tree = exp.select(exp.alias_(exp.Count(this=exp.Star()), "n")).from_("profile")
    answer = engine.query(workspace, tree, relations=profiling.relations(workspace, as_of))
    return int(answer.column("n")[0].as_py())


def step_by_step(workspace: Workspace, rule: Rule, as_of: datetime) -> Steps:
    """One query for all steps, by the expressions that select the members."""
    compiled = Compiled(rule, as_of)
    left = steps(compiled)
    spent = exp.Sum(this=engine.column(YEAR, "profile"))
    columns = [exp.alias_(tree, f"left_{i}") for i, tree in enumerate(left.values())]
    columns.append(exp.alias_(counted_if(spent, compiled.flag(rule.where)), "spent"))
    columns.append(exp.alias_(spent.copy(), "spent_by_all"))
    row = running.run(workspace, compiled, compiled.select(*columns)).to_pylist()[0]
    counts = {path: int(row[f"left_{i}"]) for i, path in enumerate(left)}
    return Steps(counts, float(row["spent"] or 0), float(row["spent_by_all"] or 0))
