"""What a closed round comes to: the ranking, the focus, the effort, the gaps, and how much people agree."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from icp import probing
from icp.models.definition import Icp
from icp.models.grading import Rubric
from icp.science import agreement, ranking, scoring

type Result = dict[str, Any]


def conclude(grades: pd.DataFrame, *, rubric: Rubric, candidates: Sequence[Icp]) -> Result:
    """The result as it is frozen and answered: plain numbers, best candidate first.

    `grades` holds one answer of each person about each candidate to each question: the one that stands.
    """
    ids = [str(icp.pk) for icp in candidates]
    panel = probing.Panel(grades, scoring.consensus(grades).reindex(ids), rubric)
    rows = _ranking(panel, {str(icp.pk): icp for icp in candidates})
    focus = [row for row in rows if row["focus"]]
    return {
        "ranking": rows,
        "places": ranking.places(len(ids)),
        "agreement": _agreement(panel),
        "allocation": _allocation(focus),
        "questions": [
            one_question(grades, dimension, candidates) | _of_question(panel, dimension)
            for dimension in rubric.dimensions
        ],
        "gaps": _gaps(grades, rubric, candidates),
        "floor": ranking.FLOOR,
        "is_weak": bool(rows) and (rows[0]["score"] or 0) < ranking.FLOOR,
        "is_provisional": any(row["provisional"] for row in rows),
        "graded_by": panel.graders,
        "weights": panel.weights,
    } | probing.probe(panel, rows)


def _ranking(panel: probing.Panel, icps: dict[str, Icp]) -> list[Result]:
    table = ranking.ranked(panel.totals, panel.likelihood)
    table["score"] = scoring.of_hundred(panel.totals, panel.counting)
    table["answered"] = scoring.answered(panel.answers, panel.counting)
    answered = panel.given.dropna(subset=["score"]).groupby("icp")["grader"].nunique()
    table["graders"] = answered.reindex(table.index)
    spread = scoring.spread(panel.by_grader) if len(panel.by_grader) else pd.DataFrame(columns=["low", "high"])
    table = table.join(spread.reindex(table.index).astype(float))
    return [_row(str(id), row, icps[str(id)], panel.counting) for id, row in table.iterrows()]


def _row(id: str, row: Any, icp: Icp, counting: list[str]) -> Result:
    graders = 0 if pd.isna(row["graders"]) else int(row["graders"])
    return {
        "icp": id,
        "name": icp.name,
        "slot": icp.slot,
        "total": figure(row["total"]),
        "max": scoring.HIGHEST * len(counting),
        "score": figure(row["score"]),
        "rank": None if pd.isna(row["rank"]) else int(row["rank"]),
        "focus": bool(row["focus"]),
        "tied": bool(row["tied"]),
        "spread": figure(row["high"] - row["low"]),
        "low": figure(row["low"]),
        "high": figure(row["high"]),
        "likelihood": figure(row["likelihood"]),
        "answered": int(row["answered"]),
        "graders": graders,
        "provisional": scoring.is_provisional(int(row["answered"]), graders, questions=len(counting)),
    }


def figure(value: Any, digits: int = 2) -> float | None:
    """A plain number for the frozen result; None where there is none."""
    return None if pd.isna(value) else round(float(value), digits)


def _agreement(panel: probing.Panel) -> Result:
    """In one word, with the field's figures behind it; withheld where they would rest on too little."""
    if agreement.is_withheld(len(panel.answers), panel.graders):
        return {"word": None, "withheld": "Too few to measure agreement.", "graders": panel.graders}
    units = panel.given[panel.given["dimension"].isin(panel.counting)].pivot_table(
        index="grader", columns=["icp", "dimension"], values="score"
    )
    value = agreement.alpha(units.to_numpy())
    low, high = agreement.alpha_between(units.to_numpy())
    said: Result = {"word": agreement.in_words(value), "withheld": None, "graders": panel.graders}
    said |= {"alpha": figure(value, 3), "low": figure(low, 3), "high": figure(high, 3)}
    return said | _of_totals(panel.by_grader.dropna(axis=1))


def _of_totals(totals: pd.DataFrame) -> Result:
    """Reliability of the panel's mean and the concordance of its orders, over graders with all totals."""
    names = ("icc", "icc_low", "icc_high", "w", "w_low", "w_high")
    if agreement.is_withheld(*totals.shape):
        return dict.fromkeys(names)
    table = totals.to_numpy()
    found = [agreement.intraclass(table)["2,k"], *agreement.intraclass_between(table)]
    found += [agreement.concordance(table.T)[0], *agreement.concordance_between(table.T)]
    return {name: figure(value, 3) for name, value in zip(names, found, strict=True)}


def _allocation(focus: list[Result]) -> list[Result]:
    """Where the effort goes: 80 of 100 to the focus, by score; the rest to everyone else."""
    shares = ranking.allocated(pd.Series({row["icp"]: row["score"] for row in focus}, dtype=float))
    rows = [
        {"icp": row["icp"], "name": row["name"], "slot": row["slot"], "percent": int(shares[row["icp"]])}
        for row in focus
    ]
    rows.append({"icp": None, "name": "Everyone else", "slot": 0, "percent": 100 - int(shares.sum())})
    return [row | {"share": row["percent"] / 100} for row in rows]


def _of_question(panel: probing.Panel, dimension: dict[str, Any]) -> Result:
    """How far apart people are on a question, and how much it counts; nothing where it stands beside the total."""
    return {
        "spread": figure(panel.apartness.get(dimension["id"], np.nan)),
        "weight": panel.weights.get(dimension["id"]),
    }


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
        "median": figure(known["score"].median()),
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
