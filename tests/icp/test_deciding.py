"""The focus is decided: drafted, frozen, and changed by a decision of its own."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.models.audit import AuditEntry
from accounts.models.notification import Notification
from accounts.models.user import User
from accounts.models.workspace import Role, Workspace
from icp import deciding, defining, drafting, focusing, planning
from icp.models.decision import Decision
from icp.models.definition import Icp
from icp.models.grading import Round
from icp.models.plan import Action, State
from icp.planning import Move
from icp.refusing import NotPossible, TooLate
from tests.conftest import a_member
from tests.icp.conftest import a_round
from tests.icp.test_focusing import graded
from tests.icp.test_rethinking import at_once

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
UNTIL = datetime(2026, 11, 21, tzinfo=UTC)
LATER = NOON + timedelta(days=30)


@pytest.fixture
def round(autumn: Round, gina: User, erin: User, offices: Icp, gifts: Icp) -> Round:
    """Closed: the offices are proposed, the gifts are not."""
    for person in (gina, erin):
        graded(autumn, person, {offices: 9, gifts: 4})
    return focusing.close_round(autumn, by=erin, at=NOON - timedelta(hours=1), as_of=UNTIL)


def three_moves(icp: Icp, owner: User) -> list[dict[str, Any]]:
    said = {"icp": icp.pk, "owner": owner.pk, "check_on": date(2026, 12, 20), "target": "20 new ones"}
    return [said | {"name": name} for name in ("Call sixty", "Send samples", "Invoice")]


def whole(round: Round, offices: Icp, gifts: Icp, owner: User) -> dict[str, Any]:
    """All that a decision says."""
    return {
        "effort": [{"icp": offices.pk, "percent": 75}, {"icp": gifts.pk, "percent": 5}],
        "today": [{"icp": offices.pk, "percent": 10}],
        "left_out": [{"icp": gifts.pk, "text": "No more Christmas ads", "look_again_on": "2027-02-22"}],
        "moves": three_moves(offices, owner),
        "expected": [{"icp": offices.pk, "feature": "customers", "expected": "40", "until": "2027-01-31"}],
    }


def decided(round: Round, by: User, told: dict[str, Any], at: datetime = NOON) -> Decision:
    return deciding.decide(round, by=by, at=at, as_of=UNTIL, **told)


def test_the_best_and_eighty_percent_are_proposed_and_nothing_is_kept(round: Round, offices: Icp) -> None:
    proposed = drafting.proposal(round, UNTIL)

    assert proposed.focus == [str(offices.pk)]
    assert proposed.effort == [{"icp": str(offices.pk), "percent": 80}, {"icp": None, "percent": 20}]
    assert deciding.decision_of(round) is None


def test_a_decision_is_frozen_with_who_when_and_until_when(round: Round, erin: User, offices: Icp, gifts: Icp) -> None:
    made = decided(round, erin, whole(round, offices, gifts, erin))

    assert (made.decided_by, made.decided_at, made.as_of) == (erin, NOON, UNTIL)
    assert made.effort == [
        {"icp": str(offices.pk), "percent": 75}, {"icp": str(gifts.pk), "percent": 5}, {"icp": None, "percent": 20},
    ]  # fmt: skip
    assert made.today == [{"icp": str(offices.pk), "percent": 10}, {"icp": None, "percent": 90}]
    assert made.left_out[0]["text"] == "No more Christmas ads"
    assert deciding.in_force(round.workspace) == made
    assert deciding.result_of(made) == round.result
    assert AuditEntry.objects.in_workspace(round.workspace).filter(action="focus.decided").get().sentence == (
        "Made Small offices the focus, after Autumn."
    )


def test_whoever_graded_hears_of_the_focus_once(round: Round, erin: User, gina: User, offices: Icp, gifts: Icp) -> None:
    decided(round, erin, whole(round, offices, gifts, erin))
    heard = Notification.objects.in_workspace(round.workspace).filter(user=gina, link__endswith="/focus/")

    assert [each.sentence for each in heard] == ["Small offices is the focus, after Autumn."]


def test_the_three_moves_are_on_the_plan(round: Round, erin: User, offices: Icp, gifts: Icp) -> None:
    made = decided(round, erin, whole(round, offices, gifts, erin))
    actions = Action.objects.in_workspace(round.workspace)

    assert {str(action.pk) for action in actions} == {move["action"] for move in made.moves}
    assert {(a.icp, a.owner, a.check_on, a.target) for a in actions} == {
        (offices, erin, date(2026, 12, 20), "20 new ones")
    }


def test_a_move_that_runs_already_counts_and_is_not_doubled(round: Round, erin: User, offices: Icp, gifts: Icp) -> None:
    running = planning.add(round.workspace, Move("Call", date(2026, 12, 1), icp=offices, owner=erin), by=erin)
    told = whole(round, offices, gifts, erin)
    told["moves"] = [*told["moves"][:2], told["moves"][2] | {"action": running.pk, "name": "Call them all"}]
    decided(round, erin, told)
    running.refresh_from_db()

    assert (running.name, running.target) == ("Call them all", "20 new ones")
    assert Action.objects.in_workspace(round.workspace).count() == 3
    assert drafting.proposal(round, UNTIL).moves[0]["owner"] == str(erin.pk)


@pytest.mark.parametrize(
    ("percents", "says"),
    [
        ((80, 24, None), "adds up to 104\u202f%. It must be 100\u202f%: take 4 away."),
        ((70, 5, 20), "adds up to 95\u202f%. It must be 100\u202f%: add 5."),
        ((101, 0, None), "has “101” in it. A share is a whole number from 0 to 100."),
        (("many", 0, None), "has “many” in it."),
    ],
)
def test_effort_that_is_not_a_hundred_is_refused_in_words(
    round: Round, erin: User, offices: Icp, gifts: Icp, percents: Any, says: str
) -> None:
    first, second, rest = percents
    effort = [{"icp": offices.pk, "percent": first}, {"icp": gifts.pk, "percent": second}]
    effort += [] if rest is None else [{"icp": None, "percent": rest}]

    with pytest.raises(NotPossible) as refused:
        deciding.keep_draft(round, by=erin, as_of=UNTIL, effort=effort)
    assert says in str(refused.value)
    assert deciding.decision_of(round) is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"focus": []}, "The focus is empty."),
        ({"effort": [{"icp": None, "percent": 100}]}, "Small offices would be the focus with no effort."),
        ({"moves": []}, "this one has none yet"),
        ({"moves": [{"name": "Call"}] * 3}, "The move “Call” has nobody it is for, no owner, no day and no target."),
        ({"today": [{"icp": "x", "percent": 3}]}, "not part of the round"),
        ({"moves": [{"name": "Call", "owner": "x"}]}, "a member of the workspace"),
        ({"left_out": [{"icp": None, "text": "No"}]}, "not part of the round"),
        ({"expected": [{"feature": "luck", "expected": 3}]}, "Expect one of these figures: customers"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(
    round: Round, erin: User, offices: Icp, gifts: Icp, change: Any, says: str
) -> None:
    with pytest.raises(NotPossible) as refused:
        decided(round, erin, whole(round, offices, gifts, erin) | change)

    assert says in str(refused.value)
    assert deciding.decision_of(round) is None
    assert Action.objects.in_workspace(round.workspace).count() == 0


@pytest.mark.parametrize("row", [{"expected": "-1"}, {"expected": "lots"}, {"expected": "9", "until": ""}])
def test_an_expectation_without_number_or_day_is_refused(round: Round, erin: User, offices: Icp, row: Any) -> None:
    told = {"icp": offices.pk, "feature": "customers", "until": "2027-01-31"} | row

    with pytest.raises(NotPossible):
        deciding.keep_draft(round, by=erin, as_of=UNTIL, expected=[told])


def test_an_open_round_decides_nothing(autumn: Round, erin: User) -> None:
    with pytest.raises(NotPossible, match="This round is open"):
        deciding.keep_draft(autumn, by=erin, as_of=UNTIL, note="Yes")


def test_a_draft_keeps_what_is_not_told_again(round: Round, erin: User, offices: Icp, gifts: Icp) -> None:
    deciding.keep_draft(round, by=erin, as_of=UNTIL, left_out=whole(round, offices, gifts, erin)["left_out"])
    draft = deciding.keep_draft(round, by=erin, as_of=UNTIL, note="As we said")

    assert (draft.note, draft.left_out[0]["text"], draft.effort[0]["percent"]) == (
        "As we said", "No more Christmas ads", 80,
    )  # fmt: skip
    assert deciding.in_force(round.workspace) is None


def test_who_joins_the_focus_is_not_left_out(round: Round, erin: User, offices: Icp, gifts: Icp) -> None:
    """Two that cannot be told apart may both be taken."""
    told = whole(round, offices, gifts, erin) | {"focus": [gifts.pk, offices.pk]}
    made = decided(round, erin, told)

    assert (made.focus, made.left_out) == ([str(offices.pk), str(gifts.pk)], [])


def test_what_is_decided_is_decided_once(round: Round, erin: User, offices: Icp, gifts: Icp) -> None:
    decided(round, erin, whole(round, offices, gifts, erin))

    with pytest.raises(TooLate, match="Erin decided this focus already"):
        decided(round, erin, whole(round, offices, gifts, erin))


def test_a_change_of_the_focus_leaves_the_one_before_as_it_was(
    round: Round, erin: User, offices: Icp, gifts: Icp
) -> None:
    first = decided(round, erin, whole(round, offices, gifts, erin))
    draft = deciding.change_focus(round, by=erin)
    before = deciding.in_force(round.workspace)
    second = decided(round, erin, {"focus": [offices.pk, gifts.pk]}, at=LATER)
    first.refresh_from_db()

    assert (before, draft.left_out, len(draft.moves)) == (first, first.left_out, 3)
    assert (first.focus, first.decided_at) == ([str(offices.pk)], NOON)
    assert deciding.in_force(round.workspace) == second
    assert deciding.earlier(round.workspace) == [first]


def test_a_draft_that_is_thrown_away_changes_nothing(round: Round, erin: User, offices: Icp, gifts: Icp) -> None:
    first = decided(round, erin, whole(round, offices, gifts, erin))
    deciding.change_focus(round, by=erin)
    deciding.drop_draft(round)

    assert deciding.decision_of(round) == first


def test_a_decision_stands_on_the_result_of_its_day(
    round: Round, erin: User, gina: User, offices: Icp, gifts: Icp
) -> None:
    """Also once the round was graded again."""
    decided(round, erin, whole(round, offices, gifts, erin))
    old = round.result
    again = focusing.reopen(round, by=erin)
    graded(again, gina, {offices: 1, gifts: 9})
    again = focusing.close_round(again, by=erin, at=LATER, as_of=UNTIL)
    made = deciding.in_force(round.workspace)

    assert made is not None
    assert deciding.result_of(made) == old
    assert deciding.undecided(round.workspace) == again


def test_what_is_spent_later_is_kept_beside_with_its_day(round: Round, erin: User, offices: Icp, gifts: Icp) -> None:
    made = decided(round, erin, whole(round, offices, gifts, erin))
    made = deciding.tell_spent(made, [{"icp": offices.pk, "percent": 41}], by=erin, on=date(2026, 12, 20))

    assert made.today[0]["percent"] == 10
    assert made.spent == [
        {
            "on": "2026-12-20",
            "by": "Erin",
            "shares": [{"icp": str(offices.pk), "percent": 41}, {"icp": None, "percent": 59}],
        }
    ]
    with pytest.raises(NotPossible, match="at least for one"):
        deciding.tell_spent(made, [], by=erin, on=date(2026, 12, 21))


def test_a_dropped_move_is_not_taken_over(round: Round, erin: User, offices: Icp, gifts: Icp) -> None:
    made = decided(round, erin, whole(round, offices, gifts, erin))
    planning.settle(
        Action.objects.in_workspace(round.workspace).get(pk=made.moves[0]["action"]), State.DROPPED, by=erin
    )

    assert len(deciding.change_focus(round, by=erin).moves) == 2


def test_nobody_elses_decision_is_in_force_here(
    acme: Workspace, charlie: User, round: Round, erin: User, offices: Icp, gifts: Icp
) -> None:
    zenith = charlie.memberships.get().workspace
    dora = a_member(zenith, "dora", Role.OWNER)
    icps = defining.name_candidates(zenith, named=[("A", ""), ("B", "")], by=dora)
    other = a_round(zenith, dora, *icps, graders=[charlie])
    graded(other, charlie, dict(zip(icps, (9, 3), strict=True)))
    other = focusing.close_round(other, by=dora, at=NOON, as_of=UNTIL)

    with pytest.raises(NotPossible, match="not part of the round"):
        deciding.keep_draft(other, by=dora, as_of=UNTIL, focus=[offices.pk])
    with pytest.raises(NotPossible, match="member of the workspace"):
        deciding.keep_draft(other, by=dora, as_of=UNTIL, moves=three_moves(icps[0], erin))
    decided(round, erin, whole(round, offices, gifts, erin))
    assert deciding.in_force(zenith) is None


@pytest.mark.usefixtures("database_on_disk")
def test_of_two_who_decide_at_once_one_decides(
    acme: Workspace, erin: User, gina: User, offices: Icp, gifts: Icp
) -> None:
    round = a_round(acme, erin, offices, gifts, graders=[gina])
    graded(round, gina, {offices: 9, gifts: 4})
    round = focusing.close_round(round, by=erin, at=NOON, as_of=UNTIL)
    told = whole(round, offices, gifts, erin)
    refused = at_once(*[lambda: decided(round, erin, told, at=LATER)] * 3)

    assert [type(reason) for reason in refused] == [TooLate, TooLate]
    assert Decision.objects.in_workspace(acme).count() == 1
    assert Action.objects.in_workspace(acme).count() == 3
