"""Figures of the workspace's own as figures of the catalogue: definitions become trees."""

from collections.abc import Iterable

import sqlglot.expressions as exp

from accounts.models.workspace import Workspace
from customers import engine
from customers.engine import Tree, parse
from customers.features import asked, formula
from customers.features.asked import MEASURES, Aggregate, Calculated, Definition, Holds
from customers.features.feature import Feature, Stage, Type
from customers.features.spending import COUNTED
from customers.models.figure import Figure

FAMILY = "own"
BOUGHT = "line = 1"
DEFINED = {
    "orders": (Stage.ORDERS, "count(*)"),
    "order_days": (Stage.ORDERS, "count(DISTINCT ordered_on)"),
    "lines": (Stage.LINES, "count(*)"),
    "pieces": (Stage.LINES, "sum(quantity)"),
    "spent": (Stage.LINES, "sum(amount)"),
    "products": (Stage.LINES, "count(DISTINCT product)"),
}
HAPPENED = {Stage.ORDERS: "ordered_at", Stage.LINES: "happened_at"}


def figures(workspace: Workspace, revenue: str) -> list[Feature]:
    """The live figures that people defined, the oldest first; `revenue` is net or gross."""
    rows = Figure.objects.in_workspace(workspace).live().order_by("created_at")
    return sound(feature_of(row, revenue) for row in rows)


def feature_of(row: Figure, revenue: str) -> Feature:
    return compiled(
        asked.read(row.definition), revenue, name=row.feature, label=row.name, meaning=row.meaning, unit=row.unit
    )


def compiled(
    definition: Definition, revenue: str, *, name: str, label: str, meaning: str = "", unit: str = ""
) -> Feature:
    """A definition as a figure that the catalogue can compute."""
    described = meaning or asked.sentence(definition)
    if isinstance(definition, Aggregate):
        return _aggregate(definition, revenue, name, label, described, unit)
    kind = asked.type_of(definition)
    said = unit if kind == Type.NUMBER else ""
    if isinstance(definition, Calculated):
        tree = formula.read(definition.text).tree
        return Feature(name, label, kind, described, unit=said, family=FAMILY, definition=tree)
    parts = tuple(
        _aggregate(part, revenue, f"{name}/{place}", label, "", "")
        for place, part in (("top", definition.top), ("bottom", definition.bottom))
    )
    return Feature(
        name, label, kind, described, unit=said, family=FAMILY, stage=Stage.RATIO, parts=parts,
        window=_window(definition.top.days),
    )  # fmt: skip


def sound(found: Iterable[Feature]) -> list[Feature]:
    """Without formulas over own figures that are gone: they must not take everything else down."""
    figures = list(found)
    while True:
        known = {figure.name for figure in figures}
        kept = [figure for figure in figures if not _gone(figure, known)]
        if len(kept) == len(figures):
            return figures
        figures = kept


def _gone(figure: Feature, known: set[str]) -> bool:
    tree = figure.definition
    if figure.stage != Stage.DERIVED or isinstance(tree, str):
        return False
    named = {column.name for column in tree.find_all(exp.Column)}
    return any(name.startswith(f"{FAMILY}:") and name not in known for name in named)


def _window(days: int | None) -> str | None:
    return f"{days}d" if days else None


def _aggregate(wanted: Aggregate, revenue: str, name: str, label: str, described: str, unit: str) -> Feature:
    measure = MEASURES[wanted.measure]
    stage, counted = DEFINED[wanted.measure]
    conditions = [_recent(stage, wanted.days)] if wanted.days else []
    held = exp.and_(*(_holds(one) for one in wanted.where)) if wanted.where else None
    if stage == Stage.LINES:
        conditions.append(parse(COUNTED[revenue] if wanted.measure == "spent" else BOUGHT))
        conditions += [held] if held is not None else []
    elif held is not None:
        conditions.append(exp.EQ(this=engine.column(f"if:{name}"), expression=exp.Literal.number(1)))
    definition: Tree = parse(counted)
    if conditions:
        definition = exp.Filter(this=definition, expression=exp.Where(this=exp.and_(*conditions)))
    return Feature(
        name, label, measure.type, described, unit=(unit or measure.unit) if measure.type == Type.NUMBER else "",
        window=_window(wanted.days), family=FAMILY, stage=stage, definition=definition, whole=measure.whole,
        otherwise=0, holds=held if stage == Stage.ORDERS else None,
    )  # fmt: skip


def _recent(stage: Stage, days: int) -> Tree:
    return parse(f"{HAPPENED[stage]} >= :as_of - INTERVAL {days:d} DAY")


def _holds(wanted: Holds) -> Tree:
    """One condition on a line, as a yes or no."""
    detail = wanted.field == "detail"
    value = _detail(wanted.name) if detail else engine.column(wanted.field)
    if wanted.op in {"set", "not_set"}:
        filled: Tree = exp.Not(this=exp.Is(this=value, expression=exp.Null()))
        if detail:
            filled = exp.and_(filled, exp.NEQ(this=value.copy(), expression=exp.Literal.string("")))
        return exp.Paren(this=filled) if wanted.op == "set" else exp.Not(this=exp.Paren(this=_decided(filled)))
    if detail:
        values: list[Tree] = [exp.Literal.string(text.casefold()) for text in wanted.values]
        found = exp.In(this=exp.Lower(this=value), expressions=values)
    else:
        codes = wanted.codes or (-1,)  # nothing of that name has been bought so far
        found = exp.In(this=value, expressions=[exp.Literal.number(code) for code in codes])
    return _decided(found) if wanted.op == "is" else exp.Not(this=_decided(found))


def _decided(flag: Tree) -> Tree:
    return exp.Coalesce(this=flag, expressions=[exp.false()])


def _detail(name: str) -> Tree:
    path = exp.JSONPath(expressions=[exp.JSONPathRoot(), exp.JSONPathKey(this=name)])
    return exp.JSONExtractScalar(this=engine.column("properties"), expression=path)
