"""One choice about what counts reaches every figure, to the cent."""

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from accounts.models.workspace import Workspace
from customers import building, counting, engine, logged, profiling, storage
from customers.counting import Choice
from customers.engine import parse
from customers.features import catalogue, statement
from customers.models.event import Code
from customers.models.profile import ProfileTable
from customers.schema import EVENTS, Line, Standing
from segments.rules import running
from segments.rules.tree import parse as parse_rule
from tests.customers.stage import AS_OF, a_customer, bought, recorded

FEE = {"line": Line.SHIPPING, "product": None}


@pytest.fixture
def shop(acme: Workspace) -> dict[str, Any]:
    """Pam paid 119.00 for goods and 5.95 for delivery, and sent 23.80 back; the rest is odd."""
    Code.objects.create(workspace=acme, kind=Code.Kind.EVENT, value="Order Completed", code=0)
    pam, otto, reseller = (a_customer(acme, who) for who in ("pam", "otto", "reseller"))
    lines = [
        bought(pam, 9, 11900, order=1, tax=1900),
        bought(pam, 9, 595, order=1, tax=95, **FEE),
        bought(pam, 5, -2380, order=1, tax=-380),
        bought(pam, 8, 5000, order=2, tax=798, standing=Standing.CANCELLED),
        bought(otto, 7, 100, order=3, tax=16, standing=Standing.TEST),
        bought(otto, 6, 3000, order=4, tax=479, standing=Standing.STAFF),
        bought(otto, 6, 595, order=4, tax=95, standing=Standing.STAFF, **FEE),
        bought(reseller, 4, 90000, order=5, tax=14370),
    ]
    recorded(acme, lines)
    return {"pam": pam, "otto": otto, "reseller": reseller}


def figures_of(workspace: Workspace, **revenue: Any) -> Any:
    workspace.revenue = revenue
    workspace.save()
    path, rows, columns = building.write(workspace, AS_OF)
    ProfileTable.objects.in_workspace(workspace).delete()
    ProfileTable.objects.create(
        workspace=workspace, path=path, as_of=AS_OF, log_version=1, rows=rows, columns=columns, asked_at=AS_OF
    )
    return profiling.frame(workspace, ["orders", "revenue", "gross_revenue"], AS_OF)


@pytest.mark.parametrize(
    ("switches", "orders", "revenue"),
    [
        ({}, 1, "95.20"),
        ({"returns": "gross"}, 1, "119.00"),
        ({"tax": "without"}, 1, "80.00"),
        ({"shipping": "with"}, 1, "101.15"),
        ({"shipping": "with", "tax": "without"}, 1, "85.00"),
        ({"shipping": "with", "tax": "without", "returns": "gross"}, 1, "105.00"),
        ({"cancelled": "with"}, 2, "145.20"),
        ({"cancelled": "with", "tax": "without"}, 2, "122.02"),
    ],
)
def test_each_switch_changes_what_somebody_spent_to_the_cent(
    acme: Workspace, shop: dict[str, Any], switches: dict[str, str], orders: int, revenue: str
) -> None:
    pam = figures_of(acme, **switches).loc[shop["pam"].number]
    assert (pam["orders"], f"{pam['revenue']:.2f}") == (orders, revenue)


@pytest.mark.parametrize(
    ("switches", "orders", "revenue"),
    [
        ({}, 0, "0.00"),
        ({"test": "with"}, 1, "1.00"),
        ({"staff": "with"}, 1, "30.00"),
        ({"staff": "with", "shipping": "with"}, 1, "35.95"),
        ({"staff": "with", "test": "with", "tax": "without"}, 2, "26.05"),
    ],
)
def test_orders_of_staff_and_tests_count_only_when_chosen(
    acme: Workspace, shop: dict[str, Any], switches: dict[str, str], orders: int, revenue: str
) -> None:
    otto = figures_of(acme, **switches).loc[shop["otto"].number]
    assert (otto["orders"], f"{otto['revenue']:.2f}") == (orders, revenue)


def test_a_buyer_left_out_is_in_no_figure(acme: Workspace, shop: dict[str, Any]) -> None:
    everybody = figures_of(acme)
    rest = figures_of(acme, left_out=[str(shop["reseller"].pk)])
    assert set(everybody.index) - set(rest.index) == {shop["reseller"].number}
    assert everybody["revenue"].sum() - rest["revenue"].sum() == 900


