"""A file becomes events and customers."""

from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest

from accounts.models.workspace import Workspace
from customers import storage
from customers.identifying import Told, Who, identify
from customers.models.customer import Customer
from customers.models.event import Code, EventFile, EventLog
from customers.models.source import Import
from tests.factories import an_import

pytestmark = pytest.mark.django_db

SMALL = """order_id,customer_id,email,date,product_id,product_name,quantity,unit_price,country
1001,007,ann@example.com,2026-01-05 10:00:00,P1,Grinder,2,12.50,UK
1001,007,ann@example.com,2026-01-05 10:00:00,P2,Beans,1,8.995,UK
1002,008,,2026-02-01 09:30:00,P2,Beans,3,9.00,France
C1003,007,ann@example.com,2026-02-03 12:00:00,P1,Grinder,-1,12.50,Spain
1004,,,2026-02-04 12:00:00,P3,Mug,1,4.00,UK
1005,008,,2026-02-05 12:00:00,P4,Sample,1,0,France
"""


def lines_of(workspace: Workspace) -> list[dict]:
    files = EventFile.objects.in_workspace(workspace).filter(retired_at=None)
    return [row for file in files for row in pq.read_table(storage.absolute(file.path)).to_pylist()]


def test_a_small_file_is_imported_to_the_cent(acme):
    import_ = an_import(acme, SMALL)

    assert import_.status == "done"
    wanted = {
        "rows": 6, "accepted": 6, "rejected": 0, "duplicates": 0, "customers_new": 2, "customers_updated": 0,
        "lines": 6, "events": 5, "purchase_lines": 3, "return_lines": 1, "free_lines": 1, "lines_without_customer": 1,
        "orders": 2, "buyers": 2, "gross_revenue": "61.00", "returns_value": "12.50", "net_revenue": "48.50",
    }  # fmt: skip
    assert {name: import_.counts[name] for name in wanted} == wanted


def test_an_id_stays_text_and_the_newest_line_says_the_country(acme):
    an_import(acme, SMALL)

    ann = Customer.objects.in_workspace(acme).get(external_id="007")
    assert (ann.email, ann.traits) == ("ann@example.com", {"country": "Spain"})
    assert sorted(Customer.objects.in_workspace(acme).values_list("number", flat=True)) == [0, 1]


def test_lines_of_an_order_are_one_occurrence(acme):
    an_import(acme, SMALL)

    lines = lines_of(acme)
    order = Code.objects.in_workspace(acme).get(kind="order", value="1001").code
    assert [line["occurrence"] for line in lines if line["order"] == order] == [order, order]
    assert [line["amount"] for line in lines] == [2500, 900, 2700, -1250, 400, 0]
    assert [line["number"] is None for line in lines] == [False, False, False, False, True, False]
    assert EventLog.objects.in_workspace(acme).get().newest_at.isoformat() == "2026-02-05T12:00:00+00:00"


def test_the_same_file_again_adds_nothing(acme):
    an_import(acme, SMALL)
    again = an_import(acme, SMALL)

    assert (again.counts["accepted"], again.counts["duplicates"]) == (0, 6)
    assert (again.counts["customers_new"], again.counts["customers_updated"]) == (0, 0)
    assert len(lines_of(acme)) == 6


def test_identical_lines_are_different_lines(acme):
    line = "1,7,2026-01-05,P1,1,5\n"
    header = "order_id,customer_id,date,product_id,quantity,unit_price\n"
    an_import(acme, header + line * 2)
    again = an_import(acme, header + line * 3)

    assert (again.counts["accepted"], again.counts["duplicates"]) == (1, 2)
    assert len(lines_of(acme)) == 3


def test_whom_an_earlier_attempt_of_the_import_wrote_down_is_new_again(acme):
    known_before = an_import(acme, SMALL)
    later = Import.objects.create(workspace=acme, source=known_before.source, file_name="later.csv", path="later.csv")
    people = {Who(external_id=name): Told(datetime(2026, 3, 5, tzinfo=UTC)) for name in ("007", "new one")}

    ended_too_early, again = (identify(acme, people, made_by=later) for _ in range(2))

    assert ended_too_early.numbers == again.numbers
    assert (ended_too_early.new, again.new) == (1, 1)


def test_a_detail_of_the_order_reaches_its_lines(acme):
    columns = ["order_id", "customer_id", "date", "product_id", "quantity", "unit_price", "Gift note"]
    rows = "1,c1,2025-03-01,p1,1,9.50,For Ada\n2,c1,2025-03-02,p1,1,9.50,\n"
    mapping = {name: name for name in columns[:-1]} | {"Gift note": "order_detail"}
    an_import(acme, f"{','.join(columns)}\n{rows}", mapping=mapping)

    assert [line["properties"] for line in lines_of(acme)] == ['{"gift_note": "For Ada"}', None]
    again = an_import(acme, f"{','.join(columns)}\n{rows}", mapping=mapping, name="again.csv")
    assert again.counts["duplicates"] == 2


def test_the_coupon_of_a_shops_order_is_known_by_name_and_stands_on_all_of_its_lines(acme):
    text = (
        "Name,Email,Created at,Financial Status,Subtotal,Shipping,Taxes,Total,Discount Code,Lineitem quantity,"
        "Lineitem name,Lineitem price\n"
        "#1,pam@example.com,2025-03-01 10:00:00 +0000,paid,30.00,0,0,30.00,SPRING,1,Beans,10.00\n"
        "#1,pam@example.com,,,,,,,,1,Grinder,20.00\n"
        "#2,pam@example.com,2025-03-02 10:00:00 +0000,paid,10.00,0,0,10.00,,1,Beans,10.00\n"
    )
    import_ = an_import(acme, text)

    assert import_.options["shop"] == "shopify"
    assert import_.mapping["Discount Code"] == "order_detail"
    details = [line["properties"] for line in sorted(lines_of(acme), key=lambda line: line["happened_at"])]
    assert details == ['{"discount_code": "SPRING"}', '{"discount_code": "SPRING"}', None]
