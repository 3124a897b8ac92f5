"""Check against your books: switches, the shop's own report, one odd buyer, and the rows behind it all."""

import csv
import re
from decimal import Decimal
from typing import Any

import pyarrow.parquet as pq
import pytest

from accounts.models.audit import AuditEntry
from accounts.models.job import Job
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import balancing, counting, omitting, profiling, reporting, storage, suspecting
from customers.counting import ALLOWED, Choice
from customers.models.event import EventFile
from customers.schema import Line, Standing
from customers.switching import explain
from customers.tasks import request_profile
from tests.conftest import run_jobs
from tests.customers.stage import AS_OF, a_customer, a_product, bought, recorded

BOOKS = "/w/acme/data/books/"
FEE = {"line": Line.SHIPPING, "product": None}


@pytest.fixture
def shop(acme: Workspace) -> dict[str, Any]:
    """Two months: Pam's order with tax, delivery and a return; a cancelled, a test and a staff order."""
    pam, otto, tom = (a_customer(acme, who) for who in ("pam", "otto", "tom"))
    a_product(acme, 1, "=HYPERLINK(1)")
    lines = [
        bought(pam, 40, 11900, order=1, tax=1900),
        bought(pam, 40, 595, order=1, tax=95, **FEE),
        bought(pam, 10, -2380, order=1, tax=-380),
        bought(otto, 39, 10000, order=2, tax=1597),
        bought(otto, 9, 4000, order=3, tax=639, standing=Standing.CANCELLED),
        bought(tom, 8, 100, order=4, tax=16, standing=Standing.TEST),
        bought(tom, 8, 3000, order=5, tax=479, standing=Standing.STAFF),
        bought(tom, 8, 0, order=6),
        bought(None, 7, 700, order=7),
    ]
    recorded(acme, lines)
    return {"pam": pam, "otto": otto, "tom": tom}


def by_hand(workspace: Workspace, choice: Choice) -> dict[str, tuple[int, int]]:
    """Orders and minor units by month, from the files with pandas: nothing of ours but their columns."""
    files = EventFile.objects.in_workspace(workspace).filter(retired_at=None)
    lines = pq.read_table([storage.absolute(file.path) for file in files]).to_pandas()
    lines = lines[lines["number"].notna()].fillna({"tax": 0, "standing": 0})
    for name, standing in (("cancelled", 1), ("test", 2), ("staff", 3)):
        if getattr(choice, name) == "without":
            lines = lines[lines["standing"] != standing]
    kinds = [1] + ([2] if choice.returns == "net" else []) + ([5] if choice.shipping == "with" else [])
    money = lines["amount"] - (lines["tax"] if choice.tax == "without" else 0)
    month = lines["happened_at"].dt.strftime("%Y-%m")
    revenue = money[lines["line"].isin(kinds)].groupby(month).sum()
    bought_lines = lines[lines["line"] == 1]
    first = bought_lines.groupby(["number", "order"])["happened_at"].min()
    orders = first.dt.strftime("%Y-%m").value_counts()
    found = {name: (int(orders.get(name, 0)), int(revenue.get(name, 0))) for name in {*orders.index, *revenue.index}}
    return {month: figures for month, figures in found.items() if any(figures)}


@pytest.mark.parametrize("name", ["usual", *(f"{name}={value}" for name in ALLOWED for value in ALLOWED[name])])
def test_each_month_agrees_with_an_independent_count_to_the_cent(acme: Workspace, shop: Any, name: str) -> None:
    choice = Choice() if name == "usual" else Choice(**dict([name.split("=")]))
    found = balancing.books(acme, as_of=AS_OF, choice=choice)
    ours = {f"{p.start:%Y-%m}": (p.orders, int(found.revenue(p) * 100)) for p in found.periods if p.start}
    assert {month: figures for month, figures in ours.items() if any(figures)} == by_hand(acme, choice)


def test_the_parts_of_the_switches_take_what_was_paid_down_to_what_counts(acme: Workspace, shop: Any) -> None:
    found = balancing.books(acme, as_of=AS_OF, choice=Choice(tax="without"))
    parts = {switch.name: switch.amount for switch in found.switches}
    assert parts == {"tax": 3117, "shipping": 595, "returns": 2380, "cancelled": 3361, "test": 84, "staff": 2521}
    assert int(found.paid * 100) - parts["tax"] - parts["shipping"] - parts["returns"] == 16403
    assert found.revenue(found.total) == Decimal("164.03")


def test_a_switch_that_the_files_give_no_meaning_is_absent(signed_in: Any, alice: User, acme: Workspace) -> None:
    recorded(acme, [bought(a_customer(acme, "pam"), 3, 500, order=1)])
    page = text(signed_in(alice).get(BOOKS))
    assert "switch-tax" not in page
    assert "The file does not say tax." in page


