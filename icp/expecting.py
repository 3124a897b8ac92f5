"""What was expected of a focus, and what came of it once later data are there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from django.db.models import prefetch_related_objects
from pyroaring import BitMap

from accounts.models.workspace import Workspace
from accounts.templatetags.words import NARROW, count, short_day
from customers import holding, profiling
from icp.evidencing import people_behind
from icp.models.decision import Decision
from icp.models.definition import Icp
from segments import comparing
from segments.comparing import inside

type Measured = dict[str, dict[str, float]]  # candidate -> figure -> value; shares as 0 to 100

FIGURES = {"customers": "Customers", "share_of_revenue": "Share of revenue", "came_back": "Came back"}
SHARES = {"share_of_revenue", "came_back"}


@dataclass(frozen=True)
class Outcome:
    """One figure of the focus: when decided, as expected by a day, and now."""

    icp: str
    name: str
    slot: int
    label: str
    now: float | None
    expected: float
    actual: float | None
    until: date
    verdict: str  # reached, missed, too early, unknown
    sentence: str

    @property
    def pill(self) -> tuple[str, str]:
        words = {"reached": "Reached", "missed": "Not reached", "too early": "Too early", "unknown": "Cannot tell"}
        colours = {"reached": "good", "missed": "care", "too early": "", "unknown": "open"}
        return colours[self.verdict], words[self.verdict]


def measured(workspace: Workspace, icps: Iterable[Icp], as_of: datetime) -> Measured:
    """The figures of each candidate that data stand behind: people, share of revenue, share that ordered twice."""
    rows = list(icps)
    prefetch_related_objects(rows, "segments")
    return of_groups(workspace, {str(icp.pk): people_behind(icp) for icp in rows}, as_of)


def of_groups(workspace: Workspace, groups: Mapping[str, BitMap], as_of: datetime) -> Measured:
    """The same of any groups of customers; nothing of those without people."""
    behind = {name: members for name, members in groups.items() if members}
    if not behind or profiling.current(workspace) is None:
        return {}
    people = holding.frame(workspace, ["orders", "revenue"], as_of)
    orders = pd.to_numeric(people["orders"])
    shares = comparing.shares(workspace, list(behind.values()), as_of, people=people)
    found: Measured = {}
    for (name, members), share in zip(behind.items(), shares, strict=True):
        each = orders[inside(people, members)]
        buyers = int((each > 0).sum())
        found[name] = {"customers": share.people, "share_of_revenue": round(100 * share.of_revenue, 1)}
        if buyers:
            found[name]["came_back"] = round(100 * float((each > 1).sum()) / buyers, 1)
    return found


def outcomes(decision: Decision, icps: dict[str, Icp], as_of: datetime) -> list[Outcome]:
    """Expected against actual, for each figure that was expected of the focus."""
    named = [icps[row["icp"]] for row in decision.expected if row["icp"] in icps]
    known = measured(decision.workspace, {icp.pk: icp for icp in named}.values(), as_of)
    is_newer = decision.as_of is not None and as_of > decision.as_of
    day = as_of.astimezone(ZoneInfo(decision.workspace.timezone)).date()
    return [
        _outcome(row, icps[row["icp"]], known.get(row["icp"], {}).get(row["feature"]) if is_newer else None, day)
        for row in decision.expected
        if row["icp"] in icps
    ]


def _outcome(row: dict[str, Any], icp: Icp, actual: float | None, day: date) -> Outcome:
    until = date.fromisoformat(row["until"])
    verdict = _verdict(row, actual, is_over=day > until)
    sentence = _said(row, actual, until, verdict)
    return Outcome(
        row["icp"], icp.name, icp.slot, row["label"], row["now"], row["expected"], actual, until, verdict, sentence
    )


def _verdict(row: dict[str, Any], actual: float | None, *, is_over: bool) -> str:
    if actual is None:
        return "unknown" if is_over else "too early"
    falls = row["now"] is not None and row["expected"] < row["now"]
    if actual <= row["expected"] if falls else actual >= row["expected"]:
        return "reached"
    return "missed" if is_over else "too early"


def _said(row: dict[str, Any], actual: float | None, until: date, verdict: str) -> str:
    def figure(value: float | None) -> str:
        return said(row["feature"], value)

    wanted = f"Expected **{figure(row['expected'])}** by {short_day(until)}"
    start = f", from {figure(row['now'])} when it was decided" if row["now"] is not None else ""
    if actual is None:
        way_out = "No data stand behind it yet." if verdict == "unknown" else f"Ask again after {short_day(until)}."
        return f"{wanted}{start}. {way_out}"
    now = f"{wanted}{start}; now **{figure(actual)}**."
    return f"{now} Too early to tell: ask again after {short_day(until)}." if verdict == "too early" else now


def said(feature: str, value: float | None) -> str:
    """312, or 24.5 %."""
    if value is None:
        return "not known"
    if feature in SHARES:
        return f"{value:.1f}".removesuffix(".0") + f"{NARROW}%"
    return count(value)
