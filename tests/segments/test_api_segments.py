import csv
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from accounts.models.audit import AuditEntry
from accounts.models.job import Job
from accounts.models.user import User
from accounts.models.workspace import Workspace
from segments.models.segment import Segment
from tests.conftest import run_jobs
from tests.customers.stage import AS_OF, NOON, a_customer, bought, recorded
from tests.segments.stage import a_key, computed, rule

GOOD = rule({"feature": "orders", "op": "gte", "value": 2})
BASE = "/api/v1/workspaces/acme/segments/"


@pytest.fixture
def shop(acme: Workspace) -> dict[str, Any]:
    """Pam ordered twice, Tom once; Tom's newest order is the newest of all."""
    pam, tom = a_customer(acme, "pam", email="pam@example.com"), a_customer(acme, "=sum(a1)", external_id="tom")
    recorded(acme, [bought(pam, 3, 1000, order=1), bought(pam, 30, 2000, order=2), bought(tom, 0, 500, order=3)])
    computed(acme)
    return {"pam": pam, "tom": tom}


@pytest.fixture
def api(alice: User, acme: Workspace) -> Any:
    return a_key(acme, alice)


def test_a_segment_is_counted_when_it_is_made(api: Any, shop: dict[str, Any], acme: Workspace) -> None:
    answer = api.post(BASE, {"name": "Regulars", "definition": GOOD})

    assert answer.status_code == 201
    made = answer.json()
    assert (made["size"], made["share"], made["method"], made["entity"]) == (1, 0.5, "rules", "customer")
    assert made["fresh"]["as_of"] == made["as_of"] == "2026-03-02T00:00:00Z"
    assert made["fresh"]["status"] == "fresh"
    assert made["definition"] == GOOD
    assert api.get(BASE).json()["results"] == [made]
    assert AuditEntry.objects.in_workspace(acme).filter(action="segments.created").count() == 1


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"name": "A", "definition": rule({"feature": "mood", "op": "eq", "value": 1})}, "Unknown figure “mood”."),
        ({"name": "A", "definition": rule({"feature": "orders", "op": "like", "value": 1})}, "cannot be asked with"),
        ({"name": "A", "definition": []}, "A rule looks like"),
        ({"name": " ", "definition": GOOD}, "Some fields are not right."),
        ({"name": "A"}, "Some fields are not right."),
    ],
)
def test_what_cannot_be_a_segment_is_refused_with_a_sentence(
    api: Any, shop: dict[str, Any], sent: Any, sentence: str
) -> None:
    answer = api.post(BASE, sent)

    assert answer.status_code == 400
    assert sentence in answer.json()["message"]
    assert Segment.everywhere.count() == 0


def test_a_name_is_given_once(api: Any, shop: dict[str, Any]) -> None:
    api.post(BASE, {"name": "Regulars", "definition": GOOD})

    answer = api.post(BASE, {"name": "Regulars", "definition": GOOD})

    assert answer.status_code == 400
    assert answer.json()["message"] == "This workspace already has a segment “Regulars”. Choose another name."
    assert Segment.everywhere.count() == 1


def test_a_preview_is_exact_and_stores_nothing(api: Any, shop: dict[str, Any]) -> None:
    answer = api.post(f"{BASE}preview/", {"definition": GOOD})

    assert answer.status_code == 200
    seen = answer.json()
    assert (seen["count"], seen["base"], seen["share"]) == (1, 2, 0.5)
    assert [person["email"] for person in seen["sample"]] == ["pam@example.com"]
    assert seen["sentence"] == "People who ordered at least 2 times."
    assert seen["as_of"] == "2026-03-02T00:00:00Z"
    assert "$p0" not in seen["sql"]
    assert Segment.everywhere.count() == 0


def test_a_changed_rule_is_counted_at_once_and_its_history_says_why(api: Any, shop: dict[str, Any]) -> None:
    made = api.post(BASE, {"name": "Regulars", "definition": GOOD}).json()

    changed = api.patch(f"{BASE}{made['id']}/", {"definition": rule()}).json()

    assert changed["size"] == 2
    history = api.get(f"{BASE}{made['id']}/history/").json()
    assert [(h["size"], h["joined"], h["left"], h["reason"]) for h in history] == [
        (1, 1, 0, "definition"),
        (2, 1, 0, "definition"),
    ]


