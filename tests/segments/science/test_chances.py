import numpy as np

from segments.science.chances import learn


def test_a_planted_chance_is_found_again():
    rng = np.random.default_rng(3)
    orders, quiet = np.repeat([1, 12], 4000), np.repeat([300, 10], 4000)
    ordered = rng.random(8000) < np.where(orders == 1, 0.05, 0.7)

    table = learn(orders, quiet, ordered)

    assert abs(table.expected(np.array([1]), np.array([300])) - 0.05) < 0.02
    assert abs(table.expected(np.array([12]), np.array([10])) - 0.7) < 0.02
    assert table.did + table.did_not == 8000


def test_a_cell_of_a_few_people_is_pulled_towards_everybody():
    orders, quiet = np.array([1] * 1000 + [12] * 2), np.array([300] * 1000 + [10] * 2)
    ordered = np.array([True] * 100 + [False] * 900 + [True] * 2)

    assert 0.1 < learn(orders, quiet, ordered).expected(np.array([12]), np.array([10])) < 0.25


def test_nobody_has_no_chance_rather_than_an_error():
    table = learn(np.array([1]), np.array([1]), np.array([True]))

    assert table.expected(np.array([]), np.array([])) == 0.0


def test_who_is_quiet_for_longer_than_anybody_was_is_like_the_longest():
    orders, quiet = np.array([1] * 400 + [12] * 400), np.array([100] * 400 + [10] * 400)
    ordered = np.array([False] * 400 + [True] * 400)

    assert learn(orders, quiet, ordered).expected(np.array([1]), np.array([500])) < 0.1
