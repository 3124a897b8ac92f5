"""Next for you: real steps only, the wished ones first, none that is done or not allowed."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from accounts import surveying
from accounts.models.user import User
from accounts.models.workspace import Membership, Workspace
from customers.models.event import EventLog
from customers.models.source import Import, Source
from customers.models.trait import Trait
from icp import defining
from icp.models.definition import Evidence, Icp
from icp.models.grading import Grade, Round
from icp.models.plan import Action
from icp.proposing import Situation, Step, next_steps
from icp.shares import Row
from segments.models.segment import Segment
from tests.customers.stage import NOON


def steps(user: User, *rows: Row, at_most: int = 3) -> list[Step]:
    member = Membership.everywhere.get(user=user)
    situation = Situation(member, surveying.survey_of(member.workspace), rows)
    return next_steps(situation, at_most=at_most)


def a_row(workspace: Workspace, value: str, people: int = 5) -> Row:
    segment = Segment.objects.create(workspace=workspace, name=value, definition={})
    return Row(segment, value, people, 0.1, 1234.0, 0.25)


def pages(found: list[Step]) -> list[str]:
    return [step.page for step in found]


@pytest.fixture
def unchecked(acme: Workspace) -> Import:
    source = Source.objects.create(workspace=acme, name="Files", kind="files")
    return Import.objects.create(workspace=acme, source=source, status="done", file_name="orders.csv")


def test_three_steps_at_most_and_the_books_first(acme: Workspace, alice: User, unchecked: Import) -> None:
    found = steps(alice, a_row(acme, "At risk"))
    assert pages(found) == ["customers:books", "segments:detail", "accounts:intake"]
    assert found[1].title == "See the 5 people in At risk"
    assert found[1].why == "They spent €1,234 so far and have gone quiet."


def test_a_file_that_somebody_brought_is_looked_at_first(acme: Workspace, alice: User, unchecked: Import) -> None:
    waiting = Import.objects.create(
        workspace=acme, source=unchecked.source, status="asked", file_name="toms.csv", sha256="new"
    )

    first = steps(alice)[0]

    assert (first.title, first.page, first.about) == ("Look at toms.csv", "customers:import", waiting.pk)


def test_books_that_look_right_are_not_asked_for_again(acme: Workspace, alice: User, unchecked: Import) -> None:
    unchecked.checked_at = NOON
    unchecked.save()
    assert "customers:books" not in pages(steps(alice, at_most=99))


@pytest.mark.parametrize(
    ("challenge", "page"),
    [
        ("who_is_best", "segments:detail"),
        ("leaving", "segments:detail"),
        ("once_only", "segments:detail"),
        ("too_many", "icp:list"),
        ("all_the_same", "segments:found"),
        ("no_trust", "customers:books"),
    ],
)
def test_a_challenge_moves_its_step_to_the_top(
    acme: Workspace, alice: User, unchecked: Import, challenge: str, page: str
) -> None:
    rows = [a_row(acme, value) for value in ("Champions", "Promising", "At risk")]
    surveying.answer(acme, answers={"challenges": [challenge]}, by=alice, at=NOON)
    assert steps(alice, *rows)[0].page == page


def test_a_margin_is_asked_for_where_customers_are_known_and_once(acme: Workspace, alice: User) -> None:
    surveying.answer(acme, answers={"challenges": ["little_left"], "price": 40}, by=alice, at=NOON)
    row = a_row(acme, "Champions")
    first = steps(alice, row)[0]
    assert (first.title, first.page, first.about, first.minutes) == (
        "Enter a margin", "accounts:intake-question", "margin", 1,
    )  # fmt: skip
    assert "Enter a margin" not in [step.title for step in steps(alice, at_most=99)], "there is nobody yet"
    surveying.answer(acme, answers={"margin": 30}, by=alice, at=NOON)
    assert "Enter a margin" not in [step.title for step in steps(alice, row, at_most=99)]


def test_an_empty_segment_is_not_worth_a_look(acme: Workspace, alice: User) -> None:
    assert "segments:detail" not in pages(steps(alice, a_row(acme, "At risk", people=0), at_most=99))


def test_two_candidates_are_named_and_then_graded(acme: Workspace, alice: User) -> None:
    assert "icp:list" in pages(steps(alice, at_most=99))
    for name in ("Offices", "Gift buyers"):
        defining.name_candidate(acme, name=name, by=alice)
    found = pages(steps(alice, at_most=99))
    assert "icp:list" not in found
    assert "icp:rounds" in found


def test_a_round_that_waits_for_me_comes_before_all(
    acme: Workspace, erin: User, autumn: Round, offices: Icp, gifts: Icp, unchecked: Import
) -> None:
    step = steps(erin)[0]
    assert (step.page, step.about, step.why) == ("icp:grade", autumn.pk, "22 answers are missing.")
    questions = [dimension["id"] for dimension in autumn.rubric.dimensions]
    place = autumn.graders.create(workspace=acme, email=erin.email, user=erin)
    given: Any = [
        Grade(workspace=acme, round=autumn, icp=icp, grader=place, dimension=question, score=5)
        for icp in (offices, gifts)
        for question in questions
    ]
    Grade.objects.bulk_create(given)
    assert "icp:grade" not in pages(steps(erin, at_most=99))


def test_a_viewer_is_offered_nothing_that_changes_anything(acme: Workspace, bob: User, unchecked: Import) -> None:
    assert pages(steps(bob, a_row(acme, "At risk"), a_row(acme, "Champions"), at_most=99)) == [
        "segments:detail",
        "segments:detail",
    ]


def test_a_finished_survey_asks_no_more(acme: Workspace, alice: User) -> None:
    everything: dict[str, Any] = {
        "selling": "companies",
        "goal": {"metric": "unsure"},
        "have": ["orders"],
        "stage": "growing",
        "challenges": ["disagree"],
        "channels": ["sales"],
        "deciders": "one",
        "instead": ["cheaper"],
        "where": "country",
        "scarce": ["time"],
    }
    unknown = ("goals", "offer", "deal_size", "margin", "current", "sales_cycle", "rivals", "strengths", "limits")
    everything |= {name: {"unknown": True} for name in unknown}
    surveying.answer(acme, answers=everything, by=alice, at=NOON)
    found = steps(alice, a_row(acme, "At risk", people=1), at_most=99)
    assert "accounts:intake" not in pages(found)
    assert "See the 1 company in At risk" in [step.title for step in found]


def test_old_data_ask_for_the_newest_file_and_fresh_ones_do_not(acme: Workspace, alice: User, bob: User) -> None:
    log = EventLog.objects.create(workspace=acme, newest_at=now() - timedelta(days=44))
    assert "customers:sources" not in pages(steps(alice, at_most=99))
    log.newest_at = now() - timedelta(days=46)
    log.save()
    assert "customers:sources" in pages(steps(alice, at_most=99))
    assert "customers:sources" not in pages(steps(bob, at_most=99)), "a viewer brings nothing"


def test_the_candidate_with_most_guesses_is_proposed_for_confirming(
    acme: Workspace, alice: User, offices: Icp, gifts: Icp
) -> None:
    assert "icp:detail" not in pages(steps(alice, at_most=99))
    for icp, kind, many in ((offices, "guess", 1), (gifts, "guess", 2), (offices, "answer", 5)):
        for n in range(many):
            Evidence.objects.create(workspace=acme, icp=icp, part="goals", kind=kind, text=f"{kind} {n}")
    (step,) = [step for step in steps(alice, at_most=99) if step.page == "icp:detail"]
    assert (step.title, step.about) == ("2 guesses about Gift buyers", gifts.pk)


def test_a_closed_round_asks_for_its_decision_until_there_is_a_move(
    acme: Workspace, alice: User, autumn: Round
) -> None:
    assert "icp:focus" not in pages(steps(alice, at_most=99))
    Round.objects.in_workspace(acme).update(closed_at=NOON, result={"ranking": []})
    assert "icp:focus" in pages(steps(alice, at_most=99))
    Action.objects.create(workspace=acme, name="Call them", check_on=NOON.date())
    assert "icp:focus" not in pages(steps(alice, at_most=99))


def test_a_file_with_consent_ends_the_question_for_it(acme: Workspace, alice: User) -> None:
    assert "customers:import-new" in pages(steps(alice, at_most=99))
    Trait.objects.create(workspace=acme, name="accepts_marketing", label="Accepts marketing", type="text")
    assert "customers:import-new" not in pages(steps(alice, at_most=99))
