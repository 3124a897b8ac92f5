"""From declarations to one query: the same generator computes the profile, and shows the SQL of a figure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlglot.expressions as exp

from customers import engine
from customers.counting import Choice
from customers.counting import shown as shown_in_full
from customers.engine import Tree, parse
from customers.features.feature import Feature, Stage, Type

# `receipt` is what counts as one order; lines of kind 1 are purchases, of kind 2 returns, of kind 5 delivery
# fees (which customers/counting.py lets through where they count).
STAGES = {
    "lines": """
        SELECT number, coalesce("order", occurrence) AS receipt, line, product, amount, happened_at
        FROM events WHERE NOT number IS NULL AND line IN (1, 2, 5)""",
    "purchases": """
        SELECT number, receipt, min(happened_at) AS ordered_at,
            CAST(timezone(:zone, min(happened_at)) AS DATE) AS ordered_on
        FROM lines WHERE line = 1 GROUP BY number, receipt""",
    "tastes": """
        SELECT number, product, count(DISTINCT receipt) AS times, sum(amount) AS spent
        FROM lines WHERE line = 1 AND NOT product IS NULL GROUP BY number, product""",
    "firsts": """
        SELECT lines.number, lines.product, lines.category, sum(lines.amount) AS spent
        FROM lines JOIN (
            SELECT number, arg_min(receipt, (ordered_at, receipt)) AS receipt
            FROM purchases GROUP BY number) AS openings
        ON openings.number = lines.number AND openings.receipt = lines.receipt
        WHERE lines.line = 1 GROUP BY lines.number, lines.product, lines.category""",
}
LABELS = {"favourite_product": "products", "first_product": "products", "first_category": "categories"}
BESIDES = ("category", "channel", "quantity", "properties")  # columns of a line that only own figures read
USUALLY = Choice()
NEEDS = {
    Stage.LINES: ["lines"],
    Stage.ORDERS: ["lines", "purchases"],
    Stage.TASTES: ["lines", "tastes"],
    Stage.FIRSTS: ["lines", "purchases", "firsts"],
}
KNOWN = "SELECT DISTINCT number FROM events WHERE NOT number IS NULL"


@dataclass(frozen=True)
class Reading:
    """From when, in which time zone and in which coin figures are read, and what counts."""

    as_of: datetime
    zone: str
    minor: int
    choice: Choice = USUALLY

    def fill(self, tree: Tree) -> Tree:
        """The tree with :as_of, :zone and :minor as values of ours, so that it can be read and run by anybody."""
        values = {"as_of": self.moment(), "zone": exp.Literal.string(self.zone), "minor": _number(self.minor)}

        def filled(node: Tree) -> Tree:
            known = isinstance(node, exp.Placeholder) and node.name in values
            return values[node.name].copy() if known else node

        return tree.transform(filled)

    def moment(self) -> Tree:
        return exp.cast(exp.Literal.string(self.as_of.isoformat()), "TIMESTAMPTZ", dialect=engine.DIALECT)


def _number(value: int) -> Tree:
    return exp.Literal.number(value)


def stored(figures: Iterable[Feature], reading: Reading, *, people: Tree, carried: Iterable[str] = ()) -> Tree:
    """One row per customer of `people`: number, each stored figure, and the columns carried along."""
    figures = [figure for figure in figures if figure.is_stored]
    counted = [part for figure in figures for part in figure.grouped]
    stages = [stage for stage in NEEDS if any(part.stage == stage for part in counted)]
    query = exp.Select().from_(exp.alias_(people, "people", table=True))
    query = query.select(engine.column("number", "people"), *(_stored(figure) for figure in figures))
    query = query.select(*(engine.column(name, "people") for name in carried))
    for stage in stages:
        query = query.join(_by(stage), using="number", join_type="left")
    for figure in figures:
        if figure.name in LABELS:
            query = query.join(_labels(figure), on=_is_called(figure), join_type="left")
    for name in dict.fromkeys(name for stage in stages for name in NEEDS[stage]):
        query = query.with_(name, as_=_relation(name, counted))
    for stage in stages:
        query = query.with_(f"by_{stage}", as_=_grouped(stage, counted))
    return reading.fill(query)


def _labels(figure: Feature) -> Tree:
    return exp.alias_(exp.to_table(LABELS[figure.name]), f"label_of_{figure.name}", table=True)


def _is_called(figure: Feature) -> Tree:
    code = engine.column("code", f"label_of_{figure.name}")
    return exp.EQ(this=code, expression=engine.column(figure.name, f"by_{figure.stage}"))


def _relation(name: str, figures: list[Feature]) -> Tree:
    """A stage, with what figures of somebody's own need of it besides."""
    tree = parse(STAGES[name])
    if name == "lines":
        trees = [tree for figure in figures for tree in (figure.holds, figure.definition) if not isinstance(tree, str)]
        named = {column.name for tree in trees if tree is not None for column in tree.find_all(exp.Column)}
        if any(figure.stage == Stage.FIRSTS for figure in figures):
            named.add("category")
        return tree.select(*(engine.column(extra) for extra in BESIDES if extra in named))
    if name == "purchases":
        return tree.select(*(_one_line(figure) for figure in figures if figure.holds is not None))
    return tree


