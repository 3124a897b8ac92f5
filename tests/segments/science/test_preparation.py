"""Preparation: learned once, applied to anybody, told in plain numbers."""

import json

import numpy as np
import pandas as pd
import pytest

from segments.science import preparation


@pytest.fixture
def spending() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    return pd.DataFrame({"spent": np.exp(rng.normal(4, 1.2, 800)), "quiet": rng.integers(1, 400, 800).astype(float)})


def test_what_is_prepared_is_standardised(spending: pd.DataFrame) -> None:
    points = preparation.apply(preparation.learn(spending, logged=["spent"]), spending)
    assert points.mean(axis=0) == pytest.approx([0, 0], abs=1e-9)
    assert points.std(axis=0) == pytest.approx([1, 1], abs=1e-9)


def test_it_survives_being_written_down(spending: pd.DataFrame) -> None:
    learned = preparation.learn(spending, logged=["spent"])
    kept = preparation.from_numbers(json.loads(json.dumps(learned.to_numbers())))
    assert (preparation.apply(kept, spending) == preparation.apply(learned, spending)).all()


def test_one_absurd_spender_moves_nobody_else(spending: pd.DataFrame) -> None:
    absurd = pd.concat([spending, pd.DataFrame({"spent": [1e9], "quiet": [1.0]})], ignore_index=True)
    before = preparation.apply(preparation.learn(spending, logged=["spent"]), spending)
    after = preparation.apply(preparation.learn(absurd, logged=["spent"]), absurd)
    assert np.abs(after[:-1] - before).max() < 0.1
    assert np.abs(after[-1]).max() < 4


def test_the_currency_changes_nothing_that_matters(spending: pd.DataFrame) -> None:
    pence = spending.assign(spent=spending.spent * 100)
    ours, theirs = (preparation.apply(preparation.learn(f, logged=["spent"]), f) for f in (spending, pence))
    assert np.abs(ours - theirs).max() < 0.1


def test_a_missing_figure_stands_in_the_middle() -> None:
    frame = pd.DataFrame({"gap": [10.0, 20.0, np.nan, 30.0, 40.0]})
    learned = preparation.learn(frame)
    assert preparation.apply(learned, frame)[2, 0] == 0
    assert learned.columns[0].missing == pytest.approx(0.2)


def test_a_figure_that_says_nothing_is_left_out_with_its_reason() -> None:
    frame = pd.DataFrame({"same": [5.0] * 10, "rare": [np.nan] * 8 + [1, 2], "fine": range(10), "spike": [0.0] * 10})
    learned = preparation.learn(frame)
    assert learned.names == ["fine"]
    assert learned.left_out["same"] == "everybody has the same value"
    assert learned.left_out["rare"] == "it is missing for more than half of the people"


def test_nobody_with_a_spike_is_left_out_too() -> None:
    frame = pd.DataFrame({"refunds": [0.0] * 999 + [50.0], "orders": np.arange(1000.0)})
    learned = preparation.learn(frame, logged=["refunds"])
    assert learned.left_out == {"refunds": "almost everybody has the same value"}


def test_new_customers_are_prepared_like_those_of_the_fit(spending: pd.DataFrame) -> None:
    learned = preparation.learn(spending, logged=["spent"])
    alone = preparation.apply(learned, spending.iloc[[7]])
    assert (alone[0] == preparation.apply(learned, spending)[7]).all()
