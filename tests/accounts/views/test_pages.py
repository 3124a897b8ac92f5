"""Settings, keys, activity, yourself, jobs, mails: what each shows and whom it obeys."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from rest_framework.test import APIClient

from accounts import jobs
from accounts.models.job import Job
from accounts.models.key import ApiKey
from accounts.models.user import User
from accounts.models.workspace import Workspace

SETTINGS = {
    "name": "Acme Ltd",
    "timezone": "Europe/Berlin",
    "currency": "gbp",
    "week_start": "6",
    "clock": "live",
    "min_group": "10",
}


@pytest.fixture
def job(acme: Workspace, alice: User) -> Job:
    return jobs.request(acme, kind="import", task="tests.count", by=alice)


def test_settings_are_saved(signed_in: Any, adam: User, acme: Workspace) -> None:
    answer = signed_in(adam).post("/w/acme/settings/change/", SETTINGS, follow=True)
    assert "Saved." in answer.content.decode()
    acme.refresh_from_db()
    kept = (acme.name, acme.timezone, acme.currency, acme.week_start, acme.clock, acme.min_group)
    assert kept == ("Acme Ltd", "Europe/Berlin", "GBP", 6, "live", 10)


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"timezone": "Mars"}, {"currency": "E1R"}, {"week_start": "7"}, {"min_group": "0"}]
)
def test_odd_settings_come_back_with_a_sentence(
    signed_in: Any, adam: User, acme: Workspace, wrong: dict[str, str]
) -> None:
    answer = signed_in(adam).post("/w/acme/settings/change/", SETTINGS | wrong)
    assert answer.status_code == 422
    assert 'class="field is-wrong"' in answer.content.decode()
    assert 'class="ws" href="/arrive/">Acme<' in answer.content.decode()  # the frame shows what is kept
    acme.refresh_from_db()
    assert (acme.name, acme.clock) == ("Acme", "data")


def test_an_analyst_reads_settings_without_a_form(signed_in: Any, erin: User, acme: Workspace) -> None:
    browser = signed_in(erin)
    page = browser.get("/w/acme/settings/").content.decode()
    assert "settings/change/" not in page
    assert browser.post("/w/acme/settings/change/", SETTINGS).status_code == 403
    acme.refresh_from_db()
    assert acme.name == "Acme"


def test_a_key_is_shown_once_and_works(signed_in: Any, erin: User) -> None:
    browser = signed_in(erin)
    answer = browser.post("/w/acme/settings/keys/", {"name": "Nightly", "role": "viewer", "days": "30"})
    (secret,) = re.findall(r'id="new-key">([^<]+)<', answer.content.decode())
    assert answer["Cache-Control"] == "no-store"
    assert secret not in browser.get("/w/acme/settings/keys/").content.decode()
    assert APIClient(HTTP_AUTHORIZATION=f"Token {secret}").get("/api/v1/me/").status_code == 200


@pytest.mark.parametrize(("days", "ends"), [("30", True), ("0", False)])
def test_a_key_ends_when_it_was_said(signed_in: Any, erin: User, acme: Workspace, days: str, ends: bool) -> None:
    signed_in(erin).post("/w/acme/settings/keys/", {"name": "Nightly", "role": "viewer", "days": days})
    assert (ApiKey.objects.in_workspace(acme).get().expires_at is not None) is ends


def test_an_analyst_neither_sees_nor_revokes_other_people_s_keys(
    signed_in: Any, alice: User, erin: User, acme: Workspace
) -> None:
    browser = signed_in(alice)
    browser.post("/w/acme/settings/keys/", {"name": "Of Alice", "role": "owner", "days": "30"})
    key = ApiKey.objects.in_workspace(acme).get()
    browser.force_login(erin)
    assert "Of Alice" not in browser.get("/w/acme/settings/keys/").content.decode()
    assert browser.post(f"/w/acme/settings/keys/{key.pk}/revoke/").status_code == 404
    key.refresh_from_db()
    assert key.is_valid


def test_activity_tells_who_did_what(signed_in: Any, alice: User) -> None:
    browser = signed_in(alice)
    browser.post("/w/acme/settings/keys/", {"name": "Nightly", "role": "viewer", "days": "30"})
    page = browser.get("/w/acme/settings/activity/").content.decode()
    assert "Made the key Nightly." in page
    assert "Alice" in page


def test_ones_own_name_can_be_changed(signed_in: Any, bob: User) -> None:
    signed_in(bob).post("/w/acme/me/", {"name": "Robert"})
    bob.refresh_from_db()
    assert bob.name == "Robert"


@pytest.mark.parametrize("page", ["me", "more", "help", "jobs", "settings", "settings/team", "settings/keys"])
def test_pages_carry_one_heading_and_no_inline_code(signed_in: Any, alice: User, page: str) -> None:
    answer = signed_in(alice).get(f"/w/acme/{page}/")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert html.count("<h1") == 1
    assert not re.search(r"\sstyle=|\son\w+=|<script>", html)
    assert answer["Cache-Control"] == "no-store"
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_a_grader_sees_no_settings_and_no_data(signed_in: Any, gina: User) -> None:
    browser = signed_in(gina)
    page = browser.get("/w/acme/more/").content.decode()
    assert "/w/acme/data/" not in page
    assert "/w/acme/settings/" not in page
    assert browser.get("/w/acme/settings/").status_code == 403
    assert browser.get("/w/acme/jobs/").status_code == 403


def bar(browser: Client, job: Job, onward: str = "") -> Any:
    query = f"?next={onward}" if onward else ""
    return browser.get(f"/w/acme/jobs/{job.pk}/bar/{query}", headers={"HX-Request": "true"})


def test_a_running_job_s_bar_asks_again_and_a_finished_one_s_does_not(signed_in: Any, bob: User, job: Job) -> None:
    browser = signed_in(bob)
    before = bar(browser, job)
    assert before.status_code == 200
    assert 'hx-trigger="every 1s"' in before.content.decode()
    jobs.carry_out(str(job.pk), lambda work: None)
    after = bar(browser, job)
    assert after.status_code == 286
    assert "hx-trigger" not in after.content.decode()


def test_a_finished_job_leads_on_only_inside(signed_in: Any, bob: User, job: Job) -> None:
    browser = signed_in(bob)
    assert "HX-Redirect" not in bar(browser, job, "/w/acme/data/")
    jobs.carry_out(str(job.pk), lambda work: None)
    assert bar(browser, job, "/w/acme/data/")["HX-Redirect"] == "/w/acme/data/"
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert "HX-Redirect" not in bar(browser, job, elsewhere)


def test_a_failed_job_does_not_lead_on(signed_in: Any, bob: User, job: Job) -> None:
    jobs.cancel(job)
    answer = bar(signed_in(bob), job, "/w/acme/data/")
    assert answer.status_code == 286
    assert "HX-Redirect" not in answer
    assert "Cancelled. Nothing was changed." in answer.content.decode()


def test_an_analyst_cancels_and_a_viewer_does_not(signed_in: Any, erin: User, bob: User, job: Job) -> None:
    browser = signed_in(bob)
    assert browser.post(f"/w/acme/jobs/{job.pk}/cancel/").status_code == 403
    job.refresh_from_db()
    assert job.status == "queued"
    browser.force_login(erin)
    browser.post(f"/w/acme/jobs/{job.pk}/cancel/")
    job.refresh_from_db()
    assert job.status == "cancelled"


def test_the_top_bar_stops_asking_once_nothing_runs(signed_in: Any, bob: User, job: Job) -> None:
    browser = signed_in(bob)
    assert "1 running" in browser.get("/w/acme/jobs/running/").content.decode()
    jobs.cancel(job)
    answer = browser.get("/w/acme/jobs/running/")
    assert (answer.status_code, answer.content.decode().strip()) == (286, "")


@pytest.fixture
def a_mail(settings: Any) -> None:
    folder = Path(settings.MAIL_FOLDER)
    folder.mkdir()
    mail = EmailMessage("Hello", "Follow http://localhost/reset/secret", "us@example.com", ["you@example.com"])
    (folder / "1.log").write_bytes(mail.message().as_bytes() + b"\n" + b"-" * 79 + b"\n")


def mails(browser: Client, **extra: Any) -> Any:
    return browser.get("/mail/", **({"HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1"} | extra))


def test_mails_are_listed_at_the_machine_itself(signed_in: Any, bob: User, a_mail: None) -> None:
    answer = mails(signed_in(bob))
    assert answer.status_code == 200
    assert "Hello" in answer.content.decode()
    assert "http://localhost/reset/secret" in answer.content.decode()


@pytest.mark.parametrize(
    "extra",
    [{"REMOTE_ADDR": "10.0.0.7"}, {"HTTP_X_FORWARDED_FOR": "10.0.0.7"}, {"HTTP_HOST": "testserver"}],
    ids=["from another machine", "through a proxy", "by a public name"],
)
def test_mails_do_not_exist_for_anybody_else(signed_in: Any, alice: User, a_mail: None, extra: dict[str, str]) -> None:
    assert mails(signed_in(alice), **extra).status_code == 404


def test_mails_do_not_exist_beside_a_mail_server(signed_in: Any, alice: User, a_mail: None, settings: Any) -> None:
    settings.MAIL_HOST = "mail.example.com"
    settings.DEBUG = True
    assert mails(signed_in(alice)).status_code == 404


def test_mails_need_somebody_signed_in(client: Client, db: None, a_mail: None) -> None:
    assert mails(client).url.startswith("/accounts/login/")
