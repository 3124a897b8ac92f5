"""What the pages about customers show: a list as asked for in the address, and one person whole."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from accounts.models.workspace import Workspace
from customers import belonging, listing, profiling, retracing, wording
from customers.agreeing import may_send
from customers.belonging import Group
from customers.doubting import oddities
from customers.features import catalogue
from customers.features.feature import Feature, Type
from customers.lapsing import turn
from customers.listing import Asked, Listed
from customers.masking import masked
from customers.models.customer import Customer
from customers.models.trait import Trait

COLUMNS = ("main_segment", "orders", "revenue", "last_order_at", "days_between_orders")
SIZE = 50
NEWEST = 20


@dataclass(frozen=True)
class Column:
    """A figure as a column: its header sorts, the largest first, then the smallest."""

    figure: Feature
    href: str
    sorting: str  # ascending, descending or none, as aria-sort says it

    @property
    def is_number(self) -> bool:
        return self.figure.type not in {Type.TEXT, Type.BOOLEAN}


def a_list(workspace: Workspace, query: Any, *, as_of: datetime, personal: bool) -> dict[str, Any]:
    """The list page: rows in words, columns, and what was asked."""
    groups = belonging.groups(workspace)
    known = catalogue.features(workspace)
    asked = _asked(query, groups, known, personal)
    found = listing.customers(workspace, asked, as_of=as_of)
    shown = _shown(query, known)
    address = _address(query)
    return {
        "found": found,
        "rows": [_row(workspace, row, shown, known, groups, personal) for row in found.rows],
        "columns": [_column(known[name], asked, address) for name in shown],
        "figures": list(known.values()), "shown": shown, "groups": _apart(groups), "asked": asked,
        "number": asked.start // SIZE + 1, "pages": max(1, -(-found.count // SIZE)), "sorted_by": known[asked.figure],
        "newer": _to_page(address, found, -1), "older": _to_page(address, found, 1),
        "is_empty": not (asked.search or asked.group) and not found.count,
        "profile": profiling.current(workspace), "as_of": as_of,
    }  # fmt: skip


def _shown(query: Any, known: dict[str, Feature]) -> list[str]:
    """The columns asked for; the usual ones keep their usual order, the others follow."""
    wanted = [name for name in query.getlist("show") if name in known] or list(COLUMNS)
    return [name for name in COLUMNS if name in wanted] + [name for name in wanted if name not in COLUMNS]


def _asked(query: Any, groups: list[Group], known: dict[str, Feature], personal: bool) -> Asked:
    order = query.get("order", "")
    page = query.get("page", "1")
    return Asked(
        search=query.get("search", "")[:200],
        group=next((group for group in groups if str(group.id) == query.get("segment")), None),
        order=order if order.removeprefix("-") in known else listing.USUAL_ORDER,
        start=(max(1, int(page)) - 1) * SIZE if page.isdigit() and len(page) < 9 else 0,
        size=SIZE,
        personal=personal,
    )


def _address(query: Any) -> dict[str, list[str]]:
    return {name: query.getlist(name) for name in ("search", "segment", "order", "show") if any(query.getlist(name))}


def _link(address: dict[str, list[str]], **changed: Any) -> str:
    return f"?{urlencode(address | {name: [str(value)] for name, value in changed.items()}, doseq=True)}"


def _column(figure: Feature, asked: Asked, address: dict[str, list[str]]) -> Column:
    here = asked.figure == figure.name
    turned = figure.name if here and asked.falling else f"-{figure.name}"
    sorting = ("descending" if asked.falling else "ascending") if here else "none"
    return Column(figure, _link(address, order=turned), sorting)


def _to_page(address: dict[str, list[str]], found: Listed, step: int) -> str:
    page = found.asked.start // SIZE + 1 + step
    exists = found.next if step > 0 else found.previous
    return _link(address, page=page) if exists else ""


def _row(
    workspace: Workspace, row: Any, shown: list[str], known: dict[str, Feature], groups: list[Group], personal: bool
) -> dict[str, Any]:
    named = {group.name: group for group in groups if not group.within}
    cells = []
    for name in shown:
        value = row.figures.get(name)
        group = named.get(value) if name == "main_segment" and value else None
        cells.append(
            {"figure": known[name], "words": wording.worded(value, known[name], workspace, unit=False), "group": group}
        )
    return {"customer": row.customer, "called": wording.called(row.customer, personal=personal), "cells": cells}


def a_person(workspace: Workspace, customer: Customer, *, as_of: datetime, personal: bool) -> dict[str, Any]:
    """One person: sentence, figures, what happened, where they belong and why, what we are told."""
    relations = profiling.relations(workspace, as_of)
    figures = listing.figures_of(workspace, customer, relations=relations)
    known = catalogue.features(workspace)
    called = wording.called(customer, personal=personal)
    limits = catalogue.habit_limits(workspace)
    usually, late = wording.rhythm(figures)
    happened = retracing.occasions(workspace, customer, relations=relations, newest=NEWEST + 1)
    return {
        "customer": customer, "called": called, "initials": wording.initials(called),
        "sentence": wording.in_one_sentence(figures, workspace) if figures else "",
        "figures": figures, "usually": usually, "late": late,
        "families": _families(workspace, figures, known),
        "happened": happened[:NEWEST], "more": len(happened) > NEWEST,
        "groups": _apart(belonging.of(customer.number, belonging.groups(workspace))),
        "turn": turn(figures, limits, workspace), "may_send": may_send(customer),
        "oddities": oddities(workspace, customer, figures),
        "reasons": wording.why_this_habit(figures, limits, workspace),
        "details": _details(workspace, customer, personal), "email": _email(customer, personal), "as_of": as_of,
    }  # fmt: skip


def habit_of(workspace: Workspace, customer: Customer, *, as_of: datetime) -> list[wording.Reason]:
    """The three figures by which buying habits place somebody, each with its limits in words."""
    figures = listing.figures_of(workspace, customer, relations=profiling.relations(workspace, as_of))
    return wording.why_this_habit(figures, catalogue.habit_limits(workspace), workspace) if figures else []


def _apart(groups: list[Group]) -> list[Group]:
    """Without those nested in a segment of the same name, which would say the same twice."""
    return [group for group in groups if group.within != group.name]


def _email(customer: Customer, personal: bool) -> str:
    return customer.email if personal else masked(customer.email)


def _details(workspace: Workspace, customer: Customer, personal: bool) -> list[tuple[str, str]]:
    told = [trait for trait in catalogue.traits(workspace).values() if personal or not trait.is_personal]
    return [(trait.label, _told(trait, customer)) for trait in told if customer.traits.get(trait.name) is not None]


def _told(trait: Trait, customer: Customer) -> str:
    value = customer.traits[trait.name]
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value).capitalize() if str(value).lower() in {"yes", "no"} else str(value)


def _families(workspace: Workspace, figures: dict[str, Any], known: dict[str, Feature]) -> list[tuple[str, Any]]:
    """Every figure by family, in words."""
    families: dict[str, list[tuple[Feature, str]]] = {}
    for name, figure in known.items():
        said = wording.worded(figures.get(name), figure, workspace)
        families.setdefault(figure.family, []).append((figure, said))
    return [(wording.FAMILIES.get(family, family), rows) for family, rows in families.items()]
