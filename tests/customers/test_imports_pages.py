"""The pages on which a file comes in."""

import io

import pytest
from django.utils.html import escape

from customers import storage
from customers.models.customer import Customer
from customers.models.source import Import
from customers.shops.known import SHOPS
from tests.conftest import run_jobs
from tests.customers.shops import exports
from tests.customers.shops.world import a_world
from tests.customers.test_importing import SMALL
from tests.factories import an_import

pytestmark = pytest.mark.django_db

NEW = "/w/acme/data/imports/new/"
UNCLEAR = "order_id,customer_id,date,total\n1,7,01/01/2026,5\n2,7,03/02/2026,5\n"


def a_file(content: str, name: str = "orders.csv"):
    file = io.BytesIO(content.encode())
    file.name = name
    return file


def brought(client, content: str) -> str:
    answer = client.post(NEW, {"file": a_file(content)})
    assert answer.status_code == 302
    return answer["Location"]


def test_a_file_is_brought_shown_and_imported(signed_in, alice, acme):
    client = signed_in(alice)
    address = brought(client, SMALL)

    page = client.get(address).content.decode()
    assert "We read <b>date</b> as the order date" in page
    assert "5 Jan 2026" in page
    assert not Customer.objects.in_workspace(acme).exists()

    assert client.post(f"{address}start/")["Location"] == address
    assert "Waiting for a free worker" in client.get(address).content.decode()
    run_jobs(acme)
    page = client.get(address).content.decode()
    assert "We count <b>2 orders</b> from <b>2 customers</b> worth <b>€61</b>." in page
    assert "<b>1</b> line names no customer" in page


def test_a_double_click_imports_once(signed_in, alice, acme):
    client = signed_in(alice)
    address = brought(client, SMALL)

    client.post(f"{address}start/")
    client.post(f"{address}start/")

    assert [job.kind for job in run_jobs(acme)].count("import") == 1


def test_an_open_question_keeps_the_file_waiting(signed_in, alice, acme):
    client = signed_in(alice)
    address = brought(client, UNCLEAR)
    page = client.get(address).content.decode()
    assert "Which day is “03/02/2026”?" in page

    assert client.post(f"{address}start/").status_code == 422
    assert Import.objects.in_workspace(acme).get().status == "asked"

    client.post(f"{address}start/", {"question-date": "mdy"})
    run_jobs(acme)
    assert Import.objects.in_workspace(acme).get().options["date"] == "mdy"


def test_columns_may_be_matched_by_hand(signed_in, alice, acme):
    client = signed_in(alice)
    address = brought(client, SMALL.replace("country", "where"))

    client.post(f"{address}start/", {"column-8": "trait"})
    run_jobs(acme)

    assert Customer.objects.in_workspace(acme).get(external_id="008").traits == {"where": "France"}


def test_a_mapping_without_a_date_is_refused_on_the_page(signed_in, alice, acme):
    client = signed_in(alice)
    address = brought(client, SMALL)

    answer = client.post(f"{address}start/", {"column-3": "ignore"})

    assert answer.status_code == 422
    assert "no column with an order date" in answer.content.decode()
    assert Import.objects.in_workspace(acme).get().mapping["date"] == "date"


def test_a_first_row_of_data_is_asked_and_then_kept(signed_in, alice, acme):
    client = signed_in(alice)
    address = brought(client, "1,ann@x.org,2026-01-05,5.50\n2,bob@x.org,2026-01-06,6.50\n")

    page = client.get(address).content.decode()
    assert "The first line looks like data" in page
    client.post(f"{address}start/", {"question-header": "no", "question-column:total": "Column 4"})
    run_jobs(acme)

    assert Import.objects.in_workspace(acme).get().counts["gross_revenue"] == "12.00"


def test_the_next_file_of_the_same_columns_is_read_as_the_last_one_at_once(signed_in, alice, acme):
    client = signed_in(alice)
    client.post(f"{brought(client, UNCLEAR)}start/", {"question-date": "mdy"})
    run_jobs(acme)

    address = brought(client, UNCLEAR + "3,8,04/02/2026,5\n")
    page = client.get(address).content.decode()

    assert "We read it as last time: <b>order_id</b> as the order number" in page
    run_jobs(acme)
    newest = Import.objects.in_workspace(acme).order_by("-created_at").first()
    assert (newest.status, newest.counts["accepted"], newest.options["date"]) == ("done", 1, "mdy")
    assert "Take this import back" in client.get(address).content.decode()


@pytest.mark.parametrize("export", [exports.shopify, exports.shopware])
def test_a_shops_export_is_named_and_its_peculiarities_are_said(signed_in, alice, export):
    client = signed_in(alice)

    page = client.get(brought(client, export(a_world(8)))).content.decode()

    shop = SHOPS["shopify" if export is exports.shopify else "shopware"]
    assert f"This looks like {shop.name}</h1>" in page
    assert all(escape(sentence) in page for sentence in shop.oddities)
    assert page.count("<h1") == 1