def _one_line(figure: Feature) -> Tree:
    """1 for an order of which at least one line holds."""
    held = exp.Case(ifs=[exp.If(this=figure.holds.copy(), true=_number(1))], default=_number(0))
    return exp.alias_(exp.Max(this=held), f"if:{figure.name}", quoted=True)


def _by(stage: Stage) -> Tree:
    return exp.to_table(f"by_{stage}")


def _grouped(stage: Stage, figures: list[Feature]) -> Tree:
    counted = [exp.alias_(figure.tree, figure.name, quoted=True) for figure in figures if figure.stage == stage]
    return exp.select("number", *counted).from_(stage.value).group_by("number")


def _stored(figure: Feature) -> Tree:
    if figure.name in LABELS:
        return exp.alias_(engine.column("label", f"label_of_{figure.name}"), figure.name, quoted=True)
    if figure.stage == Stage.RATIO:
        top, bottom = (_grouped_value(part) for part in figure.parts)
        if [part.type == Type.MONEY for part in figure.parts] == [False, True]:  # per coin becomes per unit of money
            top = exp.Mul(this=top, expression=exp.Placeholder(this="minor"))
        found = exp.Div(this=top, expression=exp.Nullif(this=bottom, expression=_number(0)))
    else:
        found = _grouped_value(figure)
    return exp.alias_(exp.cast(found, figure.sql_type, dialect=engine.DIALECT), figure.name, quoted=True)


def _grouped_value(figure: Feature) -> Any:
    found: Any = engine.column(figure.name, f"by_{figure.stage}")
    if figure.otherwise is None:
        return found
    return exp.Coalesce(this=found, expressions=[_number(figure.otherwise)])


def read(
    figures: Iterable[Feature], reading: Reading, *, file: Tree, carried: Iterable[Tree] = (), lacks: Iterable[str] = ()
) -> Tree:
    """The stored columns of `file` with money in major units, then every derived figure, layer on layer.

    `lacks` are figures that are newer than the file: nobody has a value yet.
    """
    figures, lacks = list(figures), set(lacks)
    columns = [_nothing(figure) if figure.name in lacks else _major(figure) for figure in figures if figure.is_stored]
    tree = exp.select(engine.column("number"), *columns, *carried).from_(_named(file))
    for layer in _layers([figure for figure in figures if figure.stage == Stage.DERIVED]):
        added = [exp.alias_(_cast(figure), figure.name, quoted=True) for figure in layer]
        tree = exp.select(exp.Star(), *added).from_(_named(tree))
    return reading.fill(tree)


def _named(tree: Tree) -> Tree:
    return exp.Subquery(this=tree, alias=exp.TableAlias(this=exp.to_identifier("figures")))


def _nothing(figure: Feature) -> Tree:
    return exp.alias_(exp.cast(exp.Null(), figure.sql_type, dialect=engine.DIALECT), figure.name, quoted=True)


def _major(figure: Feature) -> Tree:
    if figure.type != Type.MONEY:
        return engine.column(figure.name)
    return exp.alias_(
        exp.Div(this=engine.column(figure.name), expression=exp.Placeholder(this="minor")), figure.name, quoted=True
    )


def _cast(figure: Feature) -> Tree:
    kind = "DOUBLE" if figure.type == Type.MONEY else figure.sql_type
    return exp.cast(figure.tree, kind, dialect=engine.DIALECT)


def named_in(figure: Feature) -> set[str]:
    """The figures from which this one is derived."""
    if figure.stage != Stage.DERIVED:
        return set()
    return {column.name for column in figure.tree.find_all(exp.Column)}


def _layers(derived: list[Feature]) -> list[list[Feature]]:
    """Derived figures in the order in which they can be calculated."""
    layers: list[list[Feature]] = []
    waiting = {figure.name for figure in derived}
    while waiting:
        layer = [figure for figure in derived if figure.name in waiting and not named_in(figure) & waiting]
        layers.append(layer)
        waiting -= {figure.name for figure in layer}
    return layers


def closure(figure: Feature, catalogue: dict[str, Feature]) -> list[Feature]:
    """The figure and everything from which it is derived, in the catalogue's order."""
    needed, new = {figure.name}, [figure]
    while new:
        new = [catalogue[name] for name in named_in(new.pop()) if name in catalogue and name not in needed] + new
        needed |= {found.name for found in new}
    return [found for name, found in catalogue.items() if name in needed]


def shown(figure: Feature, catalogue: dict[str, Feature], reading: Reading) -> str:
    """The SQL of one figure, for people: it runs on the event files and gives the same numbers."""
    if figure.stage == Stage.KEPT:
        return engine.sql(exp.select("number", engine.column(figure.name)).from_("profile"))
    needed = closure(figure, catalogue)
    file = stored(needed, reading, people=exp.Subquery(this=parse(KNOWN)))
    tree = exp.select("number", engine.column(figure.name)).from_(_named(read(needed, reading, file=file)))
    return engine.sql(shown_in_full(tree, reading.choice))


def told(trait: str) -> str:
    """The SQL of one detail, for people."""
    return engine.sql(exp.select("number", engine.column(f"trait:{trait}")).from_("profile"))
