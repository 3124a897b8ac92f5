"""2. How many came back, how soon, and after which day hardly anybody does."""

import pandas as pd

from accounts.templatetags.words import count, percent
from icp.science.coming_back import Within, hardly_after, shares_by_day, within
from icp.sights.finding import Finding, refused
from icp.sights.sight import PEOPLE, Scene, rule, shares

ENOUGH, LONG_ENOUGH = 50, 60  # buyers, days
QUERY = f"""
    WITH {PEOPLE}
    SELECT date_diff('day', first_day, coalesce(second_day, CAST(timezone(:zone, :as_of) AS DATE))) AS days,
        count(second_day) AS came_back, count(*) - count(second_day) AS still_quiet
    FROM people GROUP BY 1 ORDER BY 1"""  # noqa: S608 - our own text
BARS = 10  # days in one bar of the picture


def look(scene: Scene) -> Finding:
    """Days from the first order day to the second one."""
    if scene.buyers < ENOUGH or scene.days < LONG_ENOUGH:
        have = f"{count(scene.buyers)} and {scene.days}"
        why = f"That takes {ENOUGH} buyers and {LONG_ENOUGH} days of orders; you have {have}."
        return refused("We cannot tell yet who comes back.", why, page="customers:sources", label="Bring more orders")
    table, sql = scene.ask(QUERY)
    came = table[table["came_back"] > 0]
    back = int(came["came_back"].sum())
    if not back:
        note = f"None of {count(scene.buyers)} buyers ordered on a second day."
        return Finding(
            "**Nobody** came back yet.", note, counted=scene.over, sql=sql, figures={"people": 0, "share": 0.0}
        )
    half = _by(came, 0.5)
    hardly, whole = hardly_after(table), within(table)
    end = f" After {hardly} days hardly anyone does." if hardly else ""
    return Finding(
        sentence=f"**{shares(back, scene.buyers)}** came back; half of those within **{half} days**.{end}",
        note=f"{count(back)} of {count(scene.buyers)} ordered on a second day.{_with_time(whole, back / scene.buyers)}",
        figures={
            "people": back, "share": round(back / scene.buyers, 4), "half_within": half, "hardly_after": hardly,
        } | _figures(whole),
        table=_table(table),
        picture={"bars": _bars(came), "half": half, "hardly": hardly},
        rule=rule({"feature": "order_days", "op": "gte", "value": 2}),
        segment_name="Came back",
        meaning="Days from the first day with an order to the second one. Whoever has not come back yet counts for as "
        "long as we have watched them. “Hardly anyone” means: of those who are left, fewer than 5 in 100 come within "
        "the next three months.",
        counted=scene.over,
        sql=sql,
    )  # fmt: skip


def _with_time(whole: Within | None, so_far: float) -> str:
    """What the share comes to when the newest customers have had their time, where that is another figure."""
    if whole is None or whole.share - so_far < 0.01:
        return ""
    limits = f"between {percent(whole.low)} and {percent(whole.high)}"
    return f" Not everybody has had the time: within {whole.days} days {percent(whole.share)} do ({limits})."


def _figures(whole: Within | None) -> dict[str, float]:
    if whole is None:
        return {}
    shares = {name: round(getattr(whole, name), 4) for name in ("share", "low", "high")}
    return {"days_watched": whole.days, **{f"{name}_with_time": share for name, share in shares.items()}}


def _by(came: pd.DataFrame, share: float) -> int:
    """The day by which so many of those who came back had come."""
    so_far = came["came_back"].cumsum() / came["came_back"].sum()
    return int(came["days"][so_far >= share].iloc[0])


def _bars(came: pd.DataFrame) -> list[int]:
    """Who came back within 10, 20 ... 200 days."""
    place = ((came["days"] - 1) // BARS).clip(lower=0)
    counts = came["came_back"].groupby(place).sum()
    return [int(counts.get(bar, 0)) for bar in range(20)]


def _table(table: pd.DataFrame) -> dict[str, object]:
    shares = shares_by_day(table)
    rows = []
    for day in range(30, min(int(table["days"].max()), 720) + 1, 30):
        until = table[table["days"] <= day]
        rows.append([day, int(until["came_back"].sum()), round(float(shares[shares.index <= day].iloc[-1]), 4)])
    return {
        "columns": ["Days after the first order", "Came back by then", "Share, with those still watched"],
        "rows": rows,
    }
