"""Every answer of the API has one shape, says the limits, and carries an id."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models.user import User

LIMITS = ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Request-Id"]


@pytest.fixture(autouse=True)
def fresh_counters() -> Any:
    from django.core.cache import cache

    cache.clear()


def test_without_a_key_a_sentence_says_how_to_send_one(db: None) -> None:
    answer = APIClient().get("/api/v1/me/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"
    assert answer.json() == {
        "code": "not_authenticated",
        "message": "Send a key: Authorization: Token <key>. Make one under Settings, Keys.",
    }


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("me/", 200, ""),
        ("nothing/at/all/", 404, "not_found"),
        ("workspaces/elsewhere/members/", 404, "not_found"),
        ("workspaces/acme/jobs/01a1ff6c-0000-7000-8000-000000000000/", 404, "not_found"),
        ("workspaces/acme/jobs/no-id/", 404, "not_found"),
    ],
)
def test_every_answer_says_the_limits(call: Any, alice: User, path: str, status: int, code: str) -> None:
    answer = call(alice).get(f"/api/v1/{path}")
    assert answer.status_code == status
    assert [name for name in LIMITS if name not in answer] == []
    if code:
        assert answer.json()["code"] == code
        assert answer.json()["message"].endswith(".")


def test_a_refused_key_is_told_the_limits_too(db: None) -> None:
    answer = APIClient(HTTP_AUTHORIZATION="Token nonsense").get("/api/v1/me/")
    assert answer.status_code == 401
    assert [name for name in LIMITS if name not in answer] == []


def test_calls_are_counted_once_each(call: Any, alice: User) -> None:
    program = call(alice)
    first = int(program.get("/api/v1/me/")["X-RateLimit-Remaining"])
    second = int(program.get("members/")["X-RateLimit-Remaining"])
    assert first - second == 1


def test_too_many_calls_are_told_when_to_come_back(call: Any, alice: User, settings: Any) -> None:
    settings.API_CALLS_PER_MINUTE = 2
    program = call(alice)
    answers = [program.get("/api/v1/me/") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
    assert answers[2]["X-RateLimit-Remaining"] == "0"
    assert answers[2].json()["code"] == "throttled"


def test_who_knocks_without_a_key_is_counted_by_address(db: None, settings: Any) -> None:
    settings.API_CALLS_PER_MINUTE = 2
    assert [APIClient().get("/api/v1/me/").status_code for _ in range(3)] == [401, 401, 429]


def test_a_cookie_opens_nothing_at_the_api(client: Any, alice: User) -> None:
    client.force_login(alice)
    assert client.get("/api/v1/me/").status_code == 401


def test_a_fault_answers_json_without_details(call: Any, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.api.workspaces.rights_of", lambda *args: {}["secret detail"])
    program = call(alice)
    program.client.raise_request_exception = False
    answer = program.get("/api/v1/me/")
    assert answer.status_code == 500
    assert answer.json()["code"] == "error"
    assert "secret" not in answer.content.decode()
    assert [name for name in LIMITS if name not in answer] == []


def test_broken_json_is_refused_with_a_sentence(call: Any, alice: User) -> None:
    answer = call(alice).client.post("/api/v1/workspaces/", "{", content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["code"] == "parse_error"


def test_the_contract_is_public_and_complete(client: Any, db: None) -> None:
    answer = client.get("/api/schema/?format=json")
    assert answer.status_code == 200
    assert {"/me/", "/workspaces/", "/workspaces/{slug}/jobs/{id}/"} <= {
        path.removeprefix("/api/v1") for path in answer.json()["paths"]
    }
    assert answer.json()["components"]["securitySchemes"]["key"]["name"] == "Authorization"


def test_a_callers_own_request_id_comes_back_unless_it_is_odd(call: Any, alice: User) -> None:
    program = call(alice)
    assert program.get("/api/v1/me/", HTTP_X_REQUEST_ID="abc-1")["X-Request-Id"] == "abc-1"
    assert program.get("/api/v1/me/", HTTP_X_REQUEST_ID="a b\tc")["X-Request-Id"] != "a b\tc"
