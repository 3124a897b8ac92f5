"""The pages of segments: what is shown, and to whom."""

from typing import Any

import pytest
from pyroaring import BitMap

from accounts.models.job import Job
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers.models.customer import Customer
from segments.models.segment import Segment
from segments.remembering import keep_snapshot
from tests.customers.stage import AS_OF
from tests.segments.shop import a_shop
from tests.segments.stage import a_segment

pytestmark = pytest.mark.django_db
PAGES = "/w/acme/segments/"


def test_an_empty_workspace_says_what_will_stand_here(acme: Workspace, alice: User, signed_in: Any) -> None:
    page = signed_in(alice).get(PAGES).content.decode()
    assert "Your main segments appear two minutes after your first order file." in page
    assert "Bring your orders" in page


def test_the_main_segments_stand_as_one_picture_and_one_by_one(acme: Workspace, alice: User, signed_in: Any) -> None:
    a_shop(acme, never=3)
    page = signed_in(alice).get(PAGES).content.decode()
    assert "<b>400 buyers</b>" in page
    for segment in Segment.objects.in_workspace(acme).main().with_size():
        assert (f"{PAGES}{segment.pk}/" in page) == (segment.size > 0)


def test_one_segment_tells_its_story(acme: Workspace, alice: User, signed_in: Any) -> None:
    shop = a_shop(acme, follow=False)
    segment = a_segment(acme, "Slipping", {"trait": "country", "op": "in", "value": ["France"]})
    keep_snapshot(segment, BitMap(shop["slipping"]), as_of=AS_OF)

    page = signed_in(alice).get(f"{PAGES}{segment.pk}/").content.decode()

    assert "<b>80 people</b>" in page
    assert "Country: France" in page
    assert "First counted with data until 1 Mar 2026." in page
    assert page.count("Why is Slipping-") == 10
    assert "Use this segment" in page


def test_who_came_and_went_shows_from_the_second_count_on(acme: Workspace, alice: User, signed_in: Any) -> None:
    shop = a_shop(acme, follow=False)
    segment = a_segment(acme, "Some", {"feature": "orders", "op": "gte", "value": 1})
    keep_snapshot(segment, BitMap(shop["slipping"]), as_of=AS_OF.replace(month=1))
    keep_snapshot(segment, BitMap([*shop["slipping"][10:], *shop["tryers"][:40]]), as_of=AS_OF)

    page = signed_in(alice).get(f"{PAGES}{segment.pk}/").content.decode()

    assert "<b>40 came</b> and <b>10 went</b>" in page
    assert "<b>30 more</b> than a month ago" in page


def test_few_people_are_not_compared(acme: Workspace, alice: User, signed_in: Any) -> None:
    shop = a_shop(acme, follow=False)
    segment = a_segment(acme, "Few", {"feature": "orders", "op": "gte", "value": 1})
    keep_snapshot(segment, BitMap(shop["slipping"][:12]), as_of=AS_OF)
    assert "Too few people to say," in signed_in(alice).get(f"{PAGES}{segment.pk}/").content.decode()


def test_members_are_paged_and_why_names_the_condition(acme: Workspace, alice: User, signed_in: Any) -> None:
    shop = a_shop(acme, follow=False)
    segment = a_segment(acme, "Everybody", {"feature": "orders", "op": "gte", "value": 1})
    keep_snapshot(segment, BitMap(shop["tryers"]), as_of=AS_OF)
    client = signed_in(alice)

    page = client.get(f"{PAGES}{segment.pk}/members/?page=2").content.decode()
    assert page.count("Why is Tryers-") == 50
    assert "Page 2 of 4" in page

    customer = Customer.objects.in_workspace(acme).get(number=shop["tryers"][0])
    why = client.get(f"{PAGES}{segment.pk}/why/{customer.pk}/").content.decode()
    assert "<b>Tryers-0</b> is in" in why


def test_a_viewer_sees_no_address_and_no_buttons(acme: Workspace, bob: User, signed_in: Any) -> None:
    shop = a_shop(acme, follow=False)
    numbers = shop["slipping"]
    Customer.objects.in_workspace(acme).filter(number__in=numbers).update(
        name="", external_id="", email="jo@example.com"
    )
    segment = a_segment(acme, "Slipping", {"feature": "orders", "op": "gte", "value": 1})
    keep_snapshot(segment, BitMap(numbers), as_of=AS_OF)

    page = signed_in(bob).get(f"{PAGES}{segment.pk}/").content.decode()

    assert "jo@example.com" not in page
    assert "j***@e***.com" in page
    assert "Use this segment" not in page
    assert "Count again" not in page


@pytest.mark.parametrize(("person", "status"), [("erin", 302), ("bob", 403), ("gina", 403), ("charlie", 404)])
def test_who_may_count_again(
    acme: Workspace, signed_in: Any, request: pytest.FixtureRequest, person: str, status: int
) -> None:
    segment = a_segment(acme, "Some", {"feature": "orders", "op": "gte", "value": 1})
    answer = signed_in(request.getfixturevalue(person)).post(f"{PAGES}{segment.pk}/refresh/")
    assert answer.status_code == status
    assert Job.objects.in_workspace(acme).filter(kind="refresh").count() == (status == 302)


def test_a_segment_can_be_renamed_and_set_aside(acme: Workspace, erin: User, signed_in: Any) -> None:
    segment = a_segment(acme, "Some", {"feature": "orders", "op": "gte", "value": 1})
    client = signed_in(erin)

    client.post(f"{PAGES}{segment.pk}/rename/", {"name": "Others"})
    client.post(f"{PAGES}{segment.pk}/archive/")

    segment.refresh_from_db()
    assert (segment.name, segment.archived_at is None) == ("Others", False)
    assert client.get(f"{PAGES}{segment.pk}/").status_code == 404
