"""Exports of shops become orders: every planted truth is found again, to the cent."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.timezone import now
from pyroaring import BitMap

from accounts.models.workspace import Workspace
from customers import building, profiling, recording
from customers.models.customer import Customer
from customers.models.profile import ProfileTable
from customers.models.source import Import
from customers.reading import Unreadable
from customers.schema import Line, Standing
from customers.shops import gathering
from customers.tasks import request_undo, undo_import
from segments.reaching import reach
from tests.customers.shops import exports
from tests.customers.shops.world import World, a_world
from tests.customers.test_importing import lines_of
from tests.factories import an_import

pytestmark = pytest.mark.django_db
EXPORTS = {
    "shopify": exports.shopify,
    "woocommerce": exports.woo_items,
    "woocommerce-orders": exports.woo_orders,
    "woocommerce-advanced": exports.woo_advanced,
    "shopware": exports.shopware,
    "magento": exports.magento,
    "stripe": exports.stripe,
}
CANNOT_SAY = {  # what is not in an export is not in the world it was made of
    "woocommerce": ("is_test", "is_staff"),
    "woocommerce-orders": ("is_test", "is_staff"),
    "woocommerce-advanced": ("is_test", "is_staff"),
    "shopware": ("is_test", "is_staff", "cancelled_at", "refunded"),
    "magento": ("is_test", "is_staff"),
    "stripe": ("is_staff",),
}
EVERYTHING = dict.fromkeys(("staff", "test", "cancelled"), "with") | {"returns": "gross"}
SAYS_DELIVERY = ("shopify", "woocommerce", "woocommerce-orders")
SAYS_REFUNDS = [shop for shop in EXPORTS if shop != "shopware"]


def told(shop: str, world: World) -> World:
    """The part of the world of which the shop's export can tell."""
    silent = CANNOT_SAY.get(shop, ())
    return World([order for order in world.orders if not any(getattr(order, fact) for fact in silent)])


@pytest.fixture(scope="module")
def world() -> World:
    return a_world()


def summed(workspace: Workspace, kind: Line, column: str = "amount", standing: int = Standing.NORMAL) -> int:
    return sum(row[column] for row in lines_of(workspace) if (row["line"], row["standing"]) == (kind, standing))


@pytest.mark.parametrize("shop", EXPORTS)
def test_orders_buyers_and_money_are_those_of_the_shop(acme, world, shop):
    world = told(shop, world)
    import_ = an_import(acme, EXPORTS[shop](world))

    assert import_.options["shop"] == shop
    counts = import_.counts
    assert (counts["rows"], counts["rejected"], counts["duplicates"]) == (counts["accepted"], 0, 0)
    assert (counts["orders"], counts["buyers"]) == (len(world.counting), len(world.buyers))
    assert summed(acme, Line.PURCHASE) + summed(acme, Line.SHIPPING) == world.total("total")
    assert summed(acme, Line.RETURN) == -world.total("refunded")
    if shop in SAYS_DELIVERY:
        assert summed(acme, Line.SHIPPING) == world.total("shipping")


@pytest.mark.parametrize("shop", EXPORTS)
def test_cancelled_and_test_orders_stand_apart(acme, world, shop):
    world = told(shop, world)
    counts = an_import(acme, EXPORTS[shop](world)).counts

    assert counts["cancelled_orders"] == sum(bool(order.cancelled_at) for order in world.orders)
    assert counts["test_orders"] == sum(order.is_test for order in world.orders)
    assert counts["staff_orders"] == sum(order.is_staff for order in world.orders)


@pytest.mark.parametrize("shop", ["shopify", "woocommerce", "woocommerce-orders", "woocommerce-advanced"])
def test_the_tax_is_the_shops_to_the_cent(acme, world, shop):
    world = told(shop, world)
    an_import(acme, EXPORTS[shop](world))

    tax = summed(acme, Line.PURCHASE, "tax") + summed(acme, Line.SHIPPING, "tax")
    assert tax == (world.total("tax") if shop == "shopify" else sum(map(exports.woo_tax, world.counting)))
    returned = {row["order"]: row for row in lines_of(acme) if row["line"] == Line.RETURN}
    assert all(abs(row["tax"] - row["amount"] / 6) <= 1 for row in returned.values())


