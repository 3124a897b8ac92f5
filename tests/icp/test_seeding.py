"""Fern & Kettle, built once for this module, and asked for what was planted in it."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from accounts.models.owned import WorkspaceOwned
from accounts.models.user import User
from accounts.models.workspace import Membership, Workspace
from customers import clock, listing, profiling
from customers.models.customer import Customer
from customers.models.source import Import
from icp import replacing, seeding
from icp.models.definition import Icp
from icp.models.grading import Round
from icp.models.plan import Action, State
from icp.science.wares import STAFF
from segments import comparing
from segments.models.delivery import Delivery
from segments.models.segment import Segment
from segments.remembering import history, newest_members
from tests.icp.fern import built

UNTIL = date(2025, 11, 20)
SIZE = 1_000
pytestmark = [pytest.mark.xdist_group("example"), pytest.mark.slow]


@pytest.fixture(scope="module")
def stage(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Workspace, Path]]:
    """The example and the folder it lies in; gone after the module, people and all."""
    folder = tmp_path_factory.mktemp("example")
    with django_db_blocker.unblock(), built(folder, size=SIZE, until=UNTIL) as workspace:
        yield workspace, folder


@pytest.fixture
def fern(db: None, stage: tuple[Workspace, Path], settings: Any, own_data_folder: Path) -> Workspace:
    """The example as it stands open."""
    settings.DATA = stage[1]
    found = replacing.shown()
    assert found is not None
    return found


def shares(workspace: Workspace, *names: str) -> dict[str, comparing.Share]:
    """People and money of segments, by name."""
    rows = {s.name: s for s in Segment.objects.in_workspace(workspace).filter(name__in=names)}
    counted = comparing.shares(workspace, [newest_members(rows[n]) for n in names], clock.as_of(workspace))
    return dict(zip(names, counted, strict=True))


def test_it_is_an_example_with_five_people_and_a_goal(fern: Workspace) -> None:
    team = Membership.objects.in_workspace(fern)

    assert (fern.is_example, fern.slug, fern.name) == (True, "fern-kettle", "Fern & Kettle")
    assert sorted(team.values_list("user__name", flat=True)) == sorted(STAFF.values())
    assert not any(member.user.has_usable_password() for member in team)
    assert fern.goal["metric"] == "repeat_purchase"
    assert fern.goal["now"]["repeat_purchase"] < fern.goal["target"]


def test_its_data_end_on_the_day_that_was_asked(fern: Workspace) -> None:
    newest = clock.data_until(fern)

    assert newest is not None
    assert newest.date() == UNTIL


def test_each_kind_has_its_share_of_buyers_and_of_the_money(fern: Workspace) -> None:
    planned = {
        "December gift buyers": (24, 13), "Small offices": (6, 27), "Starter-kit brewers": (11, 21),
        "Bean regulars": (14, 22), "Discount hunters": (16, 9), "One-time tryers": (24, 5), "Tea switchers": (5, 3),
    }  # fmt: skip
    found = shares(fern, *planned)
    off = {
        name: (round(abs(100 * found[name].people / SIZE - people)), round(abs(100 * found[name].of_revenue - money)))
        for name, (people, money) in planned.items()
    }

    assert {name: pair for name, pair in off.items() if pair[0] > 1 or pair[1] > 3} == {}


def test_readers_who_never_bought_are_known_and_counted_apart(fern: Workspace) -> None:
    assert shares(fern, "Never bought")["Never bought"].people == round(SIZE * 2_600 / 12_400)


def test_it_came_in_five_files_one_with_refused_and_doubled_rows(fern: Workspace) -> None:
    files = list(Import.objects.in_workspace(fern).order_by("created_at"))

    assert [file.status for file in files] == ["done"] * 5
    assert [bool(file.counts["rejected"]) for file in files] == [False, False, True, False, False]
    assert [bool(file.counts["duplicates"]) for file in files] == [False, False, True, False, False]
    assert all(file.checked_at for file in files)
    assert files[2].counts["rows"] == sum(files[2].counts[name] for name in ("accepted", "rejected", "duplicates"))


def test_one_buyer_is_a_marketplace(fern: Workspace) -> None:
    often = Customer.objects.in_workspace(fern).get(email="hello@teatray-market.example")

    figures = listing.figures_of(fern, often, relations=profiling.relations(fern, clock.as_of(fern)))
    assert figures["orders"] == round(SIZE * 1_900 / 12_400)


def test_segments_have_a_history_of_several_weeks(fern: Workspace) -> None:
    regulars = Segment.objects.in_workspace(fern).get(name="Bean regulars still buying")

    assert len({moment.as_of for moment in history(regulars)}) >= 3


def test_the_letter_worked_and_the_product_says_so(fern: Workspace) -> None:
    delivery = Delivery.objects.in_workspace(fern).get()
    sent, held = delivery.result["sent"], delivery.result["held_back"]

    assert delivery.is_answered
    assert delivery.counts["held_back"] == held["people"] > 0
    assert abs(sent["ordered"] / sent["people"] - 80 / 880) < 0.01
    assert abs(held["ordered"] / held["people"] - 15 / 375) < 0.02


def test_eight_candidates_were_graded_by_five_and_two_are_the_focus(fern: Workspace) -> None:
    (decided,) = Round.objects.in_workspace(fern)
    ranking = decided.result["ranking"]

    assert decided.is_closed
    assert decided.result["graded_by"] == 5
    assert len(ranking) == 8
    assert [(row["name"], row["score"]) for row in ranking if row["focus"]] == [
        ("Small offices", 84.0),
        ("Starter-kit brewers", 79.0),
    ]
    assert decided.result["gaps"][0] | {"icp": ""} == {
        "icp": "", "name": "Small offices", "slot": 1, "dimension": "reach", "question": "Reach", "low": 3, "high": 9
    }  # fmt: skip


def test_the_two_who_differ_say_why(fern: Workspace) -> None:
    (decided,) = Round.objects.in_workspace(fern)
    offices = Icp.objects.in_workspace(fern).get(name="Small offices")
    said = decided.grades.filter(icp=offices, dimension="reach").exclude(reason="")

    assert sorted(said.values_list("score", flat=True)) == [3, 9]


def test_three_moves_run_and_the_letter_is_done(fern: Workspace) -> None:
    moves = Action.objects.in_workspace(fern)

    assert moves.filter(state=State.OPEN).count() == 3
    assert moves.filter(state=State.OPEN, check_on__lt=UNTIL).count() == 1
    assert moves.get(state=State.DONE).delivery is not None


def test_candidates_stand_on_facts_and_carry_their_segments_mark(fern: Workspace) -> None:
    icps = Icp.objects.in_workspace(fern)

    assert sorted(icp.slot for icp in icps) == list(range(1, 9))
    assert all({"fact", "guess"} <= set(icp.lines.values_list("kind", flat=True)) for icp in icps)


def test_asking_twice_for_the_same_day_builds_once(fern: Workspace) -> None:
    assert seeding.request(until=UNTIL) == seeding.request(until=UNTIL)


def test_clearing_an_example_away_touches_no_other_workspace(
    fern: Workspace, acme: Workspace, alice: User, own_data_folder: Path
) -> None:
    ours = [counted(acme), counted(fern)]
    other = seeding.request(until=UNTIL).workspace
    theirs = Customer.objects.create(workspace=other, number=0, external_id="theirs")

    replacing.clear_away(other)

    assert not Workspace.objects.filter(pk=other.pk).exists()
    assert not Customer.everywhere.filter(pk=theirs.pk).exists()
    assert [counted(acme), counted(fern)] == ours


def counted(workspace: Workspace) -> dict[str, int]:
    """How many rows of each kind a workspace has."""
    owned = [model for model in apps.get_models() if issubclass(model, WorkspaceOwned)]
    return {model.__name__: model.objects.in_workspace(workspace).count() for model in owned}


def test_another_day_asks_for_the_missing_days_and_the_same_day_does_not(
    fern: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeding, "yesterday", lambda: UNTIL)
    assert seeding.renew() is None

    monkeypatch.setattr(seeding, "yesterday", lambda: UNTIL + timedelta(days=1))
    job = seeding.renew()
    assert job is not None
    assert job.asked == {"until": "2025-11-21", "size": seeding.SIZE}
