"""Where does this come from? For every line and every figure of a sheet."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models.workspace import Workspace
from accounts.templatetags.words import count
from customers import engine
from customers.clock import last_counted
from customers.features import catalogue
from icp import claiming, observing
from icp.models.definition import Evidence, Icp
from icp.observing import observed
from icp.ranging import Figure
from segments.models.segment import Segment
from segments.rules import running
from segments.rules.tree import InvalidRule, parse

MEANINGS = {
    "customers": "How many people are in the segment.",
    "share_of_revenue": "What they spent so far, by what everybody spent so far.",
    "trait:company": "How many different companies they name.",
    "revenue": "What each of them spent so far, on average (the mean), and the same of everybody else.",
    "average_order_value": "What the middle one of them spends on an order, and how often the middle one has ordered.",
    "days_between_orders": "The usual gap of the middle one of those who ordered on two days or more.",
    "usual_gaps_quiet": "Of those with three order days or more, who has been quiet for over twice the own usual gap.",
    "returns_share": "The value of what they sent back, by the value of what they bought.",
    "agreed": "Who agreed to be written to, and is not on the stop list.",
    "back_after": "Calendar days from the first to the second day with an order; the middle one of all who have two.",
    "coupon_orders": "Orders that carry a coupon, by all their orders.",
    "weekday_orders": "Orders placed from Monday to Friday, in your time zone, by all their orders.",
    "early_orders": "Orders placed before ten in the morning, in your time zone, by all their orders.",
    "category": "Orders that hold something of the category, by all their orders.",
    "channel": "Orders that came by the channel, by all their orders.",
    "first_category": "With which kind of product they began.",
}
AMONG = {
    "customers": "SELECT count(*) FROM people",
    "share_of_revenue": "SELECT sum(revenue) FILTER (WHERE number IN (SELECT number FROM people)) / sum(revenue)\n"
    "FROM profile",
    "trait:company": 'SELECT count(DISTINCT "trait:company") FROM profile JOIN people USING (number)',
    "revenue": "SELECT number IN (SELECT number FROM people) AS theirs, avg(revenue) FROM profile GROUP BY 1",
    "average_order_value": "SELECT median(average_order_value), median(orders) FROM profile JOIN people USING (number)",
    "usual_gaps_quiet": "SELECT avg(CAST(usual_gaps_quiet > 2 AS INT)) FROM profile JOIN people USING (number)",
    "returns_share": "SELECT sum(returns_value) / sum(gross_revenue) FROM profile JOIN people USING (number)",
}
MIDDLE = "SELECT median({column}) FROM profile JOIN people USING (number)"
LEVELS = "SELECT {column}, count(*) FROM profile JOIN people USING (number) GROUP BY 1"
OF_ORDERS = {"back_after", "weekday_orders", "early_orders"}


@dataclass(frozen=True)
class Panel:
    """What the panel says. `said_by` is for answers and guesses, which have no figure behind them."""

    title: str
    value: str = ""
    note: str = ""
    meaning: str = ""
    counted: str = ""
    sql: str = ""
    as_of: datetime | None = None
    said_by: str = ""

    @property
    def until(self) -> datetime | None:
        return last_counted(self.as_of)


def of_figure(icp: Icp, figure: Figure, as_of: datetime) -> Panel:
    """One of the four figures beside the sheet."""
    who = [segment for segment in icp.segments.all() if segment.archived_at is None]
    return Panel(
        f"{figure.label}: {icp.name}", figure.value, figure.meaning, figure.long, _over(who, as_of, icp.workspace),
        _sql(icp.workspace, who, as_of, figure.query), as_of,
    )  # fmt: skip


def of_line(line: Evidence, as_of: datetime) -> Panel:
    """One line: the figure behind a fact, who gave an answer, whose guess it is."""
    source = next((told for told in line.evidence if told.get("feature")), None)
    if source is None:
        return Panel(line.text.replace("**", ""), said_by=_who_said(line))
    workspace = line.workspace
    segment = Segment.objects.in_workspace(workspace).filter(pk=source.get("segment") or None).first()
    who = [segment] if segment else []
    at = datetime.fromisoformat(source["as_of"]) if source.get("as_of") else as_of
    return Panel(
        line.text.replace("**", ""), _bold(line.text) or str(source.get("value", "")), _rest(source),
        _meaning(workspace, source), _over(who, at, workspace, source.get("n")),
        _sql(workspace, who, as_of, _query(workspace, source, as_of)), at,
    )  # fmt: skip


def _who_said(line: Evidence) -> str:
    told = next((source["said_by"] for source in line.evidence if source.get("said_by")), "")
    written = f"written down by {line.created_by}" if line.created_by else "written down"
    if line.kind == "answer":
        return f"An answer{f' of {told}' if told else ', nobody noted whose'}; {written}."
    return f"A guess, {written}. Nothing stands behind it yet."


def _bold(text: str) -> str:
    parts = text.split("**")
    return parts[1][:80] if len(parts) > 2 else ""


def _rest(source: dict[str, Any]) -> str:
    """What else the evidence holds, such as the range."""
    said = []
    if "low" in source and "high" in source:
        said.append(f"Between {100 * source['low']:.0f} and {100 * source['high']:.0f} of 100.")
    if source.get("n"):
        said.append(f"Counted over {count(source['n'])}.")
    return " ".join(said)


def _meaning(workspace: Workspace, source: dict[str, Any]) -> str:
    if source.get("claim"):
        said = claiming.words(source["claim"], workspace)
        return f"Checked: “{said}”. {MEANINGS.get(str(source['feature']), '')}".strip()
    feature = str(source["feature"])
    if feature in MEANINGS:
        return MEANINGS[feature]
    if feature.startswith("trait:"):
        return f"The share of them of whom we are told “{source.get('level', '')}”."
    known = catalogue.features(workspace).get(feature)
    return f"The middle one of them. {known.description}" if known else "A figure that is not there any more."


def _over(who: list[Segment], at: datetime, workspace: Workspace, n: Any = None) -> str:
    names = " and ".join(f"“{segment.name}”" for segment in who) or "a segment that is gone"
    return f"The people in {names}{f' ({count(n)} counted)' if n else ''}."


def _query(workspace: Workspace, source: dict[str, Any], as_of: datetime) -> str:
    """The figure over the table `people`, as anybody can run it."""
    feature = str(source["feature"])
    if feature in AMONG:
        return AMONG[feature]
    seen = observed(workspace, as_of)
    if feature in OF_ORDERS:
        return _counting(seen, "orders", f"-- then, over the numbers in people: {feature}, by orders if it is a share")
    if feature == "coupon_orders":
        return _counting(seen, "coupons", "-- then, over the numbers in people: sum(coupon_orders) / all their orders")
    if feature in observing.KINDS:
        return f"{seen.wares_sql(feature)}\n-- then, over the numbers in people: orders of the code / all their orders"
    column = engine.sql(engine.column(feature))
    return (LEVELS if feature.startswith("trait:") else MIDDLE).replace("{column}", column)


def _counting(seen: observing.Observed, what: str, then: str) -> str:
    getattr(seen, what)
    return f"{getattr(seen, f'{what}_sql')}\n{then}"


def _sql(workspace: Workspace, who: list[Segment], as_of: datetime, query: str) -> str:
    """First who is in, then the figure."""
    parts = []
    for segment in who:
        try:
            rule = parse(segment.definition, workspace, of=segment)
        except InvalidRule:
            continue
        parts.append(engine.sql(running.spelled_out(workspace, rule, as_of)))
    people = "\nUNION\n".join(parts)
    return f"CREATE TEMP TABLE people AS\n{people};\n\n{query}" if people else query
