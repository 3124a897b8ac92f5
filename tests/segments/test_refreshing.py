from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from accounts.jobs import JobFailed
from accounts.models.workspace import Workspace
from segments import refreshing, remembering
from segments.defining import look_up, write_list
from segments.models.refresh import Refresh, Snapshot
from segments.models.segment import Segment
from segments.refreshing import in_order, keep_snapshot, members_at, newest_members
from tests.customers.stage import AS_OF, a_customer, bought, recorded
from tests.segments.stage import a_segment, claimed, computed, rule

DAY = timedelta(days=1)


@pytest.fixture
def loyal(acme: Workspace) -> Segment:
    return a_segment(acme, "Loyal", {"feature": "orders", "op": "gte", "value": 2})


def sizes(segment: Segment) -> list[tuple[int, int, int]]:
    return [(moment.size, moment.joined, moment.left) for moment in remembering.history(segment)]


# Keeping ---------------------------------------------------------------------------------------


def test_a_snapshot_keeps_who_joined_and_who_left(loyal: Segment) -> None:
    keep_snapshot(loyal, BitMap([1, 2, 3]), as_of=AS_OF)
    keep_snapshot(loyal, BitMap([2, 3, 4, 5]), as_of=AS_OF + DAY)

    assert sizes(loyal) == [(3, 3, 0), (4, 2, 1)]
    assert newest_members(loyal) == BitMap([2, 3, 4, 5])
    assert members_at(loyal, AS_OF) == BitMap([1, 2, 3])
    assert members_at(loyal, AS_OF - DAY) == BitMap()


def test_a_second_run_moves_nobody(loyal: Segment) -> None:
    first = keep_snapshot(loyal, BitMap([1, 2]), as_of=AS_OF)
    Snapshot.everywhere.update(checked_at=AS_OF)

    second = keep_snapshot(loyal, BitMap([1, 2]), as_of=AS_OF + DAY)

    assert second == first
    assert sizes(loyal) == [(2, 2, 0)]
    kept = Snapshot.everywhere.get()
    assert kept.checked_at > AS_OF
    assert kept.as_of == AS_OF
    assert [r.as_of for r in Refresh.everywhere.order_by("created_at")] == [AS_OF, AS_OF + DAY]


def test_an_older_moment_never_overwrites_a_newer_one(loyal: Segment) -> None:
    keep_snapshot(loyal, BitMap([1]), as_of=AS_OF)

    keep_snapshot(loyal, BitMap([7, 8, 9]), as_of=AS_OF - DAY)

    assert sizes(loyal) == [(1, 1, 0)]
    assert newest_members(loyal) == BitMap([1])


def test_a_clock_set_back_forgets_what_was_counted_later(loyal: Segment) -> None:
    keep_snapshot(loyal, BitMap([1, 2]), as_of=AS_OF)
    keep_snapshot(loyal, BitMap([1, 2, 3]), as_of=AS_OF + 300 * DAY)

    keep_snapshot(loyal, BitMap([2]), as_of=AS_OF + DAY, reason="clock")

    assert sizes(loyal) == [(2, 2, 0), (1, 0, 1)]
    assert newest_members(loyal) == BitMap([2])


def test_whole_bitmaps_are_kept_daily_and_monthly_and_the_rest_is_put_together(loyal: Segment) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    moments = [start + timedelta(hours=8 * i) for i in range(3 * 200)]  # three a day for 200 days
    for i, moment in enumerate(moments):
        keep_snapshot(loyal, BitMap([i, i + 1, 1000 + i % 7]), as_of=moment)

    kept = Snapshot.everywhere.filter(members__isnull=False).order_by("as_of")
    old = [s.as_of for s in kept if moments[-1] - s.as_of > remembering.DAILY]
    young = [s.as_of for s in kept if moments[-1] - s.as_of <= remembering.DAILY]
    assert [(m.month, m.day, m.hour) for m in old] == [(1, 31, 16), (2, 28, 16), (3, 31, 16), (4, 19, 16)]
    assert len(young) == len({m.date() for m in young}) == 91
    for i in (0, 1, 50, 333, 599):
        assert members_at(loyal, moments[i]) == BitMap([i, i + 1, 1000 + i % 7])


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counts=st.lists(st.tuples(st.frozensets(st.integers(0, 30)), st.integers(0, 40)), min_size=1, max_size=8))
@pytest.mark.django_db
def test_every_moment_reads_back_as_it_was_counted(loyal: Segment, counts: Any) -> None:
    Snapshot.everywhere.all().delete()
    moment, told = AS_OF, {}
    for numbers, hours in counts:
        moment += timedelta(hours=hours)
        keep_snapshot(loyal, BitMap(numbers), as_of=moment)
        told[moment] = set(numbers)

    for moment, numbers in told.items():
        assert set(members_at(loyal, moment)) == numbers
    assert sum(m.joined - m.left for m in remembering.history(loyal)) == len(newest_members(loyal))


