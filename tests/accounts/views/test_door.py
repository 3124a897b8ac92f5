"""The door: signing up, signing in, resetting, and where somebody stands afterwards."""

import html
import re
from typing import Any

import pytest
from django.test import Client

from accounts import surveying
from accounts.models.user import User
from accounts.models.workspace import Membership, Workspace
from accounts.permissions import PERMISSIONS
from tests.conftest import a_person

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def fresh_counters() -> None:
    from django.core.cache import cache

    cache.clear()


def test_the_door_is_open_and_leads_only_to_what_exists(client: Client, db: None) -> None:
    page = client.get("/").content.decode()
    assert "Which customers should you serve first?" in page
    ways = set(re.findall(r'<a[^>]* href="(/[^"]*)"', page))
    assert {"/accounts/signup/", "/accounts/login/"} <= ways
    assert [way for way in ways if client.get(way).status_code != 200] == []


def test_who_is_signed_in_goes_on(signed_in: Any, alice: User) -> None:
    assert signed_in(alice).get("/").url == "/arrive/"


def test_signing_up_makes_a_person_and_lets_them_in(client: Client, db: None) -> None:
    body = {"name": "Mara Stone", "email": "Mara@Example.com", "password1": "brown tea kettle"}
    answer = client.post("/accounts/signup/", body)
    person = User.objects.get(email="mara@example.com")
    assert (answer.status_code, answer.url) == (302, "/arrive/")
    assert (person.name, person.check_password("brown tea kettle")) == ("Mara Stone", True)
    assert client.get("/arrive/").url == "/new/"


@pytest.mark.parametrize("password", ["short", "123456789012", "mara@example.co"])
def test_a_weak_password_makes_nobody(client: Client, db: None, password: str) -> None:
    page = client.post("/accounts/signup/", {"email": "mara@example.com", "password1": password})
    assert "is-wrong" in page.content.decode()
    assert not User.objects.exists()


def test_who_signs_up_too_often_reads_a_page_that_says_what_to_do(client: Client, db: None, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"signup": "1/m/ip"}
    for name in ("one", "two"):
        answer = Client().post("/accounts/signup/", {"email": f"{name}@example.com", "password1": "brown tea kettle"})
    assert answer.status_code == 429
    assert "Wait a few minutes, go back, and try again." in answer.content.decode()
    assert not User.objects.filter(email="two@example.com").exists()


def test_an_address_has_one_account(client: Client, alice: User) -> None:
    page = client.post("/accounts/signup/", {"email": "ALICE@example.com", "password1": "brown tea kettle"})
    assert "There is an account with this address already." in page.content.decode()
    assert User.objects.filter(email__iexact="alice@example.com").count() == 1


def test_signing_in_says_the_same_whether_the_account_exists_or_not(client: Client, alice: User) -> None:
    said = []
    for address in ("alice@example.com", "nobody@example.com"):
        page = client.post("/accounts/login/", {"login": address, "password": "wrong password"}).content.decode()
        said.append(re.findall(r'<div class="wrong" role="alert"><p>(.*?)</p>', page))
    assert said[0] == said[1] == ["The address or the password is not right. Try again, or choose a new password."]


def test_a_new_password_is_asked_for_the_same_way_whether_the_account_exists_or_not(
    client: Client, alice: User, mailoutbox: Any
) -> None:
    answers = [
        client.post("/accounts/password/reset/", {"email": address})
        for address in ("alice@example.com", "nobody@example.com")
    ]
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, "/accounts/password/reset/done/")] * 2
    assert [mail.subject for mail in mailoutbox] == [
        "Choose a new password for Bestfit",
        "There is no Bestfit account with this address",
    ]


def test_a_new_password_ends_the_sessions_of_the_old_one(client: Client, alice: User, mailoutbox: Any) -> None:
    elsewhere = Client()
    elsewhere.force_login(alice)
    assert elsewhere.get("/arrive/").status_code == 302
    client.post("/accounts/password/reset/", {"email": "alice@example.com"})
    (link,) = re.findall(r"http://testserver(/\S+)", mailoutbox[0].body)
    form = client.get(link).url
    client.post(form, {"password1": "brown tea kettle", "password2": "brown tea kettle"})
    alice.refresh_from_db()
    assert alice.check_password("brown tea kettle")
    assert elsewhere.get("/arrive/").url.startswith("/accounts/login/")
    assert "This link is over" in Client().get(link, follow=True).content.decode()