def test_payments_beside_orders_are_said_to_be_the_same_sales(signed_in, alice, acme):
    an_import(acme, exports.shopify(a_world(8)))
    client = signed_in(alice)

    page = client.get(brought(client, exports.stripe(a_world(8)))).content.decode()

    assert "You brought a Shopify order export before. If these are the same sales, they would count twice" in page


def test_what_an_export_cannot_tell_is_said_where_it_is_read(signed_in, alice):
    client = signed_in(alice)

    page = client.get(brought(client, exports.shopify(a_world(8)))).content.decode()

    assert "We read <b>Accepts Marketing</b> as whether you may write to them" in page
    assert "We read <b>Created at</b> as the order date" in page
    assert "Billing Street</th>" not in page


def test_a_changed_header_asks_again_and_names_the_column(signed_in, alice, acme):
    client = signed_in(alice)
    an_import(acme, SMALL)

    page = client.get(brought(client, SMALL.replace("country", "land of birth"))).content.decode()

    assert "The columns changed since the last file. “country” is missing. “land of birth” is new." in page
    assert Import.objects.in_workspace(acme).order_by("-created_at").first().status == "asked"


def test_another_kind_of_table_is_not_called_a_changed_one(signed_in, alice, acme):
    an_import(acme, SMALL)

    page = signed_in(alice).get(brought(signed_in(alice), "when,who,paid\n2026-01-05,a@x.org,5\n")).content.decode()

    assert "The columns changed" not in page


def test_refused_lines_can_be_downloaded_by_those_who_may_see_people(signed_in, alice, bob, acme):
    import_ = an_import(acme, SMALL + "1006,008,,,P4,Sample,1,0,France\n")
    address = f"/w/acme/data/imports/{import_.pk}/refused.csv"

    answer = signed_in(alice).get(address)
    assert b"".join(answer.streaming_content).decode().splitlines()[1].startswith("8,The date is missing.,1006,008,")
    assert answer["Content-Disposition"] == 'attachment; filename="orders-refused.csv"'
    assert signed_in(bob).get(address).status_code == 403


def test_a_file_that_waits_can_be_thrown_away_but_not_one_that_is_in(
    signed_in, alice, acme, django_capture_on_commit_callbacks
):
    client = signed_in(alice)
    address = brought(client, SMALL)
    path = storage.absolute(Import.objects.in_workspace(acme).get().path)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{address}discard/")
    assert not Import.objects.in_workspace(acme).exists()
    assert not path.exists()

    done = an_import(acme, SMALL)
    client.post(f"/w/acme/data/imports/{done.pk}/discard/")
    assert Import.objects.in_workspace(acme).get() == done


def test_taking_back_is_asked_for_with_a_button(signed_in, alice, acme):
    done = an_import(acme, SMALL)
    client = signed_in(alice)

    client.post(f"/w/acme/data/imports/{done.pk}/undo/")
    run_jobs(acme)

    assert "This import was taken back" in client.get(f"/w/acme/data/imports/{done.pk}/").content.decode()
    assert not Customer.objects.in_workspace(acme).exists()


def test_a_cancelled_import_says_so_and_may_be_started_again(signed_in, alice, acme):
    client = signed_in(alice)
    address = brought(client, SMALL)
    client.post(f"{address}start/")
    job = Import.objects.in_workspace(acme).get().job
    client.post(f"/w/acme/jobs/{job.pk}/cancel/")

    assert "This file was not imported" in client.get(address).content.decode()
    client.post(f"{address}again/")
    client.post(f"{address}start/")
    run_jobs(acme)
    assert Import.objects.in_workspace(acme).get().status == "done"


def test_a_viewer_reads_and_brings_nothing(signed_in, bob, acme):
    client = signed_in(bob)

    assert "can bring the first file" in client.get("/w/acme/data/").content.decode()
    assert client.post(NEW, {"file": a_file(SMALL)}).status_code == 403
    assert not Import.objects.in_workspace(acme).exists()


def test_the_list_of_files_costs_the_same_for_many(signed_in, alice, acme, django_assert_max_num_queries):
    for i in range(4):
        an_import(acme, SMALL.replace("2026-0", f"202{i}-0"))
    client = signed_in(alice)
    client.get("/w/acme/data/")

    with django_assert_max_num_queries(12):
        assert client.get("/w/acme/data/").status_code == 200


def test_answers_to_an_import_that_is_in_change_nothing(signed_in, alice, acme):
    done = an_import(acme, SMALL)

    answer = signed_in(alice).post(f"/w/acme/data/imports/{done.pk}/start/", {"column-8": "ignore"})

    assert answer.status_code == 302
    assert Import.objects.in_workspace(acme).get().mapping["country"] == "country"
