"""What Home says on the first day with data: one sentence, one picture, three figures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from accounts import surveying
from accounts.models.intake import IntakeSurvey
from accounts.models.workspace import Workspace
from accounts.questions import METRIC
from accounts.templatetags.words import count, percent
from customers import engine
from customers.engine import parse
from icp import figures, measuring
from icp.figures import Figure
from icp.measuring import Business
from icp.shares import Row, main_segments
from segments.drawing import Ribbons, ribbons

SHARES = "SELECT main_segment, count(*) AS people, sum(revenue) AS revenue FROM profile GROUP BY main_segment"
ENOUGH = 10  # buyers, before a fifth of them is worth a sentence


@dataclass(frozen=True)
class Greeting:
    """The sentence has its figures marked by stars; `also` are the goals that are kept in sight."""

    sentence: str
    found: Business
    rows: list[Row]
    chart: Ribbons
    figures: list[Figure]
    why_these: str
    also: list[str]
    is_chosen: bool = False

    @property
    def counted(self) -> str:
        """Over whom the figures are counted."""
        everybody = self.found["buyers"] + self.found["never_bought"]
        return f"{count(self.found['buyers'])} who ordered, of {count(everybody)} known customers."

    @property
    def shares_sql(self) -> str:
        return engine.sql(parse(SHARES))


def greet(workspace: Workspace, survey: IntakeSurvey, as_of: datetime) -> Greeting:
    """Count the business and put it into words."""
    found = measuring.business(workspace, as_of)
    rows = main_segments(workspace, found, as_of)
    chosen = surveying.chosen_figures(workspace)
    wanted = figures.said(workspace, found, list(dict.fromkeys([*chosen, *surveying.figures(survey)])))
    return Greeting(
        sentence=sentence(found, rows, survey),
        found=found,
        rows=rows,
        chart=ribbons([row.band for row in rows]),
        figures=[_wished(figure, survey, workspace) for figure in wanted],
        why_these=why_these(survey, chosen),
        is_chosen=bool(chosen),
        also=[surveying.sentence(workspace, goal) for goal in survey.value("goals") or []],
    )


def _wished(figure: Figure, survey: IntakeSurvey, workspace: Workspace) -> Figure:
    """The figure that the goal is about also says how far it shall go."""
    goal = survey.value("goal") or {}
    metric = METRIC.get(goal.get("metric", ""))
    if metric is None or metric.figures[0] != figure.name or goal.get("target") is None:
        return figure
    return replace(figure, note=f"{figure.note} You want {surveying.wish(workspace, goal)}.")


def sentence(found: Business, rows: list[Row], survey: IntakeSurvey) -> str:
    """The whole business in one sentence or two."""
    if not (buyers := found["buyers"]):
        known = found["never_bought"]
        return f"You know **{count(known)}** {who(survey, known)}, and none of them has ordered yet."
    said = f"{count(buyers)} {who(survey, buyers)} bought from you in {period(found.days)}."
    if buyers < ENOUGH or found["revenue"] <= 0:
        return said
    said += f" **1 in 5** of them brings **{percent(found['top_fifth'] / found['revenue'])}** of the money"
    biggest = max(rows, key=lambda row: row.people, default=None)
    if biggest is None:
        return f"{said}."
    return f"{said}, and your biggest group, **{biggest.segment.name}**, brings **{percent(biggest.of_revenue)}**."


def who(survey: IntakeSurvey, many: int) -> str:
    """What the business calls those who buy."""
    one, more = ("company", "companies") if survey.value("selling") == "companies" else ("person", "people")
    return one if many == 1 else more


def period(days: int) -> str:
    """How long that is, in words: 20 days, 7 months, 2 years."""
    months = round(days / 30.44)
    if months < 3:
        return "one day" if days <= 1 else f"{days} days"
    return f"{months} months" if months < 24 else f"{round(days / 365.25)} years"


def why_these(survey: IntakeSurvey, chosen: Sequence[str] = ()) -> str:
    """Why these figures, and not others."""
    if chosen:
        return "Chosen by your team"
    goal, selling = survey.value("goal") or {}, survey.value("selling")
    if goal.get("metric") in METRIC:
        return f"Chosen because of your goal: {METRIC[goal['metric']].label.lower()}"
    return "Chosen by how you sell" if selling else "Chosen for a shop, until you say how you sell"
