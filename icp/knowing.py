"""What stands in the drawer *How we know* of a round's result: the field's figures, each with what it means."""

from typing import Any

from icp import sentences

type Result = dict[str, Any]

# How other ways of counting are called, and what they do.
VIEWS = {
    "mean": ("Mean", "the mean of all answers instead of the middle one"),
    "trimmed": ("Trimmed mean", "the mean without the highest and the lowest fifth of the answers"),
    "levelled": ("Levelled", "strict and mild people brought to one level before the middle answer is taken"),
    "equal": ("Equal weights", "every question counts alike"),
    "likely": ("Times likelihood", "the Total Score times “how likely are they to buy”, of 10"),
    "nearness": (
        "Nearness (TOPSIS)",
        "how near a candidate lies to the best answer everywhere, and far from the worst",
    ),
}


def know(result: Result) -> Result:
    """What the drawer shows: rows and sentences. Results that were frozen earlier have fewer of them."""
    return {
        "agreement": _agreement(result["agreement"]),
        "apart": _furthest(result),
        "ways": result.get("ways"),
        "standing": _standing(result),
        "ranges": any(row.get("interval") for row in result["ranking"]),
        "views": [VIEWS[view["id"]] for view in result.get("views", [])],
        "counted": _counted(result),
        "same_first": _same_first(result),
        "weights": _weights(result),
        "kept": sorted({each["name"] for each in result["questions"] if not each["counts"]}),
        "max": result["ranking"][0]["max"] if result["ranking"] else 0,
    }


def _agreement(said: Result) -> list[Result]:
    """Each figure with its range, the name of the method, and what it means here."""
    if said["withheld"]:
        return []
    rows = [
        ("alpha", "low", "high", "Krippendorff’s alpha, ordinal", _of_alpha),
        ("icc", "icc_low", "icc_high", "Intraclass correlation, ICC(2,k)", _of_icc),
        ("w", "w_low", "w_high", "Kendall’s W", _of_w),
    ]
    return [
        {"name": name, "value": said[key], "low": said.get(low), "high": said.get(high), "means": means(said[key])}
        for key, low, high, name, means in rows
        if said.get(key) is not None
    ]


def _of_alpha(value: float) -> str:
    start = "Over single answers: 1 is the same answer everywhere, 0 is what chance would give."
    if value >= 0.8:
        return f"{start} From 0.8 on answers are taken as reliable."
    if value >= 0.667:
        return f"{start} From 0.667 to 0.8 conclusions are tentative."
    return f"{start} Under 0.667 it is better to talk before you rely on single answers."


def _of_icc(value: float) -> str:
    start = "Of the mean of your totals: how much of it would stay with other people like you."
    for least, word in ((0.9, "excellent"), (0.75, "good"), (0.5, "moderate")):
        if value >= least:
            return f"{start} This is {word}."
    return f"{start} This is poor: other people might find another order."


def _of_w(value: float) -> str:
    start = "Of your orders of the candidates: 1 is one common order, 0 none."
    return f"{start} {'You order them much alike.' if value >= 0.7 else 'Your orders differ.'}"


def _furthest(result: Result) -> list[Result]:
    """Up to three questions on which people are further apart than on average, the furthest first."""
    known = [each for each in result["questions"] if each.get("spread") is not None]
    usual = sum(each["spread"] for each in known) / max(1, len(known))
    far = [each for each in known if each["spread"] > usual]
    return sorted(far, key=lambda each: -each["spread"])[:3]


def _standing(result: Result) -> list[Result]:
    """How often each candidate is first, and in the focus, over the ways to weigh the questions."""
    return [
        row | {said: sentences.of_100(row[said]) for said in ("first_in", "top_in")} | _again(row)
        for row in result["ranking"]
        if row.get("top_in") is not None
    ]


def _again(row: Result) -> Result:
    if row.get("top_again") is None:
        return {"first_again": "–", "top_again": "–"}
    return {said: sentences.of_100(row[said]) for said in ("first_again", "top_again")}


def _counted(result: Result) -> list[Result]:
    """Each candidate with its score and place by every way to count."""
    views = result.get("views", [])
    return [
        row | {"cells": [(view["scores"].get(row["icp"]), view["ranks"].get(row["icp"])) for view in views]}
        for row in result["ranking"]
    ]


def _same_first(result: Result) -> str:
    """Whether other ways to count find the same first."""
    views = result.get("views", [])
    if not views or not result["ranking"]:
        return ""
    first = result["ranking"][0]
    other = [VIEWS[view["id"]][0] for view in views if view["ranks"].get(first["icp"]) != 1]
    if not other:
        return f"{first['name']} comes first in all of them."
    return f"{first['name']} does not come first by: {', '.join(other)}."


def _weights(result: Result) -> list[Result]:
    """The questions that count more or less than the others; empty where all count alike."""
    weights = {each["id"]: each.get("weight") for each in result["questions"]}
    known = [each | {"weight": weights[each["id"]]} for each in result["questions"] if weights[each["id"]]]
    return [each for each in known if each["weight"] != 1]
