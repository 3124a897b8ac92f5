"""What a closed round comes to: the ranking, the focus, the effort, the gaps, and how much people agree."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from icp.models.definition import Icp
from icp.models.grading import Rubric
from icp.science import agreement, ranking, scoring

type Result = dict[str, Any]


def conclude(grades: pd.DataFrame, *, rubric: Rubric, candidates: Sequence[Icp]) -> Result:
    """The result as it is frozen and answered: plain numbers, best candidate first."""
    counting = rubric.counting
    ids = [str(icp.pk) for icp in candidates]
    answers = scoring.consensus(grades).reindex(ids)
    rows = _ranking(grades, answers, counting, {str(icp.pk): icp for icp in candidates}, _beside(rubric))
    focus = [row for row in rows if row["focus"]]
    graders = grades.dropna(subset=["score"])["grader"].nunique()
    return {
        "ranking": rows,
        "places": ranking.places(len(ids)),
        "agreement": _agreement(grades, counting, len(ids), graders),
        "allocation": _allocation(focus),
        "questions": [one_question(grades, dimension, candidates) for dimension in rubric.dimensions],
        "gaps": _gaps(grades, rubric, candidates),
        "floor": ranking.FLOOR,
        "is_weak": bool(rows) and (rows[0]["score"] or 0) < ranking.FLOOR,
        "is_provisional": any(row["provisional"] for row in rows),
        "close_call": _close_call(rows),
        "graded_by": graders,
    }


def _beside(rubric: Rubric) -> str | None:
    """The question that is kept beside the total: purchase likelihood, where it does not count."""
    return next((dimension["id"] for dimension in rubric.dimensions if not dimension["counts"]), None)


def _ranking(
    grades: pd.DataFrame, answers: pd.DataFrame, counting: list[str], icps: dict[str, Icp], beside: str | None
) -> list[Result]:
    totals = scoring.total(answers, counting)
    likelihood = answers[beside] if beside in answers else pd.Series(np.nan, index=answers.index)
    table = ranking.ranked(totals, likelihood)
    table["score"] = scoring.of_hundred(totals, counting)
    table["answered"] = scoring.answered(answers, counting)
    table["graders"] = grades.dropna(subset=["score"]).groupby("icp")["grader"].nunique().reindex(table.index)
    table["first"] = scoring.stays_first(answers, counting) if totals.notna().any() else np.nan
    by_grader = scoring.totals_by_grader(grades, counting)
    spread = scoring.spread(by_grader) if len(by_grader) else pd.DataFrame(columns=["low", "high"])
    table = table.join(spread.reindex(table.index).astype(float))
    return [_row(str(id), row, icps[str(id)], counting) for id, row in table.iterrows()]


def _row(id: str, row: Any, icp: Icp, counting: list[str]) -> Result:
    graders = 0 if pd.isna(row["graders"]) else int(row["graders"])
    return {
        "icp": id,
        "name": icp.name,
        "slot": icp.slot,
        "total": _figure(row["total"]),
        "max": scoring.HIGHEST * len(counting),
        "score": _figure(row["score"]),
        "rank": None if pd.isna(row["rank"]) else int(row["rank"]),
        "focus": bool(row["focus"]),
        "tied": bool(row["tied"]),
        "spread": _figure(row["high"] - row["low"]),
        "low": _figure(row["low"]),
        "high": _figure(row["high"]),
        "likelihood": _figure(row["likelihood"]),
        "answered": int(row["answered"]),
        "graders": graders,
        "provisional": scoring.is_provisional(int(row["answered"]), graders, questions=len(counting)),
        "first_in": _figure(row["first"]),
    }


def _figure(value: Any, digits: int = 2) -> float | None:
    return None if pd.isna(value) else round(float(value), digits)


def _agreement(grades: pd.DataFrame, counting: list[str], candidates: int, graders: int) -> Result:
    """In one word, with the field's figures behind it; withheld where they would rest on too little."""
    if agreement.is_withheld(candidates, graders):
        return {"word": None, "withheld": "Too few to measure agreement.", "graders": graders}
    units = grades[grades["dimension"].isin(counting)].pivot_table(
        index="grader", columns=["icp", "dimension"], values="score"
    )
    value = agreement.alpha(units.to_numpy())
    low, high = agreement.alpha_between(units.to_numpy())
    panel = scoring.totals_by_grader(grades, counting).dropna(axis=1)
    said = {"word": agreement.in_words(value), "withheld": None, "graders": graders}
    return said | {"alpha": _figure(value, 3), "low": _figure(low, 3), "high": _figure(high, 3)} | _panel(panel)


