"""Own figures on pages and over the API: made, seen, changed, removed; by whom."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models.job import Job
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import figuring, profiling
from customers.models.figure import Figure
from segments.models.segment import Segment
from tests.conftest import run_jobs
from tests.customers.figures import SHARE, a_coupon_shop, profiled
from tests.customers.stage import AS_OF
from tests.house.world import a_key

PAGES = "/w/acme/data/"
API = "/api/v1/workspaces/acme/figures/"
PIECES = {"kind": "aggregate", "measure": "pieces", "days": 365}
FORM = {
    "kind": "ratio", "name": "Share of orders with coupon, 12 months", "top-measure": "orders", "top-days": "365",
    "top-0-what": "detail:coupon", "top-0-op": "set", "bottom-measure": "orders", "bottom-days": "365",
}  # fmt: skip


@pytest.fixture
def shop(acme: Workspace) -> Any:
    lines = a_coupon_shop(acme, people=30)
    profiled(acme)
    return lines


def test_dan_makes_his_figure_by_the_form_and_everybody_gets_a_value(
    acme: Workspace, alice: User, shop: Any, signed_in: Any
) -> None:
    dan: Client = signed_in(alice)
    page = dan.get(f"{PAGES}figures/new/").content.decode()
    assert "30</b> of 30 customers have a value" in page
    assert "<b>30" in page
    tried = dan.post(f"{PAGES}figures/new/", FORM | {"do": "count"})
    assert "coupon is filled in, divided by orders in the last 12 months" in tried.content.decode()
    assert not Figure.objects.in_workspace(acme).exists()

    saved = dan.post(f"{PAGES}figures/new/", FORM | {"do": "save"}, follow=True)
    figure = Figure.objects.in_workspace(acme).get()
    assert saved.redirect_chain == [(f"{PAGES}figures/{figure.pk}/", 302)]
    assert "Waiting for a free worker" in saved.content.decode()
    run_jobs(acme)
    assert profiling.frame(acme, [figure.feature], AS_OF)[figure.feature].notna().any()
    whole = dan.get(f"{PAGES}figures/{figure.pk}/").content.decode()
    assert "people with the most" in whole
    assert "$.coupon" in whole


def test_typing_and_choosing_change_their_parts_of_the_form(
    acme: Workspace, alice: User, shop: Any, signed_in: Any
) -> None:
    dan: Client = signed_in(alice)
    add = dan.post(f"{PAGES}figures/new/", {"kind": "aggregate", "do": "add:top"}, headers={"HX-Request": "true"})
    assert "<html" not in add.content.decode()
    assert 'value="detail:coupon" selected' in add.content.decode()
    typed = {"HX-Request": "true", "HX-Target": "tried"}
    bad = dan.post(f"{PAGES}figures/new/", {"kind": "formula", "text": "orders / joy"}, headers=typed)
    assert bad.status_code == 200
    assert "no figure “joy”" in bad.content.decode()
    assert "Formula" not in bad.content.decode()
    refused = dan.post(f"{PAGES}figures/new/", FORM | {"name": "", "do": "save"})
    assert refused.status_code == 422
    assert "Give the figure a name" in refused.content.decode()


def test_fields_says_of_every_figure_how_full_it_is_and_who_needs_it(
    acme: Workspace, alice: User, shop: Any, signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    figure = figuring.define(acme, name="Coupon share", definition=SHARE, by=alice)
    profiled(acme)
    rule = {"v": 1, "entity": "customer", "where": {"all": [{"feature": figure.feature, "op": "gte", "value": 0.5}]}}
    segment = Segment.objects.create(workspace=acme, name="Hunters", definition=rule)
    client = signed_in(alice)
    client.get(f"{PAGES}fields/")
    with django_assert_max_num_queries(26):
        page = client.get(f"{PAGES}fields/").content.decode()
    assert f'href="/w/acme/segments/{segment.pk}/">Hunters' in page
    assert page.index("Coupon share") < page.index("Days since last order")
    filled = profiling.frame(acme, [figure.feature], AS_OF)[figure.feature].notna().mean()
    assert f"{100 * filled:.0f} %".replace(" ", "\u202f") in page.replace("\u00a0", "\u202f")


def test_removing_is_refused_while_in_use_and_undone_by_a_click(acme: Workspace, alice: User, signed_in: Any) -> None:
    client: Client = signed_in(alice)
    figure = figuring.define(acme, name="Pieces", definition=PIECES, by=alice)
    rule = {"v": 1, "entity": "customer", "where": {"all": [{"feature": figure.feature, "op": "gte", "value": 5}]}}
    segment = Segment.objects.create(workspace=acme, name="Hoarders", definition=rule)
    kept = client.post(f"{PAGES}figures/{figure.pk}/remove/", follow=True).content.decode()
    assert "is used by the segment Hoarders. Take it out there first" in kept
    segment.delete()
    gone = client.post(f"{PAGES}figures/{figure.pk}/remove/", follow=True).content.decode()
    assert "was removed" in gone
    assert client.get(f"{PAGES}figures/{figure.pk}/").status_code == 404
    client.post(f"{PAGES}figures/{figure.pk}/restore/")
    assert client.get(f"{PAGES}figures/{figure.pk}/").status_code == 200


def test_a_viewer_sees_figures_and_changes_none(acme: Workspace, alice: User, bob: User, signed_in: Any) -> None:
    figure = figuring.define(acme, name="Pieces", definition=PIECES, by=alice)
    client: Client = signed_in(bob)
    page = client.get(f"{PAGES}figures/{figure.pk}/").content.decode()
    assert "Change</a>" not in page
    assert "New figure" not in client.get(f"{PAGES}fields/").content.decode()
    assert client.get(f"{PAGES}figures/new/").status_code == 403
    key = {"Authorization": f"Token {a_key(acme, bob, 'viewer')}"}
    told = json.dumps({"name": "Mine", "definition": PIECES})
    assert Client().post(API, told, content_type="application/json", headers=key).status_code == 403


def test_the_api_defines_tries_changes_and_removes(acme: Workspace, alice: User, shop: Any) -> None:
    client = Client(headers={"Authorization": f"Token {a_key(acme, alice, 'owner')}"})

    def send(method: str, path: str, **body: Any) -> Any:
        return getattr(client, method)(path, json.dumps(body), content_type="application/json")

    tried = send("post", f"{API}preview/", definition=SHARE).json()
    assert (tried["type"], tried["people"]) == ("share", 30)
    assert tried["quarters"]["low"] >= 0
    assert len(tried["highest"]) == 10
    made = send("post", API, name="Coupon share", definition=SHARE)
    assert made.status_code == 201, made.json()
    assert made.json()["feature"] == "own:coupon_share"
    assert Job.objects.in_workspace(acme).filter(kind="profile", ended_at=None).count() == 1
    here = f"{API}{made.json()['id']}/"
    assert "own:coupon_share" in [
        row["name"] for row in client.get("/api/v1/workspaces/acme/features/").json()["results"]
    ]
    assert send("patch", here, name="Coupons").json()["version"] == 1
    changed = SHARE | {"top": SHARE["top"] | {"days": 90}}
    assert send("patch", here, definition=changed).json()["version"] == 2
    refused = send("post", API, name="Coupons", definition=SHARE)
    assert (refused.status_code, "another name" in refused.json()["message"]) == (400, True)
    assert (
        "Did you mean"
        in send(
            "post",
            f"{API}preview/",
            definition=PIECES | {"where": [{"field": "category", "op": "is", "values": ["Beens"]}]},
        ).json()["message"]
    )
    formula = {"kind": "formula", "text": "own:coupon_share * 2"}
    other = send("post", API, name="Twice", definition=formula).json()
    assert client.delete(here).status_code == 409
    assert client.delete(f"{API}{other['id']}/").status_code == 204
    assert client.delete(here).status_code == 204
    assert client.get(API).json()["results"] == []
