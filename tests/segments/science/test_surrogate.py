"""Conditions that stand for a group, and how faithful they are."""

import numpy as np
import pandas as pd

from segments.science import surrogate


def test_a_group_that_is_a_box_is_told_exactly() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"orders": rng.integers(1, 20, 2000).astype(float), "quiet": rng.uniform(0, 365, 2000)})
    belongs = ((frame.orders > 9) & (frame.quiet <= 90)).to_numpy()
    told = surrogate.explain(frame, belongs)
    assert told.f1 == 1.0
    assert {bound.feature for bound in told.bounds} == {"orders", "quiet"}
    orders = next(bound for bound in told.bounds if bound.feature == "orders")
    assert (orders.low, orders.high) == (9.5, None)


def test_fidelity_is_counted_on_the_people_the_conditions_choose() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"x": rng.normal(size=1000), "y": rng.normal(size=1000)})
    belongs = (frame.x + frame.y > 1).to_numpy()
    told = surrogate.explain(frame, belongs)
    inside = np.ones(1000, dtype=bool)
    for bound in told.bounds:
        inside &= (frame[bound.feature] > (bound.low if bound.low is not None else -np.inf)).to_numpy()
        inside &= (frame[bound.feature] <= (bound.high if bound.high is not None else np.inf)).to_numpy()
    assert told.precision == (inside & belongs).sum() / inside.sum()
    assert told.recall == (inside & belongs).sum() / belongs.sum()
    assert told.f1 < 1


def test_never_more_than_three_questions() -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(rng.normal(size=(800, 6)), columns=list("abcdef"))
    told = surrogate.explain(frame, (frame.sum(axis=1) > 2).to_numpy())
    assert 1 <= len(told.bounds) <= 3


def test_missing_figures_stop_nothing() -> None:
    frame = pd.DataFrame({"gap": [1.0, 2.0, np.nan, 50.0, 60.0, 70.0] * 20})
    assert surrogate.explain(frame, np.array([True, True, False, False, False, False] * 20)).f1 == 1.0
