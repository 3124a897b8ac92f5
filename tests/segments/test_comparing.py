"""Comparisons: what was planted sets people apart, few people never make a headline, movement adds up."""

from datetime import timedelta
from typing import Any

import pytest
from pyroaring import BitMap

from accounts.models.workspace import Workspace
from customers import clock
from segments import comparing
from segments.models.segment import SegmentSet
from segments.remembering import keep_snapshot
from tests.customers.stage import AS_OF
from tests.segments.shop import a_shop
from tests.segments.stage import a_segment

pytestmark = pytest.mark.django_db
LEAF = {"feature": "orders", "op": "gte", "value": 0}


@pytest.fixture
def shop(acme: Workspace) -> dict[str, list[int]]:
    return a_shop(acme, follow=False, never=10)


def test_what_was_planted_sets_them_apart(acme: Workspace, shop: dict[str, list[int]]) -> None:
    found = comparing.sets_apart(acme, BitMap(shop["slipping"]), clock.as_of(acme))

    by_name = {contrast.feature: contrast for contrast in found}
    assert by_name["trait:country"].label == "Country: France"
    assert (by_name["trait:country"].value, by_name["trait:country"].said) == (1.0, "100\u202f%")
    assert by_name["average_order_value"].effect > 1
    assert [abs(c.effect) for c in found] == sorted((abs(c.effect) for c in found), reverse=True)
    assert all(c.interval.low < c.effect < c.interval.high for c in found)


def test_each_contrast_tells_a_story_of_its_own(acme: Workspace, shop: dict[str, list[int]]) -> None:
    found = comparing.sets_apart(acme, BitMap(shop["regulars"]), clock.as_of(acme), limit=9)
    names = [contrast.feature for contrast in found]
    assert len(names) == len(set(names))
    assert not {"order_days", "net_revenue", "orders_90d"} & set(names)


def test_the_index_of_a_detail_is_shrunken(acme: Workspace, shop: dict[str, list[int]]) -> None:
    few = BitMap([*shop["slipping"][:20], *shop["tryers"][:20]])
    france = next(c for c in comparing.sets_apart(acme, few, clock.as_of(acme), 9) if c.label == "Country: France")
    raw = 100 * france.value / france.everyone
    assert 100 < france.index < raw


def test_under_thirty_people_nothing_is_said(acme: Workspace, shop: dict[str, list[int]]) -> None:
    assert comparing.sets_apart(acme, BitMap(shop["regulars"][:29]), clock.as_of(acme)) == []
    assert comparing.sets_apart(acme, BitMap(shop["regulars"][:30]), clock.as_of(acme)) != []


def test_groups_under_the_privacy_limit_are_not_broken_down(acme: Workspace, shop: dict[str, list[int]]) -> None:
    mixed = BitMap([*shop["slipping"][:4], *shop["tryers"][:60]])
    labels = [c.label for c in comparing.sets_apart(acme, mixed, clock.as_of(acme), 20)]
    assert "Country: France" not in labels


def test_shares_of_people_and_money_add_up(acme: Workspace, shop: dict[str, list[int]]) -> None:
    everybody = BitMap().union(*map(BitMap, shop.values()))
    groups = [BitMap(numbers) for numbers in shop.values()]
    shares = comparing.shares(acme, [*groups, everybody], clock.as_of(acme))

    assert shares[-1].of_revenue == pytest.approx(1)
    assert shares[-1].of_people == pytest.approx(400 / 410)
    assert sum(share.revenue for share in shares[:-1]) == pytest.approx(shares[-1].revenue)
    assert [share.people for share in shares] == [120, 200, 80, 400]


def test_overlap_counts_people_in_both(acme: Workspace) -> None:
    segments = [a_segment(acme, name, LEAF) for name in ("One", "Two", "Three")]
    for segment, numbers in zip(segments, ([1, 2, 3], [2, 3, 4, 5], []), strict=True):
        keep_snapshot(segment, BitMap(numbers), as_of=AS_OF)

    matrix = comparing.overlap(segments)

    assert matrix.counts == [[3, 2, 0], [2, 4, 0], [0, 0, 0]]
    assert matrix.shares[1] == [0.5, 1.0, 0.0]
    assert matrix.shares[2] == [0.0, 0.0, 0.0]


def two_moments(workspace: Workspace) -> tuple[SegmentSet, Any]:
    whole = SegmentSet.objects.create(workspace=workspace, name="Set", method="clusters", status="kept")
    good = a_segment(workspace, "Good", LEAF, set=whole, position=1)
    bad = a_segment(workspace, "Bad", LEAF, set=whole, position=2)
    later = AS_OF + timedelta(days=30)
    keep_snapshot(good, BitMap([1, 2, 3]), as_of=AS_OF)
    keep_snapshot(bad, BitMap([4]), as_of=AS_OF)
    keep_snapshot(good, BitMap([1, 9]), as_of=later)
    keep_snapshot(bad, BitMap([2, 4]), as_of=later)
    return whole, later


def test_movement_follows_each_person(acme: Workspace) -> None:
    whole, later = two_moments(acme)

    matrix = comparing.movement(whole, AS_OF, later)

    assert matrix.names == ["Good", "Bad", "Outside"]
    assert matrix.counts == [[1, 1, 1], [0, 1, 0], [1, 0, 0]]
    assert matrix.sizes == [3, 1, 1]
    assert [sum(row) for row in matrix.counts] == matrix.sizes


def test_nobody_moves_in_no_time(acme: Workspace) -> None:
    whole, later = two_moments(acme)
    matrix = comparing.movement(whole, later, later)
    assert matrix.counts == [[2, 0, 0], [0, 2, 0], [0, 0, 0]]
