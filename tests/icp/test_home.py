"""Home, from the first minute to the first day with data, for everybody who may see it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import reverse

from accounts import surveying
from accounts.models.job import Job
from accounts.models.user import User
from accounts.models.workspace import Workspace
from icp import looking
from icp.sights.finding import Finding, refused
from tests.customers.stage import NOON
from tests.factories import an_import
from tests.house.world import RULE
from tests.icp.shop import settle, twelve_buyers

ORDERS = """order_id,customer_id,date,product_id,quantity,unit_price
1,pam,2026-01-05,tea,1,10.00
2,pam,2026-02-20,tea,2,10.00
3,jim,2026-02-27,pot,1,30.00
"""


@pytest.fixture
def shop(acme: Workspace, django_capture_on_commit_callbacks: Any) -> Workspace:
    twelve_buyers(acme)
    settle(acme, django_capture_on_commit_callbacks)
    return acme


def home_of(workspace: Workspace) -> str:
    return reverse("icp:home", args=[workspace.slug])


def test_an_empty_workspace_shows_the_place_for_the_file_and_three_questions(
    acme: Workspace, alice: User, signed_in: Any
) -> None:
    page = signed_in(alice).get(home_of(acme)).content.decode()
    assert "Bring one order file" in page
    assert f'action="{reverse("customers:import-new", args=[acme.slug])}"' in page
    assert 'name="file"' in page
    assert page.count('<section class="intake-q"') == 3
    assert '<svg class="ch"' not in page, "no empty charts"


def test_answered_questions_leave_the_empty_home(acme: Workspace, alice: User, signed_in: Any) -> None:
    first: dict[str, Any] = {"selling": "shop", "goal": {"metric": "unsure"}, "have": ["orders"]}
    surveying.answer(acme, answers=first, by=alice, at=NOON)
    assert "intake-q" not in signed_in(alice).get(home_of(acme)).content.decode()


def test_who_has_nothing_yet_is_led_to_naming_ideal_customers(acme: Workspace, alice: User, signed_in: Any) -> None:
    surveying.answer(acme, answers={"have": ["nothing"]}, by=alice, at=NOON)
    page = signed_in(alice).get(home_of(acme)).content.decode()
    assert f'<a class="btn btn-primary" href="{reverse("icp:list", args=[acme.slug])}">' in page
    assert page.count("btn-primary") == 1
    assert 'name="file"' in page


def test_a_viewer_of_an_empty_workspace_learns_who_can_fill_it(
    acme: Workspace, alice: User, erin: User, gina: User, bob: User, signed_in: Any
) -> None:
    page = signed_in(bob).get(home_of(acme)).content.decode()
    assert "Nobody has brought data yet." in page
    assert "<b>Alice, Erin</b> can." in page
    assert 'name="file"' not in page
    assert "intake-q" not in page


def test_a_grader_is_sent_to_the_rounds(acme: Workspace, gina: User, signed_in: Any) -> None:
    answer = signed_in(gina).get(home_of(acme))
    assert (answer.status_code, answer.url) == (302, reverse("icp:rounds", args=[acme.slug]))


def test_a_stranger_finds_nothing(acme: Workspace, charlie: User, signed_in: Any) -> None:
    assert signed_in(charlie).get(home_of(acme)).status_code == 404


def test_while_data_come_in_the_page_shows_how_far_it_is(acme: Workspace, alice: User, signed_in: Any) -> None:
    job = Job.objects.create(workspace=acme, kind="import", task="x", done=3, total=9, message="3 lines read.")
    page = signed_in(alice).get(home_of(acme)).content.decode()
    assert "What will stand here" in page
    assert f'id="job-{job.pk}"' in page
    assert "3 lines read." in page


def test_a_refused_file_is_explained_where_the_next_one_is_brought(
    acme: Workspace, alice: User, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_ = an_import(acme, ORDERS)
    Job.everywhere.all().delete()
    type(import_).everywhere.update(status="failed", problem="All 3 dates are bad. Write them like 2026-02-27.")
    page = signed_in(alice).get(home_of(acme)).content.decode()
    assert "“orders.csv” was refused: All 3 dates are bad. Write them like 2026-02-27." in page


def test_with_data_the_page_says_the_business_in_words_picture_table_and_figures(
    shop: Workspace, alice: User, signed_in: Any
) -> None:
    page = signed_in(alice).get(home_of(shop)).content.decode()
    assert "12 people bought from you in 13 months. <b>1 in 5</b> of them brings <b>86\u202f%</b>" in page
    assert page.count('<path class="fl"') == 6, "three ribbons, in two sizes"
    assert '<td class="num">6</td><td class="num">50\u202f%</td>' in page
    assert page.count('class="fig"') == 3
    assert page.count('class="src-panel"') == 4
    assert page.count("btn-primary") == 1, "one primary action on a page"


def test_a_viewer_sees_the_same_figures_and_only_steps_that_are_open(
    shop: Workspace, alice: User, bob: User, client: Any
) -> None:
    client.force_login(alice)
    owners = client.get(home_of(shop)).context
    client.force_login(bob)
    viewers = client.get(home_of(shop)).context
    assert viewers["greeting"].sentence == owners["greeting"].sentence
    assert [step.page for step in viewers["steps"]] == ["segments:detail", "segments:detail"]
    assert "accounts:intake" in [step.page for step in owners["steps"]]


def test_what_follows_an_import_counts_back_from_the_end_of_the_data(acme: Workspace) -> None:
    an_import(acme, ORDERS)
    profile = Job.objects.in_workspace(acme).get(kind="profile")
    assert profile.as_of == datetime(2026, 2, 28, tzinfo=UTC)


def test_from_a_file_to_home(
    acme: Workspace, alice: User, signed_in: Any, django_capture_on_commit_callbacks: Any
) -> None:
    an_import(acme, ORDERS)
    settle(acme, django_capture_on_commit_callbacks)
    context = signed_in(alice).get(home_of(acme)).context
    assert context["greeting"].sentence == "2 people bought from you in 54 days."
    assert [(figure.value, figure.small) for figure in context["greeting"].figures] == [
        ("50\u202f%", "of €60"),
        ("50\u202f%", ""),
        ("€20", ""),
    ]
    assert context["steps"][0].page == "customers:books"


def choosing(workspace: Workspace) -> str:
    return reverse("icp:key-figures", args=[workspace.slug])


def test_the_team_chooses_other_figures_and_goes_back_to_those_of_the_goal(
    shop: Workspace, alice: User, signed_in: Any
) -> None:
    browser = signed_in(alice)
    usual = [figure.name for figure in browser.get(home_of(shop)).context["greeting"].figures]
    assert browser.get(choosing(shop)).context["chosen"] == usual
    wanted = ["order_value", "active_share", "top_ten"]

    assert browser.post(choosing(shop), {"figure": wanted}).url == home_of(shop)
    greeting = browser.get(home_of(shop)).context["greeting"]
    assert ({figure.name for figure in greeting.figures}, greeting.why_these) == (set(wanted), "Chosen by your team")
    surveying.answer(shop, answers={"goal": {"metric": "more_new"}}, by=alice, at=NOON)
    assert {figure.name for figure in browser.get(home_of(shop)).context["greeting"].figures} == set(wanted)

    browser.post(choosing(shop), {"figure": wanted, "do": "goal"})
    greeting = browser.get(home_of(shop)).context["greeting"]
    assert greeting.figures[0].name == "new_customers"
    assert greeting.why_these == "Chosen because of your goal: more new customers"


@pytest.mark.parametrize("ticked", [[], ["order_value"], ["order_value", "active_share", "top_ten", "overdue"]])
def test_home_has_room_for_three_figures(shop: Workspace, alice: User, signed_in: Any, ticked: list[str]) -> None:
    answer = signed_in(alice).post(choosing(shop), {"figure": ticked})
    assert answer.status_code == 422
    assert "tick three" in answer.content.decode()
    shop.refresh_from_db()
    assert surveying.chosen_figures(shop) == []


def test_before_there_are_orders_there_is_nothing_to_choose(acme: Workspace, alice: User, signed_in: Any) -> None:
    assert "there are none yet" in signed_in(alice).get(choosing(acme)).content.decode()


def test_what_is_not_known_leads_to_those_it_is_about(shop: Workspace, alice: User, signed_in: Any) -> None:
    page = signed_in(alice).get(home_of(shop))
    (left,) = [unknown for unknown in page.context["unknowns"] if unknown.what == "Why people leave."]
    assert left.page == "segments:detail"
    assert f'href="{reverse(left.page, args=[shop.slug, left.about])}">See who they are' in page.content.decode()


EMPTY = ["segments/", "customers/", "ideal-customers/", "ideal-customers/personas/", "ideal-customers/rounds/",
         "ideal-customers/focus/", "plan/", "data/", "data/books/", "jobs/"]  # fmt: skip


@pytest.mark.parametrize("page", EMPTY)
def test_an_empty_page_has_one_button_and_a_piece_of_the_example_and_names_who_can_help_a_viewer(
    acme: Workspace, alice: User, bob: User, client: Any, page: str
) -> None:
    client.force_login(alice)
    owners = client.get(home_of(acme) + page).content.decode()
    assert owners.count("btn-primary") == 1
    assert owners.count("From the example shop") == 1
    assert "Missing so far" in owners
    client.force_login(bob)
    viewers = client.get(home_of(acme) + page).content.decode()
    assert viewers.count("btn-primary") == 0
    assert "<b>Alice</b> can " in viewers


def test_three_findings_of_the_first_look_stand_on_home_each_with_a_way_to_its_people(
    shop: Workspace, alice: User, bob: User, client: Any
) -> None:
    findings = {
        "overdue": Finding("**9** are overdue.", rule=RULE, figures={"people": 9, "spent_365d": 1234.0}),
        "start": Finding("Tea <starts> well.", level="fairly", between="between 1.7 and 2.6", rule=RULE),
        "growth": refused("We cannot tell.", "Too short."),
    }
    looking.keep(shop, findings, as_of=NOON)
    overdue = next(one for one in looking.newest(shop) if one.kind == "overdue")
    segment = reverse("icp:insight-segment", args=[shop.slug, overdue.pk])

    client.force_login(alice)
    answer = client.get(home_of(shop))
    page = answer.content.decode()
    assert [one.insight.kind for one in answer.context["findings"]] == ["overdue", "start"]
    assert "<b>9</b> are overdue." in page
    assert "Tea &lt;starts&gt; well." in page
    assert f'action="{segment}"' in page
    assert page.count("btn-primary") == 1, "the cards are quieter than the next step"
    client.force_login(bob)
    viewers = client.get(home_of(shop))
    assert segment not in viewers.content.decode(), "a viewer makes no segment"
    steps = [(step.title, step.about) for step in viewers.context["steps"]]
    assert ("See the 9 good customers who are overdue", overdue.pk) in steps