def _panel(totals: pd.DataFrame) -> Result:
    """Reliability of the panel's mean and the concordance of its orders, over graders with all totals."""
    if agreement.is_withheld(*totals.shape):
        return {"icc": None, "w": None}
    icc = agreement.intraclass(totals.to_numpy())["2,k"]
    w, _, _ = agreement.concordance(totals.to_numpy().T)
    return {"icc": _figure(icc, 3), "w": _figure(w, 3)}


def _allocation(focus: list[Result]) -> list[Result]:
    """Where the effort goes: 80 of 100 to the focus, by score; the rest to everyone else."""
    shares = ranking.allocated(pd.Series({row["icp"]: row["score"] for row in focus}, dtype=float))
    rows = [
        {"icp": row["icp"], "name": row["name"], "slot": row["slot"], "percent": int(shares[row["icp"]])}
        for row in focus
    ]
    rows.append({"icp": None, "name": "Everyone else", "slot": 0, "percent": 100 - int(shares.sum())})
    return [row | {"share": row["percent"] / 100} for row in rows]


def one_question(grades: pd.DataFrame, dimension: dict[str, Any], candidates: Sequence[Icp]) -> Result:
    """All answers to one question, the highest middle first, without names."""
    answers = grades[grades["dimension"] == dimension["id"]]
    rows = [_answers(answers[answers["icp"] == str(icp.pk)], icp) for icp in candidates]
    rows.sort(key=lambda row: -(row["median"] or 0))
    return {key: dimension[key] for key in ("id", "name", "question", "counts")} | {"rows": rows}


def _answers(answers: pd.DataFrame, icp: Icp) -> Result:
    """What was said about one candidate to one question, by score, without a name."""
    known = answers.dropna(subset=["score"]).sort_values(["score", "reason"])
    scores = [int(score) for score in known["score"]]
    return {
        "icp": str(icp.pk),
        "name": icp.name,
        "slot": icp.slot,
        "median": _figure(known["score"].median()),
        "scores": scores,
        "unknown": int(answers["score"].isna().sum()),
        "reasons": [
            {"score": int(score), "reason": reason}
            for score, reason in zip(known["score"], known["reason"], strict=True)
            if reason
        ],
        "apart": bool(scores) and scores[-1] - scores[0] >= 3,
    }


def _gaps(grades: pd.DataFrame, rubric: Rubric, candidates: Sequence[Icp]) -> list[Result]:
    icps = {str(icp.pk): icp for icp in candidates}
    names = {dimension["id"]: dimension["name"] for dimension in rubric.dimensions}
    return [
        {
            "icp": row["icp"],
            "name": icps[row["icp"]].name,
            "slot": icps[row["icp"]].slot,
            "dimension": row["dimension"],
            "question": names[row["dimension"]],
            "low": int(row["min"]),
            "high": int(row["max"]),
        }
        for row in scoring.gaps(grades).to_dict("records")
        if row["dimension"] in names
    ]


def _close_call(rows: list[Result]) -> list[str] | None:
    """The last of the focus and the first outside, where their ranges overlap."""
    inside = [row for row in rows if row["focus"]]
    outside = [row for row in rows if not row["focus"] and row["rank"]]
    if not inside or not outside:
        return None
    last, first = inside[-1], outside[0]
    if last["low"] is None or first["high"] is None:
        return None
    overlap = ranking.cannot_be_told_apart(last["low"], first["high"])
    return [last["name"], first["name"]] if overlap else None
