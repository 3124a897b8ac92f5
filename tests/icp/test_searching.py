"""Search: what answers to a text, and that nobody finds what they may not see."""

from typing import Any

import pytest
from django.test import Client

from accounts.models.user import User
from accounts.models.workspace import Membership, Workspace
from customers.models.customer import Customer
from customers.models.event import Code
from icp import searching
from icp.models.definition import Icp
from icp.models.grading import Round
from icp.places import PAGES, open_to
from segments.models.segment import Segment, SegmentSet
from tests.house.world import RULE

HTMX = {"HX-Request": "true"}


def member(workspace: Workspace, user: User) -> Membership:
    return Membership.objects.in_workspace(workspace).select_related("workspace", "user").get(user=user)


def titles(found: searching.Found) -> dict[str, list[str]]:
    return {kind: [hit.title for hit in hits] for kind, hits in found.kinds.items()}


@pytest.fixture
def stage(acme: Workspace) -> Workspace:
    """Hanna, a segment, and a workspace beside in which everything is called the same."""
    beside = Workspace.objects.create(slug="beside", name="Beside")
    for workspace, mail in ((acme, "hanna@tea.example"), (beside, "hanna@other.example")):
        Customer.objects.create(workspace=workspace, number=1, external_id="c-1", name="Hanna Voss", email=mail)
        Customer.objects.create(workspace=workspace, number=2, external_id="c-2", email=f"pam.{mail}")
        Segment.objects.create(workspace=workspace, name="Office buyers", definition=RULE)
        Icp.objects.create(workspace=workspace, name="Home offices")
    return acme


def test_one_word_finds_people_segments_and_candidates_of_this_workspace_only(stage: Workspace, alice: User) -> None:
    found = searching.find(member(stage, alice), "office")
    assert titles(found) == {"Segments": ["Office buyers"], "Ideal customers": ["Home offices"]}
    assert titles(searching.find(member(stage, alice), "hanna")) == {"People": ["Hanna Voss", "pam.hanna@tea.example"]}
    hrefs = [hit.href for hits in found.kinds.values() for hit in hits]
    assert all(href.startswith("/w/acme/") for href in hrefs)


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("ICPGrader", "Ideal customers"),
        ("nextmove", "Plan"),
        ("intake survey", "Business profile"),
        ("upload", "Data"),
        ("sho", "Add data"),
    ],
)
def test_pages_are_found_by_the_names_of_the_method_and_by_what_people_call_them(
    stage: Workspace, alice: User, text: str, page: str
) -> None:
    assert page in titles(searching.find(member(stage, alice), text))["Pages"]


def test_a_question_leads_to_its_answer(stage: Workspace, alice: User, client: Client) -> None:
    (hit, *_) = searching.find(member(stage, alice), "data until").kinds["Questions"]
    assert (hit.title, hit.href) == ("What does “Data until” mean?", "/w/acme/help/#data-until")
    client.force_login(alice)
    assert 'id="data-until"' in client.get("/w/acme/help/").content.decode()


def test_every_anchor_of_an_answer_stands_on_its_page(acme: Workspace, alice: User, client: Client) -> None:
    client.force_login(alice)
    for place, address in searching.places.open_to(member(acme, alice), searching.places.QUESTIONS_ANSWERED):
        if place.anchor:
            assert f'id="{place.anchor}"' in client.get(address.partition("#")[0]).content.decode(), place.title


def test_a_segment_nested_in_one_of_the_same_name_is_said_once(stage: Workspace, alice: User) -> None:
    outer = Segment.objects.create(workspace=stage, name="Champions", definition=RULE)
    nested = SegmentSet.objects.create(workspace=stage, name="Habits", method="rfm", status=SegmentSet.Status.KEPT)
    Segment.objects.create(workspace=stage, name="Champions", definition=RULE, parent=outer, set=nested)
    Segment.objects.create(workspace=stage, name="Champions abroad", definition=RULE, parent=outer)
    hits = searching.find(member(stage, alice), "champ").kinds["Segments"]
    assert [(hit.title, hit.note) for hit in hits] == [("Champions", ""), ("Champions abroad", "in Champions")]


