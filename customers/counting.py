"""What counts: the workspace's choice about tax, delivery, returns and odd orders, as one relation over the log.

Every reader of `events` reads through `counted`, so that a switch changes every figure in the same way. `log` is
what the files tell; `events` is what of it counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import sqlglot.expressions as exp

from accounts.models.workspace import Workspace
from customers import engine
from customers.engine import Tree, parse
from customers.models.customer import Customer
from customers.schema import EVENTS, Line, Standing

STANDINGS = {"cancelled": Standing.CANCELLED, "test": Standing.TEST, "staff": Standing.STAFF}
USUAL = {"returns": "net", "tax": "with"} | dict.fromkeys(("shipping", *STANDINGS), "without")
EVERYTHING = {name: "with" for name in USUAL if name != "returns"}
ALLOWED = {name: ("net", "gross") if name == "returns" else ("with", "without") for name in USUAL}


@dataclass(frozen=True)
class Choice:
    """What revenue and orders mean. `left_out` are the numbers of customers who do not count at all."""

    returns: str = "net"
    tax: str = "with"
    shipping: str = "without"
    cancelled: str = "without"
    test: str = "without"
    staff: str = "without"
    left_out: tuple[int, ...] = ()

    @property
    def standings(self) -> list[Standing]:
        """The kinds of orders that do not count."""
        return [standing for name, standing in STANDINGS.items() if getattr(self, name) == "without"]

    @property
    def kinds(self) -> tuple[Line, ...]:
        """The lines whose amounts come to revenue, once `counted` has gone over them."""
        return (
            (Line.PURCHASE, Line.SHIPPING) if self.returns == "gross" else (Line.PURCHASE, Line.RETURN, Line.SHIPPING)
        )

    def switches(self) -> dict[str, str]:
        """The six switches by name."""
        return {name: getattr(self, name) for name in USUAL}

    def but(self, **switches: Any) -> "Choice":
        return replace(self, **switches)


def chosen(workspace: Workspace) -> Choice:
    """What the workspace chose on Check against your books; the usual where it did not."""
    return Choice(
        **switches_of(workspace.revenue), left_out=numbers(workspace, workspace.revenue.get("left_out") or ())
    )


def switches_of(told: dict[str, Any]) -> dict[str, str]:
    """The six switches in what a workspace keeps; the usual in place of anything unheard of."""
    return {name: told[name] if told.get(name) in ALLOWED[name] else usual for name, usual in USUAL.items()}


def mark(told: dict[str, Any]) -> tuple[Any, ...]:
    """What two workspaces' choices must share for their figures to be the same."""
    return (*switches_of(told).items(), *sorted(told.get("left_out") or ()))


def numbers(workspace: Workspace, customers: Iterable[str]) -> tuple[int, ...]:
    """The numbers of customers by their public ids; of a merged customer the survivor's."""
    ids = list(customers)
    if not ids:
        return ()
    found = Customer.objects.in_workspace(workspace).filter(pk__in=ids)
    return tuple(
        sorted({survivor or number for number, survivor in found.values_list("number", "merged_into__number")})
    )


def counted(choice: Choice, *, source: str = "log") -> Tree:
    """The lines of `source` that count, each with the amount that counts."""
    columns = [_amount(choice) if name == "amount" else engine.column(name) for name in EVENTS.names]
    return exp.select(*columns).from_(source).where(*_tests(choice))


def _amount(choice: Choice) -> Tree:
    if choice.tax == "with":
        return engine.column("amount")
    return exp.alias_(parse("amount - coalesce(tax, 0)"), "amount", quoted=True)


def _tests(choice: Choice) -> list[Tree]:
    tests: list[Tree] = []
    if choice.standings:
        standing = parse("coalesce(standing, 0)")
        tests.append(exp.Not(this=exp.In(this=standing, expressions=[_number(s) for s in choice.standings])))
    if choice.shipping == "without":
        tests.append(exp.NEQ(this=parse("coalesce(line, 0)"), expression=_number(Line.SHIPPING)))
    if choice.left_out:
        number = parse("coalesce(number, 0)")
        tests.append(exp.Not(this=exp.In(this=number, expressions=[_number(n) for n in choice.left_out])))
    return tests


def _number(value: int) -> Tree:
    return exp.Literal.number(int(value))


def shown(tree: Tree, choice: Choice) -> Tree:
    """The tree as it runs on the event files themselves: with what counts spelt out."""
    whole = tree.transform(lambda node: _renamed(node) if isinstance(node, exp.Table) else node)
    cte = exp.CTE(this=counted(choice, source="events"), alias=exp.TableAlias(this=exp.to_identifier("counted")))
    with_ = whole.args.get("with_") or whole.args.get("with")
    if with_ is not None:
        with_.set("expressions", [cte, *with_.expressions])
        return whole
    return whole.with_("counted", as_=cte.this)


def _renamed(table: Tree) -> Tree:
    if table.name != "events" or table.args.get("db"):
        return table
    return exp.to_table("counted").as_(table.alias_or_name)


# In words --------------------------------------------------------------------------------------
def in_words(choice: Choice, said: frozenset[str]) -> str:
    """What revenue means, of what the files say at all: "After returns, with tax, without delivery; ...".

    `said` names what the files hold: see `customers.profiling.said`.
    """
    parts = ["after returns" if choice.returns == "net" else "before returns"]
    parts += [f"{choice.tax} tax"] if "tax" in said else []
    parts += [f"{choice.shipping} shipping"] if "shipping" in said else []
    out = [name for name in STANDINGS if name in said and getattr(choice, name) == "without"]
    counts = [name for name in STANDINGS if name in said and getattr(choice, name) == "with"]
    sentence = ", ".join(parts)
    sentence += f"; {_listed(out)} orders left out" if out else ""
    sentence += f"; {_listed(counts)} orders counted" if counts else ""
    if choice.left_out:
        n = len(choice.left_out)
        sentence += f"; {n} buyer{'' if n == 1 else 's'} left out"
    return sentence[0].upper() + sentence[1:]


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