def test_a_refresh_is_a_job_whose_result_says_who_came_and_went(
    api: Any, shop: dict[str, Any], acme: Workspace
) -> None:
    made = api.post(BASE, {"name": "Regulars", "definition": GOOD}).json()
    recorded(acme, [bought(shop["tom"], -1, 500, order=4)])
    computed(acme, AS_OF + timedelta(days=1))
    Job.everywhere.all().delete()

    answer = api.post(f"{BASE}{made['id']}/refresh/")

    assert answer.status_code == 202
    assert {"id", "kind", "status", "done", "total", "message", "result"} <= answer.json().keys()
    (job,) = run_jobs(acme)
    assert job.status == "done"
    assert job.result == {"segment": made["id"], "size": 2, "joined": 1, "left": 0}


def test_members_come_in_pages_that_hold_everybody_once(api: Any, acme: Workspace) -> None:
    people = [a_customer(acme, f"c{i}") for i in range(7)]
    recorded(acme, [bought(person, 1, 100, order=i) for i, person in enumerate(people)])
    computed(acme)
    made = api.post(BASE, {"name": "All", "definition": rule()}).json()

    seen, url, pages = [], f"{BASE}{made['id']}/members/?page_size=3", []
    while url:
        answer = api.get(url).json()
        pages.append(answer)
        seen += [person["external_id"] for person in answer["results"]]
        url = answer["next"]

    assert seen == [f"c{i}" for i in range(7)]
    assert {page["count"] for page in pages} == {7}
    back = api.get(pages[2]["previous"]).json()
    assert back["results"] == pages[1]["results"]
    assert api.get(back["previous"]).json()["results"] == pages[0]["results"]


def test_members_of_an_earlier_moment_are_those_known_then(api: Any, shop: dict[str, Any], acme: Workspace) -> None:
    made = api.post(BASE, {"name": "Regulars", "definition": GOOD}).json()
    recorded(acme, [bought(shop["tom"], -5, 500, order=4)])
    computed(acme, AS_OF + timedelta(days=5))
    api.post(f"{BASE}{made['id']}/refresh/")
    run_jobs(acme)

    then = api.get(f"{BASE}{made['id']}/members/?as_of={AS_OF:%Y-%m-%d}").json()
    now = api.get(f"{BASE}{made['id']}/members/").json()

    assert [person["external_id"] for person in then["results"]] == ["pam"]
    assert [person["external_id"] for person in now["results"]] == ["pam", "tom"]


def test_changes_since_a_cursor_are_exactly_the_difference(api: Any, shop: dict[str, Any], acme: Workspace) -> None:
    made = api.post(BASE, {"name": "Regulars", "definition": GOOD}).json()
    first = api.get(f"{BASE}{made['id']}/changes/").json()
    recorded(acme, [bought(shop["tom"], -5, 500, order=4)])
    computed(acme, AS_OF + timedelta(days=5))
    api.post(f"{BASE}{made['id']}/refresh/")
    run_jobs(acme)

    second = api.get(f"{BASE}{made['id']}/changes/?after={first['cursor']}").json()
    third = api.get(f"{BASE}{made['id']}/changes/?after={second['cursor']}").json()

    assert (first["entered"], first["left"]) == ([str(shop["pam"].pk)], [])
    assert (second["entered"], second["left"]) == ([str(shop["tom"].pk)], [])
    assert (third["entered"], third["left"]) == ([], [])
    odd = api.get(f"{BASE}{made['id']}/changes/?after=odd")
    assert odd.status_code == 400
    assert "This cursor is not known here." in odd.json()["message"]


def test_why_tells_each_condition(api: Any, shop: dict[str, Any]) -> None:
    made = api.post(BASE, {"name": "Regulars", "definition": GOOD}).json()

    answer = api.get(f"{BASE}{made['id']}/why/?customer={shop['tom'].pk}").json()

    assert answer["is_in"] is False
    (one,) = answer["conditions"]
    assert (one["value"], one["threshold"], one["verdict"]) == (1, {"gte": 2}, False)
    assert api.get(f"{BASE}{made['id']}/why/").status_code == 400


def test_the_file_holds_the_members_and_no_formula(api: Any, shop: dict[str, Any], acme: Workspace) -> None:
    made = api.post(BASE, {"name": "All of them", "definition": rule()}).json()

    answer = api.get(f"{BASE}{made['id']}/members.csv")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="all-of-them.csv"'
    rows = list(csv.DictReader(StringIO(b"".join(answer.streaming_content).decode())))
    assert [(row["customer_id"], row["email"], row["orders"], row["revenue"]) for row in rows] == [
        ("pam", "pam@example.com", "2", "30"),
        ("tom", "", "1", "5"),
    ]
    assert rows[1]["name"] == "'=sum(a1)"
    assert rows[0]["last_order_at"] == f"{NOON - timedelta(days=3):%Y-%m-%d}"
    entry = AuditEntry.objects.in_workspace(acme).get(action="segments.exported")
    assert entry.details == {"people": 2}


