"""The pages of customers: the list, one person, the books and the clock."""

from typing import Any

import pytest
from django.test import Client

from accounts.models.audit import AuditEntry
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers.models.customer import Customer
from customers.tasks import request_profile
from tests.conftest import run_jobs
from tests.customers.stage import a_customer, a_product, a_trait, bought, recorded

HERE = "/w/acme"


@pytest.fixture
def shop(acme: Workspace) -> dict[str, Customer]:
    a_trait(acme, "country")
    people = {
        "pam": a_customer(acme, "pam", name="Pam Lee", email="pam.lee@example.com", traits={"country": "UK"}),
        "otto": a_customer(acme, "4711", name="", email="otto@shop.org"),
        "nell": a_customer(acme, "nell"),
    }
    a_product(acme, 1, "Grinder <b>")
    recorded(
        acme,
        [
            bought(people["pam"], 60, 20_00, order=1),
            bought(people["pam"], 50, 5_50, order=2),
            bought(people["pam"], 45, -1_00, order=3),
            bought(people["otto"], 40, 90_00, order=4),
            bought(None, 3, 7_00, order=5),
        ],
    )
    request_profile(acme, None)
    run_jobs(acme)
    return people


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.content
    found: str = answer.content.decode()
    return found


def test_an_empty_list_says_what_is_missing_and_who_can_help(signed_in: Any, alice: User, bob: User) -> None:
    page = text(signed_in(alice).get(f"{HERE}/customers/"))
    assert "Nobody yet." in page
    assert "/w/acme/data/" in page
    assert "can bring a file" in text(signed_in(bob).get(f"{HERE}/customers/"))


def test_the_list_shows_people_with_figures_the_most_spent_first(signed_in: Any, alice: User, shop: Any) -> None:
    page = text(signed_in(alice).get(f"{HERE}/customers/"))
    assert page.index("otto@shop.org") < page.index("Pam Lee") < page.index("Nell")
    assert "€24.50" in page
    assert "<b>3</b> customers" in page


def test_the_list_can_be_searched_sorted_and_widened(signed_in: Any, alice: User, shop: Any) -> None:
    client = signed_in(alice)
    assert "Pam Lee" not in text(client.get(f"{HERE}/customers/", {"search": "otto"}))
    page = text(client.get(f"{HERE}/customers/", {"order": "-orders"}))
    assert page.index("Pam Lee") < page.index("otto@shop.org")
    assert "days since" in text(client.get(f"{HERE}/customers/", {"show": "recency_days"})).lower()
    assert "Nobody here fits." in text(client.get(f"{HERE}/customers/", {"search": "zzz"}))
    for odd in ({"page": "99"}, {"page": "x"}, {"order": "mood"}, {"segment": "x"}, {"show": "mood"}):
        assert "Pam Lee" in text(client.get(f"{HERE}/customers/", odd))


def test_htmx_gets_only_the_list(signed_in: Any, alice: User, shop: Any) -> None:
    part = text(signed_in(alice).get(f"{HERE}/customers/", headers={"HX-Request": "true"}))
    assert part.strip().startswith('<section class="mt-4" id="found"')
    assert "<html" not in part


def test_a_viewer_sees_masked_addresses_only(signed_in: Any, bob: User, shop: Any) -> None:
    client = signed_in(bob)
    page = text(client.get(f"{HERE}/customers/"))
    assert "o***@s***.org" in page
    detail = text(client.get(f"{HERE}/customers/{shop['pam'].pk}/"))
    assert "p***@e***.com" in detail
    assert "pam.lee@example.com" not in page + detail
    assert "Edit details" not in detail


def test_one_person_is_told_whole(signed_in: Any, alice: User, shop: Any) -> None:
    page = text(signed_in(alice).get(f"{HERE}/customers/{shop['pam'].pk}/"))
    assert "<b>2 orders</b> worth <b>€24.50</b> since 31 Dec 2025; the last on <b>10 Jan 2026</b>." in page
    assert "quiet for longer than usual, which is 10 days" in page
    assert "€1 sent back" in page
    assert "Grinder &lt;b&gt;" in page
    assert "UK" in page
    assert "Edit details" in page


def test_somebody_who_never_bought_has_a_page_too(signed_in: Any, alice: User, shop: Any) -> None:
    page = text(signed_in(alice).get(f"{HERE}/customers/{shop['nell'].pk}/"))
    assert "Has not ordered so far." in page
    assert "We know of no order and no visit." in page


def test_a_merged_persons_address_leads_to_the_survivor(
    signed_in: Any, alice: User, acme: Workspace, shop: Any
) -> None:
    double = a_customer(acme, "pamela", merged_into=shop["pam"])
    answer = signed_in(alice).get(f"{HERE}/customers/{double.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, f"{HERE}/customers/{shop['pam'].pk}/")


def test_details_are_edited_on_a_page(signed_in: Any, alice: User, acme: Workspace, shop: Any) -> None:
    client = signed_in(alice)
    address = f"{HERE}/customers/{shop['pam'].pk}/edit/"
    assert 'value="UK"' in text(client.get(address))
    client.post(address, {"name": "Pamela Lee", "email": "pam.lee@example.com", "trait_country": "FR"})
    kept = Customer.objects.in_workspace(acme).get(pk=shop["pam"].pk)
    assert (kept.name, kept.traits) == ("Pamela Lee", {"country": "FR"})
    refused = client.post(address, {"name": "Changed", "email": "nonsense", "trait_country": "FR"})
    assert refused.status_code == 422
    assert "is no e-mail address" in refused.content.decode()
    assert Customer.objects.in_workspace(acme).get(pk=shop["pam"].pk).name == "Pamela Lee"


def test_the_books_show_months_and_what_was_left_out(signed_in: Any, alice: User, shop: Any) -> None:
    page = text(signed_in(alice).get(f"{HERE}/data/books/"))
    assert "<b>3 orders</b> from <b>2 customers</b> worth <b>€114.50</b> in 2 months" in page
    assert "1 line</a>, €7" in page
    assert "nobody knows who bought" in page


def test_looks_right_is_kept_and_written_down(signed_in: Any, alice: User, acme: Workspace, shop: Any) -> None:
    answer = signed_in(alice).post(f"{HERE}/data/books/right/")
    acme.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, f"{HERE}/")
    assert acme.revenue["checked_at"]
    assert AuditEntry.objects.in_workspace(acme).filter(action="books.confirmed", actor=alice).count() == 1


def test_the_clock_is_switched_by_those_who_may(
    signed_in: Any, alice: User, erin: User, acme: Workspace, shop: Any
) -> None:
    assert signed_in(erin).post(f"{HERE}/data/clock/", {"clock": "live"}).status_code == 403
    acme.refresh_from_db()
    assert acme.clock == "data"
    signed_in(alice).post(f"{HERE}/data/clock/", {"clock": "live", "next": "https://elsewhere.example/"})
    acme.refresh_from_db()
    assert acme.clock == "live"
    assert [job.kind for job in run_jobs(acme)][:1] == ["profile"]


def test_pages_cost_a_fixed_number_of_queries(
    client: Client, alice: User, acme: Workspace, shop: Any, django_assert_max_num_queries: Any
) -> None:
    client.force_login(alice)
    client.get(f"{HERE}/customers/")
    with django_assert_max_num_queries(26):
        client.get(f"{HERE}/customers/")
    with django_assert_max_num_queries(32):
        client.get(f"{HERE}/customers/{shop['pam'].pk}/")
