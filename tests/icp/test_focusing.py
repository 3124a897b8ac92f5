"""What a round comes to when it is closed."""

from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models.user import User
from accounts.models.workspace import Role, Workspace
from icp import defining, focusing, grading
from icp.grading import Answer
from icp.models.definition import Icp
from icp.models.grading import Round
from icp.refusing import NotPossible, TooLate
from tests.conftest import a_member
from tests.icp.conftest import a_round

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DATA_UNTIL = datetime(2011, 12, 10, tzinfo=UTC)


def graded(round: Round, by: User, scores: dict[Icp, int], *, likely: int | None = None) -> None:
    """The same score for all ten questions of each candidate."""
    answers = [
        Answer(icp.pk, question["id"], score if question["counts"] else likely)
        for icp, score in scores.items()
        for question in round.rubric.dimensions
    ]
    grading.keep_answers(round, answers, by=by)


def closed(round: Round, by: User) -> dict[str, Any]:
    result = focusing.close_round(round, by=by, at=NOON, as_of=DATA_UNTIL).result
    assert result is not None
    return result


def test_the_median_of_the_graders_decides(autumn: Round, gina: User, erin: User, offices: Icp, gifts: Icp) -> None:
    graded(autumn, gina, {offices: 9, gifts: 2})
    graded(autumn, erin, {offices: 6, gifts: 4})
    first, second = closed(autumn, erin)["ranking"]

    assert (first["name"], first["total"], first["max"], first["rank"], first["focus"]) == (
        "Small offices", 75, 100, 1, True,
    )  # fmt: skip
    assert (second["total"], second["rank"], second["focus"]) == (30, 2, False)
    assert (first["low"], first["high"], first["spread"]) == (67.5, 82.5, 15)


def test_the_result_is_frozen_with_who_when_and_what(
    autumn: Round, gina: User, erin: User, offices: Icp, gifts: Icp
) -> None:
    graded(autumn, gina, {offices: 9, gifts: 2})
    result = closed(autumn, erin)
    defining.change_candidate(offices, name="Large offices", sentence="", by=erin)
    autumn.refresh_from_db()

    assert result["graders"] == ["Gina"]
    assert result["closed_at"] == NOON.isoformat()
    assert result["as_of"] == DATA_UNTIL.isoformat()
    assert result["rubric"]["version"] == 1
    assert autumn.result is not None
    assert autumn.result["ranking"][0]["name"] == "Small offices"
    assert autumn.as_of == DATA_UNTIL


def test_closing_twice_changes_nothing(autumn: Round, gina: User, erin: User, offices: Icp, gifts: Icp) -> None:
    graded(autumn, gina, {offices: 9, gifts: 2})
    first = closed(autumn, erin)

    again = focusing.close_round(autumn, by=erin, at=datetime(2027, 1, 1, tzinfo=UTC), as_of=NOON)
    assert again.result == first


def test_one_grader_is_provisional_and_agreement_withheld(
    autumn: Round, gina: User, erin: User, offices: Icp, gifts: Icp
) -> None:
    graded(autumn, gina, {offices: 9, gifts: 2})
    result = closed(autumn, erin)

    assert result["is_provisional"] is True
    assert result["agreement"]["word"] is None
    assert result["ranking"][0]["spread"] is None


def test_under_sixty_the_best_is_still_weak(autumn: Round, gina: User, erin: User, offices: Icp, gifts: Icp) -> None:
    graded(autumn, gina, {offices: 5, gifts: 2})

    assert closed(autumn, erin)["is_weak"] is True


def test_a_tie_shares_place_focus_and_effort(autumn: Round, gina: User, erin: User, offices: Icp, gifts: Icp) -> None:
    graded(autumn, gina, {offices: 7, gifts: 7})
    result = closed(autumn, erin)

    assert [(row["rank"], row["tied"], row["focus"]) for row in result["ranking"]] == [(1, True, True)] * 2
    assert [row["percent"] for row in result["allocation"]] == [40, 40, 20]


def test_likelihood_is_kept_beside_the_total(autumn: Round, gina: User, erin: User, offices: Icp, gifts: Icp) -> None:
    graded(autumn, gina, {offices: 7, gifts: 7}, likely=3)
    first = closed(autumn, erin)["ranking"][0]

    assert (first["total"], first["likelihood"]) == (70, 3)


def test_gaps_of_three_are_named_and_answers_stand_without_names(
    autumn: Round, gina: User, erin: User, offices: Icp, gifts: Icp
) -> None:
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 3, "No list"), Answer(gifts.pk, "reach", 5)], by=gina)
    grading.keep_answers(autumn, [Answer(offices.pk, "reach", 9), Answer(gifts.pk, "reach", 6)], by=erin)
    result = closed(autumn, erin)
    reach = next(question for question in result["questions"] if question["id"] == "reach")

    assert [(gap["name"], gap["question"], gap["low"], gap["high"]) for gap in result["gaps"]] == [
        ("Small offices", "Reach", 3, 9)
    ]
    assert reach["rows"][0]["scores"] == [3, 9]
    assert reach["rows"][0]["reasons"] == [{"score": 3, "reason": "No list"}]


def test_three_candidates_and_two_graders_measure_agreement(
    acme: Workspace, erin: User, gina: User, offices: Icp, gifts: Icp
) -> None:
    third = defining.name_candidate(acme, name="Readers", by=erin)
    round = a_round(acme, erin, offices, gifts, third, graders=[gina])
    for person in (erin, gina):
        graded(round, person, {offices: 9, gifts: 5, third: 2}, likely=5)
    agreement = closed(round, erin)["agreement"]

    assert agreement["word"] == "a lot"
    assert (agreement["alpha"], agreement["icc"], agreement["w"]) == (1, 1, 1)


def test_a_round_nobody_graded_cannot_be_closed(autumn: Round, erin: User) -> None:
    with pytest.raises(NotPossible, match="Nobody has graded"):
        focusing.close_round(autumn, by=erin, at=NOON, as_of=NOON)

    autumn.refresh_from_db()
    assert autumn.closed_at is None


def test_an_open_round_cannot_be_reopened(autumn: Round, erin: User) -> None:
    with pytest.raises(TooLate):
        focusing.reopen(autumn, by=erin)


def test_the_round_closed_last_is_in_force(
    acme: Workspace, autumn: Round, gina: User, erin: User, offices: Icp, gifts: Icp
) -> None:
    graded(autumn, gina, {offices: 9, gifts: 2})
    closed(autumn, erin)
    spring = a_round(acme, erin, offices, gifts, graders=[gina])
    graded(spring, gina, {offices: 1, gifts: 8})
    focusing.close_round(spring, by=erin, at=datetime(2027, 3, 1, tzinfo=UTC), as_of=NOON)

    assert focusing.newest_decision(acme) == spring


def test_another_workspace_decides_nothing_here(acme: Workspace, charlie: User, autumn: Round) -> None:
    zenith = charlie.memberships.get().workspace
    dora = a_member(zenith, "dora", Role.OWNER)
    icps = defining.name_candidates(zenith, named=[("A", ""), ("B", "")], by=dora)
    round = a_round(zenith, dora, *icps, graders=[charlie])
    graded(round, charlie, dict(zip(icps, (9, 3), strict=True)))
    closed(round, dora)

    assert focusing.newest_decision(acme) is None
