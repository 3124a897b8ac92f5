"""Imports and sources over the API."""

import io
import json

import pytest

from accounts.models.key import ApiKey
from accounts.models.workspace import Role
from accounts.secrets import hashed
from customers import sourcing
from customers.models.customer import Customer
from customers.models.source import Import, Source
from tests.conftest import run_jobs
from tests.customers.test_importing import SMALL

pytestmark = pytest.mark.django_db
BASE = "/api/v1/workspaces/acme"


@pytest.fixture
def api(client, alice, acme):
    ApiKey.objects.create(workspace=acme, user=alice, name="test", secret_hash=hashed("bf_test"), role=Role.OWNER)
    client.defaults["HTTP_AUTHORIZATION"] = "Token bf_test"
    return client


def bring(api, content: str = SMALL, **fields):
    file = io.BytesIO(content.encode())
    file.name = "orders.csv"
    return api.post(f"{BASE}/imports/", {"file": file, "kind": "orders", **fields})


def test_a_file_is_brought_and_its_result_is_the_jobs(api, acme):
    answer = bring(api)
    assert (answer.status_code, answer.json()["kind"], answer.json()["status"]) == (202, "import", "queued")

    run_jobs(acme)

    job = api.get(f"{BASE}/jobs/{answer.json()['id']}/").json()
    import_ = api.get(f"{BASE}/imports/{Import.objects.in_workspace(acme).get().pk}/").json()
    assert job["status"] == "done"
    assert {name: import_[name] for name in job["result"]} == job["result"]
    assert (import_["rows"], import_["gross_revenue"], import_["mapping"]["date"]) == (6, "61.00", "date")
    assert api.get(f"{BASE}/imports/").json()["count"] == 1


def test_a_mapping_is_followed(api, acme):
    mapping = {"a": "order_id", "b": "customer_id", "c": "date", "d": "total", "e": "trait"}
    bring(api, "a,b,c,d,e\n1,7,2026-01-05,5,gold\n", mapping=json.dumps(mapping))
    run_jobs(acme)

    assert Customer.objects.in_workspace(acme).get().traits == {"e": "gold"}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"mapping": "{"}, "not JSON"),
        ({"mapping": '{"x": 1}'}, "object of texts"),
        ({"mapping": '{"nowhere": "date"}'}, "The file has no column “nowhere”"),
        ({"mapping": '{"date": "moment"}'}, "“moment” is not a field"),
        ({"mapping": '{"date": "date", "order_id": "date"}'}, "Two columns are given as the order date"),
        ({"mapping": '{"order_id": "order_id"}'}, "no column with"),
        ({"kind": "horses"}, "cannot be imported yet"),
    ],
)
def test_a_wrong_mapping_is_refused_and_nothing_is_stored(fields, sentence, api, acme):
    answer = bring(api, **fields)

    assert answer.status_code == 400
    assert sentence in json.dumps(answer.json(), ensure_ascii=False)
    assert not Import.objects.in_workspace(acme).exists()


def test_an_unsafe_guess_is_refused_until_it_is_answered(api, acme):
    unclear = "order_id,customer_id,date,total\n1,7,01/02/2026,5\n"
    answer = bring(api, unclear)
    assert (answer.status_code, "Send options with date: one of “dmy”, “mdy”." in answer.json()["message"]) == (
        400,
        True,
    )

    assert bring(api, unclear, options='{"date": "dmy"}').status_code == 202


def test_undo_over_the_api(api, acme):
    bring(api)
    run_jobs(acme)
    address = f"{BASE}/imports/{Import.objects.in_workspace(acme).get().pk}/"

    assert api.delete(address).status_code == 202
    run_jobs(acme)
    assert api.get(address).json()["status"] == "undone"
    assert api.delete(address).status_code == 409


def test_rejects_are_a_csv_or_404(api, acme):
    bring(api)
    run_jobs(acme)
    address = f"{BASE}/imports/{Import.objects.in_workspace(acme).get().pk}/rejects.csv"
    assert api.get(address).status_code == 404

    bring(api, SMALL + "1,7,,,P,N,1,1,UK\n")
    run_jobs(acme)
    newest = Import.objects.in_workspace(acme).latest("created_at")
    answer = api.get(f"{BASE}/imports/{newest.pk}/rejects.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert b"".join(answer.streaming_content).decode().startswith("line,reason,order_id")


def test_sources_have_write_keys_and_names_of_their_own(api, acme):
    answer = api.post(f"{BASE}/sources/", {"name": "Web shop", "kind": "live"}, content_type="application/json")
    assert answer.status_code == 201
    assert answer.json()["write_key"].startswith("wk_")

    again = api.post(f"{BASE}/sources/", {"name": "Web shop", "kind": "live"}, content_type="application/json")
    assert (again.status_code, Source.objects.in_workspace(acme).count()) == (409, 1)


def test_the_live_source_is_made_once(acme):
    assert sourcing.live_source(acme) == sourcing.live_source(acme)
    assert sourcing.live_source(acme).write_key != sourcing.file_source(acme).write_key is None


@pytest.mark.parametrize(("role", "status"), [(Role.ANALYST, 202), (Role.VIEWER, 403), (Role.GRADER, 403)])
def test_who_may_bring_a_file(role, status, api, acme):
    ApiKey.objects.in_workspace(acme).update(role=role)

    assert bring(api).status_code == status
    assert Import.objects.in_workspace(acme).count() == (status == 202)
