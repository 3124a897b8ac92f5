"""The drawn world: the same again from the same seed, its kinds as planned, and one without kinds."""

import csv
import io
from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from icp.science import ledger, world
from icp.science.wares import BEANS, KITS, MARKETPLACE, OFFICE, PRODUCTS
from icp.science.world import SHARES, World, make

UNTIL = date(2025, 11, 20)


@cache
def small() -> World:
    return make(3_000, UNTIL)


def with_wares(drawn: World) -> pd.DataFrame:
    """The paid lines with kind, category and money beside them, the marketplace left out."""
    lines = drawn.lines.merge(drawn.people[["kind"]], left_on="person", right_index=True)
    lines["category"] = [PRODUCTS[place].category for place in lines["product"]]
    lines["money"] = lines["cents"] * lines["quantity"] / 100
    return lines[lines["kind"] != world.MARKET]


def orders(lines: pd.DataFrame) -> "pd.Series[int]":
    paid = lines[lines["quantity"] > 0]
    return paid.groupby(["kind", "person"])["order"].nunique()


def test_the_same_seed_and_day_draw_the_same_world() -> None:
    one, same, other = make(400, UNTIL), make(400, UNTIL), make(400, UNTIL, seed=5)

    pd.testing.assert_frame_equal(one.lines, same.lines)
    pd.testing.assert_frame_equal(one.people, same.people)
    assert not one.lines.equals(other.lines)


def test_it_covers_two_years_and_ends_on_the_day_that_was_asked() -> None:
    days = small().lines["day"]

    assert days.min() <= 5
    assert days.max() == 729
    assert ledger.rows_of(small(), small().lines.tail(1))["Created at"].iloc[0].startswith("2025-11-20")


def test_each_kind_has_its_share_of_buyers_and_of_the_money() -> None:
    lines = with_wares(small())

    of_buyers = lines.groupby("kind")["person"].nunique() / 3_000
    of_money = lines.groupby("kind")["money"].sum() / lines["money"].sum()
    planned = {"December gift buyers": 13, "Small offices": 27, "Starter-kit brewers": 21, "Bean regulars": 22}
    planned |= {"Discount hunters": 9, "One-time tryers": 5, "Tea switchers": 3}

    assert all(abs(of_buyers[kind] - share) < 0.001 for kind, share in SHARES.items())
    assert {kind: abs(100 * of_money[kind] - share) < 2 for kind, share in planned.items()} == dict.fromkeys(
        planned, True
    )


def test_gift_buyers_hardly_come_back_and_grinders_double_it() -> None:
    came_back = (orders(with_wares(small())) > 1).groupby("kind").mean()
    everybody = orders(with_wares(small()))
    others = (everybody.drop("Starter-kit brewers") > 1).mean()

    assert round(came_back["December gift buyers"], 2) == 0.04
    assert 1.7 < came_back["Starter-kit brewers"] / others < 2.6


def test_offices_order_on_weekdays_about_every_26_days() -> None:
    lines = with_wares(small())
    offices = lines[(lines["kind"] == "Small offices") & (lines["category"] == OFFICE) & (lines["quantity"] > 0)]
    weekdays = (small().start.weekday() + offices["day"]) % 7
    days = offices.drop_duplicates("order").sort_values(["person", "day"]).groupby("person")["day"].diff().dropna()

    assert weekdays.max() <= 4
    assert 25 <= days.median() <= 27


def test_regulars_buy_less_since_the_price_change() -> None:
    lines, change = with_wares(small()), small().day(small().price_change)
    beans = lines[(lines["kind"] == "Bean regulars") & (lines["category"] == BEANS)]["day"]
    before, after = beans.between(change - 70, change - 1).sum(), beans.between(change, change + 69).sum()

    assert 0.5 < after / before < 0.9


def test_hunters_use_a_coupon_in_four_of_five_orders_and_others_never() -> None:
    lines = with_wares(make(12_400, UNTIL)).drop_duplicates("order")
    used = lines["code"] > 0

    assert round(used[lines["kind"] == "Discount hunters"].mean(), 2) in (0.8, 0.81, 0.82)
    assert not used[lines["kind"] != "Discount hunters"].any()


def test_tea_has_at_least_tripled_since_spring() -> None:
    lines = with_wares(make(12_400, UNTIL))
    tea = lines[lines["kind"] == "Tea switchers"]["day"] // 30

    assert (tea >= 22).sum() / 2 >= 3 * (tea.between(10, 15).sum() / 6)


def test_age_and_gender_say_nothing_about_the_kind() -> None:
    people = small().people[:2_999].groupby("kind")

    assert people["age"].mean().max() - people["age"].mean().min() < 4
    assert people["gender"].apply(lambda said: (said == "female").mean()).between(0.4, 0.64).all()


def test_a_world_without_kinds_has_none_and_no_gap_in_how_often_people_order() -> None:
    drawn = make(2_000, UNTIL, kinds=False)
    often = drawn.lines[drawn.lines["person"] < 2_000].groupby("person")["order"].nunique()

    assert set(drawn.people["kind"]) == {"", world.READER, world.MARKET}
    assert set(range(5, 25)) <= set(often)


def test_the_letter_brings_back_80_of_880_against_15_of_375() -> None:
    drawn = make(12_400, UNTIL)
    asked = drawn.people[drawn.people["written_to"]]["customer"].tolist()
    told = world.answers(drawn, asked[:880], asked[880:])
    back = set(told.lines[told.lines["order"] >= 900_000]["person"].map(drawn.people["customer"]))

    assert len(asked) == 1_255
    assert (len(back & set(asked[:880])), len(back & set(asked[880:]))) == (80, 15)


def test_whoever_went_quiet_stays_quiet_until_a_letter_comes() -> None:
    drawn = small()
    quiet = drawn.people.index[drawn.people["written_to"]]
    last = drawn.lines[drawn.lines["person"].isin(quiet)].groupby("person")["day"].max()

    assert last.max() < drawn.day(drawn.list_on)


def test_one_buyer_is_a_marketplace_with_1900_orders() -> None:
    drawn = make(12_400, UNTIL)
    person = drawn.people.index[drawn.people["email"] == MARKETPLACE][0]
    bought = drawn.lines[(drawn.lines["person"] == person) & (drawn.lines["quantity"] > 0)]

    assert bought["order"].nunique() == 1_900


def test_the_file_holds_every_line_with_its_columns() -> None:
    rows: list[dict[str, Any]] = list(csv.DictReader(io.StringIO(ledger.csv_of(small(), small().lines).decode())))
    kits = [row for row in rows if row["Category"] == KITS]

    assert len(rows) == len(small().lines)
    assert list(rows[0]) == list(ledger.COLUMNS)
    assert {row["Product"] for row in kits} == {product.name for product in PRODUCTS if product.category == KITS}
    assert all("@example." in row["Email"] or row["Email"] == MARKETPLACE for row in rows)


def test_readers_come_in_with_an_order_of_nothing() -> None:
    rows = ledger.readers(small())

    assert len(rows) == round(3_000 * 2_600 / 12_400)
    assert set(rows["Price"]) == {"0.00"}


def test_spoilt_lines_have_no_date_and_an_order_of_their_own() -> None:
    spoilt = ledger.undated(ledger.rows_of(small(), small().lines), 214)

    assert len(spoilt) == 214
    assert set(spoilt["Created at"]) == {""}
    assert spoilt["Order"].is_unique
    assert spoilt["Order"].str.startswith("FX").all()
