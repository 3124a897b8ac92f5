"""Customers, figures and books over the API."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pyroaring import BitMap

from accounts.models.audit import AuditEntry
from accounts.models.key import ApiKey
from accounts.models.user import User
from accounts.models.workspace import Membership, Workspace
from accounts.secrets import hashed
from customers import belonging
from customers.belonging import Group
from customers.models.customer import Customer, Identifier
from customers.tasks import request_profile
from tests.conftest import run_jobs
from tests.customers.stage import NOON, a_customer, a_product, a_trait, bought, recorded

HERE = "/api/v1/workspaces/acme/"


@pytest.fixture
def call(client: Client) -> Any:
    """call(alice, "customers/", ...) -> the answer, with a key of hers."""

    def call(user: User, path: str, body: Any = None, **query: Any) -> Any:
        member = Membership.everywhere.get(user=user, workspace__slug="acme")
        secret = f"key-of-{user.pk}"
        ApiKey.everywhere.get_or_create(
            secret_hash=hashed(secret),
            defaults={"user": user, "workspace": member.workspace, "name": "test", "prefix": "k", "role": member.role},
        )
        headers = {"authorization": f"Token {secret}"}
        if body is not None:
            return client.patch(f"{HERE}{path}", body, content_type="application/json", headers=headers)
        return client.get(path if path.startswith("http") else f"{HERE}{path}", query or None, headers=headers)

    return call


@pytest.fixture
def shop(acme: Workspace) -> dict[str, Customer]:
    a_trait(acme, "country")
    a_trait(acme, "age", "number")
    people = {
        "pam": a_customer(acme, "pam", email="pam.lee@example.com", traits={"country": "UK", "age": 41}),
        "otto": a_customer(acme, "otto", email="otto@shop.org", traits={"country": "DE"}),
        "nell": a_customer(acme, "nell"),
    }
    Identifier.objects.create(
        workspace=acme, customer=people["otto"], kind=Identifier.Kind.EMAIL, value="otto@shop.org"
    )
    a_product(acme, 1, "Grinder")
    recorded(
        acme,
        [
            bought(people["pam"], 60, 20_00, order=1),
            bought(people["pam"], 10, 5_50, order=2),
            bought(people["pam"], 5, -1_00, order=3),
            bought(people["otto"], 40, 90_00, order=4),
            bought(people["otto"], 40, 0, order=4, product=2),
            bought(None, 3, 7_00, order=5),
        ],
    )
    request_profile(acme, None)
    run_jobs(acme)
    return people


def names(answer: Any) -> list[str]:
    return [row["name"] for row in answer.json()["results"]]


def test_customers_come_in_the_order_of_any_figure(call: Any, shop: Any, alice: User) -> None:
    assert names(call(alice, "customers/")) == ["Otto", "Pam", "Nell"]
    assert names(call(alice, "customers/", order="-orders")) == ["Pam", "Otto", "Nell"]
    assert names(call(alice, "customers/", order="recency_days")) == ["Pam", "Otto", "Nell"]
    assert names(call(alice, "customers/", order="-recency_days")) == ["Otto", "Pam", "Nell"]  # unknown comes last


def test_pages_by_cursor_hold_everybody_once(call: Any, shop: Any, alice: User) -> None:
    first = call(alice, "customers/", page_size=2).json()
    second = call(alice, first["next"]).json()
    assert first["count"] == second["count"] == 3
    assert [row["name"] for row in first["results"] + second["results"]] == ["Otto", "Pam", "Nell"]
    assert (first["previous"], second["next"]) == (None, None)
    assert call(alice, second["previous"]).json()["results"] == first["results"]


@pytest.mark.parametrize("cursor", ["nonsense", "LTU", "ZnJvbSA5OTk5"])
def test_an_odd_cursor_is_no_error(call: Any, shop: Any, alice: User, cursor: str) -> None:
    answer = call(alice, "customers/", cursor=cursor)
    assert answer.status_code == 200
    assert len(answer.json()["results"]) == 3


def test_a_customer_is_told_with_traits_figures_and_moment(call: Any, shop: Any, alice: User) -> None:
    told = call(alice, f"customers/{shop['pam'].pk}/").json()
    assert told["external_id"] == "pam"
    assert told["email"] == "pam.lee@example.com"
    assert told["traits"] == {"country": "UK", "age": 41}
    assert told["as_of"] == "2026-02-27T00:00:00Z"  # the day after the newest event, whoever it was
    figures = told["features"]
    assert figures["orders"] == 2
    assert figures["gross_revenue"] == "25.50"
    assert figures["net_revenue"] == figures["revenue"] == "24.50"
    assert figures["last_order_at"] == (NOON - timedelta(days=10)).isoformat().replace("+00:00", "Z")
    assert figures["rfm_group"] in {"Loyal", "Promising", "Lost"}
    nobody = call(alice, f"customers/{shop['nell'].pk}/").json()["features"]
    assert (nobody["orders"], nobody["revenue"], nobody["recency_days"], nobody["r"]) == (0, "0.00", None, None)
    assert (nobody["rfm_group"], nobody["main_segment"]) == ("Never bought", "Never bought")


def test_search_finds_names_addresses_and_ids(call: Any, shop: Any, alice: User) -> None:
    assert names(call(alice, "customers/", search="PAM")) == ["Pam"]
    assert names(call(alice, "customers/", search="shop.org")) == ["Otto"]
    assert names(call(alice, "customers/", search="nobody at all")) == []


def test_a_viewer_sees_no_address_and_cannot_search_for_one(call: Any, shop: Any, bob: User) -> None:
    assert call(bob, f"customers/{shop['pam'].pk}/").json()["email"] == "p***@e***.com"
    assert names(call(bob, "customers/", search="example.com")) == []
    assert names(call(bob, "customers/", search="pam")) == ["Pam"]


def test_a_viewer_does_not_see_personal_details(call: Any, shop: Any, acme: Workspace, alice: User, bob: User) -> None:
    a_trait(acme, "phone", is_personal=True)
    call(alice, f"customers/{shop['pam'].pk}/", {"traits": {"phone": "123"}})
    assert call(alice, f"customers/{shop['pam'].pk}/").json()["traits"]["phone"] == "123"
    assert "phone" not in call(bob, f"customers/{shop['pam'].pk}/").json()["traits"]


def test_an_unknown_figure_is_refused_with_the_known_ones(call: Any, shop: Any, alice: User) -> None:
    answer = call(alice, "customers/", order="mood")
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("There is no figure “mood”. Figures: orders, ")


def test_only_members_of_a_segment(call: Any, shop: Any, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    fans = Group(uuid4(), "Fans", 1, "", BitMap([shop["pam"].number]))
    monkeypatch.setattr(belonging, "groups", lambda workspace: [fans])
    answer = call(alice, "customers/", segment=str(fans.id))
    assert names(answer) == ["Pam"]
    assert answer.json()["results"][0]["segments"] == [{"id": str(fans.id), "name": "Fans"}]
    assert call(alice, f"customers/{shop['otto'].pk}/").json()["segments"] == []
    assert call(alice, "customers/", segment=str(uuid4())).status_code == 400


def test_a_merged_id_answers_with_the_survivor(call: Any, shop: Any, acme: Workspace, alice: User) -> None:
    double = a_customer(acme, "pamela", merged_into=shop["pam"])
    assert call(alice, f"customers/{double.pk}/").json()["id"] == str(shop["pam"].pk)
    assert call(alice, f"customers/{double.pk}/events/").json()["count"] == 3


def test_details_are_changed_and_written_down(call: Any, shop: Any, acme: Workspace, alice: User) -> None:
    body = {"name": "Pamela", "email": "New@Example.com", "traits": {"country": "FR", "age": None}}
    told = call(alice, f"customers/{shop['pam'].pk}/", body).json()
    assert (told["name"], told["email"], told["traits"]) == ("Pamela", "new@example.com", {"country": "FR"})
    entry = AuditEntry.objects.in_workspace(acme).get(action="customer.changed")
    assert (entry.actor, entry.details) == (alice, {"changed": ["name", "email", "traits"]})
    assert Identifier.objects.in_workspace(acme).get(value="new@example.com").customer == shop["pam"]
    run_jobs(acme)
    assert call(alice, f"customers/{shop['pam'].pk}/").json()["features"]["orders"] == 2


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"email": "otto@shop.org"}, "Another customer has this e-mail address."),
        ({"email": "no address"}, "is no e-mail address"),
        ({"traits": {"mood": "good"}}, "There is no detail “mood”. Details: age, country."),
        ({"traits": {"age": "old"}}, "“Age” takes a number, such as 12.5."),
    ],
)
def test_what_cannot_be_kept_is_refused_and_changes_nothing(
    call: Any, shop: Any, acme: Workspace, alice: User, body: Any, sentence: str
) -> None:
    answer = call(alice, f"customers/{shop['pam'].pk}/", {"name": "Changed"} | body)
    assert answer.status_code == 400
    assert sentence in answer.json()["message"]
    kept = Customer.objects.in_workspace(acme).get(pk=shop["pam"].pk)
    assert (kept.name, kept.email, kept.traits) == ("Pam", "pam.lee@example.com", {"country": "UK", "age": 41})
    assert not AuditEntry.objects.in_workspace(acme).exists()


def test_a_viewer_changes_nothing(call: Any, shop: Any, acme: Workspace, bob: User) -> None:
    assert call(bob, f"customers/{shop['pam'].pk}/", {"name": "Changed"}).status_code == 403
    assert Customer.objects.in_workspace(acme).get(pk=shop["pam"].pk).name == "Pam"


def test_another_workspaces_customer_is_not_there(call: Any, shop: Any, alice: User, charlie: User) -> None:
    stranger = a_customer(Workspace.objects.get(slug="zenith"), "zoe")
    assert call(alice, f"customers/{stranger.pk}/").status_code == 404
    assert call(alice, f"customers/{stranger.pk}/events/").status_code == 404


def test_events_are_told_newest_first_in_words(call: Any, shop: Any, alice: User) -> None:
    told = call(alice, f"customers/{shop['pam'].pk}/events/", page_size=2).json()
    assert told["count"] == 3
    assert [(row["kind"], row["amount"], row["product_name"]) for row in told["results"]] == [
        ("return", "-1.00", "Grinder"),
        ("purchase", "5.50", "Grinder"),
    ]
    assert [row["amount"] for row in call(alice, told["next"]).json()["results"]] == ["20.00"]


def test_the_catalogue_names_every_figure_with_its_sql(call: Any, shop: Any, alice: User) -> None:
    told = {row["name"]: row for row in call(alice, "features/").json()["results"]}
    wanted = {"orders", "order_days", "net_revenue", "recency_days", "revenue_90d", "r", "rfm_group", "main_segment"}
    assert wanted <= set(told)
    assert (told["revenue"]["unit"], told["revenue_90d"]["window"]) == ("EUR", "90d")
    assert told["orders"]["sql"].startswith(("SELECT", "WITH counted AS"))
    details = call(alice, "traits/").json()["results"]
    assert [(row["name"], row["type"]) for row in details] == [("age", "number"), ("country", "text")]


def test_the_books_say_what_was_counted_and_what_was_left_out(call: Any, shop: Any, alice: User) -> None:
    told = call(alice, "books/", by="month").json()
    assert told["total"] == {
        "start": None, "orders": 3, "customers": 2, "gross": "115.50", "returns": "1.00", "net": "114.50",
    }  # fmt: skip
    months = {row["start"]: (row["orders"], row["gross"], row["returns"]) for row in told["results"]}
    assert months["2026-02-01"] == (1, "5.50", "1.00")
    assert list(months) == sorted(months, reverse=True)
    left_out = {row["reason"]: (row["lines"], row["amount"]) for row in told["left_out"]}
    assert left_out == {"nobody": (1, "7.00"), "free": (1, "0.00")}
    assert call(alice, "books/", by="decade").status_code == 400


def test_a_list_costs_the_same_queries_for_two_or_three(
    call: Any, shop: Any, alice: User, django_assert_max_num_queries: Any
) -> None:
    call(alice, "customers/", page_size=1)
    with django_assert_max_num_queries(24):
        assert len(call(alice, "customers/").json()["results"]) == 3
