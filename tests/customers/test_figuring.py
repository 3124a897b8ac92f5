"""A figure of one's own: what it computes, what is refused, who needs it."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from accounts.models.audit import AuditEntry
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import building, engine, figuring, profiling, trying
from customers.features import asked, catalogue, statement
from customers.figuring import InUse, NotPossible
from customers.models.figure import Figure
from segments.models.segment import Segment
from tests.customers.figures import SHARE, a_coupon_shop, profiled
from tests.customers.stage import AS_OF, a_customer, bought, recorded


def aggregate(measure: str, days: int | None = None, **where: Any) -> dict[str, Any]:
    conditions = [where] if where else []
    return {"kind": "aggregate", "measure": measure, "days": days, "where": conditions}


def by_hand(lines: pd.DataFrame, wanted: dict[str, Any], people: pd.Index) -> "pd.Series[float]":
    """The same figure with plain pandas: lines filtered, then counted."""
    kept, measure = lines, wanted["measure"]
    for one in wanted["where"]:
        column = kept["coupon"] if one["field"] == "detail" else kept[one["field"]]
        if one["op"] in {"set", "not_set"}:
            filled = column.notna() & (column != "")
            kept = kept[filled if one["op"] == "set" else ~filled]
        else:
            hit = column.astype(str).str.lower().isin([str(value).lower() for value in one["by_hand"]])
            kept = kept[hit if one["op"] == "is" else ~hit]
    if measure != "spent":
        kept = kept[kept["line"] == 1]
    if wanted["days"]:
        kept = kept[kept["days"] <= wanted["days"]]
    grouped = kept.groupby("number")
    counted = {
        "orders": lambda: grouped["order"].nunique(),
        "order_days": lambda: kept["happened_at"].dt.date.groupby(kept["number"]).nunique(),
        "lines": lambda: grouped.size(),
        "pieces": lambda: grouped["quantity"].sum(),
        "spent": lambda: grouped["amount"].sum() / 100,
        "products": lambda: grouped["product"].nunique(),
    }[measure]()
    return counted.reindex(people, fill_value=0).astype(float)


WANTED = [
    aggregate("orders"),
    aggregate("orders", 365, field="detail", name="coupon", op="set"),
    aggregate("orders", 90, field="detail", name="coupon", op="is", values=["save10"], by_hand=["save10"]),
    aggregate("order_days", 365, field="detail", name="coupon", op="not_set"),
    aggregate("lines", 30),
    aggregate("lines", None, field="product", op="is", values=["Product 2", "SKU-3"], by_hand=["2", "3"]),
    aggregate("pieces", 365, field="category", op="is", values=["tea"], by_hand=["2.0"]),
    aggregate("spent", 365, field="category", op="is_not", values=["Beans"], by_hand=["1.0"]),
    aggregate("spent", None, field="channel", op="set"),
    aggregate("products", 90),
]


def test_every_measure_equals_plain_pandas_in_preview_and_in_the_profile(acme: Workspace, alice: User) -> None:
    lines = a_coupon_shop(acme)
    profiled(acme)
    people = profiling.frame(acme, ["orders"], AS_OF).index
    names, tried = [], []
    for i, wanted in enumerate(WANTED):
        definition = figuring.understood(acme, wanted)
        tried.append(trying.try_out(acme, definition, as_of=AS_OF))
        names.append(figuring.define(acme, name=f"Figure {i}", definition=wanted, by=alice).feature)
    profiled(acme)

    found = profiling.frame(acme, names, AS_OF)
    for name, preview, wanted in zip(names, tried, WANTED, strict=True):
        right = by_hand(lines, wanted, people)
        assert found[name].astype(float).tolist() == pytest.approx(right.tolist()), asked.sentence(asked.read(wanted))
        assert preview.sums["middle"] == pytest.approx(right.median())
        assert preview.sums["known"] == len(people)
        assert [value for _, value in preview.people] == pytest.approx(right.nlargest(10).tolist())
    assert found[names[1]].sum() > found[names[2]].sum() > 0


def test_a_ratio_is_unknown_for_whoever_has_nothing_below(acme: Workspace, alice: User) -> None:
    lines = a_coupon_shop(acme)
    profiled(acme)
    figure = figuring.define(acme, name="Share of orders with coupon, 12 months", definition=SHARE, by=alice)
    profiled(acme)

    found = profiling.frame(acme, [figure.feature, "orders_365d"], AS_OF)
    recent = lines[(lines["line"] == 1) & (lines["days"] <= 365)]
    with_coupon = recent[recent["coupon"].notna() & (recent["coupon"] != "")]
    right = with_coupon.groupby("number")["order"].nunique() / recent.groupby("number")["order"].nunique()
    right = right.fillna(0).where(recent.groupby("number").size() > 0).reindex(found.index)
    np.testing.assert_allclose(found[figure.feature].astype(float), right)
    assert found[figure.feature].isna().tolist() == (found["orders_365d"] == 0).tolist()
    assert catalogue.features(acme)[figure.feature].type == "share"
    tried = trying.try_out(acme, asked.read(figure.definition), as_of=AS_OF)
    assert tried.sums["known"] == right.notna().sum() < tried.sums["people"]


def test_a_formula_calculates_with_built_in_and_own_figures(acme: Workspace, alice: User) -> None:
    a_coupon_shop(acme)
    profiled(acme)
    share = figuring.define(acme, name="Coupon share", definition=SHARE, by=alice)
    text = f"(revenue - 2 * {share.feature}) / orders - -1"
    formula = figuring.define(acme, name="Odd", definition={"kind": "formula", "text": text}, by=alice)
    profiled(acme)

    found = profiling.frame(acme, ["revenue", "orders", share.feature, formula.feature], AS_OF).astype(float)
    right = (found["revenue"] - 2 * found[share.feature]) / found["orders"].replace(0, np.nan) + 1
    np.testing.assert_allclose(found[formula.feature], right)
    assert found[formula.feature].notna().any()


def test_money_in_a_ratio_counts_in_whole_money(acme: Workspace, alice: User) -> None:
    pam = a_customer(acme, "pam")
    recorded(acme, [bought(pam, 5, 30_00, order=1, quantity=6.0)])
    pairs = {"Each piece": ("spent", "pieces"), "Pieces for one": ("pieces", "spent")}
    made = [
        figuring.define(
            acme, name=name, by=alice,
            definition={"kind": "ratio", "top": {"measure": top}, "bottom": {"measure": bottom}},
        ).feature
        for name, (top, bottom) in pairs.items()
    ]  # fmt: skip
    profiled(acme)
    assert profiling.frame(acme, made, AS_OF).iloc[0].tolist() == [5.0, 0.2]
    assert [str(catalogue.features(acme)[name].type) for name in made] == ["money", "number"]


def test_a_figure_follows_what_revenue_means(acme: Workspace, alice: User) -> None:
    pam = a_customer(acme, "pam")
    recorded(acme, [bought(pam, 5, 30_00, order=1), bought(pam, 4, -10_00, order=1)])
    spent = figuring.define(acme, name="Spent lately", definition=aggregate("spent", 30), by=alice).feature
    profiled(acme)
    assert profiling.frame(acme, [spent], AS_OF).iloc[0, 0] == 20.0
    acme.revenue = acme.revenue | {"returns": "gross"}
    acme.save()
    profiled(acme)
    assert profiling.frame(acme, [spent], AS_OF).iloc[0, 0] == 30.0


def test_until_the_next_profile_nobody_has_a_value_and_the_old_one_is_out_of_date(acme: Workspace, alice: User) -> None:
    a_coupon_shop(acme)
    profiled(acme)
    table = profiling.current(acme)
    assert table is not None
    assert not building.is_stale(table, AS_OF) or table.as_of != AS_OF
    name = figuring.define(acme, name="Pieces", definition=aggregate("pieces"), by=alice).feature
    assert profiling.frame(acme, [name], table.as_of)[name].isna().all()
    assert building.is_stale(table, table.as_of)


def test_the_shown_sql_gives_the_same_numbers(acme: Workspace, alice: User) -> None:
    a_coupon_shop(acme)
    profiled(acme)
    name = figuring.define(acme, name="Coupon share", definition=SHARE, by=alice).feature
    profiled(acme)
    known = catalogue.features(acme)
    shown = statement.shown(known[name], known, profiling.reading(acme, AS_OF))
    assert "$.coupon" in shown
    found = engine.query(acme, engine.parse(shown), relations=profiling.relations(acme, AS_OF)).to_pandas()
    kept = profiling.frame(acme, [name], AS_OF)[name].dropna()
    pd.testing.assert_series_equal(found.set_index("number")[name].dropna().sort_index(), kept)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("orders", "A definition is an object"),
        ({"kind": "guess"}, "“kind” is one of"),
        ({"kind": "aggregate", "measure": "joy"}, "“measure” is one of: orders"),
        (aggregate("orders", 31), "“days” is 30, 90, 365"),
        ({"kind": "aggregate", "measure": "orders", "days": True}, "“days” is 30"),
        (aggregate("orders", field="colour", op="set"), "one of: product, category, channel, detail"),
        (aggregate("orders", field="product", op="like"), "one of: is, is_not, set, not_set"),
        (aggregate("orders", field="product", op="is"), "1 to 100 values"),
        (aggregate("orders", field="detail", op="set"), "the name of the order detail"),
        (aggregate("orders", field="product", op="is", values=["Produkt 2"]), "Did you mean product 2"),
        (aggregate("orders", field="detail", name="c\x00", op="set"), "1 to 80 characters"),
        ({"kind": "ratio", "top": {"measure": "orders"}}, "“top” and “bottom”"),
        ({"kind": "formula", "text": ""}, "needs a “text”"),
        ({"kind": "formula", "text": "orders", "shown_as": "joy"}, "number, money, share"),
        ({"kind": "formula", "text": "order / 2"}, "no figure “order” to calculate with. There is: orders"),
        ({"kind": "formula", "text": "main_segment * 2"}, "no figure “main_segment”"),
        ({"kind": "formula", "text": "1 + 2"}, "names no figure"),
        ({"kind": "formula", "text": "orders +"}, "ends too early"),
        ({"kind": "formula", "text": "(orders"}, "not closed"),
        ({"kind": "formula", "text": "orders revenue"}, "Is a sign missing"),
        ({"kind": "formula", "text": "orders); DROP TABLE profile"}, "“;” cannot stand in a formula"),
        ({"kind": "formula", "text": "count(orders)"}, "no figure “count”"),
        ({"kind": "formula", "text": "(" * 60 + "orders" + ")" * 60}, "More than 20 parentheses"),
        ({"kind": "formula", "text": "orders" + " + orders" * 100}, "longer than 500"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_a_sentence(
    acme: Workspace, alice: User, given: Any, says: str
) -> None:
    a_coupon_shop(acme, people=3)
    with pytest.raises(NotPossible, match=says.replace("(", r"\(").replace(")", r"\)").replace("?", r"\?")):
        figuring.define(acme, name="Joy", definition=given, by=alice)
    assert not Figure.objects.in_workspace(acme).exists()


def test_formulas_never_go_round_in_a_circle(acme: Workspace, alice: User) -> None:
    first = figuring.define(acme, name="First", definition={"kind": "formula", "text": "orders + 1"}, by=alice)
    second = figuring.define(
        acme, name="Second", definition={"kind": "formula", "text": f"{first.feature} * 2"}, by=alice
    )
    with pytest.raises(NotPossible, match="in a circle: “First” needs “Second” needs “First”"):
        figuring.change(first, definition={"kind": "formula", "text": f"{second.feature} + 1"}, by=alice)
    with pytest.raises(NotPossible, match="in a circle: “First” needs “First”"):
        figuring.change(first, definition={"kind": "formula", "text": f"{first.feature} + 1"}, by=alice)
    assert catalogue.features(acme)[second.feature].label == "Second"


def test_names_are_given_once_whatever_their_case(acme: Workspace, alice: User) -> None:
    made = figuring.define(acme, name="  Pieces   each ", definition=aggregate("pieces"), by=alice)
    assert (made.name, made.feature) == ("Pieces each", "own:pieces_each")
    for name in ("pieces EACH", "Orders", "revenue"):
        with pytest.raises(NotPossible, match="already"):
            figuring.define(acme, name=name, definition=aggregate("lines"), by=alice)
    with pytest.raises(NotPossible, match="1 to 80"):
        figuring.define(acme, name=" ", definition=aggregate("lines"), by=alice)


def test_a_removed_figure_keeps_its_address_for_ever(acme: Workspace, alice: User) -> None:
    old = figuring.define(acme, name="Pieces", definition=aggregate("pieces"), by=alice)
    figuring.retire(old, by=alice)
    new = figuring.define(acme, name="Pieces", definition=aggregate("lines"), by=alice)
    assert new.feature == "own:pieces_2"
    with pytest.raises(NotPossible, match="another name"):
        figuring.bring_back(old, by=alice)


def test_a_figure_in_use_is_not_removed_and_says_by_whom(acme: Workspace, alice: User) -> None:
    figure = figuring.define(acme, name="Pieces", definition=aggregate("pieces"), by=alice)
    figuring.define(acme, name="Twice", definition={"kind": "formula", "text": f"2 * {figure.feature}"}, by=alice)
    rule = {"v": 1, "entity": "customer", "where": {"any": [{"feature": figure.feature, "op": "gte", "value": 5}]}}
    segment = Segment.objects.create(workspace=acme, name="Hoarders", definition=rule)
    with pytest.raises(InUse, match="used by the figure Twice, the segment Hoarders"):
        figuring.retire(figure, by=alice)
    segment.archived_at = AS_OF
    segment.save()
    with pytest.raises(InUse, match=r"used by the figure Twice\."):
        figuring.retire(figure, by=alice)


def test_a_change_keeps_what_was_before_and_says_whether_to_count_again(acme: Workspace, alice: User) -> None:
    figure = figuring.define(acme, name="Pieces", definition=aggregate("pieces"), meaning="All.", by=alice)
    assert not figuring.change(figure, name="Pieces bought", by=alice)
    assert figuring.change(figure, definition=aggregate("pieces", 90), by=alice)
    assert not figuring.change(figure, definition=aggregate("pieces", 90), by=alice)
    assert (figure.version, figure.feature) == (2, "own:pieces")
    assert [(old["version"], old["definition"]["days"]) for old in figure.history] == [(1, None)]
    with pytest.raises(NotPossible, match="Another kind of figure"):
        figuring.change(figure, definition=aggregate("spent"), by=alice)
    said = AuditEntry.objects.in_workspace(acme).order_by("created_at").values_list("action", flat=True)
    assert list(said) == ["figures.defined", "figures.changed", "figures.changed"]


def test_a_figure_of_another_workspace_is_not_known(acme: Workspace, alice: User, charlie: User) -> None:
    zenith = Workspace.objects.get(slug="zenith")
    other = figuring.define(zenith, name="Pieces", definition=aggregate("pieces"), by=charlie)
    assert other.feature not in catalogue.features(acme)
    with pytest.raises(NotPossible, match="no figure “own:pieces”"):
        figuring.define(acme, name="Mine", definition={"kind": "formula", "text": other.feature}, by=alice)
