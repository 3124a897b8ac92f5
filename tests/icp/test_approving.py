"""A sheet that is approved is kept as it stood; what changed since is said."""

import pytest

from accounts.models.audit import AuditEntry
from accounts.models.user import User
from accounts.models.workspace import Workspace
from icp import approving, defining
from icp.defining import Line
from icp.models.definition import Evidence, Icp, IcpVersion
from icp.refusing import NotPossible


@pytest.fixture
def written(offices: Icp, alice: User) -> Icp:
    defining.add_line(offices, Line("goals", "Never without coffee"), by=alice)
    defining.add_line(offices, Line("pain_points", "Small bags"), by=alice)
    return offices


def fresh(icp: Icp) -> Icp:
    return Icp.objects.in_workspace(icp.workspace).select_related("approved", "workspace").get(pk=icp.pk)


def test_a_version_never_changes_whatever_becomes_of_the_sheet(written: Icp, alice: User) -> None:
    version = approving.approve(written, as_of=None, by=alice, note="For the board")
    defining.change_line(Evidence.everywhere.get(text="Small bags"), text="Large bags", kind="answer", by=alice)
    defining.change_candidate(written, name="Offices", sentence="", by=alice)
    kept = IcpVersion.everywhere.get(pk=version.pk)

    assert (kept.number, kept.note, kept.sheet["name"]) == (1, "For the board", "Small offices")
    assert [line["text"] for line in kept.sheet["lines"]] == ["Never without coffee", "Small bags"]
    assert fresh(written).approved == kept


def test_approving_what_has_not_changed_makes_no_version(written: Icp, alice: User) -> None:
    first = approving.approve(written, as_of=None, by=alice)

    assert approving.approve(written, as_of=None, by=alice) == first
    assert IcpVersion.everywhere.count() == 1


def test_versions_are_counted_and_written_down(written: Icp, alice: User) -> None:
    approving.approve(written, as_of=None, by=alice)
    defining.add_line(written, Line("goals", "Tea as well"), by=alice)
    second = approving.approve(written, as_of=None, by=alice)

    assert [version.number for version in approving.versions(written)] == [2, 1]
    assert fresh(written).approved == second
    deeds = AuditEntry.objects.in_workspace(written.workspace).filter(action="icps.approved")
    assert {deed.sentence for deed in deeds} == {f"Approved Small offices, version {n}." for n in (1, 2)}


def test_an_empty_or_archived_sheet_is_not_approved(acme: Workspace, offices: Icp, alice: User) -> None:
    with pytest.raises(NotPossible, match="nothing to approve"):
        approving.approve(offices, as_of=None, by=alice)
    defining.add_line(offices, Line("goals", "Coffee"), by=alice)
    defining.archive(offices, by=alice)
    with pytest.raises(NotPossible, match="archived"):
        approving.approve(offices, as_of=None, by=alice)


def test_what_changed_since_is_said_line_by_line(written: Icp, alice: User) -> None:
    approving.approve(written, as_of=None, by=alice)
    assert not approving.since(fresh(written), None).is_anything

    defining.change_line(Evidence.everywhere.get(text="Small bags"), text="Large bags", kind="guess", by=alice)
    defining.remove_line(Evidence.everywhere.get(text="Never without coffee"), by=alice)
    defining.add_line(written, Line("lifestyle", "They cycle"), by=alice)
    defining.change_candidate(written, name="Offices", sentence="", by=alice)
    since = approving.since(fresh(written), None)

    told = [
        (change.what, change.part_label, change.before.get("text"), change.after.get("text")) for change in since.lines
    ]
    assert told == [
        ("changed", "On top", "Small offices", "Offices"),
        ("removed", "What they want done", "Never without coffee", None),
        ("changed", "What hurts", "Small bags", "Large bags"),
        ("added", "How they live", None, "They cycle"),
    ]
    assert since.edits == "**1** line added, **2** lines changed, **1** line removed."


def test_a_sheet_that_was_never_approved_has_no_since(written: Icp) -> None:
    assert approving.since(fresh(written), None) is None
