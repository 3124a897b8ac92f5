"""Each file has the columns its vendor publishes, and what must not be read leaves hashed."""

import csv
from hashlib import sha256
from io import StringIO

import pytest

from accounts.models.workspace import Workspace
from segments import addressing
from tests.customers.stage import a_customer

pytestmark = pytest.mark.django_db
# The columns that each vendor publishes and takes without mapping by hand.
KLAVIYO = {"Email", "Email Address", "First Name", "Last Name", "Phone Number"}
GOOGLE = {"Email", "Phone", "First Name", "Last Name", "Country", "Zip"}
META = {"email", "phone", "madid", "fn", "ln", "zip", "ct", "st", "country", "dob", "doby", "gen", "age", "uid"}


def written(workspace: Workspace, destination: str) -> list[dict[str, str]]:
    pam = a_customer(workspace, "pam", email=" Pam.Doe@Gmail.com", name="Pam O'Doe Smith")
    a_customer(workspace, "tom", email="", name="Tom")
    formula = a_customer(workspace, "eve", email="eve@example.com", name="=cmd() Eve")
    text = "".join(
        addressing.lines(workspace, [pam.number, pam.number + 1, formula.number], destination=destination, segment="=A")
    )
    return list(csv.DictReader(StringIO(text, newline="")))


def test_klaviyo_wants_the_address_first(acme: Workspace) -> None:
    rows = written(acme, "klaviyo")

    assert next(iter(rows[0])) == "Email"
    assert set(rows[0]) - KLAVIYO == {"Bestfit Segment"}  # a property of ours
    assert (rows[0]["First Name"], rows[0]["Last Name"]) == ("Pam", "O'Doe Smith")


@pytest.mark.parametrize(("destination", "address"), [("mailchimp", "Email Address"), ("hubspot", "Email")])
def test_mail_tools_get_address_and_name(acme: Workspace, destination: str, address: str) -> None:
    rows = written(acme, destination)

    assert {address, "First Name", "Last Name"} <= set(rows[0])
    assert [row[address].strip() for row in rows] == ["Pam.Doe@Gmail.com", "eve@example.com"]


def test_google_gets_hashed_addresses_without_the_dots_that_gmail_ignores(acme: Workspace) -> None:
    rows = written(acme, "google")

    assert set(rows[0]) <= GOOGLE
    assert rows[0]["Email"] == sha256(b"pamdoe@gmail.com").hexdigest()
    assert rows[1]["Email"] == sha256(b"eve@example.com").hexdigest()


def test_meta_gets_everything_hashed_in_lower_case(acme: Workspace) -> None:
    rows = written(acme, "meta")

    assert set(rows[0]) <= META
    assert rows[0]["email"] == sha256(b"pam.doe@gmail.com").hexdigest()
    assert rows[0]["fn"] == sha256(b"pam").hexdigest()
    assert rows[0]["ln"] == sha256(b"odoe smith").hexdigest()


@pytest.mark.parametrize("destination", sorted(addressing.HASHED))
def test_no_address_and_no_name_can_be_read_in_a_hashed_file(acme: Workspace, destination: str) -> None:
    cells = [cell for row in written(acme, destination) for cell in row.values()]

    assert all(cell == "" or (len(cell) == 64 and set(cell) <= set("0123456789abcdef")) for cell in cells)


@pytest.mark.parametrize("destination", sorted(addressing.FILES))
def test_no_cell_starts_a_formula_and_nobody_without_an_address_is_in(acme: Workspace, destination: str) -> None:
    rows = written(acme, destination)

    assert len(rows) == 2
    assert not [cell for row in rows for cell in row.values() if cell[:1] in {"=", "+", "-", "@"}]
