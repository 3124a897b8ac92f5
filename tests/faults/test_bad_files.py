"""Bad files are refused with a sentence, and nothing is stored; bad rows keep their line and reason.

The numbers are those of the catalogue of bad inputs (docs/decisions.md).
"""

import csv
import gzip
import io
import zipfile
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client

from accounts.models.key import ApiKey
from accounts.models.user import User
from accounts.models.workspace import Role, Workspace
from accounts.secrets import hashed
from customers import importing, reading
from customers.models.customer import Customer
from customers.models.event import Code
from customers.models.source import Import
from customers.reading import Unreadable
from customers.receiving import receive
from customers.recognising import WrongMapping
from tests.customers.test_importing import lines_of
from tests.factories import an_import

pytestmark = pytest.mark.django_db

HEADER = "order_id,customer_id,date,product_id,quantity,unit_price\n"
GOOD = "1,7,2026-01-05,P1,1,5\n2,8,2026-01-06,P1,2,5\n"
KEEPS_TRACK = {
    "ApiKey",
    "KeptAnswer",
    "Session",
    "Source",
}  # what every call may write: last used, sign-in, first source


def a_zip() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("orders.csv", HEADER + GOOD)
    return content.getvalue()


BAD_FILES = {
    "1 empty": (b"", "is empty"),
    "1 only blank lines": (b"\n\n  \n", "is empty"),
    "2 header only": (HEADER.encode(), "no rows"),
    "9 binary": (bytes(range(256)) * 40, "not a text file"),
    "13 a quote that never closes": ((HEADER + GOOD + '3,"7,2026-01-07,P1,1,5\n' + GOOD).encode(), "line 4"),
    "13 a quote closed in the wrong place": ((HEADER + '3,"7"x,2026-01-07,P1,1,5\n' + GOOD).encode(), "line 2"),
    "19 too many columns": (",".join(f"c{i}" for i in range(501)).encode() + b"\n1\n", "501 columns"),
    "28 all dates bad": ((HEADER + "1,7,soon,P1,1,5\n2,8,never,P1,1,5\n").encode(), "dates in “date”"),
    "28 only impossible dates": ((HEADER + "1,7,2026-02-30,P1,1,5\n" * 5).encode(), "dates in “date”"),
    "32 a zip called csv": (a_zip(), "zip archive or an Excel workbook"),
    "34 a web page": (b"<!DOCTYPE html><table><tr><td>1</td></tr></table>", "web page"),
    "34 a pdf": (b"%PDF-1.7 whatever", "PDF"),
    "34 parquet": (b"PAR1 whatever", "Parquet"),
    "34 json": (b'[{"order": 1}]', "JSON"),
    "34 a damaged gzip": (gzip.compress(HEADER.encode() * 99)[:60], "damaged or cut short"),
    "32 a zip in a gzip": (gzip.compress(a_zip()), "zip archive or an Excel workbook"),
    "missing customer": (b"order_id,date,quantity,unit_price\n1,2026-01-05,1,5\n", "customer number or an e-mail"),
    "missing date": (b"order_id,customer_id,quantity,unit_price\n1,7,1,5\n", "an order date"),
    "missing price": (b"order_id,customer_id,date,product_id\n1,7,2026-01-05,P1\n", "a price or a line total"),
    "missing everything": (b"colour,shape\nred,round\n", "customer number or an e-mail"),
    "49 mostly bad rows": ((HEADER + GOOD + "3,,2026-01-07,P1,many,5\n" * 3).encode(), ""),
}


def counted() -> dict[str, int]:
    """How many rows each table holds."""
    models = [model for model in apps.get_models() if model.__name__ not in KEEPS_TRACK]
    return {model.__name__: getattr(model, "everywhere", model._default_manager).count() for model in models}


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def key(alice: User, acme: Workspace) -> dict[str, str]:
    ApiKey.objects.create(workspace=acme, user=alice, name="test", secret_hash=hashed("bf_test"), role=Role.OWNER)
    return {"HTTP_AUTHORIZATION": "Token bf_test"}


def upload(client: Client, path: str, content: bytes, **more):
    file = io.BytesIO(content)
    file.name = "orders.csv"
    return client.post(path, {"file": file}, **more)


