"""Home after the first days: the goal's pace, the moves, the effort, what waits, how fresh the data are."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from accounts.models.user import User
from accounts.models.workspace import Membership, Workspace
from customers import freshness
from customers.models.event import EventLog
from customers.models.source import Import, Source
from icp import deciding, focusing, pacing, planning, reviewing, tracing
from icp.grading import Answer, keep_answers
from icp.models.decision import Decision
from icp.models.definition import Icp
from icp.models.grading import Round
from icp.models.measurement import Measurement
from icp.models.plan import Action
from icp.planning import Move
from tests.customers.stage import AS_OF
from tests.icp.test_deciding import whole
from tests.icp.weeks import counted, forty_buyers, three_segments

TODAY = date(2026, 3, 2)


def measured(workspace: Workspace, values: list[float], *, days: int = 7) -> None:
    """One count every few days, the last one as of Monday, 2 March 2026."""
    for back, value in enumerate(reversed(values)):
        Measurement.objects.create(
            workspace=workspace, as_of=AS_OF - timedelta(days=days * back), values={"repeat_purchase": value}
        )


def a_goal(workspace: Workspace, **goal: Any) -> None:
    workspace.goal = {"metric": "repeat_purchase", "target": 32, "due_on": "2026-06-30"} | goal


def course(workspace: Workspace) -> pacing.Course:
    found = pacing.course(workspace, until=AS_OF)
    assert found is not None
    return found


def test_the_goal_and_its_pace_in_one_sentence(acme: Workspace) -> None:
    """0.2 a week; 17 weeks are left: 30.6. A month ago is the count of four weeks before."""
    a_goal(acme)
    measured(acme, [26.2, 26.4, 26.6, 26.8, 27.0, 27.2])

    assert course(acme).sentence.replace("\u202f", " ") == (
        "Repeat buyers rose from **26.4 %** to **27.2 %** in a month. "
        "At this pace you reach about **31 %** by June, not 32 %."
    )


def test_three_counts_are_too_early_for_a_pace_and_say_when(acme: Workspace) -> None:
    a_goal(acme)
    measured(acme, [26.4, 26.8, 27.1])
    found = course(acme)

    assert found.pace is None
    assert found.sentence.endswith("It is too early to tell the pace.")
    assert "you have 3. Earliest with data until 8 Mar 2026." in found.early


def test_one_count_is_a_standing_and_no_movement(acme: Workspace) -> None:
    a_goal(acme)
    measured(acme, [27.1])

    assert course(acme).rose.replace("\u202f", " ") == "Repeat buyers: **27.1 %**; you want 32 % by 30 Jun 2026."


def test_a_day_that_has_passed_promises_nothing(acme: Workspace) -> None:
    a_goal(acme, due_on="2026-02-28")
    measured(acme, [26.0, 26.5, 27.0, 27.5, 28.0])

    assert "The day you set has passed" in course(acme).sentence


def test_without_a_goal_there_is_no_course(acme: Workspace) -> None:
    measured(acme, [26.0, 27.0])

    assert pacing.course(acme, until=AS_OF) is None


def test_the_drawing_stays_inside_its_frame(acme: Workspace) -> None:
    a_goal(acme)
    measured(acme, [26.2, 26.4, 25.0, 26.8, 27.0, 30.2])
    for trace in tracing.traces(course(acme)):
        numbers = [float(n) for n in trace.line.replace("M", "").replace("L", " ").split()]
        assert all(trace.frame.left <= x <= trace.frame.right for x in numbers[::2])
        assert all(trace.frame.top <= y <= trace.frame.bottom for y in numbers[1::2])
        assert trace.target is not None


def test_moves_stand_late_first_and_what_is_over_is_gone(acme: Workspace, alice: User) -> None:
    for name, day in (("later", 30), ("late", 1), ("soon", 4)):
        planning.add(acme, Move(name, date(2026, 3, day), owner=alice), by=alice)
    planning.settle(planning.add(acme, Move("dropped", TODAY), by=alice), "dropped", by=alice)

    found = [(move.action.name, move.pill[1], move.when) for move in reviewing.moves(acme, TODAY)]
    assert found == [
        ("late", "Late", "was 1 Mar"),
        ("soon", "Due", "check 4 Mar"),
        ("later", "Running", "check 30 Mar"),
    ]


def decided(round: Round, by: User, days_ago: int = 10) -> None:
    for icp, score in zip(round.icps.order_by("name"), (3, 9), strict=True):
        answers = [Answer(icp.pk, question["id"], score) for question in round.rubric.dimensions]
        keep_answers(round, answers, by=by)
    at = now() - timedelta(days=days_ago)
    focusing.close_round(round, by=by, at=at, as_of=at)


def test_effort_is_counted_in_moves_since_the_decision(
    acme: Workspace, erin: User, autumn: Round, offices: Icp, gifts: Icp
) -> None:
    """Three moves of the decision and one more serve the offices, four serve nobody in the focus."""
    made_focus(autumn, erin, offices, gifts)
    for icp in (offices, None, None, None, gifts):
        planning.add(acme, Move("A move", TODAY, icp=icp), by=erin)
    found = reviewing.effort(acme)

    assert found is not None
    assert (found.spent, found.moves) == (0.5, 8)
    assert found.sentence.replace("\u202f", " ").startswith("**50 %** of your moves since the decision serve")


def test_what_is_proposed_is_not_called_a_plan(acme: Workspace, erin: User, autumn: Round) -> None:
    decided(autumn, erin)
    found = reviewing.effort(acme)

    assert found is not None
    assert found.sentence.replace("\u202f", " ") == (
        "**80 %** of your effort is proposed for the focus. It is not decided yet."
    )
    assert next((w.title, w.button) for w in reviewing.waiting(place(erin))) == (
        "Decide the focus after Autumn", "Decide",
    )  # fmt: skip


def test_what_people_said_of_the_effort_counts_more_than_moves(
    acme: Workspace, erin: User, autumn: Round, offices: Icp, gifts: Icp
) -> None:
    made = made_focus(autumn, erin, offices, gifts)
    deciding.tell_spent(made, [{"icp": offices.pk, "percent": 41}], by=erin, on=TODAY)
    found = reviewing.effort(acme)

    assert found is not None
    assert found.sentence.replace("\u202f", " ") == (
        "**41 %** of your effort goes to your focus, as Erin said on 2 Mar. You planned **75 %**."
    )
    assert [(row["name"], row["share"], row["spent"]) for row in found.rows] == [
        ("Small offices", 0.75, 0.41), ("Everyone else", 0.25, pytest.approx(0.59)),
    ]  # fmt: skip


def test_what_was_left_out_comes_back_on_its_day(
    acme: Workspace, erin: User, autumn: Round, offices: Icp, gifts: Icp
) -> None:
    """The gifts were put off until a day that has come."""
    made_focus(autumn, erin, offices, gifts, left_out=[{"icp": gifts.pk, "text": "Later", "look_again_on": TODAY}])

    assert "Look again at Gift buyers" in [w.title for w in reviewing.waiting(place(erin), at_most=9)]


def made_focus(round: Round, by: User, offices: Icp, gifts: Icp, **told: Any) -> Decision:
    decided(round, by)
    round.refresh_from_db()
    at = now() - timedelta(days=9)
    return deciding.decide(round, by=by, at=at, as_of=at, **(whole(round, offices, gifts, by) | told))


def test_without_a_decision_there_is_no_effort_and_no_evaluation(acme: Workspace) -> None:
    assert reviewing.effort(acme) is None
    assert reviewing.evaluation(acme, TODAY) == ""


def test_the_evaluation_comes_a_quarter_after_the_decision(acme: Workspace, erin: User, autumn: Round) -> None:
    decided(autumn, erin, days_ago=10)

    assert reviewing.evaluation(acme, now().date()) == "**81 days** until the quarterly evaluation"


def place(user: User) -> Membership:
    found: Membership = user.memberships.select_related("workspace", "user").get()
    return found


def test_what_waits_is_the_persons_own(acme: Workspace, gina: User, erin: User, bob: User, autumn: Round) -> None:
    mine = reviewing.waiting(place(gina))[0]
    assert (mine.title, mine.why.split(" gaps")[0]) == ("Grade Autumn", str(2 * len(autumn.rubric.dimensions)))
    assert not any("Grade" in w.title for w in reviewing.waiting(place(bob)))


@pytest.mark.parametrize(("days", "past"), [(3, False), (8, True)])
def test_a_move_of_a_week_ago_ends_the_first_days(acme: Workspace, alice: User, days: int, past: bool) -> None:
    planning.add(acme, Move("A move", TODAY), by=alice)
    Action.objects.in_workspace(acme).update(created_at=now() - timedelta(days=days))

    assert reviewing.is_past_first_days(acme, now()) is past


# How fresh the data are ------------------------------------------------------------------------


def brought(workspace: Workspace, *days: int) -> None:
    """A file on each of these days of February 2026."""
    source = Source.objects.create(workspace=workspace, name="Files", kind=Source.Kind.FILES)
    for day in days:
        made = Import.objects.create(
            workspace=workspace, source=source, status=Import.Status.DONE, file_name="o.csv", path=str(day)
        )
        Import.objects.in_workspace(workspace).filter(pk=made.pk).update(
            created_at=datetime(2026, 2, day, 9, tzinfo=UTC)
        )
    EventLog.objects.create(workspace=workspace, newest_at=datetime(2026, 2, days[-1], 8, tzinfo=UTC))


def fresh(workspace: Workspace, month: int, day: int) -> freshness.Fresh:
    found = freshness.told(workspace, at=datetime(2026, month, day, 12, tzinfo=UTC))
    assert found is not None
    return found


def test_a_file_is_due_after_the_usual_time_and_old_after_one_and_a_half(acme: Workspace) -> None:
    brought(acme, 2, 9, 16)

    assert fresh(acme, 2, 20).sentence == "Your data are fresh. The next file is due on 23 Feb."
    assert fresh(acme, 2, 23).wants_file
    assert [fresh(acme, 2, day).is_old for day in (26, 27)] == [False, True]


def test_two_files_do_not_make_a_habit(acme: Workspace) -> None:
    brought(acme, 2, 9)

    assert fresh(acme, 4, 20).usual is None
    assert not fresh(acme, 4, 20).is_old


# The page --------------------------------------------------------------------------------------


def test_home_looks_back_once_there_are_two_counts(acme: Workspace, alice: User, signed_in: Any) -> None:
    forty_buyers(acme)
    segments = three_segments(acme)
    counted(segments, [[], range(40), []], weeks_ago=1)
    browser = signed_in(alice)
    assert "Waiting for you" not in browser.get("/w/acme/").content.decode()

    counted(segments, [[], range(12, 40), range(12)], weeks_ago=0)
    page = browser.get("/w/acme/").content.decode()
    assert "Waiting for you" in page
    assert "<b>12</b> went from Loyal to Needs attention" in page
    assert "Drop the new file here" in page
    assert "You have set no goal yet" in page
    assert "40 people bought from you in 20 days." in page


def test_who_moved_is_a_list_of_people_with_why(acme: Workspace, bob: User, signed_in: Any) -> None:
    forty_buyers(acme)
    segments = three_segments(acme)
    counted(segments, [[], range(40), []], weeks_ago=1)
    counted(segments, [[], range(12, 40), range(12)], weeks_ago=0)
    browser = signed_in(bob)
    page = browser.get("/w/acme/moved/").content.decode()
    people = browser.get(f"/w/acme/moved/?from={segments[1].pk}&to={segments[2].pk}").content.decode()

    assert "<b>12</b> went from Loyal to Needs attention" in page
    assert people.count('<th scope="row">') == 12
    assert browser.get("/w/acme/moved/?from=new").status_code == 404


def test_who_moved_before_two_counts_says_what_is_missing(acme: Workspace, alice: User, signed_in: Any) -> None:
    assert "after two counts a week apart" in signed_in(alice).get("/w/acme/moved/").content.decode()
