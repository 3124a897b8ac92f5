"""Try a figure before it is kept: what everybody would have, computed by the query that computes it for good."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlglot.expressions as exp

from accounts.models.workspace import Workspace
from customers import engine, profiling
from customers.engine import Tree, parse
from customers.features import catalogue, own, statement
from customers.features.asked import Definition, read, sentence
from customers.features.feature import Feature
from customers.models.customer import Customer
from customers.models.figure import Figure

PEOPLE = 10
TRIED = "own:tried"
SUMS = """
    SELECT count(*) AS people, count(value) AS known, min(value) AS low, max(value) AS high, avg(value) AS mean,
        quantile_cont(value, 0.25) AS quarter, quantile_cont(value, 0.5) AS middle,
        quantile_cont(value, 0.75) AS three_quarters
    FROM tried"""
HIGHEST = "SELECT number, value FROM tried WHERE NOT value IS NULL ORDER BY value DESC, number"


@dataclass(frozen=True)
class Tried:
    """What a figure would say of everybody. `sums` holds people, known, low, high, mean and the quarters."""

    feature: Feature
    sentence: str
    sums: Mapping[str, Any]
    people: list[tuple[Customer, float]] = field(default_factory=list)
    sql: str = ""
    as_of: datetime | None = None

    @property
    def share(self) -> float:
        return self.sums["known"] / self.sums["people"] if self.sums["people"] else 0.0


def try_out(
    workspace: Workspace, definition: Definition, *, as_of: datetime, name: str = TRIED, label: str = "", unit: str = ""
) -> Tried:
    """Compute a definition (see figuring.understood) for everybody known. Nothing is kept."""
    means = catalogue.revenue_means(workspace)
    figure = own.compiled(definition, means, name=name, label=label or "This figure", unit=unit)
    known = catalogue.features(workspace) | {name: figure}
    reading = profiling.reading(workspace, as_of)
    everybody = _values(figure, known, reading)
    values = engine.query(workspace, everybody, relations=profiling.relations(workspace, as_of))
    relations = {"tried": values}
    sums = engine.query(workspace, parse(SUMS), relations=relations).to_pylist()[0]
    highest = engine.query(workspace, parse(HIGHEST).limit(PEOPLE), relations=relations).to_pylist()
    sql = statement.shown(figure, known, reading)
    return Tried(figure, sentence(definition), sums, _people(workspace, highest), sql, as_of)


def _values(figure: Feature, known: dict[str, Feature], reading: statement.Reading) -> Tree:
    """number and value of everybody known: the stored figures computed anew, then what is derived from them."""
    needed = statement.closure(figure, known)
    everybody = exp.Subquery(this=parse("SELECT number FROM profile"))
    file = statement.stored(needed, reading, people=everybody)
    tree = statement.read(needed, reading, file=file)
    value = exp.cast(engine.column(figure.name), "DOUBLE", dialect=engine.DIALECT)
    alias = exp.TableAlias(this=exp.to_identifier("figures"))
    return exp.select("number", exp.alias_(value, "value")).from_(exp.Subquery(this=tree, alias=alias))


def _people(workspace: Workspace, rows: list[dict[str, Any]]) -> list[tuple[Customer, float]]:
    found = Customer.objects.in_workspace(workspace).filter(number__in=[row["number"] for row in rows])
    by_number = {customer.number: customer for customer in found}
    return [(by_number[row["number"]], row["value"]) for row in rows if row["number"] in by_number]


def of_figure(figure: Figure, *, as_of: datetime) -> Tried:
    """What a kept figure says of everybody now, and the SQL that says so."""
    return try_out(
        figure.workspace, read(figure.definition), as_of=as_of, name=figure.feature, label=figure.name,
        unit=figure.unit,
    )  # fmt: skip