def test_every_page_stands_where_search_says_and_is_open_to_whoever_is_shown_it(
    acme: Workspace, alice: User, bob: User, client: Client
) -> None:
    for user in (alice, bob):
        client.force_login(user)
        answers = {place.title: client.get(at).status_code for place, at in open_to(member(acme, user), PAGES)}
        assert set(answers.values()) <= {200, 302}, answers
    assert {place.title for place, _ in open_to(member(acme, alice), PAGES)} == {place.title for place in PAGES}


def test_a_viewer_finds_nobody_by_an_address_and_reads_none(stage: Workspace, bob: User) -> None:
    assert "People" not in searching.find(member(stage, bob), "hanna@tea").kinds
    (hit,) = searching.find(member(stage, bob), "c-2").kinds["People"]
    assert hit.title == "p***@t***.example"


def test_a_grader_finds_only_the_own_rounds(
    stage: Workspace, autumn: Round, gina: User, alice: User, client: Client
) -> None:
    Round.objects.create(workspace=stage, name="Autumn of others", rubric=autumn.rubric)
    assert set(titles(searching.find(member(stage, alice), "autumn"))["Rounds"]) == {"Autumn", "Autumn of others"}
    assert titles(searching.find(member(stage, gina), "autumn")) == {"Rounds": ["Autumn"]}
    for text in ("hanna", "office", "team", "settings", "data"):
        client.force_login(gina)
        page = client.get("/w/acme/search/", {"q": text}, headers=HTMX).content.decode()
        assert "Hanna" not in page
        assert "ffice" not in page.replace(f"“{text}”", "")
        assert "/settings/" not in page
        assert "/data/" not in page


def test_nothing_found_names_what_is_closest_and_offers_a_segment(stage: Workspace, alice: User, bob: User) -> None:
    Code.objects.create(workspace=stage, kind=Code.Kind.EVENT, value="Order Completed", code=1)
    found = searching.find(member(stage, alice), "Hana Vos")
    assert found.is_empty
    assert [hit.title for hit in found.closest] == ["Hanna Voss"]
    assert searching.find(member(stage, alice), "ofice buyer").closest[0].title == "Office buyers"
    assert found.segment.startswith("/w/acme/segments/new/conditions/?definition=")
    assert not searching.find(member(stage, bob), "Hana Vos").segment, "a viewer makes no segments"


def test_the_offered_segment_opens_as_conditions(stage: Workspace, alice: User, client: Client) -> None:
    Code.objects.create(workspace=stage, kind=Code.Kind.EVENT, value="Order Completed", code=1)
    client.force_login(alice)
    offered = searching.find(member(stage, alice), 'zinc & "grinder"').segment
    page = client.get(offered)
    assert page.status_code == 200
    assert "zinc &amp; &quot;grinder&quot;" in page.content.decode()


def test_what_was_typed_is_escaped(stage: Workspace, alice: User, client: Client) -> None:
    client.force_login(alice)
    page = client.get("/w/acme/search/", {"q": "<b>zz</b>"}, headers=HTMX).content.decode()
    assert "&lt;b&gt;zz&lt;/b&gt;" in page
    assert "<html" not in page, "htmx gets the part alone"
    assert "<html" in client.get("/w/acme/search/", {"q": "zz"}).content.decode()


def test_a_search_costs_the_same_few_queries_however_much_is_found(
    stage: Workspace, alice: User, django_assert_max_num_queries: Any
) -> None:
    for n in range(30):
        Customer.objects.create(workspace=stage, number=10 + n, external_id=f"x-{n}", name=f"Office {n}")
        Segment.objects.create(workspace=stage, name=f"Office {n}", definition=RULE)
    asking = member(stage, alice)
    with django_assert_max_num_queries(5):
        found = searching.find(asking, "office")
    assert [len(hits) for hits in found.kinds.values()] == [5, 5, 1]


def test_a_stranger_searches_nothing(stage: Workspace, charlie: User, client: Client) -> None:
    client.force_login(charlie)
    assert client.get("/w/acme/search/", {"q": "hanna"}).status_code == 404
