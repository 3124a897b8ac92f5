"""What second thoughts changed: for each gap that was graded again, how far people lay apart before and after."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from icp.frames import CELL, latest
from icp.models.definition import Icp
from icp.models.grading import Gap, Rubric


def moved(answers: pd.DataFrame, gaps: Iterable[Gap], *, rubric: Rubric, icps: Iterable[Icp]) -> list[dict[str, Any]]:
    """For each gap that was graded again: the ends and the middle of the first answers and of the last ones.

    `answers` holds first and second answers; `again` is how many answered again, `changed` how many otherwise.
    """
    named = {str(icp.pk): icp for icp in icps}
    questions = {dimension["id"]: dimension["name"] for dimension in rubric.dimensions}
    return [
        _one(answers, gap, named[str(gap.icp_id)], questions[gap.dimension])
        for gap in gaps
        if str(gap.icp_id) in named and gap.dimension in questions
    ]


def _one(answers: pd.DataFrame, gap: Gap, icp: Icp, question: str) -> dict[str, Any]:
    here = answers[(answers["icp"] == str(gap.icp_id)) & (answers["dimension"] == gap.dimension)]
    first, second = here[here["turn"] == 1], here[here["turn"] > 1]
    both = first.merge(second, on=[*CELL, "grader"], suffixes=("", "_then"))
    same = (both["score"] == both["score_then"]) | (both["score"].isna() & both["score_then"].isna())
    return {
        "icp": str(gap.icp_id),
        "name": icp.name,
        "slot": icp.slot,
        "dimension": gap.dimension,
        "question": question,
        "before": _ends(first["score"]),
        "after": _ends(latest(here)["score"]),
        "again": len(second),
        "changed": int(len(second) - same.sum()),
    }


def _ends(scores: "pd.Series[float]") -> dict[str, Any]:
    """Lowest, middle and highest answer; None for each where nobody knows."""
    known = scores.dropna()
    if known.empty:
        return {"low": None, "middle": None, "high": None}
    return {"low": int(known.min()), "middle": round(float(known.median()), 2), "high": int(known.max())}


def narrowed(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """How many gaps were graded again, and how wide they were on average before and after."""
    known = [row for row in rows if row["before"]["low"] is not None and row["after"]["low"] is not None]
    widths = [[row[when]["high"] - row[when]["low"] for row in known] for when in ("before", "after")]
    before, after = (round(sum(each) / len(each), 2) if each else None for each in widths)
    return {"gaps": len(rows), "before": before, "after": after}


def sentence(row: dict[str, Any]) -> str:
    """Reach of Small offices: 3 to 9 before, 6 to 8 now."""
    return f"{row['question']} of {row['name']}: **{_range(row['before'])}** before, **{_range(row['after'])}** now."


def _range(ends: dict[str, Any]) -> str:
    if ends["low"] is None:
        return "nobody knew"
    return str(ends["low"]) if ends["low"] == ends["high"] else f"{ends['low']} to {ends['high']}"


def said(result: dict[str, Any]) -> str:
    """What second thoughts brought, all in all; empty where nothing was graded again."""
    rows = result.get("moved") or []
    if not rows:
        return ""
    if not any(row["changed"] for row in rows):
        return "The second round brought nothing new: every answer stayed as it was."
    turns = result["turns"]
    gaps = "one gap" if turns["gaps"] == 1 else f"{turns['gaps']} gaps"
    before, after = (f"{turns[when]:.1f}".removesuffix(".0") for when in ("before", "after"))
    if turns["gaps"] == 1:
        return f"After a second thought you lie **{after}** points apart instead of **{before}**, on one gap."
    return f"After a second thought you lie **{after}** points apart instead of **{before}** on average, on {gaps}."
