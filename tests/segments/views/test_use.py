"""Use this segment: the dialog, the list, its file."""

from typing import Any

import pytest
from pyroaring import BitMap

from accounts.models.audit import AuditEntry
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers.models.customer import Customer
from segments.models.delivery import Delivery
from segments.models.segment import Segment
from segments.remembering import keep_snapshot
from tests.customers.stage import AS_OF, a_customer, bought, recorded
from tests.segments.stage import a_segment, computed, four_who_agreed

pytestmark = pytest.mark.django_db
ASKED = {"destination": "klaviyo", "share": "0.5", "purpose": "Say hello", "check_on": "2026-03-30"}


@pytest.fixture
def regulars(acme: Workspace) -> Segment:
    return four_who_agreed(acme)


def page_of(segment: Segment) -> str:
    return f"/w/acme/segments/{segment.pk}/use/"


def test_the_segment_leads_to_its_use(alice: User, regulars: Segment, signed_in: Any) -> None:
    page = signed_in(alice).get(f"/w/acme/segments/{regulars.pk}/").content.decode()

    assert f'href="{page_of(regulars)}">Use this segment</a>' in page


def test_the_dialog_shows_the_sums(alice: User, regulars: Segment, signed_in: Any) -> None:
    page = signed_in(alice).get(page_of(regulars)).content.decode()

    assert "1 without" in page
    assert "1 unknown, left out" in page
    assert "Save file of 4" in page
    assert "Too few to prove anything. Send to all." in page
    assert " inert>" in page


def test_counting_again_stores_nothing_and_keeps_what_was_typed(
    acme: Workspace, alice: User, regulars: Segment, signed_in: Any
) -> None:
    asked = ASKED | {"recount": "1", "with_unknown": "on", "owner": alice.pk}
    page = signed_in(alice).post(page_of(regulars), asked, headers={"HX-Request": "true"}).content.decode()

    assert page.lstrip().startswith('<dialog class="dlg" id="use"')
    assert "1 unknown, taken in" in page
    assert "Save file of 3" in page
    assert 'value="Say hello"' in page
    assert not Delivery.objects.in_workspace(acme).exists()


def test_a_list_is_made_kept_and_taken(acme: Workspace, alice: User, regulars: Segment, signed_in: Any) -> None:
    client = signed_in(alice)
    answer = client.post(page_of(regulars), ASKED | {"owner": alice.pk})
    made = Delivery.objects.in_workspace(acme).get()
    assert answer.headers["Location"] == f"/w/acme/segments/lists/{made.pk}/"

    page = client.get(answer.headers["Location"]).content.decode()
    assert "Download the file of 2" in page
    assert "Nothing has come in since." in page

    file = b"".join(client.get(f"/w/acme/segments/lists/{made.pk}/file/").streaming_content).decode()
    held = BitMap.deserialize(bytes(made.held_back))
    assert file.splitlines()[0] == "Email,First Name,Last Name,Bestfit Segment"
    assert len(file.splitlines()) == 3
    kept_back = Customer.objects.in_workspace(acme).filter(number__in=list(held))
    assert not [c.email for c in kept_back if c.email in file]
    assert AuditEntry.objects.in_workspace(acme).filter(action="segments.exported", actor=alice).count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"purpose": ""}, "Say in a few words what you send them"),
        ({"check_on": "2026-03-01"}, "Choose a day after 2 Mar 2026"),
        ({"owner": "999999"}, "Choose a member."),
        ({"destination": "fax"}, "fax is not one of the available choices"),
    ],
)
def test_what_is_missing_is_said_and_nothing_leaves(
    acme: Workspace, alice: User, regulars: Segment, signed_in: Any, wrong: dict[str, str], sentence: str
) -> None:
    answer = signed_in(alice).post(page_of(regulars), ASKED | {"owner": alice.pk} | wrong)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Delivery.objects.in_workspace(acme).exists()


def test_who_told_nothing_is_asked_about_and_left_out(
    acme: Workspace, alice: User, regulars: Segment, signed_in: Any
) -> None:
    Customer.objects.in_workspace(acme).update(traits={})
    regulars.workspace.refresh_from_db()
    client = signed_in(alice)
    assert "There is nobody to write to yet." in client.get(page_of(regulars)).content.decode()

    answer = client.post(page_of(regulars), ASKED | {"owner": alice.pk})
    assert answer.status_code == 422
    assert "Nobody in this list may be written to." in answer.content.decode()


def test_without_any_word_of_consent_the_page_says_so(acme: Workspace, alice: User, signed_in: Any) -> None:
    pam = a_customer(acme, "pam", email="pam@example.com")
    recorded(acme, [bought(pam, 0, 1000, order=1)])
    computed(acme)
    segment = a_segment(acme, "All", {"feature": "orders", "op": "gte", "value": 1})
    keep_snapshot(segment, BitMap([pam.number]), as_of=AS_OF)

    assert "We don’t know whether you may write to them." in signed_in(alice).get(page_of(segment)).content.decode()


@pytest.mark.parametrize(("person", "status"), [("bob", 403), ("gina", 403), ("charlie", 404)])
def test_who_may_not_send(
    acme: Workspace, regulars: Segment, signed_in: Any, request: pytest.FixtureRequest, person: str, status: int
) -> None:
    answer = signed_in(request.getfixturevalue(person)).post(page_of(regulars), ASKED)

    assert answer.status_code == status
    assert not Delivery.objects.in_workspace(acme).exists()
