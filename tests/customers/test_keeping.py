"""A number's address: it shows what the page said, later too, and nothing that no page said."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import keeping
from customers.keeping import NotSealed
from customers.models.kept import KeptFigure
from tests.customers.figures import a_coupon_shop, profiled
from tests.customers.stage import AS_OF, a_customer, bought, recorded

SAID = {"title": "Repeat buyers", "value": "26 %", "sql": "SELECT 1", "page": "/w/acme/", "as_of": AS_OF}


def test_a_doubter_sees_the_number_of_home_a_week_later(
    acme: Workspace, alice: User, bob: User, signed_in: Any
) -> None:
    a_coupon_shop(acme, people=30)
    profiled(acme)
    dan: Client = signed_in(alice)
    home = dan.get("/w/acme/").content.decode()
    panel = re.search(r'<aside class="src-panel" id="why-(?!who-buys).*?</aside>', home, re.DOTALL)
    assert panel
    sealed = re.search(r'name="sealed" value="([^"]+)"', panel[0])
    value = re.search(r"It shows (.+?) to whoever", panel[0])
    assert sealed
    assert value
    kept = dan.post("/w/acme/figures/keep/", {"sealed": unescape(sealed[1])})
    again = dan.post("/w/acme/figures/keep/", {"sealed": unescape(sealed[1])})
    assert kept.headers["Location"] == again.headers["Location"]

    newcomer = a_customer(acme, "newcomer")
    recorded(acme, [bought(newcomer, -7, 900_000_00, order=90_000 + i) for i in range(9)])
    profiled(acme)
    page = signed_in(bob).get(kept.headers["Location"]).content.decode()
    assert f"<b>{value[1]}</b>" in page
    assert "In SQL" in page
    assert KeptFigure.objects.in_workspace(acme).get().as_of == AS_OF


def test_nobody_keeps_a_number_that_no_page_said(acme: Workspace, alice: User, charlie: User, client: Client) -> None:
    zenith = Workspace.objects.get(slug="zenith")
    sealed = keeping.seal(acme, **SAID)
    for odd in ("", "a:b:c", sealed[:-3] + "abc", keeping.seal(zenith, **SAID)):
        with pytest.raises(NotSealed, match="Load the page again"):
            keeping.keep(acme, odd, by=alice)
    kept = keeping.keep(acme, sealed, by=alice)
    client.force_login(charlie)
    assert client.get(f"/w/acme/figures/{kept.pk}/").status_code == 404
    assert client.get(f"/w/zenith/figures/{kept.pk}/").status_code == 404


def test_another_moment_is_another_number(acme: Workspace, alice: User) -> None:
    first = keeping.keep(acme, keeping.seal(acme, **SAID), by=alice)
    later = keeping.keep(acme, keeping.seal(acme, **(SAID | {"as_of": AS_OF + timedelta(days=7)})), by=alice)
    assert first.pk != later.pk
