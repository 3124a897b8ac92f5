"""6. How revenue changed, and whether returning or new customers brought it."""

from datetime import timedelta

from icp.sights.finding import Finding, refused
from icp.sights.sight import Scene, months, rows_of, rule, said

YEAR, BEFORE, SHORTEST = 365, 180, 90  # days
MONTHS = 396  # 13 months: season and trend can be told apart
QUERY = """
    WITH firsts AS (
        SELECT number, CAST(timezone(:zone, min(happened_at)) AS DATE) AS first_day
        FROM events WHERE NOT number IS NULL AND line = 1 GROUP BY number),
    paid AS (
        SELECT number, CAST(timezone(:zone, happened_at) AS DATE) AS day, amount
        FROM events WHERE NOT number IS NULL AND line IN ({kinds}))
    SELECT CASE WHEN day >= :start THEN 'this' ELSE 'last' END AS period,
        CAST(sum(amount) FILTER (WHERE first_day < CASE WHEN day >= :start THEN :start ELSE :last_start END) AS DOUBLE)
            / :minor AS returning,
        CAST(sum(amount) FILTER (WHERE first_day >= CASE WHEN day >= :start THEN :start ELSE :last_start END) AS DOUBLE)
            / :minor AS new
    FROM paid JOIN firsts ON firsts.number = paid.number
    WHERE day >= :start OR (day >= :last_start AND day < :last_until)
    GROUP BY 1 ORDER BY 1"""


def look(scene: Scene) -> Finding:
    """The newest stretch against the same days a year before, with half a year of memory before both."""
    length = min(YEAR, scene.days - YEAR - BEFORE)
    if scene.days < MONTHS or length < SHORTEST:
        ready = scene.start + timedelta(days=YEAR + BEFORE + SHORTEST)
        why = "The same months of two years are needed, and half a year before them, to know who is new. "
        return refused(
            "We cannot tell growth from season yet.",
            f"{why}Yours begin on {said(scene.start)}.",
            when=f"with data until {said(ready)}",
        )
    start = scene.end - timedelta(days=length)
    values = {
        "start": start,
        "last_start": start - timedelta(days=YEAR),
        "last_until": scene.end - timedelta(days=YEAR),
    }
    kinds = ", ".join(str(int(kind)) for kind in scene.reading.choice.kinds)
    table, sql = scene.ask(QUERY.replace("{kinds}", kinds), **values)
    sums = {row.period: (float(row.returning or 0), float(row.new or 0)) for row in rows_of(table.fillna(0))}
    now, then = sums.get("this", (0.0, 0.0)), sums.get("last", (0.0, 0.0))
    returning, new = now[0] - then[0], now[1] - then[1]
    return Finding(
        sentence=_sentence(scene, returning, new),
        note=f"The last {months(length)} against the same days a year before.",
        figures={
            "returning": round(returning, 2), "new": round(new, 2), "total": round(returning + new, 2),
            "now": round(sum(now), 2), "then": round(sum(then), 2),
        },
        table={
            "columns": ["Revenue from", "A year before", "Now", "Change"],
            "rows": [
                ["Returning customers", round(then[0], 2), round(now[0], 2), round(returning, 2)],
                ["New customers", round(then[1], 2), round(now[1], 2), round(new, 2)],
            ],
        },
        picture={
            "returning": round(returning, 2), "new": round(new, 2),
            "words": [_more(scene, returning), _more(scene, new)],
        },
        rule=rule(
            {"feature": "first_order_at", "op": "before", "value": start.isoformat()},
            {"feature": "last_order_at", "op": "after", "value": (start - timedelta(days=1)).isoformat()},
        ),
        segment_name="Returning customers",
        meaning="Revenue of the newest stretch of days against the same days a year before, by whether somebody had "
        "ordered before that stretch began (returning) or not (new). “See these customers” shows the returning ones.",
        counted=scene.over,
        sql=sql,
    )  # fmt: skip


def _sentence(scene: Scene, returning: float, new: float) -> str:
    total = returning + new
    whole = f"You grew by {scene.money(total)}" if total > 0 else f"You lost {scene.money(-total)}"
    if abs(total) < 0.005:
        whole = "Revenue stayed the same"
    return (
        f"{whole}: **{scene.money(abs(returning))} {_word(returning)}** from returning, "
        f"**{scene.money(abs(new))} {_word(new)}** from new customers."
    )


def _word(change: float) -> str:
    return "more" if change >= 0 else "less"


def _more(scene: Scene, change: float) -> str:
    return f"{'+' if change >= 0 else '−'}{scene.money(abs(change))}"
