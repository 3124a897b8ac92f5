"""A rule -> one query over `profile`, with placeholders for every value.

Conditions on figures and details are expressions in one scan of the profile. Each distinct question
about events, and each other segment, is one grouped subquery that is left-joined to it. Every
condition is coalesced to yes or no, so that "not known" never spreads through and, or and not.
The same expressions count (`counts_query`), list (`members_query`) and explain (`reasons_query`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlglot.expressions as exp

from customers.features.feature import Type
from customers.money import minor_units
from customers.schema import Line
from segments.rules.nodes import Belongs, Column, Compare, Condition, Did, Group, Leaf, Node, Rule
from segments.rules.operators import POSITIVE

type Tree = Any  # sqlglot's classes are not typed well enough to say more
type Query = tuple[Tree, dict[str, Any]]

ESCAPE = "!"
ORDERED = "Order Completed"
PAID = [Line.PURCHASE, Line.SHIPPING]  # delivery counts where customers/counting.py lets it through
_COMPARISONS: dict[str, type[Any]] = {
    "eq": exp.EQ,
    "neq": exp.NEQ,
    "lt": exp.LT,
    "lte": exp.LTE,
    "gt": exp.GT,
    "gte": exp.GTE,
    "before": exp.LT,
}


@dataclass(frozen=True)
class Codes:
    """The products (categories, channels) whose name answers a condition: filled in when the query runs."""

    column: str
    op: str
    value: Any
    case: str


@dataclass
class Compiled:
    """A rule while it becomes a query: what was joined so far, and the values behind the placeholders."""

    rule: Rule
    as_of: datetime
    values: dict[str, Any] = field(default_factory=dict)
    joins: dict[Any, str] = field(default_factory=dict)
    sets: dict[str, Belongs | Codes] = field(default_factory=dict)
    subqueries: list[tuple[Tree, str]] = field(default_factory=list)

    def flag(self, node: Node) -> Tree:
        """The node as a yes or no, never null."""
        if isinstance(node, Group):
            return self._group(node)
        if isinstance(node, Condition):
            return self._condition(node, _column(node.column.name, "profile"))
        if isinstance(node, Did):
            return self._did(node)
        return self._belongs(node)

    def value(self, leaf: Leaf) -> Tree:
        """What the customer has, to be shown beside what is asked for."""
        if isinstance(leaf, Condition):
            return _column(leaf.column.name, "profile")
        if isinstance(leaf, Did):
            wanted = "total" if leaf.count is None else "times"
            return exp.Coalesce(this=_column(wanted, self._event_join(leaf)), expressions=[exp.Literal.number(0)])
        return exp.Not(this=_is_null(_column("number", self._set_join(leaf))))

    def select(self, *columns: Tree, where: Tree | None = None) -> Tree:
        """SELECT columns FROM profile and everything that they and `where` made it join."""
        query = exp.select(*columns).from_("profile")
        for subquery, on in self.subqueries:
            query = query.join(subquery, on=_same_number(on), join_type="left")
        return query if where is None else query.where(where)

    # What the parts become ---------------------------------------------------------------------

    def _group(self, group: Group) -> Tree:
        flags = [self.flag(node) for node in group.nodes]
        if not flags:
            return exp.true()
        joined = exp.and_(*flags) if group.kind == "all" else exp.or_(*flags)
        return exp.Not(this=exp.Paren(this=joined)) if group.kind == "none" else joined

    def _condition(self, leaf: Condition, column: Tree, factor: int = 1) -> Tree:
        positive = POSITIVE.get(leaf.op, leaf.op)
        opposite = (leaf.op in POSITIVE) != leaf.negate
        test = self._test(leaf, positive, column, factor)
        return _decided(test, opposite=opposite, missing=leaf.missing)

    def _test(self, leaf: Condition, op: str, column: Tree, factor: int) -> Tree:
        if op == "is_set":
            return exp.Not(this=_is_null(column))
        if op in {"is_true", "is_false"}:
            return exp.EQ(this=column, expression=exp.true() if op == "is_true" else exp.false())
        if leaf.column.type is Type.DATE:
            return self._date_test(leaf, op, column)
        if op == "between":
            low, high = leaf.value
            return _between(column, self._put(_scaled(low, factor)), self._put(_scaled(high, factor)))
        if op == "in":
            return exp.In(this=column, expressions=[self._put(_scaled(value, factor)) for value in leaf.value])
        if op in {"contains", "starts_with", "ends_with"}:
            return self._like(leaf, op, column)
        return _COMPARISONS[op](this=column, expression=self._put(_scaled(leaf.value, factor)))

    def _like(self, leaf: Condition, op: str, column: Tree) -> Tree:
        """Upper and lower case are the same unless the condition says otherwise."""
        text = _escaped(leaf.value)
        pattern = {"contains": f"%{text}%", "starts_with": f"{text}%", "ends_with": f"%{text}"}[op]
        left, right = column, self._put(pattern)
        if leaf.case == "insensitive":
            left, right = exp.Lower(this=left), exp.Lower(this=right)
        return exp.Escape(this=exp.Like(this=left, expression=right), expression=exp.Literal.string(ESCAPE))

    def _date_test(self, leaf: Condition, op: str, column: Tree) -> Tree:
        """Moments are compared with moments; details that are plain days with plain days."""
        bound: Callable[[datetime], Any] = lambda moment: moment  # noqa: E731
        if leaf.column.kind == "trait":
            column = exp.Cast(this=column, to=exp.DataType.build("date"))
            bound = lambda moment: moment.astimezone(ZoneInfo(self.rule.zone)).date()  # noqa: E731
        start, end = self._span(op, leaf.value)
        tests: list[Tree] = []
        if start is not None:
            tests.append(exp.GTE(this=column, expression=self._put(bound(start))))
        if end is not None:
            tests.append(exp.LT(this=column, expression=self._put(bound(end))))
        return exp.and_(*tests)

    def _span(self, op: str, value: Any) -> tuple[datetime | None, datetime | None]:
        """From (included) until (excluded)."""
        if op == "in_last":
            return value.before(self.as_of, self.rule.zone), self.as_of
        if op == "older_than":
            return None, value.before(self.as_of, self.rule.zone)
        if op == "before":
            return None, self._start_of(value)
        if op == "after":
            return self._start_of(value + timedelta(days=1)), None
        return self._start_of(value[0]), self._start_of(value[1] + timedelta(days=1))

    def _start_of(self, day: Any) -> datetime:
        return datetime.combine(day, time.min, tzinfo=ZoneInfo(self.rule.zone))

    # What is joined ----------------------------------------------------------------------------

    def _did(self, leaf: Did) -> Tree:
        alias = self._event_join(leaf)
        tests = [
            self._compare(_column(name, alias), wanted, factor)
            for name, wanted, factor in (("times", leaf.count, 1), ("total", leaf.total, self.coins()))
            if wanted is not None
        ]
        test = exp.and_(*tests)
        return exp.Not(this=exp.Paren(this=test)) if leaf.negate else test

    def _compare(self, column: Tree, wanted: Compare, factor: int) -> Tree:
        """Somebody who never did it did it 0 times."""
        number = exp.Coalesce(this=column, expressions=[exp.Literal.number(0)])
        if wanted.op == "between":
            low, high = wanted.value
            return _between(number, self._put(_scaled(low, factor)), self._put(_scaled(high, factor)))
        return _COMPARISONS[wanted.op](this=number, expression=self._put(_scaled(wanted.value, factor)))

    def _event_join(self, leaf: Did) -> str:
        key = (leaf.event, leaf.window, leaf.where)
        if key not in self.joins:
            alias = self.joins[key] = f"did_{len(self.subqueries)}"
            self.subqueries.append((self._events(leaf).subquery(alias), alias))
        return self.joins[key]

    def _events(self, leaf: Did) -> Tree:
        """One row per customer who did it: how many times, and for how much."""
        query = exp.select(
            _column("number", "events"),
            exp.alias_(self._times(leaf), "times"),
            exp.alias_(exp.Sum(this=_column("amount", "events")), "total"),
        ).from_("events")
        query = query.where(exp.and_(*self._event_tests(leaf)))
        for name, column in self._code_joins(leaf):
            on = exp.EQ(this=_column("code", name), expression=_column(column, "events"))
            query = query.join(name, on=on, join_type="left")
        return query.group_by(_column("number", "events"))

    def _times(self, leaf: Did) -> Tree:
        times = exp.Count(this=exp.Distinct(expressions=[_column("occurrence", "events")]))
        if leaf.event != ORDERED or leaf.where is not None:
            return times
        bought = exp.EQ(this=_column("line", "events"), expression=exp.Literal.number(int(Line.PURCHASE)))
        return exp.Filter(this=times, expression=exp.Where(this=bought))

    def _event_tests(self, leaf: Did) -> Iterable[Tree]:
        happened = _column("happened_at", "events")
        start, end = self._window(leaf)
        yield exp.EQ(this=_column("event", "events"), expression=self._put(-1 if leaf.code is None else leaf.code))
        if leaf.event == ORDERED:  # an order counts by what was bought, as the figure "Orders" does
            kinds = [Line.PURCHASE] if leaf.where is not None else PAID
            yield exp.In(this=_column("line", "events"), expressions=[exp.Literal.number(int(kind)) for kind in kinds])
        yield exp.Not(this=_is_null(_column("number", "events")))
        if start is not None:
            yield exp.GTE(this=happened, expression=self._put(start))
        yield exp.LT(this=happened, expression=self._put(end))
        if leaf.where is not None:
            yield self._line_flag(leaf.where)

    def _window(self, leaf: Did) -> tuple[datetime | None, datetime]:
        starts = []
        if leaf.window.in_last:
            starts.append(leaf.window.in_last.before(self.as_of, self.rule.zone))
        if leaf.window.since:
            starts.append(self._start_of(leaf.window.since + timedelta(days=1)))
        end = min(self._start_of(leaf.window.until), self.as_of) if leaf.window.until else self.as_of
        return (max(starts) if starts else None), end

    def _line_flag(self, node: Node) -> Tree:
        """A condition on one line of an event, as a yes or no."""
        if isinstance(node, Group):
            flags = [self._line_flag(part) for part in node.nodes]
            joined = (exp.and_(*flags) if node.kind == "all" else exp.or_(*flags)) if flags else exp.true()
            return exp.Not(this=exp.Paren(this=joined)) if node.kind == "none" else exp.Paren(this=joined)
        assert isinstance(node, Condition)  # noqa: S101  parse lets nothing else in here
        if node.column.kind == "property":
            return self._condition(node, self._property(node.column))
        column = _column(node.column.name, "events")
        if node.column.type is Type.TEXT:
            return self._code_flag(node, column)
        return self._condition(node, column, self.coins() if node.column.type is Type.MONEY else 1)

    def _property(self, column: Column) -> Tree:
        path = exp.JSONPath(expressions=[exp.JSONPathRoot(), exp.JSONPathKey(this=column.name)])
        text = exp.JSONExtractScalar(this=_column("properties", "events"), expression=path)
        return exp.TryCast(this=text, to=exp.DataType.build("double")) if column.type is Type.NUMBER else text

    def _code_flag(self, leaf: Condition, column: Tree) -> Tree:
        """Names are codes in the log: the codes that answer the condition are joined, once per condition."""
        positive = POSITIVE.get(leaf.op, leaf.op)
        opposite = (leaf.op in POSITIVE) != leaf.negate
        if positive == "is_set":
            return _decided(exp.Not(this=_is_null(column)), opposite=opposite, missing=leaf.missing)
        name = self._code_set(leaf, positive)
        found = exp.Not(this=_is_null(_column("code", name)))
        known = exp.Case(ifs=[exp.If(this=exp.Not(this=_is_null(column)), true=found)])
        return _decided(known, opposite=opposite, missing=leaf.missing)

    def _code_set(self, leaf: Condition, positive: str) -> str:
        wanted = Codes(leaf.column.name, positive, leaf.value, leaf.case)
        for name, known in self.sets.items():
            if known == wanted:
                return name
        name = f"codes_{len(self.sets)}"
        self.sets[name] = wanted
        return name

    def _code_joins(self, leaf: Did) -> Iterable[tuple[str, str]]:
        wanted = {
            (condition.column.name, POSITIVE.get(condition.op, condition.op), condition.value, condition.case)
            for condition in _line_conditions(leaf.where)
        }
        for name, known in self.sets.items():
            if isinstance(known, Codes) and (known.column, known.op, known.value, known.case) in wanted:
                yield name, known.column

    def _belongs(self, leaf: Belongs) -> Tree:
        inside = exp.Not(this=_is_null(_column("number", self._set_join(leaf))))
        return exp.Not(this=inside) if leaf.negate else inside

    def _set_join(self, leaf: Belongs) -> str:
        key = (leaf.segment, leaf.is_list)
        if key not in self.joins:
            alias = self.joins[key] = f"members_{len(self.sets)}"
            self.sets[alias] = leaf
            self.subqueries.append((exp.to_table(alias), alias))
        return self.joins[key]

    def coins(self) -> int:
        """Events keep money in the smallest coin of the currency."""
        return minor_units(self.rule.currency)

    def _put(self, value: Any) -> Tree:
        name = f"p{len(self.values)}"
        self.values[name] = value
        return exp.Placeholder(this=name)


def members_query(rule: Rule, as_of: datetime) -> Query:
    """The numbers of those who meet the rule."""
    compiled = Compiled(rule, as_of)
    tree = compiled.select(_column("number", "profile"), where=compiled.flag(rule.where))
    return tree, compiled.values


def steps(compiled: Compiled) -> dict[tuple[int, ...], Tree]:
    """How many are left after each condition, by its place: (0,), (1,), (1, 0) ...

    A part of a nested group counts on its own, among those whom the conditions above it left.
    """
    left: dict[tuple[int, ...], Tree] = {}
    above: list[Tree] = []
    for i, node in enumerate(top(compiled.rule.where)):
        if isinstance(node, Group):
            for j, part in enumerate(node.nodes):
                left[i, j] = _counted([*above, compiled.flag(part)])
        above.append(compiled.flag(node))
        left[(i,)] = _counted(above)
    return left


def top(where: Node) -> tuple[Node, ...]:
    """The conditions that all must hold."""
    return where.nodes if isinstance(where, Group) and where.kind == "all" else (where,)


def counted_if(what: Tree, flag: Tree) -> Tree:
    """An aggregate over those alone who meet the flag."""
    return exp.Filter(this=what, expression=exp.Where(this=flag.copy()))


def _counted(flags: list[Tree]) -> Tree:
    return counted_if(exp.Count(this=exp.Star()), exp.and_(*flags))


def sets(rule: Rule, as_of: datetime) -> dict[str, Belongs | Codes]:
    """What the relations members_<n> and codes_<n> of the rule's queries stand for."""
    compiled = Compiled(rule, as_of)
    for leaf in rule.leaves():
        compiled.flag(leaf)
    return compiled.sets