@pytest.mark.parametrize("shop", EXPORTS)
def test_the_same_export_again_adds_nothing(acme, world, shop):
    first = an_import(acme, EXPORTS[shop](world))
    before = len(lines_of(acme))

    again = an_import(acme, EXPORTS[shop](world))

    assert (again.counts["accepted"], again.counts["duplicates"]) == (0, first.counts["rows"])
    assert len(lines_of(acme)) == before


@pytest.mark.parametrize("shop", EXPORTS)
def test_a_longer_export_adds_only_what_is_new(acme, world, shop):
    world = told(shop, world)
    an_import(acme, EXPORTS[shop](World(world.orders[:40])))

    later = an_import(acme, EXPORTS[shop](world))

    assert later.counts["orders"] == sum(order.counts for order in world.orders[40:])
    assert "orders_renewed" not in later.counts
    assert summed(acme, Line.PURCHASE) + summed(acme, Line.SHIPPING) == world.total("total")


@pytest.mark.parametrize("shop", SAYS_REFUNDS)
def test_an_order_paid_back_since_counts_as_it_is_now_and_as_before_once_that_is_undone(acme, shop):
    world = told(shop, a_world(30))
    an_import(acme, EXPORTS[shop](world))
    goods, back = summed(acme, Line.PURCHASE), summed(acme, Line.RETURN)
    order = next(
        order for order in world.orders[5:] if order.counts and order.refunded and order.refunded < order.goods
    )
    order.refunded += 100

    later = an_import(acme, EXPORTS[shop](world), name="later.csv")

    assert later.counts["orders_renewed"] == 1
    assert (summed(acme, Line.PURCHASE), summed(acme, Line.RETURN)) == (goods, back - 100)
    undo(later)
    assert (summed(acme, Line.PURCHASE), summed(acme, Line.RETURN)) == (goods, back)


@pytest.mark.parametrize(
    ("undone", "left"), [(["newer"], "older"), (["older"], "newer"), (["older", "newer"], "nothing")]
)
def test_what_was_set_aside_outlives_the_sweep_and_comes_back_only_with_its_own_import(acme, undone, left):
    world = a_world(12)
    first, later = World(world.orders[:8]), World(world.orders[8:])
    sums = {"nothing": 0, "older": first.total("refunded"), "newer": 250 + later.total("refunded")}
    imports = {"older": an_import(acme, exports.shopify(first), name="older.csv")}
    next(order for order in first.counting if not order.refunded).refunded = 250
    imports["newer"] = an_import(acme, exports.shopify(world), name="newer.csv")

    recording.sweep(at=now() + timedelta(hours=1))
    for name in undone:
        undo(imports[name])

    assert summed(acme, Line.RETURN) == -sums[left]
    assert bool(lines_of(acme)) == (left != "nothing")


def test_a_cancellation_since_takes_the_order_out(acme):
    world = a_world(30)
    an_import(acme, exports.shopify(world))
    order = world.counting[4]
    order.cancelled_at = datetime(2026, 9, 1, tzinfo=UTC)

    an_import(acme, exports.shopify(world))

    assert summed(acme, Line.PURCHASE) == world.total("goods")
    assert summed(acme, Line.PURCHASE, standing=Standing.CANCELLED) == sum(
        order.goods for order in world.orders if order.cancelled_at and not order.is_test
    )


def test_an_older_export_changes_nothing_that_is_known(acme):
    world = a_world(30)
    order = next(order for order in world.orders[:20] if order.counts and not order.refunded)
    order.refunded = 300
    old = exports.shopify(World(world.orders[:20]))
    order.refunded = 500
    an_import(acme, exports.shopify(world))

    again = an_import(acme, old)

    assert (again.counts["accepted"], again.counts["orders_left_as_known"]) == (0, 1)
    assert summed(acme, Line.RETURN) == -world.total("refunded")


@pytest.mark.parametrize(
    ("switches", "expected"),
    [
        ({}, lambda world: world.total("goods") - world.total("refunded")),
        ({"shipping": "with", "returns": "gross"}, lambda world: world.total("total")),
        ({"shipping": "with", "returns": "gross", "tax": "without"}, lambda w: w.total("total") - w.total("tax")),
        (EVERYTHING, lambda w: w.total("goods", counting=False)),
    ],
)  # fmt: skip
def test_every_switch_of_the_books_leads_to_the_shops_own_sum(acme, world, switches, expected):
    an_import(acme, exports.shopify(world))

    assert revenue_of(acme, **switches) == expected(world)