@pytest.mark.parametrize("name", [name for name in BAD_FILES if not name.startswith(("49", "2 "))])
def test_the_page_refuses_a_bad_file_and_stores_nothing(name, signed_in, alice, acme, own_data_folder):
    content, sentence = BAD_FILES[name]
    client = signed_in(alice)
    before, files = counted(), files_in(own_data_folder)

    answer = upload(client, "/w/acme/data/imports/new/", content)

    assert answer.status_code == 422
    assert sentence in answer.content.decode().replace("&quot;", '"')
    assert counted() == before
    assert files_in(own_data_folder) == files


@pytest.mark.parametrize("name", [name for name in BAD_FILES if not name.startswith("49")])
def test_the_api_refuses_a_bad_file_and_stores_nothing(name, client, key, own_data_folder):
    content, sentence = BAD_FILES[name]
    before, files = counted(), files_in(own_data_folder)

    answer = upload(client, "/api/v1/workspaces/acme/imports/", content, **key)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert sentence in answer.json()["message"]
    assert counted() == before
    assert files_in(own_data_folder) == files


def test_a_file_of_mostly_bad_rows_fails_and_leaves_no_customer(acme):
    rows = "".join(f"{i},{i},2026-01-05,P1,1,5\n" for i in range(10)) + "9,9,2026-01-05,P1,many,5\n" * 25
    import_ = an_import(acme, HEADER + "".join(f"{i},{i},2026-01-05,P1,1,5\n" for i in range(300)) + rows * 40)

    assert import_.status == "failed"
    assert "columns are probably matched wrongly" in import_.problem
    assert not Customer.objects.in_workspace(acme).exists()
    assert not Code.objects.in_workspace(acme).exists()
    assert not lines_of(acme)


@pytest.mark.parametrize("length", ["209781249", "10737418240"])
def test_too_large_a_body_is_refused_before_it_is_read(length, client, key, acme):
    class Untouchable(io.BytesIO):
        def read(self, *args):
            raise AssertionError("the body was read")

    api = client.generic(
        "POST", "/api/v1/workspaces/acme/imports/", b"", CONTENT_LENGTH=length, **{"wsgi.input": Untouchable()}, **key
    )
    page = client.generic(
        "POST", "/w/acme/data/imports/new/", b"", CONTENT_LENGTH=length, **{"wsgi.input": Untouchable()}
    )

    assert (api.status_code, api.json()["code"]) == (413, "too_large")
    assert page.status_code == 413
    assert "larger than 200 MB" in page.content.decode()


def test_a_body_that_does_not_say_its_length_is_refused(client, key, acme):
    answer = client.generic(
        "POST", "/api/v1/workspaces/acme/imports/", b"", HTTP_TRANSFER_ENCODING="chunked", CONTENT_LENGTH="", **key
    )

    assert (answer.status_code, answer.json()["code"]) == (411, "length_required")


def test_a_gzip_that_unpacks_without_end_is_refused(acme, monkeypatch):
    monkeypatch.setattr(reading, "UNPACKED_LIMIT", 3 << 20)

    with pytest.raises(Unreadable, match="unpacks to more than"):
        receive(acme, name="bomb.gz", chunks=[gzip.compress(HEADER.encode() + b"1,7,2026-01-05,P1,1,5\n" * 300_000)])
    assert not Import.objects.in_workspace(acme).exists()