def _decided(test: Tree, *, opposite: bool, missing: str) -> Tree:
    if opposite:
        test = exp.Not(this=exp.Paren(this=test))
    met = missing == "include" or (missing == "match" and opposite)
    return exp.Coalesce(this=test, expressions=[exp.true() if met else exp.false()])


def _line_conditions(node: Node | None) -> Iterable[Condition]:
    if isinstance(node, Group):
        for part in node.nodes:
            yield from _line_conditions(part)
    elif isinstance(node, Condition):
        yield node


def _column(name: str, table: str) -> Tree:
    return exp.column(exp.to_identifier(name, quoted=True), table=table)


def _is_null(column: Tree) -> Tree:
    return exp.Is(this=column.copy(), expression=exp.Null())


def _same_number(alias: str) -> Tree:
    return exp.EQ(this=_column("number", alias), expression=_column("number", "profile"))


def _between(column: Tree, low: Tree, high: Tree) -> Tree:
    return exp.Between(this=column, low=low, high=high)


def _scaled(value: Any, factor: int) -> Any:
    """12.29 in hundredths is 1229, not 1228.9999999999998."""
    if factor == 1:
        return value
    scaled = round(value * factor, 6)
    return int(scaled) if scaled == int(scaled) else scaled


def _escaped(text: str) -> str:
    for sign in (ESCAPE, "%", "_"):
        text = text.replace(sign, ESCAPE + sign)
    return text


__all__ = ["Codes", "Compiled", "counted_if", "members_query", "sets", "steps", "top"]
