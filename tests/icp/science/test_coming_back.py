"""Who comes back: against published survival times, and on planted truth."""

import numpy as np
import pandas as pd
import pytest

from icp.science.coming_back import hardly_after, outstanding, shares_by_day, within

# Freireich et al. (1963), remission in weeks under 6-MP; + is still in remission. Kaplan-Meier estimates as printed
# in Cox and Oakes (1984), table 1.2 and chapter 4.
RELAPSED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
CENSORED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
STAYS = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}


def counts(came: list[int], quiet: list[int]) -> pd.DataFrame:
    days = sorted(set(came) | set(quiet))
    return pd.DataFrame(
        {"days": days, "came_back": [came.count(d) for d in days], "still_quiet": [quiet.count(d) for d in days]}
    )


def test_the_published_remission_times_are_reproduced() -> None:
    found = shares_by_day(counts(RELAPSED, CENSORED))

    assert {day: round(1 - found[day], 3) for day in STAYS} == STAYS


def test_ten_times_the_published_patients_have_their_limits_ten_times_as_sure() -> None:
    """One time, the limits are 0.188 and 0.680 (R survival, log-log); ten times, the error is divided by root ten."""
    found = within(counts(RELAPSED * 10, CENSORED * 10))

    assert found is not None
    assert (found.days, round(1 - found.share, 3)) == (32, 0.448)
    assert (round(1 - found.high, 3), round(1 - found.low, 3)) == (0.363, 0.529)


def a_world(rng: np.random.Generator, people: int, *, comes_back: float, mean: float) -> tuple[pd.DataFrame, float]:
    """Everybody started on some day of the last 500, and so many would come back; the counts, and the plain share."""
    watched, days = rng.integers(1, 500, people), np.ceil(rng.exponential(mean, people)).astype(int)
    came = (rng.random(people) < comes_back) & (days <= watched)
    return counts(days[came].tolist(), watched[~came].tolist()), float(came.mean())


def test_those_who_are_too_new_do_not_make_the_rest_look_worse() -> None:
    table, plain = a_world(np.random.default_rng(3), 20_000, comes_back=0.5, mean=60)
    found, truth = within(table), 0.5 * (1 - np.exp(-365 / 60))

    assert found is not None
    assert abs(found.share - truth) < 0.015
    assert plain < truth - 0.04


def test_the_limits_hold_the_truth_in_about_nineteen_of_twenty_worlds() -> None:
    rng, truth = np.random.default_rng(4), 0.4 * (1 - np.exp(-365 / 80))
    found = [within(a_world(rng, 600, comes_back=0.4, mean=80)[0]) for _ in range(150)]

    assert 134 <= sum(one is not None and one.low <= truth <= one.high for one in found) <= 149


def test_a_share_is_not_said_where_nobody_was_watched_for_a_month() -> None:
    assert within(counts([3] * 40, [20] * 100)) is None
    assert within(counts([], [200] * 100)) is None


def test_people_who_stop_coming_stop_after_the_last_comer() -> None:
    came = [day for day in range(1, 61) for _ in range(5)]

    assert hardly_after(counts(came, [400] * 300)) == 60


def test_people_who_keep_coming_are_not_said_to_stop() -> None:
    rng = np.random.default_rng(0)
    came = [int(day) + 1 for day in rng.exponential(400, 3000) if day < 720]

    assert hardly_after(counts(came, [720] * (3000 - len(came)))) is None


def test_too_few_watched_people_say_nothing() -> None:
    assert hardly_after(counts([3, 5], [200] * 20)) is None


def starts(*rows: tuple[str, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["first", "people", "came_back"])


def test_a_start_that_brings_twice_as_many_back_stands_out_with_its_range() -> None:
    (found,) = outstanding(starts(("Grinder", 1000, 420), ("Beans", 2000, 400), ("Tea", 2000, 400)))

    assert (found.name, round(found.ratio, 2)) == ("Grinder", 2.1)
    assert found.low < 2.1 < found.high
    assert found.low > 1.8


def test_the_range_of_a_ratio_is_the_published_one() -> None:
    """Katz et al. by hand: 30 of 100 against 20 of 200, one start looked at, 95 %."""
    (found,) = outstanding(starts(("A", 100, 30), ("B", 40, 4), ("C", 40, 4), ("D", 40, 4), ("E", 40, 4), ("F", 40, 4)))
    error = np.sqrt(1 / 30 - 1 / 100 + 1 / 20 - 1 / 200)

    assert found.ratio == pytest.approx(3.0)
    assert (found.low, found.high) == pytest.approx((3 * np.exp(-1.959964 * error), 3 * np.exp(1.959964 * error)))


def test_many_starts_without_a_difference_name_one_in_at_most_5_of_100_worlds() -> None:
    invented = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        rows = [(f"p{i}", 100, int(rng.binomial(100, 0.3))) for i in range(60)]
        invented += bool(outstanding(starts(*rows)))
    assert invented <= 5


def test_all_that_stand_out_are_told_the_surest_first() -> None:
    found = outstanding(starts(("Office", 500, 500), ("Grinder", 1000, 600), ("Beans", 1000, 610), ("Sets", 2000, 10)))

    assert [start.name for start in found] == ["Office", "Beans", "Grinder"]


def test_small_starts_are_not_looked_at() -> None:
    assert outstanding(starts(("Rare", 20, 20), ("Beans", 500, 100))) == []