# Refreshing ------------------------------------------------------------------------------------


@pytest.fixture
def shop(acme: Workspace) -> dict[str, Any]:
    """Pam ordered twice, Tom once."""
    pam, tom = a_customer(acme, "pam"), a_customer(acme, "tom")
    recorded(acme, [bought(pam, 3, 1000, order=1), bought(pam, 30, 2000, order=2), bought(tom, 1, 500, order=3)])
    computed(acme)
    return {"pam": pam, "tom": tom}


def test_a_frequent_buyer_joins(acme: Workspace, loyal: Segment, shop: dict[str, Any]) -> None:
    told = refreshing.refresh(claimed(acme, "refresh", AS_OF, subject=str(loyal.pk)))

    assert told == {"segment": str(loyal.pk), "size": 1, "joined": 1, "left": 0}
    assert set(newest_members(loyal)) == {shop["pam"].number}
    row = Refresh.everywhere.get()
    assert (row.definition, row.as_of, row.size) == (loyal.definition, AS_OF, 1)


def test_a_rule_that_no_longer_holds_fails_with_its_sentence(acme: Workspace, shop: dict[str, Any]) -> None:
    broken = a_segment(acme, "Broken", {"feature": "gone", "op": "gte", "value": 2})

    with pytest.raises(JobFailed, match="Unknown figure “gone”"):
        refreshing.refresh(claimed(acme, "refresh", AS_OF, subject=str(broken.pk)))

    assert Snapshot.everywhere.count() == 0


def test_all_are_counted_and_a_broken_one_stops_nobody(acme: Workspace, loyal: Segment, shop: dict[str, Any]) -> None:
    a_segment(acme, "Broken", {"feature": "gone", "op": "gte", "value": 2})
    archived = a_segment(acme, "Old", archived_at=AS_OF)

    told = refreshing.refresh_all(claimed(acme, "refresh-all", AS_OF))

    assert (told["segments"], told["joined"]) == (2, 1)
    assert [row["name"] for row in told["failed"]] == ["Broken"]
    assert len(newest_members(loyal)) == 1
    assert remembering.newest_snapshot(archived) is None


def test_segments_are_counted_after_those_that_they_refer_to(acme: Workspace, loyal: Segment, shop: Any) -> None:
    others = a_segment(acme, "Others", {"segment": str(loyal.pk), "op": "not_in"})
    Segment.everywhere.filter(pk=others.pk).update(created_at=AS_OF)  # listed first

    refreshing.refresh_all(claimed(acme, "refresh-all", AS_OF))

    assert [row.name for row in in_order([others, loyal])] == ["Loyal", "Others"]
    assert set(newest_members(others)) == {shop["tom"].number}


def test_a_definition_that_changes_while_it_is_counted_is_counted_again(
    acme: Workspace, loyal: Segment, shop: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    count = refreshing.members
    counted: list[Any] = []

    def slow(*args: Any) -> BitMap:
        found = count(*args)
        if not counted:
            Segment.everywhere.filter(pk=loyal.pk).update(definition=rule())
        counted.append(args)
        return found

    monkeypatch.setattr(refreshing, "members", slow)
    refreshing.refresh(claimed(acme, "refresh", AS_OF, subject=str(loyal.pk)))

    assert len(counted) == 2
    assert len(newest_members(loyal)) == 2


def test_a_fixed_list_keeps_its_people_while_their_figures_are_away(acme: Workspace, shop: dict[str, Any]) -> None:
    found = look_up(acme, "pam, tom\nsomebody else")
    listed = write_list(acme, name="Invited", found=found, as_of=AS_OF, by=None)
    assert (len(found.members), found.missing) == (2, ["somebody else"])
    keep_snapshot(listed, BitMap(), as_of=AS_OF + DAY)  # as if the profile had been empty once

    refreshing.refresh(claimed(acme, "refresh", AS_OF + 2 * DAY, subject=str(listed.pk)))

    assert set(newest_members(listed)) == {shop["pam"].number, shop["tom"].number}


def test_a_new_profile_asks_for_all_segments_once(acme: Workspace, loyal: Segment, shop: dict[str, Any]) -> None:
    from accounts.models.job import Job
    from segments.tasks import request_refresh_all

    first = request_refresh_all(acme, None)

    assert request_refresh_all(acme, None) == first
    assert Job.everywhere.filter(kind="refresh-all", status="queued").count() == 1