# Files that are odd but good -------------------------------------------------------------------
ODD = {
    "4 a byte order mark": ("\ufeff" + HEADER + GOOD).encode(),
    "5 two byte order marks": ("\ufeff\ufeff" + HEADER + GOOD).encode(),
    "6 UTF-16": (HEADER + GOOD).encode("utf-16"),
    "6 UTF-16 big end first": b"\xfe\xff" + (HEADER + GOOD).encode("utf-16-be"),
    "10 semicolons": (HEADER + GOOD).replace(",", ";").encode(),
    "10 tabs": (HEADER + GOOD).replace(",", "\t").encode(),
    "10 bars": (HEADER + GOOD).replace(",", "|").encode(),
    "10 Excel's first line": ("sep=;\n" + (HEADER + GOOD).replace(",", ";")).encode(),
    "11 carriage returns only": (HEADER + GOOD).replace("\n", "\r").encode(),
    "11 mixed line ends": (HEADER + GOOD.replace("\n", "\r\n", 1)).encode(),
    "gzip": gzip.compress((HEADER + GOOD).encode()),
    "blank lines between": (HEADER + GOOD.replace("\n", "\n\n")).encode(),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_reads_like_a_plain_one(name, acme):
    import_ = an_import(acme, ODD[name])

    assert (import_.status, import_.counts["accepted"], import_.counts["gross_revenue"]) == ("done", 2, "15.00")


@pytest.mark.parametrize(("encoding", "read_as"), [("cp1252", "cp1252"), ("latin-1", "cp1252")])
def test_western_european_text_is_read_and_said(encoding, read_as, acme):
    text = "order_id,customer_id,name,date,unit_price\n1,7,Zoë Müller,2026-01-05,5\n"
    import_ = an_import(acme, text.encode(encoding))

    assert import_.reading["shape"]["encoding"] == read_as
    assert "Western European" in import_.counts["warnings"][0]
    assert Customer.objects.in_workspace(acme).get().name == "Zoë Müller"


def test_a_spoilt_letter_in_a_utf8_file_costs_its_row_only(acme):
    good = "order_id,customer_id,name,date,unit_price\n" + "".join(f"{i},{i},Zoë,2026-01-05,5\n" for i in range(20))
    import_ = an_import(acme, good.encode() + b"99,99,Zo\xeb,2026-01-05,5\n")

    assert (import_.counts["accepted"], import_.counts["rejected"]) == (20, 1)
    assert rejects_of(import_)[0][:2] == ["22", "The row holds a control character or bytes that are not text."]


# Rows ------------------------------------------------------------------------------------------
def rejects_of(import_: Import) -> list[list[str]]:
    with importing.rejects_file(import_).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


MANY = "".join(f"{100 + i},{i},2026-01-05,P1,1,5.50\n" for i in range(12))
BAD_ROWS = {
    "9 a control character": ("3,7\x00,2026-01-05,P1,1,5\n", "control character"),
    "14 too many cells": ("3,7,2026-01-05,P1,1,5,6\n", "7 cells, the header has 6"),
    "20 a huge cell": (f"3,7,2026-01-05,{'x' * 40_000},1,5\n", "32,768"),
    "24 a half": ("3,7,2026-01-05,P1,½,5\n", "quantity"),
    "24 a comma where points are": ('3,7,2026-01-05,P1,1,"1,5"\n', "not a number we can read"),
    "25 infinity": ("3,7,2026-01-05,P1,1,inf\n", "not a number"),
    "25 not a number": ("3,7,2026-01-05,P1,1,NaN\n", "not a number"),
    "25 1e999": ("3,7,2026-01-05,P1,1,1e999\n", "not a number"),
    "25 too large": ("3,7,2026-01-05,P1,1,99999999999999999\n", "too large"),
    "28 year zero": ("3,7,0000-00-00,P1,1,5\n", "not a day"),
    "28 1900": ("3,7,1900-01-01,P1,1,5\n", "before 1970 or in the future"),
    "28 9999": ("3,7,9999-12-31,P1,1,5\n", "before 1970 or in the future"),
    "28 year 99999": ("3,7,99999-12-31,P1,1,5\n", "not a date like the others"),
    "no date": ("3,7,,P1,1,5\n", "date is missing"),
    "no order": (",7,2026-01-05,P1,1,5\n", "order number is missing"),
    "no price": ("3,7,2026-01-05,P1,1,\n", "amount is missing"),
    "63 a long id": (f"3,{'7' * 201},2026-01-05,P1,1,5\n", "longer than 200"),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_row_is_refused_with_its_line_and_reason(name, acme):
    row, reason = BAD_ROWS[name]

    import_ = an_import(acme, HEADER + MANY + row)

    assert (import_.counts["accepted"], import_.counts["rejected"]) == (12, 1)
    [refused] = rejects_of(import_)
    assert refused[0] == "14"
    assert reason in refused[1]
    assert refused[2] == row.split(",")[0]


def test_15_a_first_row_that_is_too_long_shifts_nothing(acme):
    import_ = an_import(acme, HEADER + "3,7,2026-01-05,P1,1,5,6\n" + MANY)

    assert (import_.counts["accepted"], import_.counts["rejected"]) == (12, 1)
    assert rejects_of(import_)[0][0] == "2"


def test_12_lines_stay_true_below_a_quoted_line_break(acme):
    import_ = an_import(acme, HEADER + '3,7,2026-01-05,"P\n1, ""x""",1,5\n' + MANY + "3,7,,P1,1,5\n")

    assert rejects_of(import_)[0][0] == "16"
    assert Code.objects.in_workspace(acme).filter(kind="product", value='P\n1, "x"').exists()


def test_16_a_short_row_is_filled_and_said(acme):
    import_ = an_import(acme, "order_id,customer_id,date,unit_price,country\n1,7,2026-01-05,5,UK\n2,8,2026-01-06,5\n")

    assert import_.counts["accepted"] == 2
    assert import_.counts["warnings"] == ["1 rows are shorter than the header; what is missing was read as empty."]


def test_21_to_23_text_stays_as_it_is(acme):
    header = "order_id,customer_id,name,country,date,unit_price\n"
    text = f"{header}1,007,Null,NA,2026-01-05,5\n2,9007199254740993,nan,None,2026-01-06,5\n"
    an_import(acme, text)

    people = Customer.objects.in_workspace(acme).order_by("number").values_list("external_id", "name", "traits")
    assert list(people) == [("007", "Null", {"country": "NA"}), ("9007199254740993", "nan", {"country": "None"})]


def test_17850_0_in_a_column_of_such_ids_is_17850(acme):
    an_import(acme, "order_id,customer_id,date,unit_price\n1,17850.0,2026-01-05,5\n2,,2026-01-05,5\n")

    assert Customer.objects.in_workspace(acme).get().external_id == "17850"


@pytest.mark.parametrize(
    ("price", "minor"),
    [
        ("$1,234.56", 123456),
        ("(12.50)", -1250),
        ("12.50-", -1250),
        ("€ 9.99", 999),
        ("-0", 0),
        ("0.005", 1),
        ("+3.10", 310),
    ],
)
def test_24_money_is_read_exactly(price, minor, acme):
    an_import(acme, f'order_id,customer_id,date,total\n0,0,2026-01-04,1.11\n1,7,2026-01-05,"{price}"\n')

    assert [line["amount"] for line in lines_of(acme)] == [111, minor]


def test_24_a_decimal_comma_is_recognised(acme):
    an_import(acme, "order_id;customer_id;date;total\n1;7;2026-01-05;2.000,50\n2;7;2026-01-06;3,5\n")

    assert [line["amount"] for line in lines_of(acme)] == [200050, 350]


def test_24_thousands_or_decimals_are_asked(acme):
    text = "order_id;customer_id;date;total\n1;7;2026-01-05;2.000\n2;7;2026-01-06;3.500\n"
    import_ = receive(acme, name="o.csv", chunks=[text.encode()])

    assert [question["name"] for question in import_.reading["questions"]] == ["decimal"]
    with pytest.raises(WrongMapping, match="Send options with decimal"):
        receive(acme, name="o.csv", chunks=[text.encode()], sure=True)
    an_import(acme, text, options={"decimal": ","})
    assert [line["amount"] for line in lines_of(acme)] == [200000, 350000]


def test_27_day_or_month_first_is_asked_only_if_nothing_tells(acme):
    unclear = "order_id,customer_id,date,total\n1,7,01/02/2026,5\n2,7,03/02/2026,5\n"
    asked = receive(acme, name="o.csv", chunks=[unclear.encode()])
    assert asked.reading["questions"][0]["choices"] == [["dmy", "1 February 2026"], ["mdy", "2 January 2026"]]

    clear = receive(acme, name="o.csv", chunks=[(unclear + "3,7,13/02/2026,5\n").encode()])
    assert (clear.reading["questions"], clear.options["date"]) == ([], "dmy")


def test_27_the_one_telling_date_may_stand_far_below(acme):
    rows = "".join(f"{i},7,01/02/2026,5\n" for i in range(3_000))
    import_ = receive(
        acme, name="o.csv", chunks=[f"order_id,customer_id,date,total\n{rows}9999,7,02/25/2026,5\n".encode()]
    )

    assert (import_.reading["questions"], import_.options["date"]) == ([], "mdy")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-05", "2026-01-04T23:00:00+00:00"),
        ("2026-01-05 10:11:12", "2026-01-05T09:11:12+00:00"),
        ("2026-01-05T10:11:12Z", "2026-01-05T10:11:12+00:00"),
        ("2026-01-05 10:11:12 +0200", "2026-01-05T08:11:12+00:00"),
        ("05.01.2026 10:11", "2026-01-05T09:11:00+00:00"),
        ("5 Jan 2026", "2026-01-04T23:00:00+00:00"),
        ("Jan 5, 2026 3:07 PM", "2026-01-05T14:07:00+00:00"),
        ("20260105", "2026-01-04T23:00:00+00:00"),
        ("1767603600", "2026-01-05T09:00:00+00:00"),
        ("1767603600000", "2026-01-05T09:00:00+00:00"),
        ("2026-07-05 10:00", "2026-07-05T08:00:00+00:00"),
        ("2026-03-29 02:30", "2026-03-29T01:30:00+00:00"),  # 30: skipped by the clock change
        ("2025-10-26 02:30", "2025-10-26T00:30:00+00:00"),  # 30: happens twice, the first is meant
    ],
)
def test_29_and_30_a_moment_is_read_in_the_workspace_zone(text, moment, acme):
    Workspace.objects.filter(pk=acme.pk).update(timezone="Europe/Berlin")
    acme.refresh_from_db()

    an_import(acme, f'order_id,customer_id,date,total\n1,7,"{text}",5\n')

    assert [line["happened_at"].isoformat() for line in lines_of(acme)] == [moment]


