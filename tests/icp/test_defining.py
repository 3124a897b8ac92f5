"""Candidates: named, described, set aside."""

import pytest

from accounts.models.audit import AuditEntry
from accounts.models.user import User
from accounts.models.workspace import Workspace
from icp import defining
from icp.defining import Line
from icp.models.definition import Evidence, Icp
from icp.refusing import NotPossible

PROOF = [{"segment": "s", "feature": "customers", "value": 744, "as_of": "2026-11-20"}]


def test_several_are_named_at_once_and_empty_lines_are_skipped(acme: Workspace, alice: User) -> None:
    named = defining.name_candidates(acme, named=[("Offices", "By the kilo."), (" ", ""), ("Gifts", "")], by=alice)

    assert [(icp.name, icp.sentence) for icp in named] == [("Offices", "By the kilo."), ("Gifts", "")]


@pytest.mark.parametrize("named", [[], [("", "x")], [("A", ""), ("a", "")], [("A", ""), ("x" * 81, "")]])
def test_all_or_none_are_named(acme: Workspace, alice: User, named: list[tuple[str, str]]) -> None:
    with pytest.raises(NotPossible):
        defining.name_candidates(acme, named=named, by=alice)

    assert Icp.everywhere.count() == 0


def test_each_candidate_wears_a_mark_of_its_own(acme: Workspace, alice: User) -> None:
    named = defining.name_candidates(acme, named=[(f"Kind {n}", "") for n in range(10)], by=alice)

    assert [icp.slot for icp in named] == [1, 2, 3, 4, 5, 6, 7, 8, 0, 0]


def test_what_is_written_by_hand_is_a_guess(offices: Icp, alice: User) -> None:
    assert defining.add_line(offices, Line("goals", "Never without coffee"), by=alice).kind == "guess"


def test_a_fact_says_where_it_comes_from(offices: Icp) -> None:
    with pytest.raises(NotPossible, match="A fact needs evidence"):
        defining.add_line(offices, Line("goals", "Never without coffee", kind="fact"))
    defining.add_line(offices, Line("demographics", "744 people", kind="fact", evidence=PROOF))

    assert Evidence.everywhere.get().evidence == PROOF


def test_a_fact_in_other_words_is_a_fact_no_longer(offices: Icp, alice: User) -> None:
    line = defining.add_line(offices, Line("demographics", "744 people", kind="fact", evidence=PROOF))
    defining.change_line(line, text="Thousands of people", kind="fact", by=alice)

    line.refresh_from_db()
    assert (line.kind, line.evidence) == ("guess", [])


def test_a_part_lists_facts_first_and_guesses_last(offices: Icp) -> None:
    for kind in ("guess", "answer", "fact"):
        defining.add_line(offices, Line("goals", kind, kind=kind, evidence=PROOF))
    goals = {part.value: lines for part, lines in defining.lines_by_part(offices)}["goals"]

    assert [line.kind for line in goals] == ["fact", "answer", "guess"]


def test_archived_candidates_leave_the_list_and_come_back(acme: Workspace, offices: Icp, alice: User) -> None:
    defining.archive(offices, by=alice)
    assert list(defining.candidates(acme)) == []
    defining.bring_back(offices, by=alice)

    assert list(defining.candidates(acme)) == [offices]


def test_a_name_taken_meanwhile_keeps_the_archived_one_away(acme: Workspace, offices: Icp, alice: User) -> None:
    defining.archive(offices, by=alice)
    defining.name_candidate(acme, name="Small offices", by=alice)
    with pytest.raises(NotPossible, match="Rename that one first"):
        defining.bring_back(offices, by=alice)

    offices.refresh_from_db()
    assert offices.archived_at


def test_every_deed_is_written_down(offices: Icp, alice: User) -> None:
    line = defining.add_line(offices, Line("goals", "Never without coffee"), by=alice)
    defining.change_line(line, text="Always coffee", kind="answer", by=alice)
    defining.remove_line(line, by=alice)
    defining.archive(offices, by=alice)
    deeds = AuditEntry.objects.in_workspace(offices.workspace).filter(subject=str(offices.pk))

    assert sorted(deeds.values_list("action", flat=True)) == [
        *("icps.archived", "icps.line-added", "icps.line-changed", "icps.line-removed", "icps.named"),
    ]
