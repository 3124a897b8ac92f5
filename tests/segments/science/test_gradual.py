"""The picture of a refusal is made of the people it speaks of."""

import numpy as np

from segments.science import gradual


def test_one_hump_and_four_cuts_inside() -> None:
    cloud = np.random.default_rng(0).normal(size=(3000, 3))
    told = gradual.along(cloud, seed=1)
    assert len(told.heights) == gradual.BINS
    assert max(told.heights) == 1.0
    assert 12 < int(np.argmax(told.heights)) < 28
    assert len(told.cuts) == 4
    assert list(told.cuts) == sorted(told.cuts)
    assert all(0 <= cut <= 1 for cut in told.cuts)


def test_the_same_people_give_the_same_picture() -> None:
    cloud = np.random.default_rng(0).normal(size=(200, 2))
    assert gradual.along(cloud, seed=1) == gradual.along(cloud, seed=1)


def test_people_who_are_all_alike_break_nothing() -> None:
    assert len(gradual.along(np.zeros((50, 2)), seed=1).heights) == gradual.BINS