def test_17_two_columns_of_one_name_are_asked(acme):
    text = "order_id,email,Email,date,total\n1,a@x.org,b@x.org,2026-01-05,5\n"
    import_ = receive(acme, name="o.csv", chunks=[text.encode()])

    assert [question["name"] for question in import_.reading["questions"]] == ["column:email"]


def test_18_odd_headers_are_kept_as_data(acme):
    odd = ["<b>order</b>", "__proto__", "constructor", "🙂", "x" * 10_000]
    import_ = an_import(acme, HEADER.strip() + "," + ",".join(odd) + "\n" + "1,7,2026-01-05,P1,1,5,a,b,c,d,e\n")

    assert import_.status == "done"
    assert list(import_.mapping)[-1] == "x" * 200


def test_41_and_42_an_address_is_one_address(acme):
    rows = [
        " Ann@Example.com ",
        "mailto:ann@example.com",
        "ann@example.com",
        "bob@example.com",
        "ann@",
        "a@x.org;b@x.org",
    ]
    text = "order_id,email,date,total\n" + "".join(f"{i},{row},2026-01-05,5\n" for i, row in enumerate(rows))
    import_ = an_import(acme, text)

    assert {c.email for c in Customer.objects.in_workspace(acme)} == {"ann@example.com", "bob@example.com"}
    assert [(line, reason) for line, reason, *_ in rejects_of(import_)] == [
        ("6", "“ann@” is not one e-mail address."),
        ("7", "“a@x.org;b@x.org” is not one e-mail address."),
    ]


