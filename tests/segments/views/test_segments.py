"""The pages of segments: what is shown, and to whom."""

from typing import Any

import pytest
from pyroaring import BitMap

from accounts.models.job import Job
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import holding
from customers.models.customer import Customer
from icp.models.plan import Action
from segments import foreseeing
from segments.models.segment import Segment
from segments.remembering import keep_snapshot, newest_members, newest_snapshot
from segments.sketching import sketch
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
    assert "<b>80 of 80</b> with a rhythm of their own have been quiet" in page
    assert f"{acme.slug}/plan/new/?segment={segment.pk}&amp;name=Remind%20the%20overdue%20of%20Slipping" in page
    assert "Chance to order: needs 500 buyers; you have 400." in page
    assert "No file has told us who agreed" in page
    assert "The conditions decide, and they buy unlike the others." in page
    assert all(f'id="why-{name}"' in page for name in ("people", "revenue", "chance", "reach"))
    assert "quiet for 1" in page  # each face says what is special about it


def test_the_chance_to_order_is_what_people_like_them_did(
    acme: Workspace, alice: User, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreseeing, "FEWEST_BUYERS", 300)
    shop = a_shop(acme, follow=False)
    regulars = a_segment(acme, "Regulars", {"feature": "orders", "op": "gte", "value": 1})
    keep_snapshot(regulars, BitMap(shop["regulars"]), as_of=AS_OF)
    tryers = a_segment(acme, "Tryers", {"feature": "orders", "op": "eq", "value": 1})
    keep_snapshot(tryers, BitMap(shop["tryers"]), as_of=AS_OF)

    key = holding.version(acme, AS_OF)
    often, once = (sketch(acme, newest_snapshot(segment), AS_OF, key).chance for segment in (regulars, tryers))

    assert often is not None
    assert once is not None
    assert once < 0.1 < 0.5 < often


def test_the_list_says_where_a_segment_is_used(acme: Workspace, alice: User, signed_in: Any) -> None:
    shop = a_shop(acme, follow=False)
    for name in ("Used", "Idle"):
        segment = a_segment(acme, name, {"feature": "orders", "op": "gte", "value": 1})
        keep_snapshot(segment, BitMap(shop["slipping"]), as_of=AS_OF)
    used = Segment.objects.in_workspace(acme).get(name="Used")
    Action.objects.create(workspace=acme, name="Write to them", segment=used, check_on=AS_OF.date())

    page = signed_in(alice).get(PAGES).content.decode()

    assert '<td class="only-d">1 move</td>' in page
    assert page.count("not used yet") == 1
    assert page.count("1 Mar</td>") == 2


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


def test_why_somebody_is_in_a_main_segment_names_what_puts_them_there(
    acme: Workspace, alice: User, signed_in: Any
) -> None:
    a_shop(acme)
    main = next(row for row in Segment.objects.in_workspace(acme).main().with_size() if row.size)
    customer = Customer.objects.in_workspace(acme).get(number=newest_members(main)[0])

    page = signed_in(alice).get(f"{PAGES}{main.pk}/why/{customer.pk}/").content.decode()

    for label in ("Days since last order", "Orders", "Spent"):
        assert f"<dt>{label}</dt>" in page
    assert f"{main.name}</span>." in page


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
