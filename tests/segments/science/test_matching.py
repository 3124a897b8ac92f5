"""Identity over refits does not hang on numbers."""

import numpy as np

from segments.science import matching


def test_relabelled_groups_with_a_tenth_gone_are_matched() -> None:
    rng = np.random.default_rng(0)
    old = {group: set(range(group * 100, group * 100 + 100)) for group in range(5)}
    names = rng.permutation(5)
    new = {int(names[group]): set(list(members)[:90]) for group, members in old.items()}
    found = matching.match(old, new)
    assert {n: o for n, (o, _) in found.pairs.items()} == {int(names[group]): group for group in range(5)}
    assert found.new == found.retired == ()


def test_a_group_that_fell_apart_is_retired_and_its_parts_are_new() -> None:
    found = matching.match({1: set(range(90))}, {1: set(range(30)), 2: set(range(30, 60)), 3: set(range(60, 90))})
    assert found.pairs == {}
    assert (found.new, found.retired) == ((1, 2, 3), (1,))


def test_more_groups_than_before() -> None:
    found = matching.match({1: {1, 2, 3, 4}}, {5: {9}, 6: {1, 2, 3}})
    assert found.pairs == {6: (1, 0.75)}
    assert found.new == (5,)


def test_the_same_shares_have_not_drifted() -> None:
    assert matching.stability_index([0.3, 0.7], [0.3, 0.7]) == 0
    assert matching.stability_index([0.5, 0.5], [1.0, 0.0]) > matching.ACT
