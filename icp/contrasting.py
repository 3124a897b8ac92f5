"""Shapes and contradictions of a frozen result: each candidate across the questions, and answers against facts."""

from typing import Any

type Result = dict[str, Any]

APART = 3  # points between the middle answer and the fact, from which they contradict each other


def shapes(result: Result) -> dict[str, Any]:
    """The middle answers as a table: questions in order, and for each candidate, the best first, its row."""
    questions = result["questions"]
    middles = [{row["icp"]: row["median"] for row in question["rows"]} for question in questions]
    order = [row["icp"] for row in result["ranking"]]
    named = [{"number": number, **_named(question)} for number, question in enumerate(questions, start=1)]
    return {
        "questions": named,
        "lines": [
            each | {"values": [middle.get(icp) for icp in order]} for each, middle in zip(named, middles, strict=True)
        ],
        "rows": [
            {
                "icp": row["icp"],
                "name": row["name"],
                "slot": row["slot"],
                "focus": row["focus"],
                "middles": [each.get(row["icp"]) for each in middles],
            }
            for row in result["ranking"]
        ],
        "usual": [_middle([value for value in each.values() if value is not None]) for each in middles],
    }


def _named(question: Result) -> Result:
    return {key: question[key] for key in ("id", "name", "question", "counts")}


def _middle(values: list[float]) -> float | None:
    """The median of all candidates: what is usual in this round."""
    known = sorted(values)
    half = len(known) // 2
    if not known:
        return None
    return known[half] if len(known) % 2 else (known[half - 1] + known[half]) / 2


def against_facts(result: Result) -> list[Result]:
    """Where the middle answer and what data suggest lie three or more apart, the widest first."""
    facts = result.get("facts") or {}
    found = []
    for question in result["questions"]:
        for row in question["rows"]:
            fact = (facts.get(row["icp"]) or {}).get(question["id"])
            if fact and row["median"] is not None and abs(row["median"] - fact["score"]) >= APART:
                found.append(_contradiction(question, row, fact))
    return sorted(found, key=lambda each: -each["apart"])


def _contradiction(question: Result, row: Result, fact: Result) -> Result:
    said, suggested = f"{row['median']:.1f}".removesuffix(".0"), round(fact["score"])
    return {
        "icp": row["icp"],
        "name": row["name"],
        "slot": row["slot"],
        "question": question["name"],
        "apart": abs(row["median"] - fact["score"]),
        "sentence": f"You say **{said}**, the data suggest about **{suggested}**.",
        "fact": fact.get("sentence", ""),
    }
