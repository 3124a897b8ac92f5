"""1. How much of the revenue the best fifth of the buyers bring."""

from accounts.templatetags.words import count
from icp.sights.finding import Finding, refused
from icp.sights.sight import Scene, months, rows_of, rule, shares

ENOUGH = 50  # buyers
FIFTH = 4  # twentieths
QUERY = """
    SELECT CAST(ceil(20.0 * place / buyers) AS INTEGER) AS twentieth, count(*) AS people, sum(revenue) AS revenue,
        min(revenue) AS least
    FROM (
        SELECT revenue, row_number() OVER (ORDER BY revenue DESC, number) AS place, count(*) OVER () AS buyers
        FROM profile WHERE orders > 0) AS ranked
    GROUP BY 1 ORDER BY 1"""


def look(scene: Scene) -> Finding:
    """The best twentieths, one after the other, and what the first four bring together."""
    if scene.buyers < ENOUGH or scene.revenue <= 0:
        why = f"You have {count(scene.buyers)} buyers; below {ENOUGH} a fifth of them is a handful of people."
        return refused(
            "We cannot tell yet who brings the money.", why, page="customers:sources", label="Bring more orders"
        )
    table, sql = scene.ask(QUERY)
    best = table[table["twentieth"] <= FIFTH]
    people, revenue = int(best["people"].sum()), float(best["revenue"].sum())
    least = round(float(best["least"].iloc[-1]), 2)
    so_far = (table["revenue"].cumsum() / scene.revenue).round(4).tolist()
    return Finding(
        sentence=f"**{count(people)} customers** (1 in 5) bring **{shares(revenue, scene.revenue)}** of revenue.",
        note=f"Revenue of {months(scene.days)}, {scene.money(scene.revenue)} in all.",
        figures={"people": people, "share": round(revenue / scene.revenue, 4), "revenue": round(revenue, 2)},
        table={
            "columns": ["Buyers, best first", "People", "Revenue", "Of all revenue so far"],
            "rows": [
                [f"{5 * int(row.twentieth)} in 100", int(row.people), round(float(row.revenue), 2), so_far[i]]
                for i, row in enumerate(rows_of(table))
            ],
        },
        picture={"so_far": so_far, "at": FIFTH},
        rule=rule({"feature": "revenue", "op": "gte", "value": least}),
        segment_name="Best fifth",
        meaning="Everybody who ordered, by revenue, the highest first; then the first fifth of them, and their share "
        f"of all revenue. The last of them spent {scene.money(least)}.",
        counted=scene.over,
        sql=sql,
    )
