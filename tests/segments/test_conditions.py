import html
import re
from typing import Any

import pytest
from django.test import Client

from accounts.models.user import User
from accounts.models.workspace import Workspace
from segments.models.segment import Segment
from segments.remembering import newest_members
from tests.customers.stage import a_customer, a_product, a_trait, bought, recorded
from tests.segments.stage import a_segment, computed, rule

NEW = "/w/acme/segments/new/conditions/"


@pytest.fixture
def shop(acme: Workspace) -> dict[str, Any]:
    """Pam (UK) ordered twice, Tom (France) once."""
    a_trait(acme, "country")
    a_product(acme, 1, "Red mug")
    pam = a_customer(acme, "pam", email="pam@example.com", traits={"country": "UK"})
    tom = a_customer(acme, "tom", traits={"country": "France"})
    recorded(acme, [bought(pam, 3, 1000, order=1), bought(pam, 30, 2000, order=2), bought(tom, 1, 500, order=3)])
    computed(acme)
    return {"pam": pam, "tom": tom}


@pytest.fixture
def browser(signed_in: Any, alice: User) -> Client:
    client: Client = signed_in(alice)
    return client


def shown(answer: Any) -> str:
    """The words on the page."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def controls(answer: Any) -> dict[str, str]:
    """What the form would send: every control with its value."""
    page = answer.content.decode()
    sent = dict(re.findall(r'<input[^>]* name="(c[\d.]+-\w+)"[^>]* value="([^"]*)"', page))
    for name, options in re.findall(r'<select[^>]* name="(c[\d.]+-\w+)"[^>]*>(.*?)</select>', page, re.S):
        sent[name] = re.findall(r'<option value="([^"]*)" selected', options)[0]
    return {name: html.unescape(value) for name, value in sent.items()}


def test_the_first_condition_is_there_and_counted(browser: Client, shop: dict[str, Any]) -> None:
    answer = browser.get(NEW)

    assert answer.status_code == 200
    assert controls(answer) == {"c0-what": "feature:orders", "c0-op": "gte", "c0-value": "2"}
    assert "People who ordered at least 2 times." in shown(answer)
    assert "1 left" in shown(answer)
    assert "Pam" in shown(answer)


def test_buttons_add_and_remove_rows_without_scripts(browser: Client, shop: dict[str, Any]) -> None:
    sent = controls(browser.get(NEW))

    sent = controls(browser.post(NEW, sent | {"do": "add-any"}))
    assert sent["c1-group"] == "any"
    sent = controls(browser.post(NEW, sent | {"do": "add:1"}))
    assert {"c1.0-what", "c1.1-what"} <= sent.keys()
    sent |= {"c1.1-what": "trait:country", "c1.1-op": "eq", "c1.1-value": "France"}
    answer = browser.post(NEW, sent | {"do": "remove:0"})

    sent = controls(answer)
    assert sent["c0-group"] == "any"
    assert sent["c0.1-value"] == "France"
    assert "People who either ordered at least 2 times or live in France." in shown(answer)
    assert shown(answer).count("2 left") == 1
    assert Segment.everywhere.count() == 0


def test_typing_answers_with_the_counts_alone(browser: Client, shop: dict[str, Any]) -> None:
    sent = {"c0-what": "feature:orders", "c0-op": "gte", "c0-value": "1"}

    answer = browser.post(NEW, sent, headers={"HX-Request": "true", "HX-Target": "live"})

    page = answer.content.decode()
    assert '<div class="lv">2</div>' in page
    assert '<div class="left" id="left-0" hx-swap-oob="true"><span>2 left</span></div>' in page
    assert "c0-what" not in page
    assert "<html" not in page


def test_an_unfinished_condition_says_what_is_missing(browser: Client, shop: dict[str, Any]) -> None:
    answer = browser.post(NEW, {"c0-what": "trait:country", "c0-op": "eq", "c0-value": "", "do": "count"})

    assert answer.status_code == 200
    assert "“Country” with “eq” needs a value." in shown(answer)


def test_another_kind_of_figure_gets_its_own_controls(browser: Client, shop: dict[str, Any]) -> None:
    answer = browser.post(NEW, {"c0-what": "feature:last_order_at", "c0-op": "gte", "c0-value": "2", "do": "count"})

    assert controls(answer) == {
        "c0-what": "feature:last_order_at",
        "c0-op": "in_last",
        "c0-value": "",
        "c0-unit": "d",
    }


def test_saving_keeps_the_segment_and_counts_it(browser: Client, shop: dict[str, Any], acme: Workspace) -> None:
    sent = {"c0-what": "event:Order Completed", "c0-op": "gte", "c0-value": "1", "c0-product": "mug"}

    answer = browser.post(NEW, sent | {"c0-within": "30d", "name": "Mug people", "do": "save"})

    made = Segment.objects.in_workspace(acme).get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/w/acme/segments/{made.pk}/"
    assert made.definition == rule(
        {
            "event": "Order Completed",
            "count": {"op": "gte", "value": 1},
            "in_last": "30d",
            "where": {"field": "product", "op": "contains", "value": "mug"},
        }
    )
    assert set(newest_members(made)) == {shop["pam"].number, shop["tom"].number}


def test_saving_without_a_name_keeps_nothing(browser: Client, shop: dict[str, Any]) -> None:
    answer = browser.post(NEW, {"c0-what": "feature:orders", "c0-op": "gte", "c0-value": "1", "name": "", "do": "save"})

    assert answer.status_code == 422
    assert "Give the segment a name of 1 to 80 characters." in shown(answer)
    assert Segment.everywhere.count() == 0


@pytest.mark.parametrize(
    "node",
    [
        {"feature": "orders", "op": "between", "value": [1, 3]},
        {"feature": "returns_share", "op": "lte", "value": 0.125},
        {"trait": "country", "op": "in", "value": ["UK", "France"], "missing": "include"},
        {"feature": "last_order_at", "op": "not_in_last", "value": "3mo", "negate": True},
        {"feature": "first_order_at", "op": "between", "value": ["2026-01-01", "2026-02-01"]},
        {"trait": "country", "op": "is_set"},
        {"event": "Order Completed", "count": {"op": "eq", "value": 0}, "in_last": "45d"},
        {"event": "Order Completed", "sum": {"op": "gte", "value": 20}, "after": "2026-01-01"},
        {"event": "Order Completed", "count": {"op": "between", "value": [1, 2]}},
        {
            "event": "Order Completed", "count": {"op": "gte", "value": 1},
            "where": {"none": [{"field": "quantity", "op": "gt", "value": 3}]},
        },
        {"any": [{"feature": "orders", "op": "eq", "value": 1}, {"none": [{"trait": "country", "op": "is_set"}]}]},
    ],
)  # fmt: skip
def test_editing_and_saving_untouched_changes_nothing(
    browser: Client, shop: dict[str, Any], acme: Workspace, node: Any
) -> None:
    segment = a_segment(acme, "Kept", node)
    url = f"/w/acme/segments/{segment.pk}/edit/"

    sent = controls(browser.get(url))
    answer = browser.post(url, sent | {"name": "Kept", "do": "save"})

    assert answer.status_code == 302
    segment.refresh_from_db()
    assert segment.definition == rule(node)


def test_anybody_can_be_tested(browser: Client, shop: dict[str, Any]) -> None:
    sent = {"c0-what": "feature:orders", "c0-op": "gte", "c0-value": "2", "do": "count"}

    tom = shown(browser.post(NEW, sent | {"who": "tom"}))
    nobody = shown(browser.post(NEW, sent | {"who": "zzz"}))

    assert "Not in" in tom
    assert "Ordered at least 2 times Here: 1" in tom
    assert "Nobody called “zzz” is known." in nobody


def test_a_pasted_list_says_who_was_not_found_before_it_is_saved(
    browser: Client, shop: dict[str, Any], acme: Workspace
) -> None:
    sent = {"name": "Invited", "customers": "pam@example.com\nPAM@example.com\nnobody@example.com"}

    checked = browser.post("/w/acme/segments/new/", sent | {"do": "check"})
    assert "1 customers found in 3 lines. 1 not found: nobody@example.com." in shown(checked).replace(" .", ".")
    assert Segment.everywhere.count() == 0
    saved = browser.post("/w/acme/segments/new/", sent | {"do": "save"})

    assert saved.status_code == 302
    assert set(newest_members(Segment.objects.in_workspace(acme).get())) == {shop["pam"].number}


def test_viewers_may_not_make_segments(signed_in: Any, bob: User, shop: dict[str, Any]) -> None:
    client = signed_in(bob)

    assert client.get(NEW).status_code == 403
    assert client.post(NEW, {"name": "X", "do": "save"}).status_code == 403
    assert Segment.everywhere.count() == 0


def test_a_hostile_form_is_refused_and_keeps_nothing(browser: Client, shop: dict[str, Any]) -> None:
    sent = {
        "c0-what": "feature:orders; DROP TABLE x",
        "c0-op": "gte",
        "c0-value": "1",
        "c0-more": "{broken",
        "c9x-what": "a",
    }

    answer = browser.post(NEW, sent | {"name": "Odd", "do": "save"})

    assert answer.status_code == 422
    assert "Unknown figure" in shown(answer)
    assert Segment.everywhere.count() == 0