def test_leaving_out_a_merged_buyer_leaves_out_the_survivor(acme: Workspace, shop: dict[str, Any]) -> None:
    twin = a_customer(acme, "twin", merged_into=shop["reseller"])
    assert counting.numbers(acme, [str(twin.pk)]) == (shop["reseller"].number,)


@pytest.mark.parametrize(
    ("switches", "at_least", "who"),
    [
        ({}, 95.20, {"reseller", "pam"}),
        ({"tax": "without"}, 100.01, {"reseller"}),
        ({"shipping": "with"}, 124.95, {"pam", "reseller"}),
        ({"shipping": "with", "staff": "with"}, 35.95, {"pam", "reseller", "otto"}),
        ({"shipping": "with"}, 124.96, {"reseller"}),
    ],
)
def test_conditions_on_orders_count_the_same_way(
    acme: Workspace, shop: dict[str, Any], switches: dict[str, str], at_least: float, who: set[str]
) -> None:
    figures_of(acme, **switches)
    asked = {"event": "Order Completed", "sum": {"op": "gte", "value": at_least}}
    rule = parse_rule({"v": 1, "entity": "customer", "where": asked}, acme)
    found = running.numbers(acme, rule, AS_OF)
    assert {name for name, customer in shop.items() if customer.number in found} == who


def test_the_sql_that_is_shown_spells_out_what_counts(acme: Workspace, shop: dict[str, Any]) -> None:
    """Run on the lines as the files tell them, it gives the figure that the profile holds."""
    switches = {"tax": "without", "shipping": "with", "cancelled": "with"}
    whole = figures_of(acme, **switches, left_out=[str(shop["reseller"].pk)])
    known = catalogue.features(acme)
    sql = statement.shown(known["revenue"], known, profiling.reading(acme, AS_OF))
    raw = {"events": profiling.log(acme, AS_OF, merged=False)}
    shown = engine.query(acme, parse(sql), relations=raw).to_pandas().set_index("number")
    assert "amount - COALESCE(tax, 0)" in sql
    assert shown["revenue"].loc[shop["pam"].number] == whole["revenue"].loc[shop["pam"].number] == pytest.approx(127.02)
    assert shop["reseller"].number not in shown.index


def test_files_older_than_tax_and_standing_read_as_not_said(acme: Workspace, shop: dict[str, Any]) -> None:
    old_schema = pa.schema([field for field in EVENTS if field.name not in logged.LATER])
    file = recorded(acme, [bought(shop["pam"], 3, 1000, order=9)])
    table = pq.read_table(storage.absolute(file.path)).select(old_schema.names)
    pq.write_table(table, storage.absolute(file.path))
    logged._columns.cache_clear()
    assert figures_of(acme, tax="without")["revenue"].loc[shop["pam"].number] == 90
    alone = engine.query(acme, parse("SELECT tax, standing FROM log"), relations={"log": logged.lines([file.path])})
    assert alone.to_pylist() == [{"tax": None, "standing": None}]


def test_what_the_files_say_is_told_apart_from_what_they_do_not(acme: Workspace, shop: dict[str, Any]) -> None:
    assert profiling.said(acme) == {"tax", "shipping", "returns", "cancelled", "test", "staff"}


@pytest.mark.parametrize(
    ("choice", "said", "words"),
    [
        (Choice(), set(), "After returns"),
        (Choice(returns="gross"), {"tax"}, "Before returns, with tax"),
        (
            Choice(), {"tax", "shipping", "cancelled", "test"},
            "After returns, with tax, without shipping; cancelled and test orders left out",
        ),
        (Choice(cancelled="with"), {"cancelled"}, "After returns; cancelled orders counted"),
        (Choice(left_out=(7,)), set(), "After returns; 1 buyer left out"),
    ],
)  # fmt: skip
def test_the_choice_is_said_in_words_of_what_the_files_say(choice: Choice, said: set[str], words: str) -> None:
    assert counting.in_words(choice, frozenset(said)) == words


def test_a_choice_that_changes_nothing_keeps_the_figures(acme: Workspace) -> None:
    assert counting.mark({}) == counting.mark({"returns": "net", "checked_at": "2026-01-01"})
    assert counting.mark({}) != counting.mark({"tax": "without"})
    assert counting.mark({}) != counting.mark({"left_out": ["x"]})