def test_a_fixed_list_counts_only_customers_we_know(api: Any, shop: dict[str, Any]) -> None:
    answer = api.post(BASE, {"name": "Invited", "customers": ["PAM@example.com", "pam", "nobody"]})

    assert answer.status_code == 201
    assert (answer.json()["size"], answer.json()["method"]) == (1, "fixed")
    refused = api.post(BASE, {"name": "Nobody", "customers": ["nobody"]})
    assert refused.status_code == 400
    assert Segment.everywhere.count() == 1


def test_a_segment_that_others_need_is_not_set_aside(api: Any, shop: dict[str, Any]) -> None:
    made = api.post(BASE, {"name": "Regulars", "definition": GOOD}).json()
    other = api.post(BASE, {"name": "Others", "definition": rule({"segment": made["id"], "op": "not_in"})}).json()

    assert other["size"] == 1
    assert api.delete(f"{BASE}{made['id']}/").status_code == 400
    assert api.delete(f"{BASE}{other['id']}/").status_code == 204
    assert api.delete(f"{BASE}{made['id']}/").status_code == 204
    assert api.get(f"{BASE}{made['id']}/").status_code == 404


def test_segments_must_not_go_round_in_a_circle(api: Any, shop: dict[str, Any]) -> None:
    one = api.post(BASE, {"name": "One", "definition": GOOD}).json()
    two = api.post(BASE, {"name": "Two", "definition": rule({"segment": one["id"], "op": "in"})}).json()

    answer = api.patch(f"{BASE}{one['id']}/", {"definition": rule({"segment": two["id"], "op": "in"})})

    assert answer.status_code == 400
    assert "must not go round in a circle" in answer.json()["message"]
    assert api.get(f"{BASE}{one['id']}/").json()["definition"] == GOOD


@pytest.mark.parametrize(("person", "writes", "exports"), [("erin", 201, 200), ("bob", 403, 403), ("gina", 403, 403)])
def test_roles_decide_who_makes_and_who_exports(
    person: str, writes: int, exports: int, request: Any, api: Any, shop: dict[str, Any], acme: Workspace
) -> None:
    made = api.post(BASE, {"name": "Regulars", "definition": GOOD}).json()
    theirs = a_key(acme, request.getfixturevalue(person))

    assert theirs.post(BASE, {"name": "Theirs", "definition": GOOD}).status_code == writes
    assert theirs.get(f"{BASE}{made['id']}/members.csv").status_code == exports
    assert Segment.everywhere.filter(name="Theirs").exists() is (writes == 201)


def test_a_viewer_sees_no_addresses(api: Any, bob: User, shop: dict[str, Any], acme: Workspace) -> None:
    made = api.post(BASE, {"name": "Regulars", "definition": GOOD}).json()

    (pam,) = a_key(acme, bob).get(f"{BASE}{made['id']}/members/").json()["results"]

    assert pam["email"] == "p***@e***.com"


def test_a_stranger_finds_nothing(api: Any, charlie: User, shop: dict[str, Any]) -> None:
    made = api.post(BASE, {"name": "Regulars", "definition": GOOD}).json()
    stranger = a_key(Workspace.objects.get(slug="zenith"), charlie)

    for path in ("", f"{made['id']}/", f"{made['id']}/members/", f"{made['id']}/members.csv", f"{made['id']}/history/"):
        assert stranger.get(BASE + path).status_code == 404
    in_zenith = BASE.replace("acme", "zenith")
    assert stranger.get(f"{in_zenith}{made['id']}/").status_code == 404
    referring = rule({"segment": made["id"], "op": "in"})
    assert stranger.post(in_zenith, {"name": "Theft", "definition": referring}).status_code == 400
    assert Segment.everywhere.count() == 1


def test_the_list_costs_the_same_for_many_segments(
    api: Any, shop: dict[str, Any], django_assert_max_num_queries: Any, client: Client
) -> None:
    for i in range(12):
        api.post(BASE, {"name": f"S{i}", "definition": GOOD})

    with django_assert_max_num_queries(12):
        assert api.get(BASE).json()["count"] == 12
