"""What people hear of rounds and moves."""

from datetime import UTC, date, datetime, timedelta

from django.utils.timezone import now

from accounts.models.notification import Notification
from accounts.models.user import User
from accounts.models.workspace import Workspace
from icp import announcing, focusing, planning
from icp.grading import Answer, keep_answers
from icp.models.grading import Round
from icp.planning import Move


def heard(workspace: Workspace, user: User) -> list[str]:
    return [n.sentence for n in Notification.objects.in_workspace(workspace).filter(user=user)]


def test_a_grader_hears_that_a_round_opened_and_closed(
    acme: Workspace, alice: User, erin: User, gina: User, autumn: Round
) -> None:
    gaps = len(autumn.rubric.dimensions) * 2
    assert heard(acme, gina) == [f"Autumn is open. You have {gaps} gaps to grade."]

    first = autumn.icps.first()
    assert first is not None
    keep_answers(autumn, [Answer(first.pk, autumn.rubric.dimensions[0]["id"], 7)], by=gina)
    focusing.close_round(autumn, by=erin, at=now(), as_of=now())

    assert "Autumn is closed. See its result." in heard(acme, gina)
    assert heard(acme, alice) == []


def a_move(workspace: Workspace, owner: User, day: date) -> None:
    planning.add(workspace, Move("Call the offices", day, owner=owner), by=owner)


def test_the_owner_hears_once_that_a_move_is_late(acme: Workspace, erin: User, alice: User) -> None:
    a_move(acme, erin, date(2026, 11, 20))
    at = datetime(2026, 11, 22, 9, tzinfo=UTC)

    assert (announcing.late_moves(acme, at), announcing.late_moves(acme, at + timedelta(1))) == (1, 0)
    assert heard(acme, erin) == ["Your move “Call the offices” is late. It was due on 20 Nov, 2 days ago."]
    assert heard(acme, alice) == []


def test_a_move_is_late_by_the_day_of_the_workspace(acme: Workspace, erin: User) -> None:
    """At 23:30 UTC the 20th is over in Auckland, and not in London."""
    a_move(acme, erin, date(2026, 11, 20))
    at = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)

    assert announcing.late_moves(acme, at) == 0
    acme.timezone = "Pacific/Auckland"
    assert announcing.late_moves(acme, at) == 1
