"""How much somebody looks like the members of a group: the truth is planted, and found again."""

import numpy as np
import pandas as pd
import pytest

from icp.science import fit


def a_world(
    *, members: int = 200, alike: int = 200, others: int = 2_000, apart: float = 2.0
) -> tuple[pd.DataFrame, ...]:
    """Members, people who are like them without being in, and others; in that order."""
    rng = np.random.default_rng(7)
    n = members + alike + others
    same = np.arange(n) < members + alike
    figures = pd.DataFrame({"rhythm": rng.normal(0, 1, n) + apart * same, "noise": rng.normal(0, 1, n)})
    return figures, pd.DataFrame({"country": rng.choice(["here", "there"], n)})


def test_those_who_are_alike_are_found_and_the_others_are_not() -> None:
    figures, details = a_world()
    found = fit.fit(figures, details, np.arange(2_400) < 200)
    members, alike, others = (found.score.iloc[part] for part in (slice(200), slice(200, 400), slice(400, None)))

    assert members.mean() == pytest.approx(50, abs=2)  # they are not 100 because they are in
    assert alike.mean() == pytest.approx(50, abs=6)
    assert others.mean() < 12
    assert (others >= 50).mean() < 0.05
    assert next(iter(found.weights.index)) == "rhythm"
    assert found.low < found.apart < found.high


def test_where_members_are_anybody_there_is_no_fit() -> None:
    figures, details = a_world(apart=0.0)

    with pytest.raises(fit.NotApart):
        fit.fit(figures, details, np.arange(2_400) < 200)


@pytest.mark.parametrize("members", [19, 2_381])
def test_under_twenty_on_a_side_there_is_no_fit(members: int) -> None:
    figures, details = a_world()

    with pytest.raises(fit.TooFew):
        fit.fit(figures, details, np.arange(2_400) < members)


def test_the_same_people_get_the_same_scores() -> None:
    figures, details = a_world()
    belongs = np.arange(2_400) < 200

    assert fit.fit(figures, details, belongs).score.equals(fit.fit(figures, details, belongs).score)


def test_a_figure_that_tells_the_same_story_is_found() -> None:
    rng = np.random.default_rng(1)
    orders = rng.poisson(4, 500).astype(float)
    figures = pd.DataFrame({"orders": orders, "order_days": orders + 1, "age": rng.normal(40, 9, 500)})

    assert fit.same_story(figures, ["orders", "not_there"]) == {"orders", "order_days"}