def test_another_shop_with_the_same_order_numbers_is_not_taken_for_changes(acme, world):
    an_import(acme, exports.shopify(world))
    before = summed(acme, Line.PURCHASE)

    other = an_import(acme, exports.shopify(a_world(80, seed=8)))

    assert other.status == "failed"
    assert "This looks like the export of another shop" in other.problem
    assert summed(acme, Line.PURCHASE) == before


def test_consent_and_country_are_details_of_the_buyer(acme, world):
    an_import(acme, exports.shopify(world))

    newest = {order.email: order for order in world.orders}
    for customer in Customer.objects.in_workspace(acme):
        order = newest[customer.email]
        assert customer.traits["accepts_marketing"] == ("yes" if order.agreed else "no")
        assert (customer.name, customer.traits["country"]) == (order.name, order.country)


def test_whom_we_may_write_to_is_what_they_ticked_at_the_checkout(acme, world):
    an_import(acme, exports.shopify(world))
    everybody = BitMap(Customer.objects.in_workspace(acme).values_list("number", flat=True))

    found = reach(acme, everybody)

    newest = {order.email: order.agreed for order in world.orders}
    assert (len(found.agreed), found.refused, len(found.unknown)) == (
        sum(newest.values()), sum(not agreed for agreed in newest.values()), 0,
    )  # fmt: skip


def test_a_column_of_consent_is_read_in_a_table_of_ones_own_too(acme):
    an_import(acme, "order_id,email,date,total,Newsletter\n1,a@x.org,2026-01-05,5,yes\n2,b@x.org,2026-01-05,5,no\n")

    found = reach(acme, BitMap([0, 1]))

    assert (len(found.agreed), found.refused, found.is_told) == (1, 1, True)


def test_a_file_whose_orders_are_all_scattered_is_refused_with_what_to_do(acme, world, monkeypatch):
    monkeypatch.setattr(gathering, "HELD", 20)
    header, *lines = exports.woo_items(told("woocommerce", world)).splitlines()
    again = [line for line in lines if line.split(",")[38] == "0"]
    rest = [line for line in lines if line.split(",")[38] != "0"]
    assert len(rest) > 20

    import_ = an_import(acme, "\n".join([header, *again, *rest]))

    assert import_.status == "failed"
    assert "sort the file by order number" in import_.problem


def test_scattered_lines_of_an_order_are_put_together(acme, world):
    head, *lines = exports.shopify(world).replace("door\nplease", "door please").splitlines()
    rest = [line for line in lines if "Leave at the door" not in line]
    firsts = [line for line in lines if "Leave at the door" in line]

    import_ = an_import(acme, "\n".join([head, *rest, *firsts]))

    assert (import_.counts["rows"], import_.counts["rejected"]) == (len(lines), 0)
    assert summed(acme, Line.PURCHASE) == world.total("goods")


def test_two_exports_glued_together_count_every_order_once(acme, world):
    text = exports.shopify(world)
    _, _, rows = text.partition("\n")

    import_ = an_import(acme, text + rows)

    assert import_.counts["rejected"] == import_.counts["accepted"]
    assert summed(acme, Line.PURCHASE) == world.total("goods")


def test_an_order_with_a_line_that_cannot_be_read_is_refused_whole(acme, world):
    order = next(order for order in world.orders if len(order.lines) == 3)
    wrong = exports.table(
        exports.SHOPIFY,
        [
            row
            | ({"Lineitem quantity": "many"} if row["Lineitem name"] == order.lines[2].name and one is order else {})
            for one in world.orders
            for row in exports.shopify_order(one)
        ],
    )

    import_ = an_import(acme, wrong)

    assert import_.counts["rejected"] == 3
    assert summed(acme, Line.PURCHASE) == world.total("goods") - order.counts * order.goods


