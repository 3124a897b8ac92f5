"""3. Good customers who are quiet for much longer than their own rhythm."""

from typing import Any

import pandas as pd

from accounts.templatetags.words import count
from icp.sights.finding import Finding, refused
from icp.sights.sight import Scene, rows_of, rule

ENOUGH = 50  # buyers
OFTEN, TWICE, GOOD = 3, 2, 0.6  # order days, usual gaps, of buyers spent less
LIMIT = "SELECT quantile_cont(revenue, 0.6) AS least FROM profile WHERE orders > 0"
OVERDUE = "order_days >= 3 AND usual_gaps_quiet > 2 AND orders_365d >= 1 AND revenue >= :least"
QUERY = f"""
    SELECT count(*) AS people, sum(revenue_365d) AS spent, median(days_between_orders) AS usual_gap,
        median(recency_days) AS quiet
    FROM profile WHERE {OVERDUE}"""  # noqa: S608 - our own text
RHYTHMS = f"""
    SELECT profile.number, date_diff('day', day, CAST(timezone(:zone, :as_of) AS DATE)) AS ago
    FROM (SELECT DISTINCT number, CAST(timezone(:zone, happened_at) AS DATE) AS day FROM events WHERE line = 1) AS days
    JOIN (SELECT number, revenue FROM profile WHERE {OVERDUE} ORDER BY revenue DESC, number LIMIT 3) AS profile
    ON profile.number = days.number ORDER BY profile.revenue DESC, profile.number, ago"""  # noqa: S608
HOW_LONG = f"""
    SELECT CASE WHEN usual_gaps_quiet <= 3 THEN 2 WHEN usual_gaps_quiet <= 5 THEN 3 ELSE 5 END AS gaps,
        count(*) AS people, sum(revenue_365d) AS spent
    FROM profile WHERE {OVERDUE} GROUP BY 1 ORDER BY 1"""  # noqa: S608


def look(scene: Scene) -> Finding:
    """Ordered on three days or more, spend more than 6 in 10 buyers, and quiet for over twice their usual gap."""
    if scene.buyers < ENOUGH:
        why = f"You have {count(scene.buyers)} buyers; below {ENOUGH} nobody can be called a good customer fairly."
        return refused("We cannot tell yet who is overdue.", why, page="customers:sources", label="Bring more orders")
    least = round(float(scene.ask(LIMIT)[0]["least"].iloc[0]), 2)
    found, sql = scene.ask(QUERY, least=least)
    people = int(found["people"].iloc[0])
    meaning = (
        f"Ordered on at least {OFTEN} days and at least once in the last 365 days, spent {scene.money(least)} or more "
        "as 4 in 10 buyers do, and quiet for more than twice the days that usually lie between two of their own orders."
    )
    if not people:
        note = "Nobody who orders often has been quiet for more than twice the usual time."
        return Finding(
            "**No good customer is overdue.**",
            note,
            meaning=meaning,
            counted=scene.over,
            sql=sql,
            figures={"people": 0},
        )
    spent, gap = float(found["spent"].iloc[0] or 0), round(float(found["usual_gap"].iloc[0]))
    who = "1 good customer is" if people == 1 else f"{count(people)} good customers are"
    return Finding(
        sentence=f"**{who} overdue.** They usually order every {gap} days and have been quiet for more than twice "
        f"that. Last year they spent **{scene.money(spent)}**.",
        note="Measured against each person’s own rhythm.",
        figures={"people": people, "spent_365d": round(spent, 2), "usual_gap": gap},
        table=_table(scene.ask(HOW_LONG, least=least)[0]),
        picture=_rhythms(scene.ask(RHYTHMS, least=least)[0]),
        rule=rule(
            {"feature": "order_days", "op": "gte", "value": OFTEN},
            {"feature": "usual_gaps_quiet", "op": "gt", "value": TWICE},
            {"feature": "orders_365d", "op": "gte", "value": 1},
            {"feature": "revenue", "op": "gte", "value": least},
        ),
        segment_name="Overdue good customers",
        meaning=meaning,
        counted=scene.over,
        sql=sql,
    )


def _rhythms(days: pd.DataFrame) -> dict[str, list[Any]]:
    """Three of them, and for each how many days ago the newest orders were, the newest first."""
    groups = list(days.groupby("number", sort=False))
    rhythms = [[int(ago) for ago in group["ago"].head(8)] for _, group in groups]
    return {"who": [int(str(number)) for number, _ in groups], "rhythms": rhythms}


def _table(table: pd.DataFrame) -> dict[str, object]:
    words = {2: "2 to 3 usual gaps", 3: "3 to 5 usual gaps", 5: "more than 5 usual gaps"}
    rows = [[words[int(row.gaps)], int(row.people), round(float(row.spent), 2)] for row in rows_of(table)]
    return {"columns": ["Quiet for", "People", "Spent in the last 365 days"], "rows": rows}