def test_a_switch_recounts_at_once_and_keeps_nothing(signed_in: Any, alice: User, acme: Workspace, shop: Any) -> None:
    client = signed_in(alice)
    offers = "".join(f"&offers-{name}=1" for name in counting.USUAL)
    asked = f"{BOOKS}?switched=1{offers}&returns=net&shipping=without&tax=without&test=without&staff=without"
    part = text(client.get(asked, headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert "<b>3 orders</b> from <b>2 customers</b>" in part  # the cancelled order counts
    assert "Not kept yet" in part
    acme.refresh_from_db()
    assert acme.revenue == {}
    assert "<b>2 orders</b> from <b>2 customers</b> worth <b>€195.20</b>" in text(client.get(BOOKS))


def test_looks_right_keeps_the_choice_and_counts_everything_anew(
    signed_in: Any, alice: User, acme: Workspace, shop: Any, django_capture_on_commit_callbacks: Any
) -> None:
    request_profile(acme, None)
    run_jobs(acme)
    sent = {"switched": "1", "offers-tax": "1", "tax": "without", "offers-returns": "1", "returns": "net"}
    signed_in(alice).post(f"{BOOKS}right/", sent)
    acme.refresh_from_db()
    assert (acme.revenue["tax"], acme.revenue["returns"]) == ("without", "net")
    assert acme.revenue["shipping"] == "without"  # was not on the page: as before
    entry = AuditEntry.objects.in_workspace(acme).get(action="books.confirmed")
    assert "After returns, without tax, without shipping" in entry.sentence
    with django_capture_on_commit_callbacks(execute=True):
        assert [job.kind for job in run_jobs(acme)] == ["profile"]
    assert Job.objects.in_workspace(acme).filter(kind="main-segments", status=Job.Status.QUEUED).exists()
    spent = profiling.frame(acme, ["revenue"], AS_OF)["revenue"]
    assert spent.loc[shop["pam"].number] == 80


def test_who_may_only_look_sees_the_books_without_buttons(
    signed_in: Any, bob: User, acme: Workspace, shop: Any
) -> None:
    client = signed_in(bob)
    assert "Looks right</button>" not in text(client.get(BOOKS))
    assert client.post(f"{BOOKS}right/", {"switched": "1"}).status_code == 403
    assert client.post(f"{BOOKS}reported/", {"report-total": "1"}).status_code == 403
    acme.refresh_from_db()
    assert acme.revenue == {}


# What the shop's report says ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"2026-01-01": "219.00", "2026-02-01": "-23.80"}, {}),
        ({"2026-01-01": "224.95"}, {"shipping": "with"}),
        ({"2026-01-01": "219.00", "2026-02-01": "16.20"}, {"cancelled": "with"}),
        ({"total": "163.00"}, None),
        ({"total": "164.03"}, {"tax": "without"}),
        ({"total": "195"}, {}),
        ({"2026-01-01": "189.03", "2026-02-01": "0"}, {"returns": "gross", "tax": "without", "shipping": "with"}),
    ],
)
def test_what_the_shop_reports_is_explained_by_the_fewest_switches(
    acme: Workspace, shop: Any, typed: dict[str, str], words: dict[str, str] | None
) -> None:
    found = balancing.books(acme, as_of=AS_OF)
    explained = explain(found.sums, Choice(), found.said, reporting.read(typed, places=2), places=2)
    assert explained is not None
    assert explained.flips == words
    assert explained.agrees == (words == {})


def test_a_month_that_nothing_explains_says_how_much_is_left(
    signed_in: Any, alice: User, acme: Workspace, shop: Any
) -> None:
    sent = {"report-2026-01-01": "€300.00", "report-2026-02-01": "16.20", "report-nonsense": "7"}
    page = text(signed_in(alice).post(f"{BOOKS}reported/", sent))
    assert "€81 less, not explained" in page
    assert "€40 less: equal with cancelled orders" in page
    acme.refresh_from_db()
    assert acme.revenue["reported"] == {"2026-01-01": "€300.00", "2026-02-01": "16.20"}
    assert 'value="€300.00"' in text(signed_in(alice).get(BOOKS))


