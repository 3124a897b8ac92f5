"""4. The first purchase after which people come back more often than after any other."""

from typing import Any

import pandas as pd

from accounts.templatetags.words import count, percent
from icp.science.coming_back import Start, outstanding
from icp.sentences import listed
from icp.sights.finding import Finding, refused
from icp.sights.sight import PEOPLE, Scene, rows_of, rule

LEAST = 50  # people who started with it
WINDOWS = (180, 90)  # days after the first order; the longer one where the data allow it
CLEAR = 1.5  # times as often, at least: then we are sure
QUERY = f"""
    WITH {PEOPLE}
    SELECT profile.{{first}} AS first, count(*) AS people,
        count(*) FILTER (WHERE date_diff('day', first_day, second_day) <= :window) AS came_back
    FROM people JOIN profile ON profile.number = people.number
    WHERE first_day <= :until AND NOT profile.{{first}} IS NULL GROUP BY 1 ORDER BY people DESC, first"""  # noqa: S608


def look(scene: Scene) -> Finding:
    """By kind of product where the file names kinds, by product where it does not."""
    window = next((days for days in WINDOWS if scene.days >= 2 * days), None)
    if window is None:
        why = f"That takes {2 * WINDOWS[-1]} days of orders; you have {scene.days}."
        return refused(
            "We cannot tell yet where good customers start.", why, page="customers:sources", label="Bring more orders"
        )
    until = scene.end - pd.Timedelta(days=window).to_pytimedelta()
    for figure in ("first_category", "first_product"):
        table, sql = scene.ask(QUERY.replace("{first}", figure), window=window, until=until)
        if len(table) > 1:
            break
    else:
        why = "The file names neither products nor kinds of products."
        return refused(
            "We cannot tell where good customers start.",
            why,
            page="customers:sources",
            label="Bring lines with products",
        )
    told: dict[str, Any] = {"counted": scene.over, "sql": sql, "meaning": _meaning(figure, window)}
    found = outstanding(table, least=LEAST)
    if not found:
        looked = int((table["people"] >= LEAST).sum())
        note = f"We compared {count(looked)} first purchases of {LEAST} people or more; none stands out beyond chance."
        return Finding(
            "No first purchase brings people back more often than the others.",
            note,
            level="open",
            table=_table(table),
            **told,
        )
    return _told(found, table, figure, window, told)


def _told(found: list[Start], table: pd.DataFrame, figure: str, window: int, told: dict[str, Any]) -> Finding:
    start = found[0]
    return Finding(
        sentence=f"Who starts with **{start.name}** comes back **{start.ratio:.1f} times** as often.",
        note=f"{percent(start.share)} of {count(start.people)} ordered again within {window} days, against "
        f"{percent(start.others_share)} of the others.{_next(found[1:3])}",
        level="sure" if start.low >= CLEAR else "fairly",
        between=f"between {start.low:.1f} and {start.high:.1f}",
        figures={
            "first": start.name, "people": start.people, "came_back": start.came_back, "others": start.others,
            "others_back": start.others_back, "ratio": round(start.ratio, 2), "low": round(start.low, 2),
            "high": round(start.high, 2),
        },
        table=_table(table),
        picture={"ratio": start.ratio, "low": start.low, "high": start.high},
        rule=rule({"feature": figure, "op": "eq", "value": start.name}),
        segment_name=f"Started with {start.name}",
        **told,
    )  # fmt: skip


def _next(found: list[Start]) -> str:
    """Who else surely comes back more often, in words."""
    said = [f"{start.name} with {start.ratio:.1f} times" for start in found]
    return f" Next {'comes' if len(said) == 1 else 'come'} {listed(said)}." if said else ""


def _meaning(figure: str, window: int) -> str:
    what = "kind of product" if figure == "first_category" else "product"
    return (
        f"For each {what} that {LEAST} people or more began with: how many ordered again within {window} days, against "
        f"everybody who began with something else. Only people whose first order lies at least {window} days back "
        "count, so that all had the same time. The range allows for having looked at all of them; it says that they go "
        "together, not that the one brings the other about."
    )


def _table(table: pd.DataFrame) -> dict[str, object]:
    rows = [
        [str(row.first), int(row.people), int(row.came_back), round(row.came_back / row.people, 4)]
        for row in rows_of(table.head(20))
    ]
    return {"columns": ["Started with", "People", "Came back", "Share"], "rows": rows}