def test_changing_the_password_ends_every_session(signed_in: Any, alice: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(alice)
    browser = signed_in(alice)
    change = {"oldpassword": PASSWORD, "password1": "brown tea kettle", "password2": "brown tea kettle"}
    browser.post("/accounts/password/change/", change)
    assert browser.get("/arrive/").url.startswith("/accounts/login/")
    assert elsewhere.get("/arrive/").url.startswith("/accounts/login/")


def test_the_second_step_is_asked_for_once_it_is_set_up(client: Client, alice: User) -> None:
    from allauth.mfa.totp.internal.auth import (
        TOTP,
        format_hotp_value,
        generate_totp_secret,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    secret = generate_totp_secret()
    TOTP.activate(alice, secret)
    answer = client.post("/accounts/login/", {"login": "alice@example.com", "password": PASSWORD})
    assert answer.url.startswith("/accounts/2fa/authenticate/")
    assert client.get("/arrive/").url.startswith("/accounts/login/")
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert client.get("/arrive/").status_code == 302
    assert not client.get("/arrive/").url.startswith("/accounts/")


def test_the_first_workspace_is_made_and_entered(signed_in: Any, db: None) -> None:
    dora = a_person("dora")
    browser = signed_in(dora)
    assert browser.get("/new/").status_code == 200
    body = {"name": "Dora & Sons", "timezone": "Europe/Paris", "currency": "EUR"}
    assert browser.post("/new/", body).url == "/w/dora-sons/start/"
    assert browser.get("/arrive/").url == "/w/dora-sons/"
    assert Membership.everywhere.get(user=dora).role == "owner"


def test_a_workspace_without_a_name_is_refused(signed_in: Any, db: None) -> None:
    answer = signed_in(a_person("dora")).post("/new/", {"name": " ", "timezone": "UTC", "currency": "EUR"})
    assert answer.status_code == 422
    assert Workspace.objects.count() == 0


def test_a_grader_arrives_at_the_rounds(signed_in: Any, gina: User) -> None:
    assert signed_in(gina).get("/arrive/").url == "/w/acme/ideal-customers/"
    assert "grader" not in PERMISSIONS["data.view"]


def test_who_belongs_to_several_workspaces_chooses(signed_in: Any, alice: User) -> None:
    Membership.objects.create(
        workspace=Workspace.objects.create(slug="second", name="Second"), user=alice, role="viewer"
    )
    page = signed_in(alice).get("/arrive/").content.decode()
    assert re.findall(r'class="t" href="(/w/[^"]*)"', page) == ["/w/acme/", "/w/second/"]


PAGES = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/x-y/",
    "/accounts/password/reset/key/done/",
    "/accounts/inactive/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/none/",
]
OWN_PAGES = [
    "/accounts/logout/",
    "/accounts/password/change/",
    "/accounts/email/",
    "/accounts/2fa/",
    "/accounts/reauthenticate/",
]


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_signing_in_wear_our_look(client: Client, db: None, path: str) -> None:
    page = client.get(path).content.decode()
    assert 'class="gate-sheet' in page
    assert page.count("<h1>") == 1


@pytest.mark.parametrize("path", OWN_PAGES)
def test_pages_of_ones_own_account_wear_our_look(client: Client, alice: User, path: str) -> None:
    client.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    page = client.get(path).content.decode()
    assert 'class="gate-sheet' in page
    assert page.count("<h1>") == 1


def test_who_brings_no_data_is_led_through_signing_up_to_naming_candidates(client: Client, db: None) -> None:
    door = client.get("/").content.decode()
    way = html.unescape(re.search(r'href="([^"]*)">Grade your ideal customers with your team', door)[1])  # type: ignore[index]
    form = client.get(way).content.decode()
    onward = html.unescape(re.search(r'name="next" value="([^"]*)"', form)[1])  # type: ignore[index]
    body = {"email": "fay@acorn-works.example", "password1": "brown tea kettle"}
    refused = client.post("/accounts/signup/", {**body, "password1": "short", "next": onward}).content.decode()
    assert html.escape(onward) in refused, "a refused form keeps the way"
    signed_up = client.post("/accounts/signup/", {**body, "next": onward})
    answer = client.get(signed_up.url)
    assert answer.url == "/new/?way=opinions"
    page = client.get(answer.url)
    assert page.context["form"]["name"].value() == "Acorn Works", "nothing has to be typed"
    assert 'action="/new/?way=opinions"' in page.content.decode()
    made = client.post(answer.url, {"name": "Acorn Works", "timezone": "UTC", "currency": "EUR"})
    assert made.url == "/w/acorn-works/ideal-customers/new/"
    workspace = Workspace.objects.get(slug="acorn-works")
    assert surveying.survey_of(workspace).value("have") == ["nothing"]


def test_who_has_a_workspace_already_goes_straight_to_naming_candidates(
    acme: Workspace, alice: User, bob: User, client: Client
) -> None:
    client.force_login(alice)
    assert client.get("/arrive/?way=opinions").url == "/w/acme/ideal-customers/new/"
    client.force_login(bob)
    assert client.get("/arrive/?way=opinions").url == "/w/acme/", "a viewer names nobody"


def test_a_second_workspace_is_not_named_after_the_first(signed_in: Any, alice: User) -> None:
    assert not signed_in(alice).get("/new/").context["form"]["name"].value()
