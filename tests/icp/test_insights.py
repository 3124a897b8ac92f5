"""The first look on its page, at the address of each finding, as a file, as a segment, and over the API."""

from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.models.audit import AuditEntry
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import engine, profiling
from icp import looking, proving, showing
from icp.models.insight import Insight
from icp.sights.finding import Finding
from icp.sights.sight import Scene
from segments.models.segment import Segment
from segments.refreshing import newest_members
from tests.customers.stage import AS_OF
from tests.segments.shop import KINDS, REGULARS, a_shop


@pytest.fixture
def shop(acme: Workspace) -> Workspace:
    """80 buyers of three kinds, looked at once."""
    a_shop(acme, {name: replace(kind, people=kind.people // 5) for name, kind in KINDS.items()}, follow=False)
    scene = Scene(acme, AS_OF)
    found = {kind: replace(sight(scene), whole=scene.told) for kind, sight in looking.SIGHTS.items()}
    looking.keep(acme, found, as_of=AS_OF)
    return acme


def page_of(workspace: Workspace) -> str:
    return reverse("icp:first-look", args=[workspace.slug])


def of(workspace: Workspace, kind: str) -> Insight:
    return Insight.objects.in_workspace(workspace).get(kind=kind, set_aside_at=None)


def test_the_page_says_six_sentences_under_the_whole_and_one_button_stands_out(
    shop: Workspace, alice: User, signed_in: Any
) -> None:
    page = signed_in(alice).get(page_of(shop)).content.decode()
    text = strip_tags(page)
    assert "80 customers, €" in text
    assert page.count('<li class="fl') == 6
    assert page.count("btn-primary") == 1
    for one in looking.newest(shop):
        assert strip_tags(str(one.told.sentence).replace("**", "")) in text
    assert page.count('class="src-panel"') == sum(bool(one.told.sql) for one in looking.newest(shop))
    assert "What we cannot tell from this file" in text


def test_the_page_asks_the_database_the_same_number_of_times_however_much_was_found(
    shop: Workspace, alice: User, signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(alice)
    with django_assert_max_num_queries(20):
        client.get(page_of(shop))


def test_the_query_that_is_shown_gives_the_figure_that_is_said(shop: Workspace) -> None:
    relations = profiling.relations(shop, AS_OF)

    def run(kind: str) -> Any:
        return engine.query(shop, engine.parse(of(shop, kind).told.sql), relations=relations).to_pandas()

    best, back, overdue = run("best"), run("back"), run("overdue")
    assert best[best["twentieth"] <= 4]["people"].sum() == of(shop, "best").finding["figures"]["people"]
    assert back["came_back"].sum() == of(shop, "back").finding["figures"]["people"]
    assert overdue["people"].sum() == of(shop, "overdue").finding["figures"]["people"] > 0


@pytest.mark.parametrize("kind", ["best", "back", "overdue"])
def test_the_segment_of_a_finding_holds_as_many_people_as_the_sentence_says(
    shop: Workspace, alice: User, signed_in: Any, kind: str
) -> None:
    found = of(shop, kind)
    client = signed_in(alice)
    answer = client.post(reverse("icp:insight-segment", args=[shop.slug, found.pk]))
    segment = Segment.objects.in_workspace(shop).get(set=None)
    assert answer.url == reverse("segments:detail", args=[shop.slug, segment.pk])
    assert len(newest_members(segment)) == found.finding["figures"]["people"]

    again = client.post(reverse("icp:insight-segment", args=[shop.slug, found.pk]))
    assert again.url == answer.url
    assert Segment.objects.in_workspace(shop).filter(set=None).count() == 1
    assert answer.url in client.get(page_of(shop)).content.decode()


def test_a_name_that_is_taken_gets_the_day_behind_it(shop: Workspace, alice: User) -> None:
    first = proving.segment_of(of(shop, "best"), as_of=AS_OF, by=alice)
    Segment.objects.in_workspace(shop).filter(pk=first.pk).update(definition=first.definition | {"where": {"all": []}})
    second = proving.segment_of(of(shop, "best"), as_of=AS_OF, by=alice)
    assert (first.name, second.name) == ("Best fifth", "Best fifth, 1 Mar")


def test_an_old_address_goes_on_saying_the_same_and_shows_the_newer_one(
    shop: Workspace, alice: User, signed_in: Any
) -> None:
    old = of(shop, "best")
    told = replace(old.told, sentence="**1 customer** brings it all.")
    assert looking.keep(shop, {"best": told}, as_of=AS_OF) == 1
    page = signed_in(alice).get(reverse("icp:insight", args=[shop.slug, old.pk])).content.decode()
    assert showing.Shown(old, old.told).told.sentence.split("**")[1] in page
    assert "brings it all" not in page
    assert reverse("icp:insight", args=[shop.slug, of(shop, "best").pk]) in page


def test_the_rows_are_a_file_that_opens_without_harm_and_leaves_a_trace(
    acme: Workspace, alice: User, signed_in: Any
) -> None:
    table = {"columns": ["Started with", "People"], "rows": [["=cmd|' /C calc'!A0", 60], ["Tea, green", 50]]}
    row = Insight.objects.create(workspace=acme, kind="start", as_of=AS_OF, finding=Finding("x", table=table).as_json())
    answer = signed_in(alice).get(reverse("icp:insight-csv", args=[acme.slug, row.pk]))
    lines = b"".join(answer).decode().splitlines()
    assert lines == ["Started with,People", "'=cmd|' /C calc'!A0,60", '"Tea, green",50']
    entry = AuditEntry.objects.in_workspace(acme).get(action="insights.exported")
    assert (entry.actor, entry.subject) == (alice, str(row.pk))


def test_a_viewer_reads_but_neither_makes_nor_takes_nor_learns_names(
    shop: Workspace, alice: User, bob: User, client: Any
) -> None:
    found = of(shop, "overdue")
    client.force_login(alice)
    assert "Among them" in client.get(page_of(shop)).content.decode()
    client.force_login(bob)
    page = client.get(page_of(shop)).content.decode()
    assert "See these customers" not in page
    assert "Among them" not in page
    assert "rows.csv" not in page
    assert client.post(reverse("icp:insight-segment", args=[shop.slug, found.pk])).status_code == 403
    assert client.get(reverse("icp:insight-csv", args=[shop.slug, found.pk])).status_code == 403
    assert not Segment.objects.in_workspace(shop).filter(set=None).exists()


def test_a_grader_is_turned_away_and_a_stranger_finds_nothing(
    shop: Workspace, gina: User, charlie: User, client: Any
) -> None:
    for person, status in ((gina, 403), (charlie, 404)):
        client.force_login(person)
        assert client.get(page_of(shop)).status_code == status
        assert client.get(reverse("icp:insight", args=[shop.slug, of(shop, "best").pk])).status_code == status


def test_a_finding_of_another_workspace_is_not_found(shop: Workspace, charlie: User, signed_in: Any) -> None:
    theirs = of(shop, "best")
    assert signed_in(charlie).get(reverse("icp:insight", args=["zenith", theirs.pk])).status_code == 404


def test_without_orders_the_page_says_what_will_stand_here(acme: Workspace, alice: User, signed_in: Any) -> None:
    page = signed_in(alice).get(page_of(acme)).content.decode()
    assert "Six sentences about your business stand here" in page
    assert reverse("customers:import-new", args=[acme.slug]) in page


def test_a_few_buyers_are_refused_with_the_way_out(acme: Workspace, alice: User, signed_in: Any) -> None:
    a_shop(acme, {"few": replace(REGULARS, people=9)}, follow=False)
    scene = Scene(acme, AS_OF)
    looking.keep(
        acme, {kind: replace(sight(scene), whole=scene.told) for kind, sight in looking.SIGHTS.items()}, as_of=AS_OF
    )
    page = signed_in(alice).get(page_of(acme)).content.decode()
    assert page.count("fl-unk") == 6
    assert "btn-primary" not in page
    assert "See these customers" not in page
    assert "You have 9 buyers" in page


def test_the_api_says_the_same_as_the_page(shop: Workspace, alice: User, api: Any, client: Any) -> None:
    answer = api(alice).get(f"/api/v1/workspaces/{shop.slug}/first-look/").json()
    assert [row["kind"] for row in answer] == list(looking.SIGHTS)
    best = answer[0]
    assert best["sentence"] == of(shop, "best").told.sentence
    assert (best["how_sure"], best["figures"]["people"]) == ("sure", of(shop, "best").finding["figures"]["people"])
    assert best["segment_definition"]["where"]["all"][0]["feature"] == "revenue"
    assert "picture" not in str(answer), "numbers of customers stay inside"
    client.force_login(alice)
    assert client.get(best["url"].removeprefix("http://testserver")).status_code == 200
    one = api(alice).get(f"/api/v1/workspaces/{shop.slug}/first-look/{best['id']}/").json()
    assert one["sentence"] == best["sentence"]
