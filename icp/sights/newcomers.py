"""5. Whether this year's new customers come back as often as last year's."""

from datetime import date, timedelta
from typing import Any

import pandas as pd

from accounts.templatetags.words import count, percent
from icp.sights.finding import Finding, refused
from icp.sights.sight import PEOPLE, Scene, points, rule, said
from segments.science.effects import newcombe

WATCHED, YEAR = 90, 365  # days that everybody is given to come back
SHORTEST, ENOUGH = 90, 50  # days of new customers on each side, people on each side
QUERY = f"""
    WITH {PEOPLE}
    SELECT CASE WHEN first_day >= :start THEN 'this' ELSE 'last' END AS period,
        CASE WHEN date_diff('day', first_day, second_day) <= 90
            THEN date_diff('day', first_day, second_day) END AS days,
        count(*) AS people
    FROM people
    WHERE (first_day >= :start AND first_day < :until) OR (first_day >= :last_start AND first_day < :last_until)
    GROUP BY 1, 2 ORDER BY 1, 2"""  # noqa: S608 - our own text


def look(scene: Scene) -> Finding:
    """The same stretch of two years, each new customer watched for 90 days."""
    length = min(YEAR, scene.days - WATCHED - YEAR)
    if length < SHORTEST:
        ready = scene.start + timedelta(days=SHORTEST + WATCHED + YEAR)
        why = (
            f"That takes the same season of two years, and {WATCHED} days to come back. "
            f"Your orders begin on {said(scene.start)}."
        )
        return refused(
            "We cannot tell yet whether new customers get better.", why, when=f"with data until {said(ready)}"
        )
    until = scene.end - timedelta(days=WATCHED)
    start = until - timedelta(days=length)
    last = start - timedelta(days=YEAR), until - timedelta(days=YEAR)
    table, sql = scene.ask(QUERY, start=start, until=until, last_start=last[0], last_until=last[1])
    this, before = (table[table["period"] == name] for name in ("this", "last"))
    if min(this["people"].sum(), before["people"].sum()) < ENOUGH:
        why = f"It takes {ENOUGH} new customers on each side; you had {_sums(this, before)}."
        return refused("We cannot tell whether new customers get better.", why)
    return _told(this, before, start, until, counted=scene.over, sql=sql)


def _sums(this: pd.DataFrame, before: pd.DataFrame) -> str:
    return f"{count(int(this['people'].sum()))} and {count(int(before['people'].sum()))}"


def _told(this: pd.DataFrame, before: pd.DataFrame, start: date, until: date, *, counted: str, sql: str) -> Finding:
    now, then = _back(this), _back(before)
    gap = newcombe(now[0], now[1], then[0], then[1])
    words: dict[str, Any] = {
        "sentence": "This year’s new customers come back about as often as last year’s",
        "level": "fairly",
        "between": "the gap may be either way",
    }
    if gap.low > 0 or gap.high < 0:
        low, high = sorted((abs(gap.low), abs(gap.high)))
        better = "more" if gap.low > 0 else "less"
        words["sentence"] = f"This year’s new customers come back {better} than last year’s"
        words["between"] = points(low, high)
        words["level"] = "sure" if low >= 0.02 else "fairly"
    words["sentence"] += (
        f": **{percent(now[0] / now[1])}** against **{percent(then[0] / then[1])}** after {WATCHED} days."
    )
    return Finding(
        note=f"First orders from {said(start)} to {said(until - timedelta(days=1))}, and the same days a year before.",
        figures={
            "this_people": now[1], "this_back": now[0], "last_people": then[1], "last_back": then[0],
            "gap_low": round(gap.low, 4), "gap_high": round(gap.high, 4),
        },
        table={"columns": ["Days after the first order", "This year", "Last year"], "rows": _rows(this, before)},
        picture={"this": _curve(this), "last": _curve(before)},
        rule=rule(
            {"feature": "first_order_at", "op": "after", "value": (start - timedelta(days=1)).isoformat()},
            {"feature": "first_order_at", "op": "before", "value": until.isoformat()},
            {"feature": "order_days", "op": "lt", "value": 2},
        ),
        segment_name="This year’s new customers, not back yet",
        meaning=f"Of those who ordered first in these days: how many ordered on another day within {WATCHED} days. "
        "Everybody had the whole time. Customers of before the file began may count as new in its first months. "
        "“See these customers” shows those of this year who have not come back.",
        counted=counted,
        sql=sql,
        **words,
    )  # fmt: skip


def _back(table: pd.DataFrame) -> tuple[int, int]:
    """How many came back, of how many."""
    return int(table.loc[table["days"].notna(), "people"].sum()), int(table["people"].sum())


def _curve(table: pd.DataFrame) -> list[list[float]]:
    """The share that was back by each 6th day, from 0 to 90."""
    whole = table["people"].sum()
    return [
        [day, round(float(table.loc[table["days"] <= day, "people"].sum() / whole), 4)]
        for day in range(0, WATCHED + 1, 6)
    ]


def _rows(this: pd.DataFrame, before: pd.DataFrame) -> list[list[float]]:
    return [
        [day, now, then] for (day, now), (_, then) in zip(_curve(this), _curve(before), strict=True) if day % 30 == 0
    ]
