"""A colleague brings one file by a link that shows nothing."""

import io
from datetime import timedelta

import pytest
from django.core import mail
from django.utils.timezone import now

from accounts.models.audit import AuditEntry
from accounts.models.notification import Notification
from customers import asking, receiving
from customers.models.source import Import
from customers.models.upload import UploadLink
from tests.customers.test_importing import SMALL
from tests.factories import an_import

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(acme, alice):
    return asking.ask(acme, alice)


def a_file(content: str = SMALL, name: str = "orders.csv"):
    file = io.BytesIO(content.encode())
    file.name = name
    return file


def post(client, secret: str, content: str = SMALL):
    return client.post(f"/bring/{secret}/", {"file": a_file(content)})


def test_a_colleague_without_an_account_brings_one_file_that_waits(client, acme, alice, asked):
    page = client.get(f"/bring/{asked.secret}/").content.decode()
    assert str(alice) in page
    assert "Acme" in page

    thanks = post(client, asked.secret).content.decode()

    assert "Thank you" in thanks
    import_ = Import.objects.in_workspace(acme).get()
    assert (import_.status, import_.file_name) == ("asked", "orders.csv")
    assert UploadLink.objects.in_workspace(acme).get().brought == import_
    told = AuditEntry.objects.in_workspace(acme).order_by("created_at").values_list("action", flat=True)
    assert list(told) == ["upload.asked", "upload.brought"]
    news = Notification.objects.in_workspace(acme).get(user=alice)
    assert (news.sentence[:34], news.link) == (
        "A colleague brought orders.csv by ",
        f"/w/acme/data/imports/{import_.pk}/",
    )


def test_the_secret_is_kept_only_as_a_hash(acme, asked):
    link = UploadLink.objects.in_workspace(acme).get()

    assert asked.secret not in str([getattr(link, field.attname) for field in link._meta.fields])


def test_the_page_shows_nothing_of_the_workspace_but_its_name(client, acme, asked):
    an_import(acme, SMALL, name="secret_orders.csv")

    page = client.get(f"/bring/{asked.secret}/").content.decode()

    assert "secret_orders" not in page
    assert f"/w/{acme.slug}" not in page
    assert "ann@example.com" not in page


def test_a_link_takes_one_file(client, acme, asked):
    post(client, asked.secret)

    assert post(client, asked.secret).status_code == 410
    assert Import.objects.in_workspace(acme).count() == 1


@pytest.mark.parametrize(("guarded", "files"), [(True, 1), (False, 2)])
def test_of_two_uploads_at_once_one_wins_and_the_claim_is_what_decides(acme, asked, monkeypatch, guarded, files):
    receive, over = receiving.receive, []

    def while_another_arrives(*args, **how):
        monkeypatch.setattr(receiving, "receive", receive)
        try:
            asking.bring(asked.link, name="second.csv", chunks=[SMALL.encode()])
        except asking.LinkOver:
            over.append("second.csv")
        return receive(*args, **how)

    monkeypatch.setattr(receiving, "receive", while_another_arrives)
    if not guarded:
        monkeypatch.setattr(asking, "_claim", lambda link: True)

    asking.bring(asked.link, name="first.csv", chunks=[SMALL.encode()])

    assert Import.objects.in_workspace(acme).count() == files
    assert len(over) == 2 - files


def test_a_file_that_cannot_be_read_leaves_the_link_open(client, acme, asked):
    answer = post(client, asked.secret, "%PDF-1.7 ...")

    assert answer.status_code == 422
    assert "This is a PDF" in answer.content.decode()
    assert "Thank you" in post(client, asked.secret).content.decode()


@pytest.mark.parametrize("over", [{"expires_at": now() - timedelta(1)}, {"revoked_at": now()}, {"used_at": now()}])
def test_a_link_that_is_over_takes_nothing(client, acme, asked, over):
    UploadLink.objects.in_workspace(acme).update(**over)

    assert client.get(f"/bring/{asked.secret}/").status_code == 410
    assert post(client, asked.secret).status_code == 410
    assert not Import.objects.in_workspace(acme).exists()


def test_guessing_links_is_slowed_down(client, acme):
    seen = {client.get(f"/bring/up_guess{number}/", REMOTE_ADDR="10.9.9.9").status_code for number in range(32)}

    assert seen == {410, 429}


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(client, asked):
    answer = client.post(
        f"/bring/{asked.secret}/", data=b"", content_type="multipart/form-data; boundary=x",
        headers={"content-length": str(300 << 20)},
    )  # fmt: skip

    assert answer.status_code == 413


def test_who_asks_gets_a_link_to_copy_and_takes_it_back(signed_in, alice, acme, client):
    owner = signed_in(alice)
    page = owner.post("/w/acme/data/ask/", {"email": ""}).content.decode()
    address = page.partition("http://testserver/bring/")[2].partition("<")[0]
    assert "shown only now" in page
    assert client.get(f"/bring/{address}").status_code == 200

    link = UploadLink.objects.in_workspace(acme).get()
    owner.post(f"/w/acme/data/ask/{link.pk}/revoke/")

    assert client.get(f"/bring/{address}").status_code == 410


def test_with_a_mail_server_the_colleague_gets_the_link_and_who_asked_gets_the_news(
    signed_in, alice, acme, client, settings
):
    settings.MAIL_HOST = "mail.example.com"
    signed_in(alice).post("/w/acme/data/ask/", {"email": "tom@example.com"})
    secret = mail.outbox[0].body.partition("/bring/")[2].partition("/")[0]

    post(client, secret)

    assert [letter.to for letter in mail.outbox] == [["tom@example.com"], [alice.email]]
    assert "orders.csv" in mail.outbox[1].body
    assert f"/data/imports/{Import.objects.in_workspace(acme).get().pk}/" in mail.outbox[1].body