def test_the_way_that_explains_it_is_one_click_away(signed_in: Any, alice: User, acme: Workspace, shop: Any) -> None:
    client = signed_in(alice)
    page = text(client.post(f"{BOOKS}reported/", {"report-total": "164.03"}))
    assert "<b>Without tax</b> your figure agrees to the cent." in page
    link = re.search(r'href="(\?switched[^"]+)"', page)
    assert link
    assert "worth <b>€164.03</b>" in text(client.get(BOOKS + link[1].replace("&amp;", "&")))


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("131,800", "131800"),
        ("131.800,50", "131800.50"),
        ("1 234.56 €", "1234.56"),
        ("12,5", "12.5"),
        ("-23.80", "-23.80"),
    ],
)
def test_amounts_are_read_as_people_type_them(text: str, amount: str) -> None:
    assert str(reporting.typed(text, places=2)) == amount


# One odd buyer -----------------------------------------------------------------------------------
def a_market(workspace: Workspace, orders: int) -> Any:
    market = a_customer(workspace, "market", email="hello@market.example")
    others = [a_customer(workspace, f"c{n}") for n in range(20)]
    lines = [bought(market, n % 300, 1000, order=n + 1) for n in range(orders)]
    lines += [
        bought(other, n, 1000, order=1000 + 20 * n + place) for place, other in enumerate(others) for n in range(9)
    ]
    recorded(workspace, lines)
    return market


def test_a_buyer_with_eight_percent_of_orders_is_asked_about_and_left_out_with_one_click(
    signed_in: Any, alice: User, acme: Workspace
) -> None:
    market = a_market(acme, 20)
    client = signed_in(alice)
    page = text(client.get(BOOKS))
    assert "<b>Is this one customer?</b>" in page
    assert "<b>20 orders</b>, 10 % of all" in page.replace("\u202f", " ").replace("\xa0", " ")
    client.post(f"{BOOKS}buyers/{market.pk}/", {"what": "left_out"})
    assert [job.kind for job in run_jobs(acme)][:1] in ([], ["profile"])
    page = text(client.get(BOOKS))
    assert "<b>180 orders</b> from <b>20 customers</b>" in page
    assert "Left out of every figure and segment." in page
    assert "Lines of buyers whom you left out." in page
    client.post(f"{BOOKS}buyers/{market.pk}/", {"what": "again"})
    assert "<b>200 orders</b> from <b>21 customers</b>" in text(client.get(BOOKS))
    assert AuditEntry.objects.in_workspace(acme).filter(action="books.buyer").count() == 2


def test_a_buyer_that_is_kept_is_asked_about_no_more(signed_in: Any, alice: User, acme: Workspace) -> None:
    market = a_market(acme, 20)
    page = signed_in(alice).post(f"{BOOKS}buyers/{market.pk}/", {"what": "kept"}, follow=True)
    assert "Leave it out" not in text(page)
    assert "Kept: it counts as one customer." in text(page)


@pytest.mark.parametrize(("orders", "is_odd"), [(12, False), (16, True)])
def test_nobody_below_eight_percent_is_suspected(acme: Workspace, orders: int, is_odd: bool) -> None:
    a_market(acme, orders)
    assert bool(suspecting.suspects(acme, as_of=AS_OF)) is is_odd


def test_a_small_share_is_odd_if_it_is_ten_times_the_next() -> None:
    assert suspecting._odd(1900, 52_920, 31)
    assert not suspecting._odd(210, 18_532, 201)
    assert not suspecting._odd(9, 99, 1)


# The rows ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("reason", "lines"),
    [("nobody", 1), ("cancelled", 1), ("test", 1), ("staff", 1), ("free", 1), ("returns", 1), ("shipping", 1)],
)
def test_what_does_not_count_is_listed_and_downloaded_row_by_row(
    signed_in: Any, alice: User, acme: Workspace, shop: Any, reason: str, lines: int
) -> None:
    client = signed_in(alice)
    assert f"{lines} line" in text(client.get(f"{BOOKS}rows/{reason}/"))
    answer = client.get(f"{BOOKS}rows/{reason}.csv")
    rows = list(csv.DictReader(b"".join(answer).decode().splitlines()))
    assert len(rows) == lines
    assert all(row["product"] in ("'=HYPERLINK(1)", "") for row in rows)  # no formula
    assert client.get(f"{BOOKS}rows/whatever/").status_code == 404


def test_the_sums_of_what_was_left_out_add_up(acme: Workspace, shop: Any) -> None:
    found: dict[str, Any] = {
        entry.reason: (entry.lines, entry.amount) for entry in balancing.books(acme, as_of=AS_OF).left_out
    }
    assert found == {
        "nobody": (1, 7), "cancelled": (1, 40), "test": (1, 1), "staff": (1, 30), "free": (1, 0)
    }  # fmt: skip
    counted = balancing.books(acme, as_of=AS_OF, choice=Choice(cancelled="with")).left_out
    assert "cancelled" not in {entry.reason for entry in counted}
    assert set(found) <= set(omitting.REASONS)


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.content
    found: str = answer.content.decode()
    return found
