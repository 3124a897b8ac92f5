"""Idempotency-Key: twice asked, once done."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from accounts.api import once
from accounts.models.kept import KeptAnswer
from accounts.models.key import ApiKey
from accounts.models.user import User
from accounts.models.workspace import Workspace

BODY = {"name": "Nightly", "role": "viewer"}
AGAIN = {"HTTP_IDEMPOTENCY_KEY": "call-1"}


def keys_named(workspace: Workspace, name: str) -> int:
    return int(ApiKey.objects.in_workspace(workspace).filter(name=name).count())


def test_the_same_call_is_answered_again_byte_for_byte_and_done_once(call: Any, acme: Workspace, erin: User) -> None:
    program = call(erin)
    first = program.post("tokens/", BODY, **AGAIN)
    second = program.post("tokens/", BODY, **AGAIN)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second["Content-Type"] == first["Content-Type"]
    assert (second["Idempotent-Replayed"], first.has_header("Idempotent-Replayed")) == ("true", False)
    assert keys_named(acme, "Nightly") == 1


def test_without_the_header_each_call_counts(call: Any, acme: Workspace, erin: User) -> None:
    program = call(erin)
    program.post("tokens/", BODY)
    program.post("tokens/", BODY)
    assert keys_named(acme, "Nightly") == 2


def test_another_body_under_the_same_key_is_refused(call: Any, acme: Workspace, erin: User) -> None:
    program = call(erin)
    program.post("tokens/", BODY, **AGAIN)
    other = program.post("tokens/", BODY | {"name": "Other"}, **AGAIN)
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_key_reused"
    assert keys_named(acme, "Other") == 0


def test_a_call_under_way_is_a_conflict(call: Any, acme: Workspace, erin: User) -> None:
    program = call(erin)
    program.post("tokens/", BODY, **AGAIN)
    KeptAnswer.objects.update(status=None, content=b"")
    assert program.post("tokens/", BODY, **AGAIN).status_code == 409
    assert keys_named(acme, "Nightly") == 1


def test_a_call_that_died_on_the_way_can_be_made_again(call: Any, acme: Workspace, erin: User) -> None:
    program = call(erin)
    program.post("tokens/", BODY, **AGAIN)
    KeptAnswer.objects.update(status=None, created_at=now() - timedelta(minutes=11))
    assert program.post("tokens/", BODY, **AGAIN).status_code == 201
    assert keys_named(acme, "Nightly") == 2


def test_a_refusal_is_kept_too(call: Any, erin: User) -> None:
    program = call(erin)
    first = program.post("tokens/", {"name": "Up", "role": "owner"}, **AGAIN)
    second = program.post("tokens/", {"name": "Up", "role": "owner"}, **AGAIN)
    assert first.status_code == second.status_code == 400
    assert second.content == first.content
    assert second["Idempotent-Replayed"] == "true"


def test_a_fault_of_ours_is_not_kept(call: Any, acme: Workspace, erin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    program = call(erin)
    program.client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("accounts.api.keys.keying.make_key", lambda *args, **more: 1 / 0)
        failed = program.post("tokens/", BODY, **AGAIN)
    assert failed.status_code == 500
    assert failed.json()["code"] == "error"
    assert program.post("tokens/", BODY, **AGAIN).status_code == 201
    assert keys_named(acme, "Nightly") == 1


def test_two_callers_may_choose_the_same_word(call: Any, acme: Workspace, alice: User, erin: User) -> None:
    call(erin).post("tokens/", BODY, **AGAIN)
    call(alice).post("tokens/", BODY, **AGAIN)
    assert keys_named(acme, "Nightly") == 2


def test_an_answer_is_kept_for_a_day(call: Any, acme: Workspace, erin: User) -> None:
    program = call(erin)
    with time_machine.travel(now()) as clock:
        program.post("tokens/", BODY, **AGAIN)
        clock.shift(timedelta(hours=23, minutes=59))
        program.post("tokens/", BODY, **AGAIN)
        assert keys_named(acme, "Nightly") == 1
        clock.shift(timedelta(minutes=2))
        program.post("tokens/", BODY, **AGAIN)
    assert keys_named(acme, "Nightly") == 2


def test_old_answers_are_swept(call: Any, erin: User) -> None:
    program = call(erin)
    program.post("tokens/", BODY, **AGAIN)
    once.sweep()
    assert KeptAnswer.objects.count() == 1
    with time_machine.travel(now() + timedelta(hours=25)):
        once.sweep()
    assert KeptAnswer.objects.count() == 0


def test_secrets_in_kept_answers_are_sealed(call: Any, erin: User) -> None:
    secret = call(erin).post("tokens/", BODY, **AGAIN).json()["token"]
    assert secret.encode() not in bytes(KeptAnswer.objects.get().content)


def test_who_may_not_leaves_nothing_behind(call: Any, bob: User) -> None:
    assert call(bob).post("tokens/", BODY, **AGAIN).status_code == 403
    assert KeptAnswer.objects.count() == 0


def test_a_key_of_more_than_255_characters_is_refused(call: Any, acme: Workspace, erin: User) -> None:
    assert call(erin).post("tokens/", BODY, HTTP_IDEMPOTENCY_KEY="x" * 256).status_code == 400
    assert keys_named(acme, "Nightly") == 0


def test_the_same_file_sent_twice_is_the_same_call_although_boundaries_differ(rf: Any) -> None:
    def asked(content: bytes) -> str:
        from rest_framework.parsers import MultiPartParser
        from rest_framework.request import Request

        body = {"file": SimpleUploadedFile("orders.csv", content), "kind": "orders"}
        request = Request(rf.post("/x/", body), parsers=[MultiPartParser()])
        return once._fingerprint(request)

    assert asked(b"a,b\n1,2\n") == asked(b"a,b\n1,2\n")
    assert asked(b"a,b\n1,2\n") != asked(b"a,b\n1,3\n")