def test_43_an_overlapping_file_adds_only_what_is_new(acme):
    an_import(acme, HEADER + GOOD)
    again = an_import(acme, HEADER + GOOD + "3,8,2026-01-07,P1,1,5\n")

    assert (again.counts["accepted"], again.counts["duplicates"], again.counts["customers_new"]) == (1, 2, 0)


def test_44_older_news_never_overwrites_newer(acme):
    header = "order_id,customer_id,date,total,country\n"
    an_import(acme, header + "2,7,2026-02-01,5,France\n")
    older = an_import(acme, header + "1,7,2026-01-01,5,Spain\n")

    assert Customer.objects.in_workspace(acme).get().traits == {"country": "France"}
    assert older.counts["customers_updated"] == 0


def test_38_a_refused_cell_cannot_act_as_a_formula(acme):
    import_ = an_import(acme, HEADER + MANY + "=HYPERLINK(1),7,,P1,-1,5\n")

    assert rejects_of(import_)[0][2:] == ["'=HYPERLINK(1)", "7", "", "P1", "-1", "5"]


def test_a_second_currency_is_refused_row_by_row(acme):
    text = "order_id,customer_id,date,total,currency\n1,7,2026-01-05,5,EUR\n2,7,2026-01-05,5,USD\n"
    import_ = an_import(acme, text)

    assert rejects_of(import_)[0][1] == "The amount is in USD; this workspace counts in EUR."


def test_a_file_without_order_numbers_counts_order_days(acme):
    text = "customer_id,date,total\n7,2026-01-05 08:00,5\n7,2026-01-05 18:00,6\n7,2026-01-06 09:00,7\n"

    assert an_import(acme, text).counts["orders"] == 2


def test_a_column_without_names_is_asked(acme):
    import_ = receive(acme, name="o.csv", chunks=[b"1,ann@x.org,2026-01-05,5.50\n2,bob@x.org,2026-01-06,6.50\n"])

    assert import_.reading["questions"][0]["name"] == "header"
