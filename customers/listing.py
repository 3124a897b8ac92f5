"""Find customers, and put them in order: the order comes from the profile, the people from the database."""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import sqlglot.expressions as exp

from accounts.models.workspace import Workspace
from customers import engine, holding, profiling
from customers.belonging import Group
from customers.engine import Tree, parse
from customers.features import catalogue
from customers.holding import Version
from customers.models.customer import Customer
from customers.profiling import Current

USUAL_ORDER = "-revenue"


class Unsortable(ValueError):
    """There is no such figure; the sentence says which there are."""


@dataclass(frozen=True)
class Asked:
    """Whom somebody wants to see, and in which order: a figure's name, with a minus for the largest first."""

    search: str = ""
    group: Group | None = None
    order: str = USUAL_ORDER
    start: int = 0
    size: int = 50
    personal: bool = True

    @property
    def figure(self) -> str:
        return self.order.removeprefix("-")

    @property
    def falling(self) -> bool:
        return self.order.startswith("-")


@dataclass(frozen=True)
class Row:
    """One customer of a list, with every figure."""

    customer: Customer
    figures: dict[str, Any]


@dataclass(frozen=True)
class Listed:
    """One page of a list, and how many there are in all."""

    rows: list[Row]
    count: int
    asked: Asked

    @property
    def next(self) -> str | None:
        after = self.asked.start + self.asked.size
        return cursor(after) if after < self.count else None

    @property
    def previous(self) -> str | None:
        return cursor(max(0, self.asked.start - self.asked.size)) if self.asked.start else None


def cursor(start: int) -> str:
    return base64.urlsafe_b64encode(f"from {start}".encode()).decode().rstrip("=")


def start_of(cursor: str) -> int:
    """The place that a cursor of ours names; anything else means the beginning."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        return max(0, int(text.removeprefix("from ")))
    except (ValueError, binascii.Error):
        return 0


def customers(workspace: Workspace, asked: Asked, *, as_of: datetime) -> Listed:
    """One page of the known customers. Raises Unsortable with a sentence."""
    known = catalogue.features(workspace)
    if asked.figure not in known:
        raise Unsortable(f"There is no figure “{asked.figure}”. Figures: {', '.join(known)}.")
    if (key := holding.version(workspace, as_of)).is_small:
        return _from_held(workspace, asked, as_of, key)
    relations = profiling.relations(workspace, as_of)
    source = _source(workspace, asked, relations)
    count = engine.query(
        workspace, parse("SELECT count(*) AS n FROM listed"), relations={**relations, "listed": source}
    )
    asked = replace(asked, start=min(asked.start, _last_page(count["n"][0].as_py(), asked.size)))
    table = engine.query(workspace, _ordered(asked), relations={**relations, "listed": source})
    return Listed(_rows(workspace, table.to_pylist()), count["n"][0].as_py(), asked)


def _from_held(workspace: Workspace, asked: Asked, as_of: datetime, key: Version) -> Listed:
    """The same from figures that are held in memory; whoever has none yet comes last."""
    table = holding.everyone(workspace, as_of, key)
    places = holding.places(table, key, asked.figure, falling=asked.falling)
    without: list[int] = []
    if (chosen := _chosen(workspace, asked)) is not None:
        numbers = table["number"].to_numpy()
        wanted = np.array(sorted(chosen), dtype=np.int64)
        places = places[np.isin(numbers[places], wanted)]
        without = [int(number) for number in wanted[~np.isin(wanted, numbers)]]
    count = len(places) + len(without)
    asked = replace(asked, start=min(asked.start, _last_page(count, asked.size)))
    end = asked.start + asked.size
    rows = table.take(places[asked.start : end]).to_pylist()
    later = without[max(0, asked.start - len(places)) : max(0, end - len(places))]
    rows += [dict.fromkeys(table.column_names) | {"number": number} for number in later]
    return Listed(_rows(workspace, rows), count, asked)


def _last_page(count: int, size: int) -> int:
    return max(0, (count - 1) // size * size)


def _source(workspace: Workspace, asked: Asked, relations: dict[str, Any]) -> Tree:
    """The profile, or only those who were looked for; somebody without a profile yet is found, too."""
    chosen = _chosen(workspace, asked)
    if chosen is None:
        return parse("SELECT * FROM profile")
    relations["chosen"] = pa.table({"number": pa.array(sorted(chosen), pa.uint32())})
    return parse("SELECT * FROM chosen LEFT JOIN profile USING (number)")


def _chosen(workspace: Workspace, asked: Asked) -> Iterable[int] | None:
    everybody = Customer.objects.in_workspace(workspace).known()
    if not asked.search.strip():
        if asked.group:
            return asked.group.members
        return None if profiling.current(workspace) else everybody.values_list("number", flat=True)
    found = set(everybody.found_by(asked.search, personal=asked.personal).values_list("number", flat=True))
    return found & set(asked.group.members) if asked.group else found


def _ordered(asked: Asked) -> Tree:
    figure = exp.Ordered(this=engine.column(asked.figure), desc=asked.falling, nulls_first=False)
    tree = exp.select("*").from_("listed").order_by(figure, engine.column("number"))
    return tree.limit(asked.size).offset(asked.start)


def _rows(workspace: Workspace, found: list[dict[str, Any]]) -> list[Row]:
    numbers = [row["number"] for row in found]
    people = Customer.objects.in_workspace(workspace).filter(number__in=numbers)
    by_number = {customer.number: customer for customer in people}
    return [Row(by_number[row["number"]], row) for row in found if row["number"] in by_number]


def figures_of(workspace: Workspace, customer: Customer, *, relations: Current) -> dict[str, Any]:
    """Everything that the profile says of one customer; nothing before it was computed."""
    held = holding.of_one(customer.number, holding.version(workspace, relations.as_of))
    if held is not None:
        return held
    tree = parse("SELECT * FROM profile").where(parse("number = :number"))
    found = engine.query(workspace, tree, {"number": customer.number}, relations=relations).to_pylist()
    return found[0] if found else {}