def test_tax_on_top_is_added_to_the_lines(acme):
    rows = [
        {"Name": "#1", "Email": "a@x.org", "Financial Status": "paid", "Created at": "2026-05-01 10:00:00 +0000",
         "Subtotal": "100.00", "Shipping": "10.00", "Taxes": "8.25", "Total": "118.25", "Currency": "EUR",
         "Lineitem quantity": "1", "Lineitem name": "Mug", "Lineitem price": "60.00", "Lineitem taxable": "true"},
        {"Name": "#1", "Email": "a@x.org", "Lineitem quantity": "2", "Lineitem name": "Book", "Lineitem price": "20.00",
         "Lineitem taxable": "false"},
    ]  # fmt: skip

    an_import(acme, exports.table(exports.SHOPIFY, rows))

    lines = [(row["line"], row["amount"], row["tax"]) for row in lines_of(acme)]
    assert lines == [(Line.PURCHASE, 6707, 707), (Line.PURCHASE, 4000, 0), (Line.SHIPPING, 1118, 118)]


def undo(import_: Import) -> None:
    undo_import(str(request_undo(import_, None).pk))


def test_a_report_without_addresses_is_refused_with_what_to_bring_instead(acme, world):
    with pytest.raises(Unreadable, match="Customer / Order / Coupon Export"):
        an_import(acme, exports.woo_analytics(world))


def test_the_older_header_of_stripe_is_recognised_too(acme, world):
    rows = [
        payment | {"Created (UTC)": payment["Created date (UTC)"]}
        for payment in map(exports.stripe_payment, world.orders)
    ]
    known = exports.columns(exports.STRIPE_OLD)
    text = exports.table(exports.STRIPE_OLD, [{name: row.get(name, "") for name in known} for row in rows])

    assert an_import(acme, text).options["shop"] == "stripe"
    assert summed(acme, Line.PURCHASE) == sum(
        order.total for order in world.orders if not order.is_test and not order.cancelled_at
    )


def test_a_payment_in_dollars_counts_as_stripe_converted_it(acme):
    order = a_world(8).orders[0]
    assert order.number % 7 == 0

    an_import(acme, exports.stripe(World([order])))

    assert acme.currency == "EUR"
    assert sum(row["amount"] for row in lines_of(acme) if row["line"] == Line.PURCHASE) == order.total


def test_a_shopware_order_is_one_line_with_all_of_its_products(acme, world):
    order = next(order for order in told("shopware", world).orders if len(order.lines) == 3)

    import_ = an_import(acme, exports.shopware(World([order])))

    assert import_.counts["rows"] == import_.counts["accepted"] == 1
    lines = lines_of(acme)
    assert sorted(line["quantity"] for line in lines) == sorted(float(line.quantity) for line in order.lines)
    assert sum(line["amount"] for line in lines) == order.total


@pytest.mark.parametrize(
    "header",
    [
        "Record ID,Deal Name,Close Date,Amount,Email",  # HubSpot
        "Opportunity ID,Opportunity Name,Close Date,Amount,Email",  # Salesforce
        # Pipedrive
        "Deal - ID,Deal - Title,Deal - Value,Deal - Currency of Value,Deal - Won time,Person - Email - Work",
    ],
)
def test_won_deals_of_a_crm_count_as_orders_without_a_question(acme, header):
    cells = {"ID": "77", "Name": "Tea", "Title": "Tea", "Date": "2026-05-13", "time": "2026-05-13", "Value": "EUR"}
    names = header.split(",")
    row = [
        "250.00" if name in ("Amount", "Deal - Value") else "ann@x.org" if "Email" in name else cells[name.split()[-1]]
        for name in names
    ]

    counts = an_import(acme, f"{header}\n{','.join(row)}\n").counts

    assert (counts["orders"], counts["buyers"], counts["gross_revenue"]) == (1, 1, "250.00")


def revenue_of(workspace: Workspace, **switches: str) -> int:
    """What all customers come to in the figures of the product, in cents."""
    workspace.revenue, end = switches, datetime(2027, 1, 1, tzinfo=UTC)
    workspace.save()
    path, rows, columns = building.write(workspace, end)
    ProfileTable.objects.create(
        workspace=workspace, path=path, as_of=end, log_version=1, rows=rows, columns=columns, asked_at=end
    )
    return round(100 * profiling.frame(workspace, ["revenue"], end)["revenue"].sum())
